"""Decisions taken on paper in the admin: the same form, the same refusals."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.measures.models import Evidence
from tests.conftest import PDF, extension_asked, fresh
from tests.measures.test_admin import act, change_page, now, sentences

__all__ = ["now"]


def typed(now, **changes):
    scan = SimpleUploadedFile("批示.pdf", PDF, content_type="application/pdf")
    day = now.today.isoformat()
    said = {"action": "EXTEND", "by_name": "李某", "decided_on": day, "scan": scan}
    return said | changes


def test_the_office_records_it_with_its_scan(now, clause):
    measure, browser = extension_asked(now, clause), now.signed_in("supervisor")
    page = browser.get(change_page(measure)).text
    assert 'enctype="multipart/form-data"' in page
    assert 'type="date" name="decided_on"' in page
    answer = act(browser, measure, "record_paper", **typed(now, reason="同意"))
    assert sentences(answer) == ["Done: m-1 A measure"]
    decision = fresh(measure).requests.get().decisions.get()
    assert (decision.by_name, decision.reason, decision.scan.name) == ("李某", "同意", "批示.pdf")
    page = browser.get(change_page(measure)).text
    assert "李某 (on paper, 2 Mar 2026; recorded by supervisor): 同意" in page


def test_what_is_missing_is_said_and_no_file_is_kept(now, clause):
    measure = extension_asked(now, clause)
    answer = act(now.signed_in("supervisor"), measure, "record_paper", **typed(now, scan=""))
    assert sentences(answer) == ["This field is required."]
    answer = act(now.signed_in("supervisor"), measure, "record_paper", **typed(now, by_name=""))
    assert sentences(answer) == ["Say who decided."]
    assert not Evidence.objects.exists()


def test_whoever_has_no_part_in_it_is_offered_nothing(now, clause):
    measure = extension_asked(now, clause)
    page = now.signed_in("auditor").get(change_page(measure)).text
    assert "record_paper" not in page
    assert act(now.signed_in("auditor"), measure, "record_paper", **typed(now)).status_code == 403
