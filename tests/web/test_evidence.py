"""Downloading evidence: to whom, of what, and how."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import Http404
from django.test import RequestFactory
from structlog.testing import capture_logs

from apps.audit.models import AuditEvent
from apps.measures import operations
from apps.measures.models import Evidence
from apps.web.pages.evidence import viewer_file
from tests.conftest import PDF, an_estimate, evidence, fresh, in_progress, reported
from tests.web.here import of_today


@pytest.fixture
def piece(cast, clause) -> Evidence:
    """Handed in with a report on m-1."""
    measure = in_progress(cast, clause)
    return reported(cast, measure).evidence.get()


def url_of(piece: Evidence) -> str:
    measure = piece.reports.first().measure
    return f"/measures/{measure.pk}/evidence/{piece.pk}/"


def test_it_comes_as_a_download_under_its_own_name(cast, clause):
    measure = in_progress(cast, clause)
    named = operations.add_evidence(
        ContentFile(PDF),
        name="验收 “终稿”.pdf",
        agency=cast.agencies["bureau"],
        by=cast["liaison"],
        at=cast.at(),
    )
    first = frozenset({measure.milestones.first().pk})
    reported(cast, measure, reached=first, evidence=[named])
    answer = cast.signed_in("liaison").get(url_of(named))
    assert b"".join(answer.streaming_content) == PDF
    answer.close()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "%E9%AA%8C%E6%94%B6" in answer["Content-Disposition"]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("liaison", 200),
        ("stranger", 200),  # the other bureau supports the measure
        ("supervisor", 200),
        ("auditor", 200),
        ("district_liaison", 404),
        ("administrator", 404),
    ],
)
def test_only_who_sees_the_measure(cast, piece, who, status):
    answer = cast.signed_in(who).get(url_of(piece))
    assert answer.status_code == status
    answer.close()


def test_a_stranger_is_sent_to_sign_in(client, piece):
    assert client.get(url_of(piece)).status_code == 302


def test_not_through_another_measure(cast, clause, piece):
    other = in_progress(cast, clause, code="m-2")
    url = f"/measures/{other.pk}/evidence/{piece.pk}/"
    assert cast.signed_in("liaison").get(url).status_code == 404


def test_not_before_it_is_handed_in(cast, clause, piece):
    loose = evidence(cast)
    url = f"/measures/{piece.reports.first().measure_id}/evidence/{loose.pk}/"
    assert cast.signed_in("liaison").get(url).status_code == 404


# --- What the viewer needs ----------------------------------------------------------------


@pytest.mark.parametrize("file", ["cmaps/UniGB-UCS2-H.bcmap", "fonts/FoxitSerif.pfb"])
def test_the_viewers_fonts_and_encodings_are_led_to_as_they_are_served(cast, file):
    answer = cast.signed_in("liaison").get(f"/viewer/{file}")
    assert (answer.status_code, answer["Location"]) == (302, f"/static/vendor/{file}")
    assert finders.find(f"vendor/{file}")


def test_with_hashes_too_and_what_is_not_there_is_404(cast, settings, tmp_path):
    """As in production: the name that pdf.js knows is not the one that is served."""
    hashed = {"vendor/cmaps/GBK2K-H.bcmap": "vendor/cmaps/GBK2K-H.0a1b2c.bcmap"}
    (tmp_path / "staticfiles.json").write_text(json.dumps({"version": "1.1", "paths": hashed}))
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    settings.DEBUG = False
    location = cast.signed_in("liaison").get("/viewer/cmaps/GBK2K-H.bcmap")["Location"]
    assert location == "/static/vendor/cmaps/GBK2K-H.0a1b2c.bcmap"
    request = RequestFactory().get("/viewer/cmaps/Nothing.bcmap")
    request.user = cast.users["liaison"]
    with pytest.raises(Http404):  # not through the client: the page of a 404 has styles of its own
        viewer_file(request, "cmaps", "Nothing.bcmap")


@pytest.mark.parametrize(
    "path", ["cmaps/../secret.bcmap", "cmaps/%2e%2e%2fsecret.bcmap", "fonts/x.svg", "else/x.pfb"]
)
def test_it_leads_nowhere_else(cast, path):
    assert cast.signed_in("liaison").get(f"/viewer/{path}").status_code == 404


# --- The trail ----------------------------------------------------------------------------


def pdf(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


@pytest.mark.parametrize("restricted", [True, False])
def test_the_trail_does_not_say_what_was_handed_in_for_a_restricted_measure(
    cast, clause, restricted
):
    """With a report, a contribution, a request, and a decision on paper."""
    today = of_today(cast)
    plan = an_estimate(today, restricted=restricted, reader_ids=[cast.users["supervisor"].pk])
    measure = in_progress(today, clause, plan=plan)
    later = (measure.due_on + timedelta(days=9)).isoformat()
    said = {"summary": "一", "progress": "5"}
    asked = {"grounds": "二", "due_on": later}
    paper = {"action": "REFUSE_EXTENSION", "by_name": "甲", "reason": "三"}
    paper |= {"decided_on": today.today.isoformat()}
    supporter = {"agency": cast.agencies["other"].pk, "text": "四"}
    acts = [
        ("liaison", f"/measures/{measure.pk}/report/", said, "attachments"),
        ("stranger", f"/measures/{measure.pk}/contribute/", supporter, "attachments"),
        ("liaison", f"/measures/{measure.pk}/ask-extension/", asked, "attachments"),
        ("supervisor", f"/measures/{measure.pk}/requests/1/paper/", paper, "scan"),
    ]
    for number, (who, address, typed, box) in enumerate(acts):
        sent = typed | {"seen": fresh(measure).version, box: [pdf(f"{number}.pdf")]}
        assert cast.signed_in(who).post(address, sent).status_code == 302
    kept = AuditEvent.objects.filter(act="measures.add_evidence").values_list(
        "subject_label", "restricted"
    )
    assert dict(kept) == {f"{number}.pdf": restricted for number in range(len(acts))}


# --- A file that the disk has lost --------------------------------------------------------


def lost(piece: Evidence) -> None:
    default_storage.delete(piece.stored_as)


def cut_off(piece: Evidence) -> None:
    Path(settings.MEDIA_ROOT, piece.stored_as).write_bytes(PDF[:9])


@pytest.mark.parametrize("harm", [lost, cut_off])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_file_that_is_not_whole_is_told_to_person_and_operators(cast, piece, harm, language):
    harm(piece)
    browser = cast.signed_in("liaison")
    browser.cookies["django_language"] = language
    with capture_logs() as logged:
        answer = browser.get(url_of(piece))
    title, sentence = {
        "en": (
            "File missing",
            f"“{piece.name}” is on record, but its file is missing or damaged on the server. Please"
            f" tell the system administrator: it is evidence no. {piece.pk}.",
        ),
        "zh-hans": (
            "文件缺失",
            f"“{piece.name}”已登记在案，但服务器上的文件缺失或已损坏。请联系系统管理员，"
            f"并告知佐证材料编号：{piece.pk}。",
        ),
    }[language]
    page = answer.content.decode()
    assert answer.status_code == 404
    assert f"<title>{title} · policytrack</title>" in page
    assert sentence in page
    (line,) = [each for each in logged if each["log_level"] == "error"]
    assert line == {
        "event": "a file of evidence is missing",
        "log_level": "error",
        "evidence": piece.pk,
        "stored_as": piece.stored_as,
    }


def test_who_may_not_see_it_is_not_told_that_it_is_lost(cast, piece):
    lost(piece)
    with capture_logs() as logged:
        answer = cast.signed_in("district_liaison").get(url_of(piece))
    assert (answer.status_code, piece.name in answer.content.decode()) == (404, False)
    assert not [each for each in logged if each["log_level"] == "error"]


def test_handed_in_once_more_it_is_there_again(cast, piece):
    lost(piece)
    evidence(cast, name="again.pdf")
    answer = cast.signed_in("liaison").get(url_of(piece))
    assert (answer.status_code, b"".join(answer.streaming_content)) == (200, PDF)
