"""Downloading evidence: to whom, of what, and how."""

import pytest
from django.core.files.base import ContentFile

from apps.measures import operations
from apps.measures.models import Evidence
from tests.conftest import PDF, evidence, in_progress, reported


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
