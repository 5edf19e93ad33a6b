"""The conventions of docs/architecture.md that no linter knows, read off the source itself."""

import ast
import inspect
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from django.db.models.functions import Least

from apps.measures import lifecycle, lights, operations
from apps.measures.lifecycle import TABLE, TRANSITIONS, Action
from apps.measures.lights import Light
from apps.measures.models import Measure, State

CHECKOUT = Path(__file__).resolve().parents[2]
BELOW_THE_FACES = (
    "core",
    "audit",
    "workdays",
    "agencies",
    "policies",
    "measures",
    "accounts",
    "kpis",
    "reminders",
)
READ_THE_CLOCK = {"admin", "middleware", "adapters", "on_record", "tasks"}
"""Faces inside those apps: a request comes in there."""
LONGEST_FILE = 450

SOURCES = sorted(
    path
    for folder in ("apps", "policytrack", "script", "tests")
    for path in (CHECKOUT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def relative(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def below_the_faces() -> Iterator[Path]:
    for path in SOURCES:
        parts = path.relative_to(CHECKOUT).parts
        if parts[0] == "apps" and parts[1] in BELOW_THE_FACES:
            yield path


# --- Operations ---------------------------------------------------------------------------

APPS_WITH_OPERATIONS = sorted(
    path.name
    for path in (CHECKOUT / "apps").iterdir()
    if (path / "operations.py").exists() or (path / "operations").is_dir()
)


def verbs() -> Iterator[tuple[str, inspect.Signature]]:
    """Every public function of every operations module that says by whom and when it is done."""
    for app in APPS_WITH_OPERATIONS:
        module = import_module(f"apps.{app}.operations")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            signature = inspect.signature(function)
            own = function.__module__.startswith(module.__name__)
            if own and not name.startswith("_") and {"by", "at"} <= set(signature.parameters):
                yield f"{app}.{name}", signature


VERBS = dict(verbs())
WITHOUT_A_THING = {"agencies.mark_as_demo"}
"""About this database as a whole."""


@pytest.mark.parametrize("name", VERBS)
def test_an_operation_takes_the_thing_first_and_the_rest_by_name(name):
    parameters = list(VERBS[name].parameters.values())
    positional = [p.name for p in parameters if p.kind is not p.KEYWORD_ONLY]
    said = [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]
    assert len(positional) in ((0,) if name in WITHOUT_A_THING else (1, 2))
    assert not {"by", "at", "seen", "on"} & set(positional)
    required = [p for p in said if VERBS[name].parameters[p].default is inspect.Parameter.empty]
    assert set(required[-2:]) == {"by", "at"}


BESIDE = {
    "measures.ask_for_contribution",
    "measures.contribute",
    "measures.ask_coordination",
    "measures.answer_item",
    "measures.record_answer",
    "measures.settle_item",
    "measures.withdraw_item",
    "measures.instruct",
    "measures.record_instruction",
    "measures.acknowledge_instruction",
}
"""They add a record beside the measure, which keeps its version."""


@pytest.mark.parametrize("name", [n for n in VERBS if n.startswith("measures.")])
def test_an_operation_on_a_measure_ends_with_by_and_at(name):
    said = list(VERBS[name].parameters)
    assert said[-2:] == ["by", "at"]
    starts_something = {"measures.draft_measure", "measures.add_evidence", "measures.add_scan"}
    assert ("seen" in said) == (name not in starts_something | BESIDE)
    assert "seen" not in said or said[-3] == "seen"


def test_every_public_operation_has_a_docstring():
    silent = [n for n in operations.__all__ if not inspect.getdoc(getattr(operations, n))]
    assert silent == []


# --- The clock, signals, save -------------------------------------------------------------

CLOCKS = {
    ("timezone", "now"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
}


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def reads_the_clock(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute):
        return False
    owner = function.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    if function.attr in ("localdate", "localtime"):
        return not call.args  # without a moment it asks for now
    return (name, function.attr) in CLOCKS


def test_the_clock_is_read_in_the_faces_only():
    found = [
        f"{relative(path)}:{call.lineno}"
        for path in below_the_faces()
        if READ_THE_CLOCK.isdisjoint({path.stem, path.parent.name})
        for call in calls(path)
        if reads_the_clock(call)
    ]
    assert found == []


def test_the_clock_is_recognised_by_this_test():
    said = "timezone.now() timezone.localdate() date.today() datetime.datetime.now(tz=utc)"
    assert all(reads_the_clock(ast.parse(call).body[0].value) for call in said.split())
    assert not reads_the_clock(ast.parse("timezone.localdate(at)").body[0].value)


def test_no_default_reads_the_clock():
    """auto_now and a callable default read it behind everybody's back."""
    found = [
        f"{relative(path)}:{call.lineno}"
        for path in below_the_faces()
        if "models" in relative(path)
        for call in calls(path)
        for keyword in call.keywords
        if keyword.arg in ("auto_now", "auto_now_add")
        or (keyword.arg == "default" and ast.unparse(keyword.value) in ("timezone.now", "now"))
    ]
    assert found == []


def test_no_signals():
    words = ("django.dispatch", "django.db.models.signals", "django.core.signals")
    found = [
        f"{relative(path)}:{node.lineno}"
        for path in SOURCES
        if relative(path).startswith("apps/")
        for node in ast.walk(tree(path))
        if (isinstance(node, ast.ImportFrom) and (node.module or "").startswith(words))
        or (isinstance(node, ast.Attribute) and node.attr == "receiver")
    ]
    assert found == []


def test_no_model_overrides_how_it_is_saved():
    names = {"save", "delete", "save_base", "full_clean", "clean"}
    found = [
        f"{relative(path)}:{method.lineno}"
        for path in below_the_faces()
        if "models" in relative(path)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        for method in node.body
        if isinstance(method, ast.FunctionDef) and method.name in names
    ]
    assert found == []


# --- Lights and lifecycle -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "colour"), [("red_from_on", Light.RED), ("yellow_from_on", Light.YELLOW)]
)
def test_the_generated_columns_are_the_reasons_of_their_colour(column, colour):
    expression = Measure._meta.get_field(column).expression
    assert isinstance(expression, Least)
    assert {source.name for source in expression.get_source_expressions()} == {
        reason for reason, of in lights.REASONS.items() if of is colour
    }


def test_every_reason_is_a_column():
    assert all(Measure._meta.get_field(reason) for reason in lights.REASONS)


def test_every_action_has_exactly_one_line():
    assert sorted(line.action for line in TRANSITIONS) == sorted(Action)
    assert list(TABLE) == [line.action for line in TRANSITIONS]


AGAIN = {Action.REISSUE, Action.SUSPEND}
"""To another lead, until a later day: the state is entered anew."""


def test_every_line_leads_from_a_state_and_says_what_happens():
    for line in TRANSITIONS:
        assert line.sources, line
        assert str(line.effect), line
        assert line.target not in line.sources or line.action in AGAIN, line


def test_the_states_hang_together():
    """Every state but the first is reached by an action; only the last two lead nowhere."""
    states = set(State)
    assert states - {line.target for line in TRANSITIONS} == set()
    ends = {state for state in states if not lifecycle.actions_from(state)}
    assert ends == {State.CANCELLED}


OPERATIONS = {
    Action.REVISE: {"add_clauses", "revise_draft"},
    Action.PROPOSE: {"propose_measure"},
    Action.RETURN_PROPOSAL: {"return_proposal"},
    Action.ISSUE: {"issue_measure"},
    Action.ACKNOWLEDGE: {"acknowledge_measure"},
    Action.REPORT: {
        "submit_report",
        "hand_in_report",
        "take_back_report",
        "save_draft",
        "discard_draft",
    },
    Action.CONFIRM_REPORT: {"confirm_report", "hand_back_report"},
    Action.OBJECT: {"object_to_measure"},
    Action.CONFIRM_OBJECTION: {"confirm_objection"},
    Action.REISSUE: {"reissue_measure"},
    Action.REFUSE_OBJECTION: {"refuse_objection"},
    Action.ASK_ADJUSTMENT: {"ask_adjustment"},
    Action.ADJUST: {"adjust_measure"},
    Action.REFUSE_ADJUSTMENT: {"refuse_adjustment"},
    Action.ASK_CARRY_OVER: {"ask_carry_over"},
    Action.CARRY_OVER: {"carry_over"},
    Action.REFUSE_CARRY_OVER: {"refuse_carry_over"},
    Action.REVIEW: {"approve_report", "return_report"},
    Action.ASK_CONTRIBUTION: {"ask_for_contribution"},
    Action.CONTRIBUTE: {"contribute"},
    Action.ASK_COORDINATION: {"ask_coordination", "settle_item", "withdraw_item"},
    Action.INSTRUCT: {"instruct"},
    Action.RECORD_INSTRUCTION: {"record_instruction"},
    Action.ACKNOWLEDGE_INSTRUCTION: {"acknowledge_instruction"},
    Action.APPLY: {"apply_for_completion"},
    Action.VERIFY: {"verify_completion"},
    Action.SEND_BACK: {"send_back_completion"},
    Action.CLOSE: {"close_measure"},
    Action.ASK_REOPENING: {"ask_reopening"},
    Action.REOPEN: {"reopen_measure"},
    Action.REFUSE_REOPENING: {"refuse_reopening"},
    Action.ASK_EXTENSION: {"ask_extension"},
    Action.EXTEND: {"extend_deadline"},
    Action.REFUSE_EXTENSION: {"refuse_extension"},
    Action.WITHDRAW_REVIEW: {"withdraw_review"},
    Action.BREAK_DOWN: {"break_down"},
    Action.DETACH: {"detach_child"},
    Action.ASK_SUSPENSION: {"ask_suspension"},
    Action.SUSPEND: {"suspend_measure"},
    Action.REFUSE_SUSPENSION: {"refuse_suspension"},
    Action.RESUME: {"resume_measure"},
    Action.ASK_CANCELLATION: {"ask_cancellation"},
    Action.CANCEL: {"cancel_measure"},
    Action.REFUSE_CANCELLATION: {"refuse_cancellation"},
}


def test_the_operations_of_this_path_exist_and_stand_behind_an_action():
    functions = {n for n in operations.__all__ if inspect.isfunction(getattr(operations, n))}
    starting = {"draft_measure", "add_evidence", "add_scan"}
    every_decision = {"record_paper_decision"}
    about_a_person = {"hand_over"}
    by_whoever_is_asked = {"answer_item", "record_answer"}
    expected = set().union(*OPERATIONS.values())
    apart = starting | every_decision | by_whoever_is_asked | about_a_person
    assert functions - apart == expected


# --- Size ---------------------------------------------------------------------------------


def test_files_stay_short():
    long = {relative(path): len(path.read_text().splitlines()) for path in SOURCES}
    assert {path: lines for path, lines in long.items() if lines > LONGEST_FILE} == {}
