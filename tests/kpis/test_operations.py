"""Defining, aiming, entering, reviewing and closing: what is refused, and what is on record."""

from decimal import Decimal

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.kpis import operations
from apps.kpis.models import (
    WHOLE,
    Breakdown,
    BreakdownItem,
    GridDraft,
    Kpi,
    Observation,
    Place,
    Target,
)
from apps.kpis.operations import Aim, PeriodIsClosed
from apps.kpis.outliers import Oddity
from apps.kpis.periods import Period
from tests.kpis.figuring import (
    FEBRUARY,
    JANUARY,
    YEAR,
    a_kpi,
    aimed,
    another_district,
    entered,
    entry,
    known,
)

D = Decimal
DECEMBER = Period.parse("2025-12")


def said(cast, who: str = "supervisor", seen: int = 0) -> dict:
    return {"seen": seen, "by": cast[who], "at": cast.at()}


# --- Defining ---------------------------------------------------------------------------------


def test_what_figures_mean_stays_once_there_are_any(cast):
    kpi = a_kpi(cast)
    kpi = operations.keep_kpi(kpi, {"unit": "家"}, **said(cast, seen=kpi.version))
    entered(cast, kpi, entry(1))
    with pytest.raises(RuleBroken, match="define another") as refused:
        operations.keep_kpi(kpi, {"unit": "个"}, **said(cast, seen=kpi.version))
    assert refused.value.field == "unit"
    kept = operations.keep_kpi(kpi, {"caution": "勿比"}, **said(cast, seen=kpi.version))
    assert (kept.unit, kept.caution) == ("家", "勿比")


def test_two_scopes_are_not_made_a_ratio(cast):
    parts = [a_kpi(cast, code, scope=code) for code in "ab"]
    said_so = {"over_districts": "RATIO", "numerator": parts[0], "denominator": parts[1]}
    with pytest.raises(RuleBroken, match="never divided") as refused:
        a_kpi(cast, **said_so)
    assert refused.value.field == "denominator"


def test_a_computed_indicator_is_computed_from_entered_ones(cast):
    parts = [a_kpi(cast, code) for code in "ab"]
    ratio = a_kpi(
        cast, "c", over_districts="RATIO", numerator=parts[0], denominator=parts[1]
    )  # fmt: skip
    with pytest.raises(RuleBroken, match="such as are entered"):
        a_kpi(cast, "d", over_districts="RATIO", numerator=ratio, denominator=parts[1])
    with pytest.raises(RuleBroken, match="computed from two others"):
        entered(cast, ratio, entry(1))


def test_definitions_come_in_versions(cast):
    kpi = a_kpi(cast)
    with pytest.raises(RuleBroken, match="Say why"):
        operations.revise_definition(kpi, text="新", reason=" ", **said(cast, seen=1))
    operations.revise_definition(kpi, text="新", reason="制度调整", **said(cast, seen=1))
    assert list(kpi.definitions.values_list("number", "text")) == [(2, "新"), (1, "口径")]
    with pytest.raises(Stale):
        operations.revise_definition(kpi, text="更新", reason="x", **said(cast, seen=1))


# --- Targets ----------------------------------------------------------------------------------


def test_a_changed_target_is_a_new_version(cast):
    kpi = a_kpi(cast)
    first = aimed(cast, kpi)
    lower = Aim("AT_LEAST", low=D(80), period=YEAR)
    with pytest.raises(Stale):
        aimed(cast, kpi, lower, reason="下调", by=cast["director"])
    with pytest.raises(RuleBroken, match="why it changes"):
        aimed(cast, kpi, lower, seen=1, by=cast["director"])
    second = aimed(cast, kpi, lower, reason="下调", seen=1, by=cast["director"])
    assert list(Target.objects.holding()) == [second]
    assert list(Target.objects.holding(as_of=first.at)) == [second]  # of the same moment
    operations.withdraw_target(second, reason="停用", **said(cast, "director", seen=2))
    assert list(Target.objects.holding()) == []
    assert Target.objects.count() == 3


@pytest.mark.parametrize(
    "aim",
    [
        Aim("RANGE", low=D(3), period=YEAR),
        Aim("AT_MOST", low=D(3), period=YEAR),
        Aim("TEXT", period=YEAR),
        Aim("RANGE", low=D(4), high=D(3), period=YEAR),
        Aim("AT_LEAST", low=D(3), period=YEAR, curve="STEP"),
    ],
)
def test_a_target_that_does_not_fit_is_refused(cast, aim):
    with pytest.raises(RuleBroken):
        aimed(cast, a_kpi(cast), aim)


