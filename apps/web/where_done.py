"""The page on which a person does what a message is about; else the page of its measure."""

from collections.abc import Callable, Mapping

from django.shortcuts import resolve_url

from apps.accounts.standing import Standing
from apps.kpis.models import Sight, Submission
from apps.kpis.permissions import may_close
from apps.measures.lifecycle import DECIDES, Action
from apps.measures.models import CoordinationItem, Measure, ProgressReport
from apps.measures.permissions import may_now
from apps.reminders.models import Reminder
from apps.web.acts import ONE_CLICK, button, verdict_on
from apps.web.kpi_entering import agencies_for

ACTIONS: Mapping[str, tuple[Action, ...]] = {
    "deadline": (Action.APPLY, Action.REPORT),
    "milestone": (Action.REPORT,),
    "report": (Action.REPORT,),
    "returned": (Action.REPORT,),
    "confirm": (Action.CONFIRM_REPORT,),
    "suspension": (Action.RESUME,),
    "request": tuple(DECIDES),
    "completion": (Action.VERIFY, Action.CLOSE),
}
"""By cause, the acts that settle it: the first that the person may do now."""


def place_of(reminder: Reminder, standing: Standing) -> str:
    """Where it is done, or the measure; the messages where that is out of sight."""
    if reminder.cause in OF_INDICATORS:
        return _of_indicator(reminder, standing)
    seen = Measure.objects.visible_to(standing).select_related("lead", "parent__lead")
    measure = seen.filter(pk=reminder.measure_id).first() if reminder.measure_id else None
    if measure is None:
        return resolve_url("web:messages")
    page = PAGES.get(reminder.cause, _page_of_an_act)
    return page(reminder, standing, measure) or resolve_url("web:measure", measure.pk)


def _page_of_an_act(reminder: Reminder, standing: Standing, measure: Measure) -> str:
    """An act that takes one click stands on the measure's own page."""
    for action in ACTIONS.get(reminder.cause, ()):
        if action not in ONE_CLICK and verdict_on(action, standing, measure):
            return button(action, standing, measure).url
    return ""


def _review(reminder: Reminder, standing: Standing, measure: Measure) -> str:
    mine = ProgressReport.objects.for_review_by(standing).filter(pk=reminder.subject_id)
    return resolve_url("web:review_report", reminder.subject_id) if mine.exists() else ""


def _instruction(reminder: Reminder, standing: Standing, measure: Measure) -> str:
    mine = may_now(Action.ACKNOWLEDGE_INSTRUCTION, standing, measure)
    return resolve_url("web:acknowledge_instruction", measure.pk) if mine else ""


def _coordination(reminder: Reminder, standing: Standing, measure: Measure) -> str:
    asked = CoordinationItem.objects.filter(pk=reminder.subject_id, measure=measure)
    return resolve_url("web:coordination", reminder.subject_id) if asked.exists() else ""


def _of_indicator(reminder: Reminder, standing: Standing) -> str:
    """Where figures are entered, reviewed or closed; else the indicator, as long as it is seen."""
    kpi = Sight.of(standing).kpis().filter(pk=reminder.facts.get("kpi")).first()
    if kpi is None:
        return resolve_url("web:messages")
    if reminder.cause == "kpi_review":
        mine = Submission.objects.for_review_by(standing).filter(pk=reminder.subject_id)
        if mine.exists():
            return resolve_url("web:kpi_review_item", reminder.subject_id)
    if reminder.cause == "kpi_entry" and agencies_for(standing, kpi):
        return resolve_url("web:kpi_grid", kpi.pk)
    if reminder.cause == "kpi_closing" and may_close(standing, kpi):
        return resolve_url("web:kpi_periods", kpi.pk)
    return resolve_url("web:kpi", kpi.pk)


OF_INDICATORS = frozenset({"kpi_entry", "kpi_review", "kpi_closing"})
PAGES: Mapping[str, Callable[[Reminder, Standing, Measure], str]] = {
    "review": _review,
    "instruction": _instruction,
    "coordination": _coordination,
}
