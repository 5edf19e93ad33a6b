"""Tallies of days agree with a slow count over row versions, and can be caught up and repeated."""

import threading
from collections import Counter
from datetime import date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Sum

from apps.core.errors import RuleBroken
from apps.dashboards.models import DailyTally
from apps.dashboards.operations import KINDS, tally_day, tally_missing_days
from apps.dashboards.row_versions import first_day
from apps.measures.lights import Light, light_of
from apps.measures.models import Measure, MeasureClause
from apps.policies.models import Clause, Policy
from tests.conftest import SHANGHAI, TODAY, a_plan, closed, drafted, in_progress, issued, proposed

MeasureEvent = apps.get_model("measures.MeasureEvent")
MeasureClauseEvent = apps.get_model("measures.MeasureClauseEvent")
DAY = timedelta(days=1)
AFTER = datetime.combine(TODAY + 9 * DAY, time(0, 20), SHANGHAI)


# --- The slow reference: each row's versions gone through one by one ------------------------


def last_versions(events, day: date) -> list:
    end = datetime.combine(day + DAY, time(0), SHANGHAI)
    last = {}
    for event in events.objects.order_by("pgh_id"):
        if event.pgh_created_at < end:
            last[event.pgh_obj_id] = event
    return [event for event in last.values() if event.pgh_label != "delete"]


def first_of(event, *columns: str) -> date | None:
    return min((d for column in columns if (d := getattr(event, column))), default=None)


def shown(event, day: date) -> str:
    red = first_of(event, "overdue_from_on", "far_behind_from_on", "missed_two_from_on")
    yellow = first_of(
        event, "due_soon_from_on", "behind_from_on", "missed_one_from_on", "unacknowledged_from_on"
    )
    row = SimpleNamespace(state=event.state, red_from_on=red, yellow_from_on=yellow)
    light = light_of(row, on=day)
    return event.state if light == Light.GREY else light


def slow(day: date) -> Counter:
    policy_of = dict(Clause.objects.values_list("pk", "policy_id"))
    carried: dict[int, set[int]] = {}
    for link in last_versions(MeasureClauseEvent, day):
        carried.setdefault(link.measure_id, set()).add(policy_of[link.clause_id])
    counted: Counter = Counter()
    for event in last_versions(MeasureEvent, day):
        rest = (event.parent_id is None, event.restricted, shown(event, day))
        if event.lead_id:
            counted["agency", event.lead_id, *rest] += 1
        for policy_id in carried.get(event.pgh_obj_id, ()):
            counted["policy", policy_id, *rest] += 1
    return counted


def kept(day: date) -> Counter:
    counted: Counter = Counter()
    for row in DailyTally.objects.filter(on=day):
        of = ("agency", row.agency_id) if row.agency_id else ("policy", row.policy_id)
        for column, kind in KINDS.items():
            counted[*of, row.is_top, row.restricted, str(kind)] += getattr(row, column)
    return +counted


# --- A week of it ----------------------------------------------------------------------------


class Diary:
    """Dates what was written since the last entry: the database's own clock is no test's."""

    def __init__(self) -> None:
        self.dated = {MeasureEvent: 0, MeasureClauseEvent: 0}

    def then(self, day: date, hour: int = 12) -> None:
        moment = datetime.combine(day, time(hour, 59, 59), SHANGHAI)
        for events, last in self.dated.items():
            events.objects.filter(pgh_id__gt=last).update(pgh_created_at=moment)
            self.dated[events] = events.objects.aggregate(last=Max("pgh_id"))["last"] or 0


@pytest.fixture
def week(cast, clause) -> None:
    """Five days: drafted, issued, broken, restricted, carried by two clauses, deleted, closed."""
    then = Diary().then
    other = Policy.objects.create(code="Q", name="Q", level="CITY", kind="PLAN", use="OBLIGES")
    further = Clause.objects.create(policy=other, code="Q-1", position=1, heading="条款")
    same = Clause.objects.create(policy=clause.policy, code="P-2", position=2, heading="条款")
    first = in_progress(cast, clause, code="m-1")
    MeasureClause.objects.create(measure=first, clause=same)
    MeasureClause.objects.create(measure=first, clause=further)
    drafted(cast, clause, code="m-2", plan=a_plan(cast, lead=None))
    gone = drafted(cast, clause, code="m-3")
    then(TODAY)
    issued(cast, further, code="m-4", plan=a_plan(cast, restricted=True, supporters=[]))
    part = issued(
        cast, clause, code="m-5", plan=a_plan(cast, lead=cast.agencies["other"], supporters=[])
    )
    Measure.objects.filter(pk=part.pk).update(parent=first)
    then(TODAY + DAY, hour=23)
    MeasureClause.objects.filter(measure=gone).delete()
    gone.milestones.all().delete()
    gone.supports.all().delete()
    Measure.objects.filter(pk=gone.pk).delete()
    Measure.objects.filter(pk=first.pk).update(overdue_from_on=TODAY + 3 * DAY)
    then(TODAY + 2 * DAY, hour=0)
    closed(cast, clause, code="m-6")
    proposed(cast, clause, code="m-7")
    MeasureClause.objects.filter(measure=first, clause=further).delete()
    then(TODAY + 4 * DAY)


