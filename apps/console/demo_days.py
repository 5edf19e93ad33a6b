"""The days that the demo story refers to, counted from the day of loading."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.conf import settings

from apps.console.demo_story.words import When
from apps.measures import periods
from apps.measures.models import Cadence
from apps.workdays.arithmetic import Calendar

IN_POST_SINCE = timedelta(days=400)
LEAD_TIME_WORKDAYS = 12
"""From the issue to the first report due: the 10 settling workdays, and 2 to spare."""


def moment(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(settings.TIME_ZONE))


@dataclass
class Days:
    """What each `When` of the story means for a demo loaded on `as_of`."""

    as_of: date
    calendar: Calendar

    def day(self, when: When) -> date:
        return self.calendar.add(self._start(when), when.then)

    def _start(self, when: When) -> date:
        match when.unit:
            case "days":
                return self.as_of + timedelta(days=when.number)
            case "workdays":
                return self.calendar.add(self.as_of, when.number)
            case "report_due":
                return self.report_dues[when.number]
        return self.calendar.add(self.report_dues[-when.number], -LEAD_TIME_WORKDAYS)

    @cached_property
    def report_dues(self) -> list[date]:
        """Every monthly report due date of the past year, the last one at the end."""
        due = periods.due_on_or_after(self.as_of - IN_POST_SINCE, Cadence.MONTHLY, self.calendar)
        dues = []
        while due < self.as_of:
            dues.append(due)
            due = periods.due_after(due, Cadence.MONTHLY, self.calendar)
        return dues
