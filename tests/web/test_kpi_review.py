"""Reviewing figures and closing periods from the pages: what is shown, decided and refused."""

from decimal import Decimal

import pytest

from apps.kpis import operations
from apps.kpis.models import PeriodClosing, Place, SubmissionReview
from apps.kpis.periods import Period
from tests.kpis.figuring import a_kpi, another_district, entered, entry, known
from tests.web.here import of_today
from tests.web.watching import queries_of, writes_in

QUEUE = "/kpis/review/"


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def month(cast) -> Period:
    return Period.holding(cast.today, 1).moved(-1)


def outcomes() -> list[str]:
    return list(SubmissionReview.objects.order_by("pk").values_list("outcome", flat=True))


def test_the_item_shows_what_stands_beside_what_is_to_stand(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(10, month.moved(-1)), entry(40, month))
    entered(cast, kpi, entry(50, month, vintage="REVISED", note="补报"))
    entered(cast, kpi, entry(7, month, another_district()))
    page = cast.signed_in("owner").get(QUEUE)
    (figure,) = page.context["item"].figures
    assert (figure.was.value, figure.observation.value, figure.change) == (40, 50, Decimal(25))
    assert (figure.before, "twice" in str(figure.odd)) == (10, True)
    assert "补报" in page.text
    assert [each.submission.pk for each in page.context["queue"]][0] == (
        page.context["submission"].pk
    )
    assert page.context["total"] == 2


def test_approved_figures_count_and_the_next_sheet_opens(cast, month):
    kpi = a_kpi(cast)
    first = entered(cast, kpi, entry(50, month))
    second = entered(cast, kpi, entry(7, month, another_district()))
    client = cast.signed_in("owner")
    answer = client.post(f"{QUEUE}{first.pk}/", {"decision": "approve"}, follow=True)
    assert answer.context["submission"] == second
    assert "are approved and count" in answer.text
    empty = client.post(f"{QUEUE}{second.pk}/", {"decision": "return", "reason": " "})
    assert (empty.status_code, "Say what has to be corrected" in empty.text) == (422, True)
    client.post(f"{QUEUE}{second.pk}/", {"decision": "return", "reason": "单位有误"})
    assert outcomes() == ["APPROVED", "RETURNED"]
    again = client.post(f"{QUEUE}{second.pk}/", {"decision": "approve"})
    assert (again.status_code, "reviewed already" in again.text) == (409, True)
    assert "单位有误" in client.get(f"{QUEUE}{second.pk}/").text


def test_many_are_approved_at_once_and_refusals_told_one_by_one(cast, month):
    kpi, other = a_kpi(cast), a_kpi(cast, "o", owner=cast.agencies["other"])
    sheets = [
        entered(cast, kpi, entry(50, month)),
        entered(cast, kpi, entry(7, month, another_district())),
        entered(cast, other, entry(1, month), agency="other", by="stranger"),
    ]
    operations.review_observations(
        sheets[0], "RETURNED", reason="核实", by=cast["owner"], at=cast.at()
    )
    picked = {"pick": [sheet.pk for sheet in sheets]}
    page = cast.signed_in("owner").post(f"{QUEUE}approve/", picked)
    assert [each.submission for each in page.context["done"]] == [sheets[1]]
    assert [each.refusal for each in page.context["refused"]] == [
        "These figures have been reviewed already."
    ]
    assert not SubmissionReview.objects.filter(submission=sheets[2]).exists()


def test_who_reviews(cast, month):
    kpi = a_kpi(cast)
    sheet = entered(cast, kpi, entry(50, month))
    assert cast.signed_in("liaison").get(QUEUE).status_code == 403
    supervisor = cast.signed_in("supervisor")
    assert supervisor.get(QUEUE).context["submission"] is None
    assert supervisor.get(f"{QUEUE}{sheet.pk}/").status_code == 404
    nobodys = a_kpi(cast, "n", owner=None)
    own = Place(agency_id=cast.agencies["bureau"].pk)
    sheet = entered(cast, nobodys, entry(1, month, own))
    assert supervisor.get(QUEUE).context["submission"] == sheet


def test_a_period_is_closed_and_opened_again(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(50, month))
    owner, address = cast.signed_in("owner"), f"/kpis/{kpi.pk}/periods/"
    assert [state.period for state in owner.get(address).context["states"]] == [month]
    asked = {"period": month.code, "seen": 0}
    assert owner.post(address, asked | {"do": "close"}).status_code == 302
    assert owner.post(address, asked | {"do": "close"}).status_code == 409
    why = owner.post(address, asked | {"seen": 1, "do": "reopen"})
    assert (why.status_code, "Say why" in why.text) == (422, True)
    owner.post(address, asked | {"seen": 1, "do": "reopen", "reason": "补报"})
    assert [each.is_closed for each in PeriodClosing.objects.order_by("number")] == [True, False]
    assert "补报" in owner.get(address).text
    assert owner.post(address, {"period": "x"}).status_code == 404
    assert cast.signed_in("liaison").get(address).status_code == 403


def test_the_workbench_leads_to_what_waits(cast, month):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(1, month.moved(-1)))
    entered(cast, a_kpi(cast, "w"), entry(1, month))
    for who, key in (("liaison", "kpi_enter"), ("owner", "kpi_review")):
        client = cast.signed_in(who)
        counters = {each.key: each for each in client.get("/").context["counters"]}
        counter = counters[key]
        assert (counter.count, client.get(counter.url).context["total"]) == (1, 1)


def test_a_period_that_cannot_be_closed_leads_to_what_waits(cast, month):
    kpi = a_kpi(cast)
    entered(cast, kpi, entry(1, month))
    owner = cast.signed_in("owner")
    way = f"/kpis/review/?kpi={kpi.pk}"
    assert f'href="{way}"' in owner.get(f"/kpis/{kpi.pk}/periods/").text
    assert owner.get(way).status_code == 200


def test_a_desk_without_measures_sends_to_the_figures_that_wait(cast, month):
    kpi = a_kpi(cast)
    assert "Nothing to do today." in cast.signed_in("owner").get("/").text
    entered(cast, kpi, entry(1, month))
    page = cast.signed_in("owner").get("/").text
    assert "Nothing to do today." not in page
    assert 'class="btn btn-primary" href="/kpis/?waits=REVIEW"' in page


def test_a_longer_sheet_and_queue_ask_no_more(cast, month):
    kpi, counts = a_kpi(cast), []
    client = cast.signed_in("owner")
    for n in (1, 8):
        periods = [month.moved(-m) for m in range(n)]
        for _m in range(n):
            entered(cast, kpi, *(entry(5, period) for period in periods))
        counts.append(len(queries_of(client, QUEUE)))
    assert counts[0] == counts[1]
    assert not writes_in(queries_of(client, QUEUE))
