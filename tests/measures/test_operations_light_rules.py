"""The rule of the lights: entered by the administrator in versions, followed by every measure."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.actor import Machine, Role
from apps.core.errors import NotAllowed, Stale
from apps.measures import lights
from apps.measures.models import LightRule, Measure, Thresholds, current_thresholds
from apps.measures.operations.following import follow_calendar
from apps.measures.operations.light_rules import set_light_rule
from tests.conftest import an_estimate, fresh, in_progress, reported
from tests.measures.cast_of_roles import PEOPLE, complete
from tests.measures.refusals import refused

MACHINE = Machine("follow_calendar")
STRICT = Thresholds(10, Decimal(5), Decimal(15))


def enter(cast, thresholds=STRICT, *, who="administrator", **said):
    said = {"from_on": cast.today, "reason": "试行从严", "seen": 0} | said
    return set_light_rule(thresholds, **said, by=cast[who], at=cast.at())


def test_the_defaults_hold_until_a_rule_is_entered(cast):
    assert current_thresholds(on=cast.today) == Thresholds(5, Decimal(10), Decimal(30))
    rule = enter(cast)
    assert (rule.number, rule.by_name, rule.reason) == (1, "administrator", "试行从严")
    assert current_thresholds(on=cast.today) == STRICT
    assert current_thresholds(on=cast.today - timedelta(days=1)) == Thresholds()
    event = AuditEvent.objects.about(rule).get()
    assert event.act == "measures.set_light_rule"
    assert event.changes == {
        "from_on": ["", "2026-03-02"],
        "reason": ["", "试行从严"],
        "due_soon_workdays": [5, 10],
        "behind_points": ["10", "5"],
        "far_behind_points": ["30", "15"],
    }


def test_a_later_rule_waits_for_its_day_and_the_last_one_entered_holds(cast):
    enter(cast, from_on=cast.today + timedelta(days=7))
    milder = Thresholds(3, Decimal(20), Decimal(40))
    enter(cast, milder, seen=1, reason="先宽后严")
    assert current_thresholds(on=cast.today) == milder
    assert current_thresholds(on=cast.today + timedelta(days=7)) == milder


def test_open_measures_follow_and_past_days_keep_their_rule(cast, clause):
    """Half is expected by 31 March, 42% are reported: 8 points behind."""
    plan = an_estimate(cast, due_on=cast.today + timedelta(days=58))
    measure = in_progress(cast, clause, plan=plan)
    cast.today = date(2026, 3, 31)
    reported(cast, measure, progress=Decimal(42))
    cast.today = date(2026, 4, 1)
    assert lights.light_of(fresh(measure), on=cast.today) == "GREEN"
    version = fresh(measure).version

    enter(cast)
    assert follow_calendar(by=MACHINE, at=cast.at()) == 1
    assert lights.light_of(fresh(measure), on=cast.today) == "YELLOW"
    assert fresh(measure).version == version
    assert follow_calendar(by=MACHINE, at=cast.at()) == 0
    rows = Measure.pgh_event_model.objects.filter(pgh_obj_id=measure.pk).order_by("pgh_id")
    assert [row.behind_from_on for row in rows][-2:] == [date(2026, 5, 1), date(2026, 4, 1)]


def test_an_act_uses_the_rule_of_its_day(cast, clause):
    enter(cast, from_on=date(2026, 3, 31))
    plan = an_estimate(cast, due_on=cast.today + timedelta(days=58))
    measure = in_progress(cast, clause, plan=plan)
    assert fresh(measure).due_soon_from_on == date(2026, 4, 22)  # 5 workdays before 29 April
    cast.today = date(2026, 3, 31)
    reported(cast, measure, progress=Decimal(42))
    assert fresh(measure).due_soon_from_on == date(2026, 4, 15)  # 10 workdays
    assert fresh(measure).behind_from_on == date(2026, 4, 1)


@pytest.mark.parametrize(
    ("thresholds", "said", "field", "sentence"),
    [
        (STRICT, {"reason": " "}, "reason", "Say why the rule changes."),
        (
            STRICT,
            {"from_on": date(2026, 3, 1)},
            "from_on",
            "A rule begins today or later: past days keep theirs.",
        ),
        (
            Thresholds(5, Decimal(31), Decimal(30)),
            {},
            "far_behind_points",
            "Yellow begins at more than 0 points behind, and red no sooner than yellow.",
        ),
        (
            Thresholds(5, Decimal(0), Decimal(30)),
            {},
            "far_behind_points",
            "Yellow begins at more than 0 points behind, and red no sooner than yellow.",
        ),
    ],
)
def test_what_makes_no_rule_is_refused(cast, thresholds, said, field, sentence):
    with refused(sentence, field=field):
        enter(cast, thresholds, **said)


def test_of_two_who_enter_the_next_version_one_is_told(cast):
    enter(cast)
    sentence = "Somebody else has entered a rule since you opened this page."
    with refused(sentence, kind=Stale):
        enter(cast, seen=0)
    assert LightRule.objects.count() == 1


def test_only_the_administrator_enters_one(cast):
    complete(cast)
    for who in PEOPLE:
        if cast[who].holds(Role.ADMINISTRATOR):
            continue
        with refused("Your role does not keep these records.", kind=NotAllowed):
            enter(cast, who=who)
    assert enter(cast).number == 1
