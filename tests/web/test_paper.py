"""Decisions taken on paper, in pages: the form, the labels, and who is shown what."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.measures.models import Evidence, State
from tests.conftest import PDF, applied, extension_asked, fresh
from tests.web.here import in_chinese, of_today
from tests.web.test_requests import url_of, words_of


@pytest.fixture
def here(cast):
    return of_today(cast)


def page_of(measure, number=1):
    return reverse("web:record_paper", args=[measure.pk, number])


def typed(here, measure, **changes):
    scan = SimpleUploadedFile("批示.pdf", PDF, content_type="application/pdf")
    said = {
        "seen": measure.version,
        "action": "EXTEND",
        "by_name": "副市长 李某",
        "decided_on": here.today.isoformat(),
        "reason": "同意",
        "scan": scan,
    }
    return said | changes


def test_the_office_is_led_to_the_form_from_the_measure(here, clause):
    measure = extension_asked(here, clause)
    assert page_of(measure) in here.signed_in("supervisor").get(url_of("measure", measure)).text
    assert page_of(measure) in here.signed_in("director").get(url_of("extend", measure)).text
    assert page_of(measure) not in here.signed_in("liaison").get(url_of("measure", measure)).text


def test_it_is_recorded_and_labelled_wherever_it_is_shown(here, clause):
    measure = extension_asked(here, clause)
    supervisor = here.signed_in("supervisor")
    assert "施工许可推迟" in supervisor.get(page_of(measure)).text
    response = supervisor.post(page_of(measure), typed(here, measure))
    assert response.url == url_of("measure", measure)
    assert fresh(measure).due_on == here.today + timedelta(days=180)
    words = here.signed_in("liaison").get(url_of("measure", measure)).text
    assert words.count("on paper") == 2  # in the timeline and in the ledger
    assert words.count("put on record by supervisor") == 2
    scan = Evidence.objects.get(name="批示.pdf")
    address = reverse("web:evidence", args=[measure.pk, scan.pk])
    assert words.count(address) == 2
    file = here.signed_in("liaison").get(address)
    assert b"".join(file.streaming_content) == PDF
    file.close()


def test_a_verification_on_paper_is_labelled_while_the_request_waits(here, clause):
    measure = applied(here, clause)
    here.signed_in("supervisor").post(page_of(measure), typed(here, measure, action="VERIFY"))
    page = here.signed_in("director").get(url_of("close", measure))
    assert "put on record by supervisor" in page.text
    assert fresh(measure).state == State.COMPLETING


def test_only_what_comes_next_can_be_chosen(here, clause):
    measure = applied(here, clause)
    form = here.signed_in("supervisor").get(page_of(measure)).context["form"]
    assert [value for value, _label in form.fields["action"].choices] == ["VERIFY", "SEND_BACK"]
    response = here.signed_in("supervisor").post(
        page_of(measure), typed(here, measure, action="CLOSE")
    )
    assert response.status_code == 422


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_what_is_refused_comes_back_with_what_was_typed(here, clause, language):
    measure = extension_asked(here, clause)
    browser = here.signed_in("supervisor", language=language)
    response = browser.post(page_of(measure), typed(here, measure, by_name=" "))
    said = "Say who decided." if language == "en" else in_chinese("Say who decided.")
    assert response.status_code == 422
    assert {said, "同意"} <= words_of(response)
    assert not Evidence.objects.filter(name="批示.pdf").exists()


def test_a_scan_is_needed_and_has_to_be_one(here, clause):
    measure = extension_asked(here, clause)
    browser = here.signed_in("supervisor")
    assert browser.post(page_of(measure), typed(here, measure, scan="")).status_code == 422
    fake = SimpleUploadedFile("批示.pdf", b"MZ", content_type="application/pdf")
    response = browser.post(page_of(measure), typed(here, measure, scan=fake))
    assert response.status_code == 422
    assert "scan" in response.context["form"].errors


def test_a_stale_page_says_what_happened(here, clause):
    measure = extension_asked(here, clause)
    browser = here.signed_in("supervisor")
    response = browser.post(page_of(measure), typed(here, measure, seen=measure.version - 1))
    assert response.status_code == 409
    assert "Extension asked for" in words_of(response)


def test_others_do_not_come_here(here, clause):
    measure = extension_asked(here, clause)
    assert here.signed_in("liaison").get(page_of(measure)).status_code == 403
    assert here.signed_in("district_liaison").get(page_of(measure)).status_code == 404
    assert here.signed_in("supervisor").get(page_of(measure, 9)).status_code == 404


def test_what_was_decided_already_is_said(here, clause):
    measure = extension_asked(here, clause)
    browser = here.signed_in("supervisor")
    browser.post(page_of(measure), typed(here, measure))
    response = browser.get(page_of(measure))
    assert response.status_code == 409
    assert "This has been decided meanwhile." in response.text


def test_what_the_operation_asks_for_is_marked_as_required(cast, clause):
    measure = extension_asked(cast, clause)
    page = cast.signed_in("supervisor").get(reverse("web:record_paper", args=[measure.pk, 1]))
    assert '<label class="form-label required" for="id_by_name">' in page.text
    assert '<label class="form-label" for="id_reason">' in page.text