def test_steps_are_kept_with_their_target(cast):
    steps = {JANUARY: D(10), FEBRUARY: D("25.5")}
    target = aimed(
        cast, a_kpi(cast), Aim("AT_LEAST", low=D(3), period=YEAR, curve="STEP", steps=steps)
    )
    assert {step.period: step.percent for step in target.steps.all()} == {
        "2026-01": D(10),
        "2026-02": D("25.5"),
    }


# --- Entering ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ([], "no figures"),
        ([entry("NaN", place=WHOLE)], "at most 4"),
        ([entry("1.00001", place=WHOLE)], "at most 4"),
        ([entry(10**16, place=WHOLE)], "at most 4"),
        ([entry(1, place=WHOLE), entry(2, place=WHOLE)], "twice"),
        ([entry(1, YEAR, WHOLE)], "such a period"),
        ([entry(1, Period.parse("2026-04"), WHOLE)], "not begun"),
        ([entry(1, place=WHOLE, item_id=7)], "not broken down"),
        ([entry(None, place=WHOLE)], "why the figure is withdrawn"),
    ],
)
def test_what_is_no_figure_is_refused(cast, odd, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        entered(cast, a_kpi(cast), *odd)
    assert not Observation.objects.exists()


def test_a_district_fills_in_its_own_cells(cast):
    kpi = a_kpi(cast)
    own = {"by": "district_liaison", "agency": "district"}
    entered(cast, kpi, entry(1), **own)
    for place in (WHOLE, another_district(), Place(agency_id=cast.agencies["bureau"].pk)):
        with pytest.raises(NotAllowed, match="of that place"):
            entered(cast, kpi, entry(1, place=place), **own)


def test_a_part_of_the_breakdown_is_filled_in(cast):
    industries = Breakdown.objects.create(code="b", name="行业")
    part = BreakdownItem.objects.create(breakdown=industries, code="b/1", name="一", position=1)
    kpi = a_kpi(cast, breakdown=industries)
    entered(cast, kpi, entry(1, item_id=part.pk), entry(1))
    assert set(Observation.objects.values_list("item_id", flat=True)) == {part.pk, None}


def test_who_did_not_see_the_last_figures_is_told(cast):
    kpi = a_kpi(cast)
    entered(cast, kpi, entry(1))
    with pytest.raises(Stale):
        operations.enter_observations(
            kpi, [entry(2)], agency=cast.agencies["bureau"], **said(cast, "liaison")
        )


def test_a_figure_is_corrected_as_settled_as_it_was(cast):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(1, vintage="FINAL"))
    with pytest.raises(RuleBroken, match="correct it as such"):
        entered(cast, kpi, entry(2, vintage="REVISED"))


@pytest.mark.parametrize(
    ("basis", "before", "now", "oddity"),
    [
        ("PERIOD", [10], 20, None),
        ("PERIOD", [10], "20.1", Oddity.JUMP),
        ("PERIOD", [10], "4.9", Oddity.JUMP),
        ("PERIOD", [10], -1, Oddity.NEGATIVE),
        ("CUMULATIVE", [10], 9, Oddity.FALLING),
        ("CUMULATIVE", [10], 30, None),
        ("CUMULATIVE", [10], "30.1", Oddity.JUMP),
    ],
)
def test_odd_figures_are_asked_about_and_kept(cast, basis, before, now, oddity):
    kpi = a_kpi(cast, basis=basis, over_time="SUM" if basis == "PERIOD" else "LAST")
    known(cast, kpi, *(entry(value) for value in before))
    done = operations.enter_observations(
        kpi, [entry(now, FEBRUARY)], agency=cast.agencies["bureau"], **said(cast, "liaison")
    )
    assert [query.oddity for query in done.queries] == ([oddity] if oddity else [])
    assert done.submission.observations.get().value == D(now)