def test_every_day_agrees_with_the_slow_count(week):
    days = tally_missing_days(at=AFTER)
    assert days == [TODAY + n * DAY for n in range(9)]
    for day in days:
        assert kept(day) == slow(day), day
    assert kept(days[0]) != kept(days[1]) != kept(days[2]) != kept(days[3]) != kept(days[4])


def test_a_light_turns_without_anything_being_written(week, cast):
    tally_missing_days(at=AFTER)
    red = {
        row.on - TODAY
        for row in DailyTally.objects.filter(agency=cast.agencies["bureau"], red__gt=0)
    }
    assert min(red) == 3 * DAY


def test_three_missed_nights_are_caught_up_and_nothing_else_is_touched(week):
    tally_missing_days(at=AFTER)
    ids = set(DailyTally.objects.values_list("pk", flat=True))
    missed = [TODAY + n * DAY for n in (2, 3, 5)]
    DailyTally.objects.filter(on__in=missed).delete()
    assert tally_missing_days(at=AFTER) == missed
    for day in missed:
        assert kept(day) == slow(day)
    again = DailyTally.objects.exclude(on__in=missed)
    assert set(again.values_list("pk", flat=True)) <= ids
    assert tally_missing_days(at=AFTER) == []


def test_a_day_counted_anew_is_replaced(week):
    tally_missing_days(at=AFTER)
    DailyTally.objects.filter(on=TODAY).update(red=99)
    tally_day(TODAY, at=AFTER)
    assert kept(TODAY) == slow(TODAY)


def test_a_day_that_is_not_over_is_not_tallied(week):
    with pytest.raises(RuleBroken):
        tally_day(TODAY + 9 * DAY, at=AFTER)
    at = datetime.combine(TODAY, time(23, 59), SHANGHAI)
    assert tally_missing_days(at=at) == []


def test_without_a_measure_there_is_nothing_to_tally(db):
    assert tally_missing_days(at=AFTER) == []


def test_days_before_there_was_anything_to_tally_are_not_gone_through(cast, clause):
    then = Diary().then
    Measure.objects.create(code="m-0", title="空", changed_at=cast.at())
    then(TODAY)
    assert first_day() is None
    drafted(cast, clause)
    then(TODAY + 3 * DAY)
    assert first_day() == TODAY + 3 * DAY
    assert tally_missing_days(at=AFTER)[0] == TODAY + 3 * DAY


def test_restricted_measures_stand_apart(week, cast):
    tally_missing_days(at=AFTER)
    led = DailyTally.objects.filter(on=TODAY + DAY, agency=cast.agencies["bureau"])
    assert led.aggregate(n=Sum("not_started"))["n"] == 1
    assert led.filter(restricted=False).aggregate(n=Sum("not_started"))["n"] == 0


@pytest.mark.parametrize("of", [{}, {"agency": "bureau", "policy": True}])
def test_a_tally_is_of_one_agency_or_one_policy(cast, clause, of):
    said = {
        "agency": cast.agencies.get(of.get("agency", "")),
        "policy": clause.policy if of.get("policy") else None,
    }
    with (
        pytest.raises(IntegrityError, match="tally_of_an_agency_or_a_policy"),
        transaction.atomic(),
    ):
        DailyTally.objects.create(
            on=TODAY, is_top=True, restricted=False, **dict.fromkeys(KINDS, 0), **said
        )


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tally_each_day_once(week):
    def work() -> None:
        try:
            found.extend(tally_missing_days(at=AFTER))
        finally:
            connection.close()

    found: list[date] = []
    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=60)
    assert sorted(found) == [TODAY + n * DAY for n in range(9)]
    for day in found:
        assert kept(day) == slow(day)
