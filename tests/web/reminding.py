"""Messages in an inbox, as sending leaves them there."""

from datetime import datetime, timedelta

from apps.measures.models import Measure
from apps.reminders.models import Reminder
from tests.conftest import Cast

FACTS = {
    "acknowledge": "acknowledge_due_on",
    "report": "next_report_due_on",
}


def reminded(
    cast: Cast, who: str, measure: Measure, cause: str = "acknowledge", **said: object
) -> Reminder:
    """A message about what the measure owes now, sent this morning."""
    default = {
        "owed_on": getattr(measure, FACTS.get(cause, "due_on")),
        "step": 1,
        "subject_id": measure.pk,
        "reached_as": "LIAISON",
        "sent_at": cast.at(8),
    }
    return Reminder.objects.create(
        cause=cause,
        measure=measure,
        subject_type="measures.measure",
        recipient=cast.users[who],
        planned_on=cast.today,
        state=Reminder.State.SENT,
        **default | said,
    )


def later(moment: datetime, minutes: int) -> datetime:
    return moment + timedelta(minutes=minutes)
