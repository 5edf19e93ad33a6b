"""The test of the state test: it finds faults that are planted on purpose, each by its name."""

from datetime import date, timedelta
from functools import wraps

import pytest

from apps.core.errors import ALLOWED, Refusal
from apps.measures import lights, operations
from apps.measures.models import LeadTerm, Measure, ProgressReport
from apps.measures.operations import acting, requests
from tests.measures import test_stateful
from tests.measures.rightful import ACTION_OF
from tests.measures.test_stateful import run

FAULTS = {}
"""By name: the sentence or word by which the fault is found, and what plants it."""


def found_as(words, *, stage):
    """Registers a fault under its own name; it shows soon after this stage of the path."""

    def register(plant):
        FAULTS[plant.__name__] = (words, stage, plant)
        return plant

    return register


def instead(monkeypatch, name: str, following) -> None:
    """After the real operation something else is done that ought not to be."""
    real = getattr(operations, name)

    @wraps(real)
    def faulty(thing, *args, **said):
        result = real(thing, *args, **said)
        following(thing, said)
        return result

    monkeypatch.setattr(operations, name, faulty)


@found_as("the deadline is not what the ledger says|moved by asking", stage=3)
def an_extension_moves_the_deadline_when_it_is_asked_for(monkeypatch, cast):
    def move(measure: Measure, said) -> None:
        Measure.objects.filter(pk=measure.pk).update(due_on=said["due_on"])

    instead(monkeypatch, "ask_extension", move)


@found_as("the last term is not the lead's", stage=1)
def issuing_leaves_two_leads(monkeypatch, cast):
    def lead_as_well(measure: Measure, said) -> None:
        LeadTerm.objects.create(
            measure=measure, agency=cast.agencies["other"], from_on=date(2026, 3, 2)
        )

    instead(monkeypatch, "issue_measure", lead_as_well)


@found_as("was refused, and something has changed", stage=3)
def a_refusal_writes(monkeypatch, cast):
    for name in ACTION_OF:
        monkeypatch.setattr(operations, name, _writing_all_the_same(getattr(operations, name)))


def _writing_all_the_same(real):
    @wraps(real)
    def faulty(*args, **said):
        try:
            return real(*args, **said)
        except Refusal:
            Measure.objects.filter(code="甲").update(changed_at=said["at"])
            raise

    return faulty


@found_as("never verified", stage=7)
def a_measure_is_closed_unverified(monkeypatch, cast):
    """The office goes from the application straight to the end."""
    unverified = [step for step in test_stateful.PATH if step[0] != "verify_completion"]
    monkeypatch.setattr(test_stateful, "PATH", unverified)
    monkeypatch.setattr(requests, "in_turn", lambda *args, **said: ALLOWED)


@found_as("events about it", stage=0)
def an_act_leaves_no_event(monkeypatch, cast):
    monkeypatch.setattr(acting, "record", lambda *args, **said: None)


@found_as("was overwritten or deleted", stage=5)
def a_reviewed_report_is_corrected_in_place(monkeypatch, cast):
    def correct(report: ProgressReport, said) -> None:
        ProgressReport.objects.filter(pk=report.pk).update(next_step="照办")

    instead(monkeypatch, "approve_report", correct)


@found_as("datetime.date", stage=3)
def the_light_turns_a_day_late(monkeypatch, cast):
    real = lights.dates_of

    def late(*args, **said):
        dates = real(*args, **said)
        overdue = dates["overdue_from_on"]
        return dates | {"overdue_from_on": overdue and overdue + timedelta(days=1)}

    monkeypatch.setattr(lights, "dates_of", late)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found(cast, clause, monkeypatch, name):
    words, stage, plant = FAULTS[name]
    plant(monkeypatch, cast)
    with pytest.raises(AssertionError, match=words):
        run(cast, clause, examples=15, steps=30, stage=stage)
