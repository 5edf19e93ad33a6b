"""Weekly reports and the rule of the lights in the admin."""

from datetime import date

import pytest
from django.urls import reverse

from apps.measures.models import Cadence, LightRule, State
from tests.conftest import fresh, proposed
from tests.measures.test_admin import act, change_page, now, sentences
from tests.measures.test_operations_light_rules import STRICT, enter

__all__ = ["now"]

ADD = "/admin/measures/lightrule/add/"
LIST = "/admin/measures/lightrule/"


def rule(**said: object) -> dict[str, object]:
    return {
        "from_on": "2026-03-02",
        "due_soon_workdays": 8,
        "behind_points": "12.5",
        "far_behind_points": "25",
        "reason": "试行",
        "seen": 0,
    } | said


def test_the_administrator_enters_a_version_that_begins_with_what_holds(now):
    browser = now.signed_in("administrator")
    shown = browser.get(ADD).context["adminform"].form.initial
    assert (shown["due_soon_workdays"], shown["from_on"]) == (5, date(2026, 3, 2))
    assert browser.post(ADD, rule()).status_code == 302
    entered = LightRule.objects.get()
    assert (entered.number, entered.due_soon_workdays, entered.by_name) == (1, 8, "administrator")
    shown = browser.get(ADD).context["adminform"].form.initial
    assert (shown["due_soon_workdays"], shown["seen"]) == (8, 1)
    assert "试行" in browser.get(LIST).content.decode()


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"reason": ""}, "This field is required."),
        ({"from_on": "2026-03-01"}, "A rule begins today or later"),
        ({"far_behind_points": "12"}, "red no sooner than yellow"),
        ({"due_soon_workdays": "61"}, "less than or equal to 60"),
        ({"behind_points": "0"}, "greater than or equal to 0.01"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_saved(now, said, sentence):
    answer = now.signed_in("administrator").post(ADD, rule(**said))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not LightRule.objects.exists()


def test_the_second_of_two_is_told_and_may_save_once_more(now):
    enter(now)
    browser = now.signed_in("administrator")
    page = browser.post(ADD, rule())
    assert "Somebody else has entered a rule" in page.content.decode()
    seen = page.context["adminform"].form["seen"].value()
    assert browser.post(ADD, rule(seen=seen)).status_code == 302
    assert LightRule.objects.count() == 2


def test_a_version_is_never_changed_and_others_only_read(now):
    entered = enter(now, STRICT)
    page = reverse("admin:measures_lightrule_change", args=[entered.pk])
    browser = now.signed_in("administrator")
    assert browser.get(page).status_code == 200
    assert browser.post(page, rule(reason="改")).status_code == 403
    entered.refresh_from_db()
    assert entered.reason == "试行从严"
    for who in ("supervisor", "director", "auditor"):
        assert now.signed_in(who).get(LIST).status_code == 200
        assert now.signed_in(who).get(ADD).status_code == 403
        assert now.signed_in(who).post(ADD, rule(seen=1)).status_code == 403
    assert LightRule.objects.count() == 1


def test_the_director_issues_with_weekly_reports(now, clause):
    measure = proposed(now, clause)
    browser = now.signed_in("director")
    assert "Issue with weekly reports" in browser.get(change_page(measure)).content.decode()
    answer = act(browser, measure, "issue_weekly", reason=" ")
    assert fresh(measure).state == State.PROPOSED
    answer = act(browser, measure, "issue_weekly", reason="急")
    assert sentences(answer)
    assert fresh(measure).cadence == Cadence.WEEKLY
    assert fresh(measure).weekly_reason == "急"
