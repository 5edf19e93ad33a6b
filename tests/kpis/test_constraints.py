"""What must always hold of indicators is held by the database: written around, it is refused."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from apps.agencies.models import District
from apps.kpis.models import (
    Baseline,
    Breakdown,
    BreakdownItem,
    GridDraft,
    Kpi,
    KpiClause,
    KpiDefinition,
    KpiMeasure,
    Observation,
    PeriodClosing,
    Submission,
    SubmissionReview,
    Target,
    TargetStep,
)
from apps.policies.models import Clause
from tests.conftest import TODAY, at, drafted

MOMENT = at(TODAY)
BY = {"by_id": 1, "by_name": "x", "at": MOMENT}
SUM = {"over_time": "SUM", "over_districts": "SUM", "frequency": "MONTHLY"}


def make(model, **fields):
    return model._default_manager.create(**fields)


def a_kpi(**fields) -> Kpi:
    return make(Kpi, **{"code": "k", "name": "指标"} | SUM | fields)


def target(**fields):
    said = {"kpi": Kpi.objects.first() or a_kpi(), "comparator": "AT_LEAST", "low": Decimal(1)}
    return make(Target, **said | {"at": MOMENT} | fields)


def baseline(**fields):
    said = {"kpi": Kpi.objects.first() or a_kpi(), "period": "2025", "value": Decimal(1)}
    return make(Baseline, **said | {"at": MOMENT} | fields)


def definition(**fields):
    kpi = Kpi.objects.first() or a_kpi()
    return make(KpiDefinition, **{"kpi": kpi, "number": 1, "text": "口径"} | BY | fields)


def closing(**fields):
    said = {"kpi": Kpi.objects.first() or a_kpi(), "period": "2026-01", "number": 1}
    return make(PeriodClosing, **said | {"is_closed": True} | BY | fields)


def both_places(cast):
    return {"district": District.objects.get(), "agency": cast.agencies["bureau"]}


def submission(cast) -> Submission:
    said = {"submitted_by_id": 1, "submitted_by_name": "x", "at": MOMENT}
    return make(Submission, kpi=a_kpi(), agency=cast.agencies["bureau"], **said)


def observation(cast, **fields):
    kpi = Kpi.objects.first() or a_kpi()
    said = {"kpi": kpi, "period": "2026-01", "value": Decimal(1), "sources": ["S"], "at": MOMENT}
    return make(Observation, **said | fields)


def twice_in_a_cell(cast):
    return [observation(cast, submission=s) for s in [submission(cast)] * 2]


def returned(cast):
    return make(SubmissionReview, submission=submission(cast), outcome="RETURNED", **BY)


def draft(cast, **fields):
    said = {"saved_by_id": 1, "saved_by_name": "x", "saved_at": MOMENT, "period": "2026-01"}
    kpi = Kpi.objects.first() or a_kpi()
    return make(GridDraft, kpi=kpi, agency=cast.agencies["bureau"], **said | fields)


def linked_to_a_measure(cast):
    kpi, measure = a_kpi(), drafted(cast, Clause.objects.get())
    return [make(KpiMeasure, kpi=kpi, measure=measure) for _time in range(2)]


def linked_to_a_clause(cast):
    kpi = a_kpi()
    return [make(KpiClause, kpi=kpi, clause=Clause.objects.get()) for _time in range(2)]


def two_parts(cast):
    of = make(Breakdown, code="b", name="行业")
    return [make(BreakdownItem, breakdown=of, code=c, name=c, position=1) for c in "ab"]


def step(**fields):
    of = Target.objects.first() or target()
    return make(TargetStep, **{"target": of, "period": "2026-Q1", "percent": 25} | fields)


def of_itself(cast):
    kpi, other = a_kpi(), a_kpi(code="other")
    parts = {"numerator": kpi, "denominator": other, "over_districts": "RATIO"}
    return Kpi.objects.filter(pk=kpi.pk).update(**parts)


BROKEN = {
    "one_breakdown_part_a_place": two_parts,
    "kpi_ratio_has_both_parts": lambda c: a_kpi(over_districts="RATIO"),
    "kpi_mean_has_its_weight": lambda c: a_kpi(over_districts="WEIGHTED_MEAN"),
    "kpi_not_computed_from_itself": of_itself,
    "kpi_since_january_takes_the_last": lambda c: a_kpi(basis="CUMULATIVE"),
    "kpi_at_a_point_is_not_added_up": lambda c: a_kpi(basis="POINT"),
    "kpi_factor_is_positive": lambda c: a_kpi(factor=0),
    "one_definition_a_version": lambda c: [definition(), definition()],
    "new_definition_says_why": lambda c: definition(number=2),
    "one_baseline_a_version": lambda c: [baseline(), baseline()],
    "baseline_of_one_place": lambda c: baseline(**both_places(c)),
    "baseline_of_a_period": lambda c: baseline(period="2025-13"),
    "new_baseline_says_why": lambda c: baseline(number=2),
    "one_target_a_version": lambda c: [target(), target()],
    "target_of_one_place": lambda c: target(**both_places(c)),
    "target_of_a_period": lambda c: target(period="2026-H3"),
    "target_numbers_fit": lambda c: target(comparator="RANGE"),
    "target_low_below_high": lambda c: target(comparator="RANGE", low=4, high=3),
    "target_says_its_text": lambda c: target(comparator="TEXT", low=None),
    "new_target_says_why": lambda c: target(number=2),
    "one_target_step_a_period": lambda c: [step(), step()],
    "target_step_of_a_period": lambda c: step(period="2026-Q5"),
    "target_step_in_percent": lambda c: step(percent=101),
    "observation_of_one_place": lambda c: observation(c, **both_places(c)),
    "observation_of_a_period": lambda c: observation(c, period="2026-1"),
    "withdrawn_figure_says_why": lambda c: observation(c, value=None),
    "figure_is_handed_in_or_sourced": lambda c: observation(c, sources=[]),
    "one_figure_a_cell_handed_in": twice_in_a_cell,
    "figures_returned_say_why": returned,
    "one_closing_a_number": lambda c: [closing(), closing()],
    "closing_and_opening_alternate": lambda c: closing(number=2),
    "reopened_period_says_why": lambda c: closing(number=2, is_closed=False),
    "closing_of_a_period": lambda c: closing(period=""),
    "one_draft_of_figures_a_period": lambda c: [draft(c), draft(c)],
    "draft_of_a_period": lambda c: draft(c, period="2026-00"),
    "kpi_measure_linked_once": linked_to_a_measure,
    "kpi_clause_linked_once": linked_to_a_clause,
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses_it(cast, clause, name):
    with pytest.raises(IntegrityError, match=f'"{name}"'), transaction.atomic():
        BROKEN[name](cast)


def test_every_constraint_is_tried():
    named = {
        constraint.name
        for model in apps.get_app_config("kpis").get_models()
        for constraint in model._meta.constraints
    }
    assert named == set(BROKEN)


@pytest.mark.parametrize(
    "fields",
    [
        {"comparator": "AT_MOST", "low": None, "high": 3},
        {"comparator": "RANGE", "low": 3, "high": 4},
        {"comparator": "RANK", "low": None, "text": "全国前列"},
        {"comparator": "RANK", "low": None, "high": 4},
        {"comparator": "TEXT", "low": None, "text": "全国前列"},
        {"period": "2027-H1"},
        {"number": 2, "reason": "调整"},
    ],
)
def test_every_kind_of_target_can_be_kept(db, fields):
    assert target(**fields).pk
