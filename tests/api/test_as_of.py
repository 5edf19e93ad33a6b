"""What a program was answered on a day is what it is answered as of that day after a month."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.api.urls import NOUNS
from apps.kpis import operations as on_kpis
from apps.measures import operations
from apps.measures.models import MeasureClause, MeasureProblem, Milestone, Support
from apps.policies.models import Clause, Problem
from tests.api.calling import Caller, a_program
from tests.conftest import TODAY, a_plan, an_estimate, closed, fresh, in_progress, issued, reported
from tests.dashboards.boards import Days
from tests.kpis.figuring import FEBRUARY, YEAR, a_kpi, aimed, entered, entry, known
from tests.measures.stories_of_rest import decide

PROGRAMS = {
    "office": ("SUPERVISOR", "office"),
    "auditor": ("AUDITOR", "office"),
    "bureau": ("LIAISON", "bureau"),
    "other": ("UNIT_HEAD", "other"),
}
ASKED = (
    "measures?expand=clauses,milestones",
    "measures?order=-due_on",
    "measures?order=id&limit=2",
    "measures?light=RED",
    "measures?state=IN_PROGRESS&place=TOP",
    "measures?policy={policy}",
    "measures?clause={clause}",
    "measures?problem={problem}",
    "measures?supporter={other}",
    "measures?lead={bureau}",
    "measures?district={place}",
    "measures/{measure}",
    "observations",
    "targets",
    "baselines",
    "targets?kpi={kpi}",
    "kpis",
    "kpis/{kpi}",
    "policies/{policy}",
    "clauses",
    "problems?order=-position",
    "figures/agencies",
    "figures/policies",
)
LAST = re.compile(r"MAX\(.*?GROUP BY")
UNKNOWN_TO_VERSIONS = ("changed_at", "next", "clock")
"""When a version was written is its own moment; an address repeats what was asked; whose workdays
went by is told of today only.
"""


def plain(said: Any) -> Any:
    if isinstance(said, dict):
        return {k: plain(v) for k, v in said.items() if k not in UNKNOWN_TO_VERSIONS}
    return [plain(each) for each in said] if isinstance(said, list) else said


@pytest.fixture
def on_the_day(cast, monkeypatch):
    """The interface's clock goes with the cast's."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: cast.at(19))


@pytest.fixture
def story(cast, clause, on_the_day):
    """A measure late, one in time; the recording; a month in which everything changes."""
    days = Days(cast)
    Clause.objects.filter(pk=clause.pk).update(actionable="YES")
    second = Clause.objects.create(policy=clause.policy, code="P-2", position=2, heading="二")
    part = Clause.objects.create(
        policy=clause.policy, parent=clause, code="P-3", position=3, heading="三", actionable="YES"
    )
    groups = [Problem.objects.create(code=f"g-{n}", name="组", position=n) for n in (2, 3)]
    problem = Problem.objects.create(
        code="p-1", name="堵点", position=1, kind="SUPPLY", group=groups[0]
    )
    soon = {"due_on": TODAY + timedelta(days=50), "milestones": []}
    first = in_progress(cast, clause, code="m-1")
    late = in_progress(cast, clause, code="m-2", plan=an_estimate(cast, **soon))
    in_progress(cast, second, code="m-3", plan=a_plan(cast, restricted=True))
    MeasureProblem.objects.create(measure=first, problem=problem)
    of_group = in_progress(cast, part, code="m-4")
    MeasureProblem.objects.create(measure=of_group, problem=groups[0])
    kpi, of_another = a_kpi(cast), {"owner": cast.agencies["other"]}
    idle = a_kpi(cast, "idle", **of_another)
    once = a_kpi(cast, "once", frequency="ONCE", **of_another)
    aimed(cast, kpi)
    said = {"by": cast["supervisor"], "at": cast.at()}
    on_kpis.set_baseline(kpi, Decimal(1), period=YEAR.moved(-1), seen=0, **said)
    known(cast, kpi, entry(10))
    days.pass_by(60)
    report = reported(cast, first)
    waiting = entered(cast, kpi, entry(7, FEBRUARY))
    days.end()
    names = {
        "policy": clause.policy_id,
        "clause": clause.pk,
        "problem": problem.pk,
        "measure": first.pk,
        "kpi": kpi.pk,
        "place": cast.agencies["district"].district_id,
        **{name: agency.pk for name, agency in cast.agencies.items()},
    }
    programs = {who: a_program(cast, *said) for who, said in PROGRAMS.items()}
    day, recorded = cast.today, {who: answers(each, names) for who, each in programs.items()}

    days.pass_by(5)
    seen = fresh(first).version
    operations.return_report(
        report, reason="核实", seen=seen, by=cast["supervisor"], at=cast.at(11)
    )
    reported(cast, late, progress=Decimal(40))
    operations.ask_extension(
        late,
        grounds="许可推迟",
        due_on=cast.today + timedelta(days=90),
        seen=fresh(late).version,
        by=cast["liaison"],
        at=cast.at(),
    )
    decide(cast, "extend_deadline", late)
    on_kpis.review_observations(waiting, "APPROVED", by=cast["owner"], at=cast.at())
    known(cast, kpi, entry(12, vintage="REVISED"))
    again = {"seen": 1, "reason": "核实", "by": cast["director"], "at": cast.at()}
    on_kpis.set_baseline(kpi, Decimal(2), period=YEAR.moved(-1), **again)
    aimed(cast, once, of=on_kpis.Spot(agency=cast.agencies["bureau"]))
    type(kpi).objects.filter(pk=idle.pk).update(retired_on=cast.today)
    Clause.objects.filter(pk=part.pk).update(retired_on=cast.today)
    closed(cast, second, code="m-9")
    issued(cast, clause, code="m-8")
    MeasureClause.objects.filter(measure=first).update(clause=second)
    MeasureProblem.objects.all().delete()
    Milestone.objects.filter(measure=first).update(title="改了")
    Support.objects.filter(measure=first).delete()
    Clause.objects.filter(pk=clause.pk).update(heading="改了", actionable="NO")
    Problem.objects.filter(pk=problem.pk).update(name="改了", position=9, group=groups[1])
    type(kpi).objects.filter(pk=kpi.pk).update(name="改了")
    type(clause.policy).objects.filter(pk=clause.policy_id).update(
        nickname="改了", use="BACKGROUND"
    )
    days.pass_by(25)
    days.end()
    cast.today += timedelta(days=1)
    return day, names, programs, recorded


