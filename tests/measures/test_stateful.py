"""Random people do random things to measures over months; after each step everything must hold.

What must hold stands in `invariants.py` and is judged from raw rows. A refusal changes nothing.
The examples are the same on every run; POLICYTRACK_SOAK=200 tries so many others, by chance.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from apps.accounts.models import Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.core.actor import Machine, Role
from apps.core.errors import Refusal
from apps.measures import operations
from apps.measures.models import Evidence, Measure
from apps.measures.operations.deeming import deem_all_acknowledged
from apps.measures.operations.following import follow_calendar
from apps.workdays.operations import enter_notice
from tests.conftest import SET_UP, Cast, at, evidence, fresh
from tests.measures.arguments import BESIDE, DRAFTS, ON_A_DRAFT, arguments
from tests.measures.confirming import shown
from tests.measures.invariants import check
from tests.measures.moves import Nothing, on_paper, plan, said_by_chance
from tests.measures.on_paper import paper
from tests.measures.raw_rows import Rows
from tests.measures.rightful import ACTION, ACTION_OF, OFFICE, judge, rightful
from tests.measures.stories_of_others import evidence_of_the_other
from tests.measures.told_by_rows import lights_and_clocks_agree
from tests.soak import ROUNDS

ENOUGH = 200
"""So many examples reach every operation."""
PEOPLE = (
    "liaison", "drafter", "unit_leader", "unit_head", "section_liaison", "stranger",
    "district_liaison", "supervisor", "second_supervisor", "director", "deputy", "leader",
    "auditor", "administrator",
)  # fmt: skip
BEGINNINGS = [date(2026, 1, 12), date(2026, 9, 7), date(2026, 11, 16)]
"""Before the Spring Festival, before the make-up days of autumn, before a year without a notice."""
NOTICE_2027 = [date(2027, 1, 1), *(date(2027, 2, day) for day in (5, 8, 9, 10, 11))]
MACHINE = Machine("machine")
PATH = [
    ("propose_measure", "supervisor"),
    ("issue_measure", "director"),
    ("acknowledge_measure", "liaison"),
    ("submit_report", "liaison"),
    ("approve_report", "supervisor"),
    ("apply_for_completion", "liaison"),
    ("verify_completion", "second_supervisor"),
    ("close_measure", "director"),
    ("ask_reopening", "liaison"),
]
"""Step by step to the end and beyond."""


class World(RuleBasedStateMachine):
    """One office with its measures, in a savepoint of its own."""

    cast: Cast
    clause: object
    stage: int | None = None
    """Where the first measure's story begins on the path; by chance where it is None."""
    happened: Counter[str] = Counter()
    """How often each operation was done, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.districts = list(District.objects.all())
        self.noticed = False

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    @initialize(day=st.sampled_from(BEGINNINGS), data=st.data())
    def begin(self, day, data) -> None:
        self.now = at(day, 9)
        self.cast.today = day
        self.standings = {who: self.cast[who] for who in PEOPLE}
        evidence(self.cast)
        evidence_of_the_other(self.cast)
        self.scan = paper(self.cast).scan
        self.rows = Rows.now()
        for code, lead, farthest in (("甲", "bureau", len(PATH)), ("乙", "section", 3)):
            said = {"code": code, "clauses": [self.clause]}
            plan_of_it = plan(self, data.draw, lead=lead)
            self.done("draft_measure", (plan_of_it,), said, "supervisor")
            stages = (
                st.sampled_from(range(farthest, -1, -1))
                if self.stage is None
                else st.just(min(self.stage, farthest))
            )
            stage = data.draw(stages, label="stage")
            self.fast_forward(Measure.objects.get(code=code), stage)

    def fast_forward(self, measure: Measure, stage: int) -> None:
        """The straight path as far as the stage, so that all states are come by soon."""
        for name, who in PATH[:stage]:
            measure = fresh(measure)
            things, said = arguments(name, measure, self.cast, self.clause)
            if name == "submit_report":
                things = (measure, everything_done(measure))
            self.try_to(name, things, said | {"seen": measure.version}, who, measure)

    # --- What happens ---

    @rule(data=st.data())
    def somebody_does_what_is_theirs(self, data) -> None:
        self.rightly(data)

    @rule(data=st.data())
    def somebody_else_does(self, data) -> None:
        self.rightly(data)

    @rule(data=st.data())
    def and_a_third(self, data) -> None:
        self.rightly(data)

    def rightly(self, data) -> None:
        choice = rightful(self.standings)
        if choice:
            measure, by_action = data.draw(st.sampled_from(choice), label="measure")
            action = data.draw(st.sampled_from(sorted(by_action)), label="action")
            who = data.draw(st.sampled_from(by_action[action]), label="who")
            name = data.draw(st.sampled_from(sorted(ACTION[action])), label="operation")
            self.attempt(name, who, measure, data)

    @rule(
        data=st.data(),
        name=st.sampled_from(sorted(set().union(*ACTION.values()))),
        who=st.sampled_from(PEOPLE),
    )
    def somebody_tries_anything(self, data, name, who) -> None:
        measures = list(Measure.objects.order_by("pk"))
        self.attempt(name, who, data.draw(st.sampled_from(measures), label="measure"), data)

    @rule(data=st.data(), who=st.sampled_from([*sorted(OFFICE)] * 3 + ["liaison", "leader"]))
    def a_decision_on_paper_is_put_on_record(self, data, who) -> None:
        try:
            measure, (things, said) = on_paper(self, data.draw)
        except Nothing:
            return
        self.try_to("record_paper_decision", things, said, who, measure)

    @rule(days=st.sampled_from([0, 1, 1, 2, 3, 5, 8, 15, 40]))
    def time_passes(self, days) -> None:
        self.now = at((self.now + timedelta(days=days)).date(), self.now.hour)
        self.agree()

    @rule()
    def the_machine_comes(self) -> None:
        """It deems acknowledged, and lets dates follow the calendar."""
        deem_all_acknowledged(by=MACHINE, at=self.tick())
        self.agree()
        follow_calendar(by=MACHINE, at=self.tick())
        self.agree()

    @rule()
    def the_notice_is_entered(self) -> None:
        if not self.noticed and self.now.year == 2026 and self.now.month >= 11:
            said = {"holidays": NOTICE_2027, "make_up_days": [date(2027, 2, 13)], "notice": "通知"}
            enter_notice(2027, **said, seen=0, by=SET_UP, at=self.tick())
            self.noticed = True
            follow_calendar(by=MACHINE, at=self.tick())
            self.agree()

    # --- How it is judged ---

    def attempt(self, name: str, who: str, measure: Measure, data) -> None:
        try:
            things, said = said_by_chance(name, self, fresh(measure), data.draw)
        except Nothing:
            return
        if name in (*DRAFTS, *ON_A_DRAFT):
            said["seen"] = shown(measure)
        elif name not in BESIDE:
            late = data.draw(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 1]), label="pages behind")
            said["seen"] = fresh(measure).version - late
        if name == "confirm_report":
            said |= {"seen": fresh(measure).version, "seen_draft": shown(measure)}
        self.try_to(name, things, said, who, measure)

    def try_to(self, name: str, things, said, who: str, measure: Measure) -> None:
        try:
            self.done(name, things, said, who, measure)
        except Refusal:
            assert Rows.now() == self.rows, f"{name} was refused, and something has changed"

    def done(self, name: str, things, said, who: str, measure: Measure | None = None) -> None:
        """Let it happen, and judge what has changed."""
        was = self.rows
        by = Standing(self.standings[who].pk, who, self.today, self.standings[who].posts)
        getattr(operations, name)(*things, **said, by=by, at=self.tick())
        self.happened[name] += 1
        self.agree()
        decided = things[1] if name == "record_paper_decision" else ""
        judge(name, who, by, measure, was, self.rows, self.cast, decided)

    def agree(self) -> None:
        rows = Rows.now()
        was, self.rows = self.rows, rows
        check(rows, was)
        lights_and_clocks_agree(rows, was, on=self.today)

    def tick(self) -> datetime:
        self.now += timedelta(seconds=3)
        return self.now

    @property
    def today(self) -> date:
        return self.now.date()


def everything_done(measure: Measure) -> operations.Account:
    return operations.Account(
        summary="事",
        progress=Decimal(100),
        quantity=Decimal(70),
        reached=frozenset(measure.milestones.values_list("pk", flat=True)),
        evidence=list(Evidence.objects.filter(agency=measure.lead)),
    )


# --- Runs ---------------------------------------------------------------------------------------


def run(
    cast: Cast,
    clause,
    *,
    examples: int,
    steps: int,
    stage: int | None = None,
    by_chance: bool = False,
) -> None:
    complete(cast)
    World.cast, World.clause, World.stage = cast, clause, stage
    run_state_machine_as_test(
        World,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=not by_chance,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink] if by_chance else [Phase.generate],
        ),
    )


def complete(cast: Cast) -> None:
    """A deputy, in post for as long as it takes; and the section confirms its reports."""
    section = cast.agencies["section"]
    Agency.objects.filter(pk=section.pk).update(confirms_reports=True)
    section.refresh_from_db()
    deputy = User.objects.create(username="deputy", name="deputy")
    cast.users["deputy"] = deputy
    office = cast.agencies["office"]
    Membership.objects.create(
        user=deputy, agency=office, role=Role.DIRECTOR, from_on=date(2025, 1, 1)
    )


def test_whatever_people_do_everything_holds(cast, clause):
    run(cast, clause, examples=ROUNDS or 9, steps=80 if ROUNDS else 40, by_chance=bool(ROUNDS))
    if ROUNDS >= ENOUGH:
        done = set(World.happened)
        assert done >= {*ACTION_OF, "record_paper_decision"}, "an operation never succeeded"
