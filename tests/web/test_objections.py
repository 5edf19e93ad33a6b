"""Objections in pages: raised, confirmed, decided; whose desk, what is said, who led."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.models import Membership
from apps.measures.lifecycle import Action
from apps.measures.models import Measure, State
from apps.policies.models import Policy
from tests.conftest import fresh, issued
from tests.measures.stories_of_objections import objected, objection_confirmed, reissue
from tests.web.here import in_chinese, of_today
from tests.web.test_requests import does, offered, url_of, words_of
from tests.web.test_workbench import desk_of, held


@pytest.fixture
def here(cast):
    return of_today(cast)


def test_from_objection_to_another_lead(here, clause):
    measure = issued(here, clause)
    assert does(here, "liaison", "object", measure, grounds="不属职责").status_code == 302
    assert does(here, "unit_leader", "confirm_objection", fresh(measure)).status_code == 302
    form = here.signed_in("director").get(url_of("reissue", measure))
    assert {"不属职责", "Confirmed"} <= words_of(form)
    district = here.agencies["district"]
    done = does(here, "director", "reissue", fresh(measure), lead=district.pk, due_on="", reason="")
    assert done.status_code == 302
    now = fresh(measure)
    assert (now.lead, now.state) == (district, State.ISSUED)


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_without_a_lead_it_comes_back(here, clause, language):
    measure = objection_confirmed(here, clause)
    response = does(here, "director", "reissue", measure, lead="", language=language)
    sentence = "Say which agency leads from now on."
    assert response.status_code == 422
    assert (sentence if language == "en" else in_chinese(sentence)) in words_of(response)


def test_it_lies_with_the_unit_leader_then_with_the_director(here, clause):
    measure = objected(here, clause)
    names = ("liaison", "unit_leader", "supervisor", "director")
    assert {n: held(desk_of(here, n)) for n in names} == {
        "liaison": {"m-1": ["acknowledge"]},
        "unit_leader": {"m-1": ["confirm_objection"]},
        "supervisor": {},
        "director": {},
    }
    assert turn(here, measure) == "Unit leader of the lead agency"
    does(here, "unit_leader", "confirm_objection", measure)
    assert held(desk_of(here, "unit_leader")) == {}
    assert held(desk_of(here, "director")) == {"m-1": ["reissue"]}
    assert turn(here, measure) == "Director of the supervision office"


def turn(cast, measure) -> str:
    page = cast.signed_in("supervisor").get(url_of("measure", measure))
    (each,) = page.context["requests"]
    return str(each.turn)


def test_the_act_on_the_desk_opens_its_form(here, clause):
    objected(here, clause, code="m-1")
    objection_confirmed(here, clause, code="m-2")
    for who in ("unit_leader", "director"):
        browser = here.signed_in(who)
        (row,) = browser.get("/").context["rows"]
        assert browser.get(row.button.url).status_code == 200


def test_the_lead_sees_that_it_waits(here, clause):
    objected(here, clause)
    page = here.signed_in("liaison").get("/")
    waiting = {part.cause.key: part.count for part in page.context["waiting"]}
    assert waiting["objecting"] == 1


def test_without_a_unit_leader_it_says_whom_to_ask(here, clause):
    measure = objected(here, clause)
    page = here.signed_in("liaison").get(url_of("measure", measure)).content.decode()
    assert "no unit leader on record" not in page
    Membership.objects.filter(role="UNIT_LEADER").update(to_on=here.today - timedelta(days=1))
    page = here.signed_in("liaison").get(url_of("measure", measure)).content.decode()
    assert "no unit leader on record who could confirm this. The system administrator" in page


def test_the_page_says_why_not(here, clause):
    measure = objected(here, clause)
    acts, refused = offered(here, "director", measure)
    assert Action.REFUSE_OBJECTION in acts
    assert "has not confirmed this objection yet" in refused[Action.REISSUE]
    acts, refused = offered(here, "liaison", measure)
    assert "waits to be decided" in refused[Action.OBJECT]


def test_after_the_days_it_is_not_offered(here, clause):
    measure = issued(here, clause)
    acts, _refused = offered(here, "liaison", measure)
    assert Action.OBJECT in acts
    long_ago = here.today - timedelta(days=30)
    Measure.objects.filter(pk=measure.pk).update(issued_on=long_ago)
    acts, refused = offered(here, "liaison", fresh(measure))
    assert Action.OBJECT not in acts
    assert refused[Action.OBJECT].startswith("Three workdays have passed")


def test_the_page_shows_who_led(here, clause):
    measure = objection_confirmed(here, clause)
    assert "Led by" not in words_of(here.signed_in("director").get(url_of("measure", measure)))
    reissue(here, measure)
    page = here.signed_in("director").get(url_of("measure", measure))
    assert [(each.agency.code, each.to_on) for each in page.context["leads"]] == [
        ("bureau", here.today),
        ("district", None),
    ]
    assert "Objection upheld: reissued to another lead" in words_of(page)
    (upheld,) = [e for e in page.context["timeline"] if e.outcome == "GRANTED"]
    assert [(c.label, c.old, c.new) for c in upheld.changes] == [
        ("Lead agency", "Bureau", "District")
    ]


def test_the_admin_leads_to_the_form(here, clause):
    measure = objection_confirmed(here, clause)
    address = reverse("admin:measures_measure_change", args=[measure.pk])
    page = here.signed_in("director").get(address)
    assert url_of("reissue", measure) in page.content.decode()
    does_it = reverse("admin:measures_measure_act", args=[measure.pk, "refuse_objection"])
    said = {"seen": measure.version, "reason": "职责明确"}
    here.signed_in("director").post(does_it, said)
    assert fresh(measure).requests.get().decisions.last().outcome == "REFUSED"


# --- A task of a superior level -----------------------------------------------------------


def test_a_superior_task_lies_there_to_be_refused_or_recorded(here, clause):
    Policy.objects.update(level="NATIONAL")
    measure = objection_confirmed(here, clause)
    assert held(desk_of(here, "director")) == {"m-1": ["reissue_superior"]}
    assert held(desk_of(here, "supervisor")) == {"m-1": ["record_objection"]}
    (row,) = here.signed_in("director").get("/").context["rows"]
    assert row.button.url == url_of("refuse_objection", measure)
    there = here.signed_in("supervisor").get(f"/measures/{measure.pk}/paper/objection/")
    assert there.url == f"/measures/{measure.pk}/requests/1/paper/"


def test_each_decision_leads_to_the_other(here, clause):
    measure, director = objection_confirmed(here, clause), here.signed_in("director")
    for this, other in (("reissue", "refuse_objection"), ("refuse_objection", "reissue")):
        page = director.get(url_of(this, measure) + "?next=/inbox/")
        assert f'href="{url_of(other, measure)}?next=%2Finbox%2F"' in page.text
