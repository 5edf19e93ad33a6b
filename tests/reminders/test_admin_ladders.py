"""The ladders in the admin: what holds, what another version would send, and entering it."""

from datetime import date

import pytest

from apps.measures.models import Measure
from apps.reminders.models import Ladder, Reminder
from tests.conftest import in_progress
from tests.measures.test_admin import now

__all__ = ["now"]

ADD = "/admin/reminders/ladder/add/"
LIST = "/admin/reminders/ladder/"


def ladder(**said: object) -> dict[str, object]:
    return {
        "cause": "deadline",
        "from_on": "2026-03-02",
        "active": "on",
        "reason": "试行",
        "seen": 0,
        "workdays_1": -2,
        "reaches_1": ["LIAISON"],
        "workdays_3": 1,
        "reaches_3": ["UNIT_LEADER", "UNIT_HEAD"],
        "is_escalation_3": "on",
    } | said


def test_the_list_says_what_holds_today(now):
    shown = now.signed_in("supervisor").get(LIST).content.decode()
    assert "5 workdays before → Liaison of the lead; Drafter of the lead" in shown
    assert "escalation, proposes a place in the bulletin" in shown
    assert "Enter other steps" not in shown
    assert f"{ADD}?cause=milestone" in now.signed_in("administrator").get(LIST).content.decode()


def test_a_version_begins_with_the_steps_that_hold_and_is_entered(now):
    browser = now.signed_in("administrator")
    starting = browser.get(ADD, {"cause": "acknowledge"}).context["adminform"].form.initial
    assert (starting["workdays_1"], starting["workdays_2"]) == (-1, 1)
    assert list(starting["reaches_2"]) == ["LIAISON", "DRAFTER", "UNIT_LEADER"]
    assert browser.post(ADD, ladder()).status_code == 302
    entered = Ladder.objects.get()
    steps = entered.steps.values_list("workdays", "reaches", "is_escalation")
    assert (entered.number, entered.by_name) == (1, "administrator")
    assert list(steps) == [(-2, ["LIAISON"], False), (1, ["UNIT_LEADER", "UNIT_HEAD"], True)]
    again = browser.get(ADD, {"cause": "deadline"}).context["adminform"].form.initial
    assert (again["workdays_1"], again["workdays_2"], again["seen"]) == (-2, 1, 1)
    shown = browser.get(f"{LIST}{entered.pk}/change/").content.decode()
    assert "2 workdays before → Liaison of the lead" in shown


def test_a_preview_lists_what_would_go_out_and_saves_nothing(now, clause):
    measure = in_progress(now, clause)
    Measure.objects.filter(pk=measure.pk).update(overdue_from_on=date(2026, 3, 3))
    browser = now.signed_in("administrator")
    page = browser.post(ADD, ladder(_preview="1"))
    shown = page.content.decode()
    assert page.status_code == 200
    assert "these 3 messages would go out on 2026-03-03" in shown
    assert "Not saved yet." in page.text
    assert "Error:" not in page.text
    assert "errornote" not in page.text
    lines = page.context["preview"]
    assert [(line.recipient, line.step) for line in lines] == [
        ("liaison", "2 workdays before"),  # missed, and no later step reaches the liaison
        ("unit leader", "1 workday after"),
        ("unit head", "1 workday after"),
    ]
    assert {line.measure for line in lines} == {"—"}  # administrators see no measures
    assert not Ladder.objects.exists()
    assert not Reminder.objects.exists()
    assert browser.post(ADD, ladder()).status_code == 302


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": ""}, "This field is required."),
        ({"from_on": "2026-03-01"}, "A rule begins today or later"),
        ({"workdays_3": -2}, "Two steps lie on the same day."),
        ({"reaches_1": []}, "Every step reaches somebody."),
        ({"reaches_1": ["MAYOR"]}, "Select a valid choice"),
        ({"cause": "weather"}, "Select a valid choice"),
        ({"seen": 7}, "Somebody else has entered a rule"),
        ({"workdays_3": 61, "_preview": "1"}, "A step lies too far away."),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(now, said, sentence):
    answer = now.signed_in("administrator").post(ADD, ladder(**said))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not Ladder.objects.exists()