def test_a_draft_is_kept_for_the_agency_until_it_is_handed_in(cast):
    kpi, bureau = a_kpi(cast), cast.agencies["bureau"]
    spot = {"agency": bureau, "period": JANUARY}
    operations.save_grid(kpi, {"a": "1"}, **spot, **said(cast, "liaison"))
    draft = operations.save_grid(kpi, {"a": "2"}, **spot, **said(cast, "drafter", seen=1))
    with pytest.raises(Stale):
        operations.save_grid(kpi, {"a": "3"}, **spot, **said(cast, "liaison", seen=1))
    with pytest.raises(Stale):
        operations.discard_grid(draft, **said(cast, "liaison", seen=1))
    assert GridDraft.objects.get().content == {"a": "2"}
    entered(cast, kpi, entry(2))
    assert not GridDraft.objects.exists()


# --- Reviewing and closing --------------------------------------------------------------------


def test_figures_are_reviewed_once_and_returned_with_a_reason(cast):
    submission = entered(cast, a_kpi(cast), entry(1))
    by = {"by": cast["owner"], "at": cast.at()}
    with pytest.raises(RuleBroken, match="has to be corrected"):
        operations.review_observations(submission, "RETURNED", **by)
    operations.review_observations(submission, "RETURNED", reason="单位错", **by)
    with pytest.raises(Stale):
        operations.review_observations(submission, "APPROVED", **by)


def test_a_closed_period_takes_no_figures_until_it_is_opened_again(cast):
    kpi = a_kpi(cast)
    known(cast, kpi, entry(1))
    operations.close_period(kpi, JANUARY, **said(cast, "owner"))
    with pytest.raises(PeriodIsClosed, match="January 2026 is closed"):
        entered(cast, kpi, entry(2, FEBRUARY), entry(2))
    spot = {"agency": cast.agencies["bureau"], "period": JANUARY}
    with pytest.raises(PeriodIsClosed):
        operations.save_grid(kpi, {}, **spot, **said(cast, "liaison"))
    with pytest.raises(RuleBroken, match="opened again"):
        operations.reopen_period(kpi, JANUARY, reason="", **said(cast, "director", seen=1))
    operations.reopen_period(kpi, JANUARY, reason="补报", **said(cast, "director", seen=1))
    known(cast, kpi, entry(2))
    with pytest.raises(Stale):
        operations.close_period(kpi, JANUARY, **said(cast, "owner", seen=1))
    operations.close_period(kpi, JANUARY, **said(cast, "owner", seen=2))
    assert list(kpi.closings.values_list("number", "is_closed")) == [
        (3, True),
        (2, False),
        (1, True),
    ]


def test_what_waits_is_reviewed_before_the_period_is_closed(cast):
    kpi = a_kpi(cast)
    entered(cast, kpi, entry(1))
    with pytest.raises(RuleBroken, match="wait for review"):
        operations.close_period(kpi, JANUARY, **said(cast, "owner"))
    operations.close_period(kpi, DECEMBER, **said(cast, "owner"))
    with pytest.raises(RuleBroken, match="closed already"):
        operations.close_period(kpi, DECEMBER, **said(cast, "owner", seen=1))
    with pytest.raises(RuleBroken, match="not over"):
        operations.close_period(kpi, Period.parse("2026-03"), **said(cast, "owner"))


# --- On record --------------------------------------------------------------------------------


def test_every_act_is_on_record_once_with_old_and_new(cast):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    lower = Aim("AT_LEAST", low=D(80), period=YEAR)
    second = aimed(cast, kpi, lower, reason="下调", seen=1, by=cast["director"])
    operations.withdraw_target(second, reason="停用", **said(cast, "director", seen=2))
    operations.set_baseline(kpi, D(5), period=YEAR, **said(cast))
    operations.revise_definition(kpi, text="新", reason="制度", **said(cast, seen=1))
    known(cast, kpi, entry(1))
    operations.close_period(kpi, JANUARY, **said(cast, "owner"))
    operations.reopen_period(kpi, JANUARY, reason="补报", **said(cast, "owner", seen=1))
    events = AuditEvent.objects.about(kpi).order_by("id")
    assert [event.act for event in events] == [
        "kpis.add_kpi",
        "kpis.set_target",
        "kpis.set_target",
        "kpis.withdraw_target",
        "kpis.set_baseline",
        "kpis.revise_definition",
        "kpis.enter_observations",
        "kpis.review_observations",
        "kpis.close_period",
        "kpis.reopen_period",
    ]
    values = [event.changes.get("value") for event in events[1:5]]
    assert values == [["", "≥ 100"], ["≥ 100", "≥ 80"], ["≥ 80", ""], ["", "5"]]
    assert [event.note for event in events[2:4]] == ["下调", "停用"]
    assert Kpi.objects.get().version == kpi.version
