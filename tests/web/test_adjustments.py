"""Adjustments and carry-overs in pages: the sheet, what comes back, whose desk, what is said."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.measures.lifecycle import Action
from apps.measures.models import Basis, Measure
from apps.measures.operations import MilestonePlan
from apps.measures.operations.steps import open_steps
from tests.conftest import a_plan, drafted, fresh, in_progress
from tests.measures.stories_of_adjustments import (
    adjustment_asked,
    ask_adjustment,
    carry_over_asked,
    standing_work,
)
from tests.web.here import in_chinese, of_today
from tests.web.test_requests import does, offered, url_of, words_of
from tests.web.test_workbench import desk_of, held


@pytest.fixture
def here(cast):
    return of_today(cast)


def rows(*steps: MilestonePlan) -> dict[str, str]:
    """The sheet of milestones as a browser sends it."""
    said = {"milestones-TOTAL_FORMS": str(len(steps)), "milestones-INITIAL_FORMS": "0"}
    for number, step in enumerate(steps):
        said |= {
            f"milestones-{number}-title": step.title,
            f"milestones-{number}-due_on": step.due_on.isoformat(),
            f"milestones-{number}-weight": str(step.weight),
        }
    return said


def sheet(measure: Measure, **changes) -> dict[str, object]:
    """Everything as it stands."""
    return {
        "grounds": "情况有变",
        "title": measure.title,
        "supporters": list(measure.supporters.values_list("pk", flat=True)),
        "cadence": measure.cadence,
        **rows(*changes.pop("steps", open_steps(measure))),
    } | changes


def test_the_sheet_shows_what_stands_now(here, clause):
    measure = in_progress(here, clause)
    page = here.signed_in("liaison").get(url_of("ask_adjustment", measure))
    form = page.context["form"]
    assert form["title"].value() == measure.title
    assert [row["title"].value() for row in form.steps][:2] == ["第一步", "第二步"]
    assert "target_quantity" not in form.fields


def test_from_the_sheet_to_the_measure(here, clause):
    measure = in_progress(here, clause)
    new = MilestonePlan("新的一步", here.today + timedelta(days=30), 3)
    said = sheet(measure, title="改后的举措", steps=[new])
    assert does(here, "liaison", "ask_adjustment", measure, **said).status_code == 302
    page = here.signed_in("director").get(url_of("adjust", measure))
    told = " ".join(words_of(page))
    assert "改后的举措" in told
    assert "新的一步" in told
    assert "×3" in told
    assert does(here, "director", "adjust", fresh(measure)).status_code == 302
    now = fresh(measure)
    assert (now.title, open_steps(now)) == ("改后的举措", [new])


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_does_not_do_comes_back_beside_the_milestones(here, clause, language):
    measure = in_progress(here, clause)
    past = MilestonePlan("昨天", here.today - timedelta(days=1))
    said = sheet(measure, steps=[past])
    response = does(here, "liaison", "ask_adjustment", measure, language=language, **said)
    sentence = "A milestone that is added or moved lies in the future."
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in words_of(response)
    assert [row["title"].value() for row in response.context["form"].steps] == ["昨天"]


def test_a_target_is_asked_for_where_there_is_one(here, clause):
    plan = a_plan(here, basis=Basis.QUANTITY, target_quantity=Decimal(10), quantity_unit="家")
    measure = in_progress(here, clause, plan=plan)
    said = sheet(measure, target_quantity="12")
    assert does(here, "liaison", "ask_adjustment", measure, **said).status_code == 302
    assert fresh(measure).requests.get().wanted == {"target_quantity": ["10", "12"]}


def test_supporters_are_named_in_the_timeline(here, clause):
    measure = in_progress(here, clause)
    ask_adjustment(here, measure, supporters=[here.agencies["district"]])
    page = here.signed_in("director").get(url_of("measure", measure))
    (change,) = page.context["requests"][0].changes
    assert (change.label, change.old, change.new) == ("Supporting agencies", "Other", "District")
    (told,) = [entry for entry in page.context["timeline"] if entry.asked]
    assert told.changes == [change]


def test_carrying_over_is_offered_for_standing_work_only(here, clause):
    acts, refused = offered(here, "liaison", in_progress(here, clause))
    assert Action.ASK_CARRY_OVER not in {*acts, *refused}
    acts, _refused = offered(here, "liaison", standing_work(here, clause, code="m-2"))
    assert Action.ASK_CARRY_OVER in acts


def test_from_this_year_into_the_next(here, clause):
    measure = standing_work(here, clause)
    end = date(here.today.year + 1, 12, 31)
    step = MilestonePlan("下年第一步", date(here.today.year + 1, 5, 31))
    said = {"grounds": "持续推进", "due_on": end.isoformat(), **rows(step)}
    assert does(here, "liaison", "ask_carry_over", measure, **said).status_code == 302
    assert does(here, "director", "carry_over", fresh(measure)).status_code == 302
    now = fresh(measure)
    assert (now.due_on, open_steps(now)) == (end, [step])


def test_they_lie_with_the_director(here, clause):
    adjustment_asked(here, clause, code="m-1")
    carry_over_asked(here, clause, code="m-2")
    assert held(desk_of(here, "director")) == {"m-1": ["adjust"], "m-2": ["carry_over"]}
    browser = here.signed_in("director")
    for row in browser.get("/").context["rows"]:
        assert browser.get(row.button.url).status_code == 200
    page = here.signed_in("liaison").get("/")
    waiting = {part.cause.key: part.count for part in page.context["waiting"]}
    assert (waiting["adjusting"], waiting["carrying_over"]) == (1, 1)


def test_a_draft_is_marked_as_standing_work(here, clause):
    measure = drafted(here, clause, plan=a_plan(here, due_on=None))
    page = here.signed_in("supervisor").get(url_of("revise", measure))
    assert "standing" in page.context["sheet"].form.fields
    said = {
        "title": measure.title,
        "lead": measure.lead_id,
        "standing": "on",
        "basis": measure.basis,
        "cadence": measure.cadence,
        **rows(),
    }
    assert does(here, "supervisor", "revise", measure, **said).status_code == 302
    now = fresh(measure)
    assert (now.standing, now.due_on) == (True, date(here.today.year, 12, 31))
