"""Which figure counts, what was known when, who sees which, and in how many queries."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.kpis import operations
from apps.kpis.attainment import Why
from apps.kpis.figures import known_figures, sheet_of
from apps.kpis.models import EVERYTHING, WHOLE, Kpi, Sight, Target
from apps.kpis.operations import Aim, Spot
from apps.kpis.progress import current, progress_of, without_computable_target
from apps.measures.lights import Light
from apps.measures.models import Thresholds
from tests.kpis.figuring import (
    FEBRUARY,
    JANUARY,
    YEAR,
    a_kpi,
    aimed,
    another_district,
    cell,
    entered,
    entry,
    huangpu,
    known,
)

D = Decimal


def loaded(sight: Sight = EVERYTHING, as_of=None, period=JANUARY):
    kpis = list(Kpi.objects.with_arithmetic())
    return sheet_of(kpis, [period], sight=sight, as_of=as_of)


def value(kpi, sight: Sight = EVERYTHING, as_of=None, place=None):
    return loaded(sight, as_of).value(cell(kpi, place=place or huangpu()))


# --- The figure that counts -------------------------------------------------------------------


def test_figures_count_once_they_are_approved(cast):
    kpi = a_kpi(cast)
    submission = entered(cast, kpi, entry(5))
    assert value(kpi) is None
    operations.review_observations(submission, "APPROVED", by=cast["owner"], at=cast.at())
    assert value(kpi) == D(5)


def test_returned_figures_do_not_count(cast):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(5))
    submission = entered(cast, kpi, entry(50))
    operations.review_observations(
        submission, "RETURNED", reason="单位错", by=cast["owner"], at=cast.at()
    )
    assert value(kpi) == D(5)


@pytest.mark.parametrize(
    ("vintages", "counts"),
    [
        (["PRELIMINARY", "PRELIMINARY"], 1),
        (["PRELIMINARY", "REVISED", "REVISED"], 2),
        (["PRELIMINARY", "REVISED", "FINAL"], 2),
        (["FINAL", "FINAL"], 1),
    ],
)
def test_the_latest_of_the_most_settled_counts(cast, vintages, counts):
    kpi = a_kpi(cast)
    for n, vintage in enumerate(vintages):
        known(cast, kpi, entry(n, vintage=vintage))
    assert value(kpi) == D(counts)


def test_a_late_approval_of_a_less_settled_figure_changes_nothing(cast):
    kpi = a_kpi(cast)
    early = entered(cast, kpi, entry(1, vintage="PRELIMINARY"))
    known(cast, kpi, entry(2, vintage="FINAL"))
    operations.review_observations(early, "APPROVED", by=cast["owner"], at=cast.at())
    assert value(kpi) == D(2)


def test_a_withdrawn_figure_is_empty_again(cast):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(5))
    known(cast, kpi, entry(None, note="填错区"))
    assert value(kpi) is None


def test_as_of_a_moment_only_what_was_approved_by_then_counts(cast):
    kpi = a_kpi(cast)
    first, second = cast.at(), cast.at() + timedelta(days=30)
    known(cast, kpi, entry(5), at=first)
    submission = entered(cast, kpi, entry(7), at=second)
    operations.review_observations(
        submission, "APPROVED", by=cast["owner"], at=second + timedelta(days=1)
    )
    assert value(kpi, as_of=first - timedelta(seconds=1)) is None
    assert value(kpi, as_of=first) == value(kpi, as_of=second) == D(5)
    assert value(kpi, as_of=second + timedelta(days=1)) == value(kpi) == D(7)


# --- Who sees what ----------------------------------------------------------------------------


@pytest.fixture
def of_others(cast):
    """An indicator of the other bureau: 5 in the district, 3 elsewhere, 9 stated of the whole."""
    kpi = a_kpi(cast)
    known(cast, kpi, entry(5), entry(3, place=another_district()), entry(9, place=WHOLE))
    aimed(cast, kpi)
    aimed(cast, kpi, of=Spot(district=cast.agencies["district"].district))
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.agencies["other"])
    return kpi


@pytest.mark.parametrize("who", ["supervisor", "director", "auditor", "stranger"])
def test_the_office_the_auditor_and_the_owner_see_everything(cast, of_others, who):
    sight = Sight.of(cast[who])
    figure = loaded(sight).figure(cell(of_others))
    assert (figure.value, figure.differences[0].by) == (D(9), D(1))
    assert sight.is_partial == (who == "stranger")


def test_a_district_sees_its_own_figures_and_its_own_total(cast, of_others):
    sight = Sight.of(cast["district_liaison"])
    sheet = loaded(sight)
    assert sheet.value(cell(of_others, place=huangpu())) == D(5)
    assert sheet.value(cell(of_others, place=another_district())) is None
    assert sheet.value(cell(of_others)) == D(5)
    assert sight.is_partial
    assert [row.district_id for row in Target.objects.filter(sight.rows())] == [
        huangpu().district_id
    ]


@pytest.mark.parametrize("who", ["liaison", "administrator"])
def test_others_see_nothing(cast, of_others, who):
    sight = Sight.of(cast[who])
    assert loaded(sight).value(cell(of_others)) is None
    assert not Target.objects.filter(sight.rows()).exists()


def test_a_section_of_a_district_works_for_the_district(cast, of_others):
    section = cast.agencies["section"]
    section.path = [cast.agencies["district"].pk, section.pk]
    section.save()
    assert loaded(Sight.of(cast["section_liaison"])).value(cell(of_others)) == D(5)


@pytest.mark.parametrize("who", ["supervisor", "stranger", "district_liaison", "liaison"])
def test_sees_says_what_rows_shows(cast, of_others, who):
    kpi = Kpi.objects.get()
    sight = Sight.of(cast[who])
    places = [WHOLE, huangpu(), another_district()]
    shown = {c.place for c in known_figures([kpi], [JANUARY], sight=sight)}
    assert shown == {place for place in places if sight.sees(kpi, place)}


# --- Progress ---------------------------------------------------------------------------------


def progress(kpis=None, on=date(2026, 7, 15), **said):
    kpis = list(Kpi.objects.with_arithmetic()) if kpis is None else kpis
    usual = {"thresholds": Thresholds(), "sight": EVERYTHING}
    return progress_of(kpis, on=on, **usual | said)


def test_progress_of_a_flow_is_of_what_is_there(cast):
    """January 30 and February 10 of 100, two months of twelve gone."""
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    known(cast, kpi, entry(30), entry(10, FEBRUARY))
    (one,) = progress()
    assert (one.reached.value, one.reached.period, one.reached.is_complete) == (
        D(40),
        FEBRUARY,
        True,
    )
    assert (one.attainment.percent, one.attainment.light) == (D(40), Light.GREEN)
    assert (progress(as_of=cast.at() - timedelta(days=1))) == []


def test_progress_goes_by_the_last_period_with_every_district(cast):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    elsewhere = another_district()
    known(cast, kpi, entry(30), entry(1, place=elsewhere), entry(10, FEBRUARY))
    (one,) = progress()
    assert (one.reached.value, one.reached.period) == (D(31), JANUARY)


def test_progress_of_a_stock_counts_from_the_last_baseline_before(cast):
    kpi = a_kpi(cast, basis="POINT", over_time="LAST")
    aimed(cast, kpi, Aim("AT_LEAST", low=D(300), period=YEAR))
    for period, stood in (("2024", 100), ("2025", 200), ("2026", 900)):
        operations.set_baseline(
            kpi, D(stood), period=YEAR.parse(period), seen=0, by=cast["supervisor"], at=cast.at()
        )
    known(cast, kpi, entry(240, FEBRUARY))
    (one,) = progress()
    assert (one.start.value, one.attainment.percent) == (D(200), D(40))


def test_the_target_due_next_is_the_current_one(cast):
    kpi = a_kpi(cast)
    for year in ("2025", "2027", "2030"):
        aimed(cast, kpi, Aim("AT_LEAST", low=D(1), period=YEAR.parse(year)))
    said = {on: current(progress(on=on), on=on)[0].target.period for on in (
        date(2024, 1, 1), date(2026, 7, 1), date(2031, 1, 1)
    )}  # fmt: skip
    assert list(said.values()) == ["2025", "2027", "2030"]


def test_indicators_without_a_computable_target_are_listed(cast):
    with_words, with_none, with_number = (a_kpi(cast, code) for code in "abc")
    aimed(cast, with_words, Aim("TEXT", text="稳步提高", period=YEAR))
    aimed(cast, with_number)
    kpis = list(Kpi.objects.with_arithmetic())
    found = progress(kpis)
    assert without_computable_target(kpis, found) == [with_words, with_none]
    assert {one.attainment.why for one in found} == {Why.NO_TARGET, Why.NO_FIGURE}


def test_queries_do_not_grow_with_indicators_places_and_periods(cast):
    counts = []
    for n in range(2):
        for code in (f"{n}-a", f"{n}-b", f"{n}-c")[: 1 + 2 * n]:
            kpi = a_kpi(cast, code)
            aimed(cast, kpi)
            known(cast, kpi, entry(5), entry(6, FEBRUARY), entry(1, place=another_district()))
        with CaptureQueriesContext(connection) as asked:
            kpis = list(Kpi.objects.with_arithmetic())
            progress(kpis, sight=Sight.of(cast["liaison"]))
            sheet_of(kpis, [JANUARY], sight=EVERYTHING)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 12
