"""What agencies lead and led, against figures counted by hand and clocks replayed day by day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from apps.agencies.models import Agency
from apps.dashboards import agencies
from apps.dashboards import workdays as of_workdays
from apps.dashboards.agencies import figures, pages_of
from apps.dashboards.workdays import Workdays, workdays
from apps.measures.clock import ROWS, Clock, turns_of
from apps.measures.lights import Light
from apps.measures.models import LeadTerm, Measure
from tests.conftest import a_plan, an_estimate, in_progress, issued, reported
from tests.measures.histories import CALENDAR
from tests.measures.stories_of_rest import put_into, suspended

ONE_DAY = timedelta(days=1)


def led_by(cast, clause, name: str, code: str) -> Measure:
    plan = a_plan(cast, lead=cast.agencies[name], supporters=[])
    return issued(cast, clause, code=code, plan=plan)


def put(measure: Measure, **columns) -> None:
    Measure.objects.filter(pk=measure.pk).update(**columns)


@pytest.fixture
def office(cast, clause) -> None:
    """The bureau leads a whole that is late, one completed late by the original deadline only,
    and a part; its section one in time. The district leads a restricted one.
    """
    whole = led_by(cast, clause, "bureau", "m-1")
    put(whole, overdue_from_on=cast.today)
    part = led_by(cast, clause, "bureau", "m-1.1")
    put(part, parent=whole)
    late = led_by(cast, clause, "bureau", "m-2")
    put(
        late,
        **put_into("CLOSED", cast.today),
        original_due_on=cast.today - ONE_DAY,
        original_overdue_from_on=cast.today,
        first_overdue_on=cast.today,
        overdue_from_on=None,
    )
    put(
        led_by(cast, clause, "section", "m-3"),
        **put_into("CLOSED", cast.today),
        original_overdue_from_on=None,
        overdue_from_on=None,
    )
    put(led_by(cast, clause, "district", "m-4"), restricted=True)


def of(cast, who: str) -> dict[str, agencies.Figures]:
    found = figures(pages_of(cast[who]), cast[who], on=cast.today)
    names = {agency.pk: name for name, agency in cast.agencies.items()}
    return {names[each.agency.pk]: each for each in found}


def test_the_figures_are_those_counted_by_hand(cast, office):
    bureau = of(cast, "director")["bureau"]
    assert bureau.top.lights == {Light.RED: 1, Light.BLUE: 2}
    assert (bureau.top.ever_overdue, bureau.top.completed) == (2, 2)
    assert (bureau.top.on_time_original, bureau.top.on_time_granted) == (1, 2)
    assert bureau.parts.lights == {Light.GREY: 1}
    assert (bureau.parts.ever_overdue, bureau.parts.completed) == (0, 0)


def test_a_section_counts_in_itself_and_in_what_it_belongs_to(cast, office):
    section = of(cast, "director")["section"]
    assert section.top.lights == {Light.BLUE: 1}
    assert (section.top.on_time_original, section.top.completed) == (1, 1)


def test_agencies_stand_in_the_order_of_the_tree(cast, office):
    found = figures(pages_of(cast["director"]), cast["director"], on=cast.today)
    shown = [each.agency for each in found]
    for each in found:
        above = [agency for agency in shown if agency.pk in each.agency.path[:-1]]
        assert each.depth == len(above)
        assert all(shown.index(a) < shown.index(each.agency) for a in above)
    tops = [each.agency.code for each in found if not each.depth]
    assert tops == sorted(tops)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("liaison", {"bureau", "section"}),
        ("district_liaison", {"district"}),
        ("stranger", {"other"}),
        ("administrator", set()),
    ],
)
def test_people_of_an_agency_see_it_with_those_below(cast, office, who, sees):
    assert set(of(cast, who)) >= sees
    assert "bureau" in sees or "bureau" not in of(cast, who)


def test_the_office_and_auditors_see_all_and_a_leader_the_assigned(cast, office):
    leading = set(Agency.objects.able_to_lead())
    for who in ("supervisor", "director", "auditor"):
        assert set(pages_of(cast[who])) == leading
    leader = cast["leader"]
    assigned = set(leader.viewing_agencies)
    assert assigned
    assert all(assigned & set(agency.path) for agency in pages_of(leader))


def test_restricted_measures_count_only_for_those_who_see_them(cast, office):
    assert of(cast, "director")["district"].top.lights == {Light.GREY: 1}
    assert of(cast, "auditor")["district"].top.lights == {}


# --- Workdays -----------------------------------------------------------------------------


def days_of(cast, name: str, on: date, who: str = "director") -> Workdays:
    return workdays(cast.agencies[name], cast[who], on=on, calendar=CALENDAR)


def test_workdays_count_for_whoever_led_on_the_day(cast, clause):
    """Issued on Monday 2 March; from Thursday the other bureau leads. Until Monday the 9th."""
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    LeadTerm.objects.create(
        measure=measure, agency=cast.agencies["other"], from_on=date(2026, 3, 5)
    )
    put(measure, lead=cast.agencies["other"], issued_on=date(2026, 3, 5))
    on = date(2026, 3, 9)
    assert days_of(cast, "bureau", on).top == Clock(own=3)
    assert days_of(cast, "other", on).top == Clock(own=2)


def test_they_agree_with_the_evenings_looked_at_one_by_one(cast, clause, monkeypatch):
    """Reported, suspended, a part, a section's: in chunks of one."""
    monkeypatch.setattr(of_workdays, "CHUNK", 1)
    reported(
        cast, in_progress(cast, clause, code="w-1", plan=an_estimate(cast)), progress=Decimal(9)
    )
    suspended(cast, clause, code="w-2", plan=an_estimate(cast))
    put(in_progress(cast, clause, code="w-3"), parent=Measure.objects.get(code="w-1"))
    led_by(cast, clause, "section", "w-4")
    on = cast.today + timedelta(days=40)
    found = days_of(cast, "bureau", on)
    assert (found.top, found.parts) == (
        evenings(True, cast.today, on),
        evenings(False, cast.today, on),
    )
    assert found.top.own
    assert found.top.reviewer
    assert found.top.suspended


def evenings(is_top: bool, since: date, on: date) -> Clock:
    rows = list(Measure.objects.filter(parent__isnull=is_top))
    prefetch_related_objects(rows, *ROWS)
    counted = {"own": 0, "reviewer": 0, "suspended": 0}
    for measure in rows:
        day, turns = since, turns_of(measure)
        while day < on:
            holder = turns.holder(day)
            if holder and CALENDAR.is_workday(day):
                counted[holder.value] += 1
            day += ONE_DAY
    return Clock(**counted)


def test_queries_grow_neither_with_agencies_nor_with_measures(cast, clause):
    counts = []
    for n in range(2):
        for name in list(cast.agencies)[: 2 + n]:
            if cast.agencies[name].is_able_to_lead:
                led_by(cast, clause, name, f"q-{n}-{name}")
        standing = cast["director"]
        with CaptureQueriesContext(connection) as captured:
            figures(pages_of(standing), standing, on=cast.today)
            days_of(cast, "bureau", cast.today + ONE_DAY)
        counts.append(len(captured))
    assert counts[0] == counts[1]
