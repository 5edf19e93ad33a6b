"""Every write of the kpis app, by noun. Faces import people's verbs from here."""

from apps.kpis.operations.aiming import Aim, Spot, set_baseline, set_target, withdraw_target
from apps.kpis.operations.closing import close_period, reopen_period
from apps.kpis.operations.defining import define_kpi, keep_kpi, revise_definition
from apps.kpis.operations.entering import (
    Entered,
    Entry,
    PeriodIsClosed,
    discard_grid,
    enter_observations,
    last_entered,
    queries_about,
    save_grid,
)
from apps.kpis.operations.reviewing import review_observations

__all__ = [
    "Aim",
    "Entered",
    "Entry",
    "PeriodIsClosed",
    "Spot",
    "close_period",
    "define_kpi",
    "discard_grid",
    "enter_observations",
    "keep_kpi",
    "last_entered",
    "queries_about",
    "reopen_period",
    "review_observations",
    "revise_definition",
    "save_grid",
    "set_baseline",
    "set_target",
    "withdraw_target",
]
