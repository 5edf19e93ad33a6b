"""A report inside an agency that confirms: the writer's panel, the unit leader's page."""

from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.measures.models import Evidence, ProgressReport, ReportDraft
from tests.conftest import PDF, an_estimate, fresh, in_progress, reported
from tests.measures.confirming import confirms, hand_back, hand_in, shown
from tests.web.here import of_today
from tests.web.watching import queries_of, writes_in

IN_PANEL = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def today_cast(cast):
    return of_today(cast)


@pytest.fixture
def measure(today_cast, clause):
    measure = in_progress(today_cast, clause, plan=an_estimate(today_cast))
    reported(today_cast, measure, progress=Decimal(10), summary="第一期")
    confirms(today_cast)
    return measure


@pytest.fixture
def liaison(today_cast) -> Client:
    return today_cast.signed_in("liaison")


@pytest.fixture
def leader(today_cast) -> Client:
    return today_cast.signed_in("unit_leader")


def report_url(measure) -> str:
    return f"/measures/{measure.pk}/report/"


def confirm_url(measure) -> str:
    return f"/measures/{measure.pk}/report/confirm/"


def typed(measure, **said) -> dict:
    seen = {"seen": fresh(measure).version, "draft": shown(measure)}
    return seen | {"summary": "做了一些事", "progress": "20"} | said


def decided(measure, decision: str, **said) -> dict:
    return {
        "seen": fresh(measure).version,
        "draft": shown(measure),
        "decision": decision,
    } | said


def text_of(page) -> str:
    return page.content.decode()


def test_the_panel_says_who_comes_first(liaison, measure):
    page = text_of(liaison.get(report_url(measure), **IN_PANEL))
    assert "Hand in to the unit leader" in page
    assert "Your unit leader confirms it first; it counts from that moment." in page


def test_elsewhere_it_says_nothing_of_it(today_cast, liaison, measure):
    confirms(today_cast, wanted=False)
    page = text_of(liaison.get(report_url(measure), **IN_PANEL))
    assert "unit leader" not in page


@pytest.mark.parametrize("how", [{}, {"no_change": "1", "summary": "", "progress": ""}])
def test_what_is_handed_in_waits(liaison, measure, how):
    page = liaison.post(report_url(measure), typed(measure, **how), **IN_PANEL)
    assert "is handed in; the unit leader has to confirm it." in text_of(page)
    assert ProgressReport.objects.count() == 1
    assert ReportDraft.objects.confirming().count() == 1


def test_while_it_waits_the_panel_offers_to_take_it_back(liaison, measure):
    liaison.post(report_url(measure), typed(measure), **IN_PANEL)
    waiting = text_of(liaison.get(report_url(measure), **IN_PANEL))
    assert "Waits for the unit leader to confirm it" in waiting
    assert "做了一些事" in waiting
    address = f"/measures/{measure.pk}/report/take-back/"
    page = liaison.post(address, {"draft": shown(measure)}, follow=True)
    assert "The report is taken back; it is a draft again." in text_of(page)
    assert page.context["form"].initial["summary"] == "做了一些事"
    again = liaison.post(address, {"draft": shown(measure)}, follow=True)
    assert "No report waits for the unit leader." in text_of(again)


def test_the_unit_leader_reads_it_beside_the_last_one_and_confirms(liaison, leader, measure):
    file = SimpleUploadedFile("证明.pdf", PDF)
    liaison.post(report_url(measure), typed(measure, attachments=[file]), **IN_PANEL)
    desk = text_of(leader.get("/"))
    assert "Report to be confirmed" in desk
    page = text_of(leader.get(confirm_url(measure)))
    for said in ("做了一些事", "第一期", "证明.pdf", "10%", "20%", "Written by liaison"):
        assert said in page
    assert "It counts from the moment you confirm it" in page
    done = leader.post(confirm_url(measure), decided(measure, "approve"), follow=True)
    assert "is confirmed and handed in; it waits for review." in text_of(done)
    assert "confirmed by unit leader" in text_of(done)
    report = ProgressReport.objects.get(number=2)
    assert (report.submitted_by_name, report.confirmed_by_name) == ("liaison", "unit leader")
    assert report.evidence.get().name == "证明.pdf"


def test_handed_back_it_is_on_the_writers_desk_with_the_reason(
    today_cast, liaison, leader, measure
):
    hand_in(today_cast, measure, summary="做了", progress=Decimal(20))
    silent = leader.post(confirm_url(measure), decided(measure, "return"))
    assert (silent.status_code, "Say what has to be changed." in text_of(silent)) == (422, True)
    leader.post(confirm_url(measure), decided(measure, "return", reason="补数据"), follow=True)
    desk = text_of(liaison.get("/"))
    assert "Handed back by the unit leader" in desk
    assert "补数据" in desk
    panel = text_of(liaison.get(report_url(measure), **IN_PANEL))
    assert "补数据" in panel
    assert "做了" in panel


def test_a_page_grown_old_decides_nothing(today_cast, leader, measure):
    hand_in(today_cast, measure, summary="做了", progress=Decimal(20))
    old = decided(measure, "approve", draft=99)
    page = leader.post(confirm_url(measure), old)
    assert page.status_code == 409
    assert "saved this draft at" in text_of(page)
    hand_back(today_cast, measure)
    page = leader.post(confirm_url(measure), decided(measure, "approve", draft=1), follow=True)
    assert "handed this draft back at" in text_of(page)
    assert ProgressReport.objects.count() == 1


def test_without_anything_to_confirm_there_is_no_page(leader, measure):
    page = leader.get(confirm_url(measure), follow=True)
    assert page.redirect_chain[-1][0] == f"/measures/{measure.pk}/"
    assert "No report waits for the unit leader." in text_of(page)


@pytest.mark.parametrize("who", ["liaison", "supervisor", "director", "unit_head"])
def test_the_page_is_the_unit_leaders(today_cast, measure, who):
    hand_in(today_cast, measure, summary="做了", progress=Decimal(20))
    assert today_cast.signed_in(who).get(confirm_url(measure)).status_code == 403


def status_of(client: Client, address: str) -> int:
    page = client.get(address)
    b"".join(page)  # a download is closed once it has been read
    return page.status_code


def test_others_do_not_see_what_is_not_reported(today_cast, leader, liaison, measure):
    file = SimpleUploadedFile("证明.pdf", PDF)
    liaison.post(report_url(measure), typed(measure, attachments=[file]), **IN_PANEL)
    piece = Evidence.objects.get()
    address = f"/measures/{measure.pk}/evidence/{piece.pk}/"
    sees = {
        who: (
            "A report waits for the unit leader" in text_of(client.get(f"/measures/{measure.pk}/")),
            status_of(client, address),
        )
        for who in ("unit_leader", "unit_head", "director", "supervisor", "stranger")
        for client in [today_cast.signed_in(who)]
    }
    assert sees == {
        "unit_leader": (True, 200),
        "unit_head": (True, 200),
        "director": (False, 404),
        "supervisor": (False, 404),
        "stranger": (False, 404),
    }


def test_reading_it_writes_nothing(today_cast, leader, measure):
    hand_in(today_cast, measure, summary="做了", progress=Decimal(20))
    assert not writes_in(queries_of(leader, confirm_url(measure)))
