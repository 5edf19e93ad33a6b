"""Observations by programs: one, many, all or none, as many as can be."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kpis.models import Observation, Submission
from apps.kpis.operations import close_period
from tests.api.calling import Caller, a_program
from tests.conftest import Cast
from tests.kpis.figuring import FEBRUARY, a_kpi, huangpu
from tests.soak import ROUNDS


@pytest.fixture
def program(cast) -> Caller:
    return a_program(cast)


def figure(kpi, value="1.5", *, period="2026-01", **said) -> dict:
    return {
        "kpi": kpi.pk,
        "period": period,
        "value": value,
        "district": huangpu().district_id,
    } | said


def bulk(program: Caller, cast: Cast, items, mode: str = "atomic"):
    body = {"agency": cast.agencies["bureau"].pk, "mode": mode, "items": items}
    return program.post("observations/bulk", body)


def test_one_figure_waits_for_its_owner(cast, program):
    kpi = a_kpi(cast)
    body = figure(kpi) | {"agency": cast.agencies["bureau"].pk}
    made = program.post("observations", body)
    submission = Submission.objects.get()
    assert (made.status_code, made.json()["submission"]) == (201, submission.pk)
    row = program.get(f"observations?kpi={kpi.pk}").json()["results"][0]
    assert (row["value"], row["review"], row["period"]) == ("1.5000", None, "2026-01")


def test_figures_of_an_indicator_are_handed_in_together(cast, program):
    one, other = a_kpi(cast), a_kpi(cast, "k2")
    items = [figure(one), figure(other), figure(one, period="2026-02")]
    said = bulk(program, cast, items).json()
    assert (said["accepted"], said["refused"]) == (3, 0)
    assert Submission.objects.count() == 2
    assert said["results"][0]["submission"] == said["results"][2]["submission"]


BAD = {"closed": "period_closed", "unseen": "does_not_exist", "nowhere": "does_not_exist"}


def mixed(cast) -> tuple[list[dict], dict[int, str]]:
    """Good figures, and between them each kind of bad one: place → code."""
    kpi = a_kpi(cast)
    close_period(kpi, FEBRUARY, seen=0, by=cast["supervisor"], at=cast.at())
    bad = {
        "closed": figure(kpi, period="2026-02"),
        "unseen": figure(kpi) | {"kpi": 10**9},
        "nowhere": figure(kpi) | {"district": 10**9},
    }
    months = [figure(kpi, period=f"2025-{n:02}") for n in range(1, 10)]
    items = [*months[:4], bad["closed"], *months[4:6], bad["unseen"], *months[6:], bad["nowhere"]]
    return items, {4: BAD["closed"], 7: BAD["unseen"], 11: BAD["nowhere"]}


def test_all_or_none(cast, program):
    items, codes = mixed(cast)
    answer = bulk(program, cast, items)
    assert answer.status_code == 409
    named = {int(e["field"].split(".")[1]): e["code"] for e in answer.json()["errors"]}
    assert named == codes
    assert not Observation.objects.exists()


def test_as_many_as_can_be(cast, program):
    items, codes = mixed(cast)
    said = bulk(program, cast, items, "best_effort").json()
    refused = {r["index"]: r["code"] for r in said["results"] if r["status"] == "refused"}
    assert refused == codes
    assert (said["accepted"], Observation.objects.count()) == (9, 9)
    assert Submission.objects.count() == 1


def test_a_stranger_s_figures_are_refused_as_everywhere(cast):
    kpi = a_kpi(cast)
    stranger = a_program(cast, agency="other")
    body = figure(kpi) | {"agency": cast.agencies["bureau"].pk}
    answer = stranger.post("observations", body)
    assert answer.status_code == 403
    assert answer.json()["code"] == "not_allowed"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"period": "2026-13"}, "period"),
        ({"value": "a lot"}, "value"),
        ({"value": "1.00001"}, "value"),
        ({"vintage": "GOOD"}, "vintage"),
    ],
)
def test_a_figure_that_cannot_be_read_is_named(cast, program, wrong, field):
    answer = bulk(program, cast, [figure(a_kpi(cast)) | wrong])
    assert (answer.status_code, answer.json()["field"]) == (422, f"items.0.{field}")


def test_no_more_than_five_thousand(cast, program):
    answer = bulk(program, cast, [figure(a_kpi(cast))] * 5001)
    assert (answer.status_code, answer.json()["field"]) == (422, "items")


KPIS, OF_EACH = 20, 250 if ROUNDS else 15
MONTHS = [f"{year}-{month:02}" for year in range(2005, 2026) for month in range(1, 13)]


def test_thousands_of_figures_cost_no_more_statements_than_twenty(cast, program):
    """Five thousand in a long run. Of each indicator they are one submission, however many."""
    kpis = [a_kpi(cast, f"many-{n}") for n in range(KPIS)]
    first, others = MONTHS[0], MONTHS[1 : 1 + OF_EACH]
    program.get("kpis")  # its use has been noted now
    with CaptureQueriesContext(connection) as of_few:
        assert bulk(program, cast, [figure(kpi, period=first) for kpi in kpis]).status_code == 200
    items = [figure(kpi, period=month) for kpi in kpis for month in others]
    with CaptureQueriesContext(connection) as of_many:
        said = bulk(program, cast, items).json()
    assert (len(items), said["accepted"], len(said["results"])) == (KPIS * OF_EACH,) * 3
    assert len(of_many) <= len(of_few)
    assert Observation.objects.count() == KPIS + KPIS * OF_EACH
    assert Submission.objects.count() == 2 * KPIS