def answers(program: Caller, names: dict[str, int], as_of: str = "") -> dict[str, Any]:
    found = {}
    for asked in ASKED:
        more = f"{'&' if '?' in asked else '?'}as_of={as_of}" if as_of else ""
        answer = program.get(asked.format(**names) + more)
        found[asked] = (answer.status_code, plain(answer.json()))
    return found


def test_what_was_answered_on_a_day_is_answered_as_of_it(story):
    day, names, programs, recorded = story
    for who, program in programs.items():
        again = answers(program, names, day.isoformat())
        for asked, said in recorded[who].items():
            assert again[asked] == said, (who, asked)


def test_the_month_changed_what_was_recorded(story):
    _day, names, programs, recorded = story
    now = answers(programs["office"], names)
    same = [asked for asked, said in recorded["office"].items() if now[asked] == said]
    # Nobody moves a district's agencies or a target here.
    assert set(same) <= {"targets?kpi={kpi}", "measures?district={place}"}
    assert {asked: said for asked, said in recorded["office"].items() if said[0] != 200} == {}
    assert recorded["bureau"]["measures?light=RED"][1]["results"][0]["reasons"]


def test_today_is_as_it_stands(story, cast):
    _day, names, programs, _recorded = story
    today = cast.today.isoformat()
    assert answers(programs["bureau"], names, today) == answers(programs["bureau"], names)


def test_pages_of_a_day_follow_each_other(story):
    day, _names, programs, recorded = story
    seen, address = [], f"measures?order=id&limit=1&as_of={day}"
    while address:
        page = programs["office"].get(address).json()
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    (_status, whole) = recorded["office"]["measures?order=-due_on"]
    assert seen == sorted(row["id"] for row in whole["results"])


def test_what_was_retired_or_moved_since_is_found_where_it_was(story):
    """Each of them changed what is asked for here: as of the day it is as if it had not."""
    _day, names, programs, recorded = story
    for who, asked, code in (
        ("office", "measures?clause={clause}", "m-4"),
        ("office", "measures?problem={problem}", "m-4"),
        ("bureau", "kpis", "idle"),
    ):
        then, now = recorded[who][asked][1], answers(programs[who], names)[asked][1]
        codes = [[row["code"] for row in each["results"]] for each in (then, now)]
        assert [code in each for each in codes] == [True, False], asked
    assert "once" not in [row["code"] for row in recorded["bureau"]["kpis"][1]["results"]]


def test_one_row_as_of_a_day_goes_through_its_own_versions_alone(story):
    """Whatever takes the last of versions says of which rows."""
    day, names, programs, _recorded = story
    for asked in ("measures/{measure}", "kpis/{kpi}", "policies/{policy}"):
        with CaptureQueriesContext(connection) as queries:
            answer = programs["office"].get(f"{asked.format(**names)}?as_of={day}")
        assert answer.status_code == 200
        found = [part for each in queries for part in LAST.findall(each["sql"])]
        assert found, asked
        assert [part for part in found if '"pgh_obj_id" IN' not in part] == [], asked


def test_a_past_reading_is_no_version_to_write_on(story):
    day, names, programs, _recorded = story
    said = programs["office"].get(f"measures/{names['measure']}?as_of={day}")
    assert said.headers["ETag"].startswith('W/"')


@pytest.mark.parametrize(
    "day", ["2999-01-01", "yesterday", "2026-3-2", "20260302", "2026-W10-1", ""]
)
def test_a_day_that_cannot_be_meant_is_refused(cast, clause, day):
    answer = a_program(cast).get(f"measures?as_of={day}")
    assert (answer.status_code, answer.json()["field"]) == (400, "as_of")


def test_what_knows_only_today_says_so(cast, clause):
    program, day = a_program(cast), TODAY
    silent = [n for n in NOUNS if program.get(f"{n}?as_of={day}").status_code != 200]
    assert {"reports", "requests", "deadlines", "evidence", "agencies"} <= set(silent)
    for noun in set(silent) - {"audit"}:
        said = program.get(f"{noun}?as_of={day}")
        assert (said.status_code, said.json()["code"]) == (400, "as_of_unavailable"), noun
    for name in ("q=a", "returned=YES"):
        said = program.get(f"measures?{name}&as_of={day}").json()
        assert (said["code"], said["field"]) == ("as_of_unavailable", name.partition("=")[0])


def test_acts_are_of_today(cast, clause):
    measure = issued(cast, clause)
    program = a_program(cast)
    said = program.post(f"measures/{measure.pk}/acknowledge?as_of={TODAY}", If_Match='"999"')
    assert said.status_code == 412
