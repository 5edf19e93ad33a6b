"""A person's deadlines as a calendar reads them: all-day entries that leave the day free."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from apps.accounts.standing import Standing
from apps.agencies.models import in_language
from apps.core.errors import Sentence
from apps.measures.models import CoordinationItem, Instruction, Measure, Milestone, State
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.permissions import LEAD_STAFF
from apps.reminders.digests import name_outside

MOST = 1000
"""Of each kind; whoever has more looks at the lists."""
ONE_DAY = timedelta(days=1)
REFRESH = timedelta(hours=4)
RUNNING = (State.ISSUED, State.IN_PROGRESS)


@dataclass(frozen=True)
class Entry:
    """One thing that a day brings. `uid` stays the same when the day moves: it moves along."""

    uid: str
    on: date
    what: str | Sentence
    measure: Measure
    path: str
    changed_at: datetime


def feed(standing: Standing) -> bytes:
    """The calendar in the language that is active; the same facts give the same bytes."""
    calendar = Calendar()
    calendar.add("prodid", "-//policytrack//reminders//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", _("policytrack: my deadlines"))
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for entry in entries(standing):
        calendar.add_component(_event(entry))
    body: bytes = calendar.to_ical()
    return body


def entries(standing: Standing) -> Iterator[Entry]:
    """Deadlines, reports and milestones of what the person's agency leads, instructions to it,
    and questions that the person is asked. One query a kind.
    """
    seen = Measure.objects.visible_to(standing)
    led = seen.led_by(standing.agencies_of(LEAD_STAFF))
    return chain(
        _deadlines(led), _reports(led), _milestones(led), _instructions(led), _items(standing, seen)
    )


def _deadlines(led: MeasureQuerySet) -> Iterator[Entry]:
    running = led.filter(state__in=RUNNING, due_on__isnull=False)
    for measure in running.order_by("due_on", "pk")[:MOST]:
        assert measure.due_on is not None  # filtered above
        yield _of_measure("due", measure, measure.due_on, _("Deadline"))


def _reports(led: MeasureQuerySet) -> Iterator[Entry]:
    for measure in led.reporting().order_by("next_report_due_on", "pk")[:MOST]:
        assert measure.next_report_due_on is not None  # what `reporting` means
        yield _of_measure("report", measure, measure.next_report_due_on, _("Report due"))


def _milestones(led: MeasureQuerySet) -> Iterator[Entry]:
    rows = Milestone.objects.filter(
        measure__in=led.filter(state__in=RUNNING), reached_in__isnull=True
    )
    for row in rows.select_related("measure").order_by("due_on", "pk")[:MOST]:
        what = row.title if not row.measure.restricted else ""
        said = f"{_('Milestone')} {what}".strip()
        yield Entry(
            f"milestone-{row.pk}",
            row.due_on,
            said,
            row.measure,
            _path(row.measure),
            row.measure.changed_at,
        )


def _instructions(led: MeasureQuerySet) -> Iterator[Entry]:
    rows = Instruction.objects.open().filter(measure__in=led).select_related("measure")
    for row in rows.order_by("pk")[:MOST]:
        yield Entry(
            f"instruction-{row.pk}",
            localdate(row.known_at),
            _("Instruction to be acknowledged"),
            row.measure,
            reverse("web:acknowledge_instruction", args=[row.measure_id]),
            row.known_at,
        )


def _items(standing: Standing, seen: MeasureQuerySet) -> Iterator[Entry]:
    asked = CoordinationItem.objects.open().asked_of(standing).filter(measure__in=seen)
    for row in asked.select_related("measure").order_by("wanted_on", "pk")[:MOST]:
        yield Entry(
            f"question-{row.pk}",
            row.wanted_on,
            _("Coordination item to answer"),
            row.measure,
            reverse("web:coordination", args=[row.pk]),
            row.at,
        )


def _of_measure(kind: str, measure: Measure, on: date, what: str) -> Entry:
    uid = f"{kind}-{measure.pk}"
    return Entry(uid, on, what, measure, _path(measure), measure.changed_at)


def _path(measure: Measure) -> str:
    return reverse("web:measure", args=[measure.pk])


def _event(entry: Entry) -> Event:
    """A day, and not a time; a restricted measure is named by its code alone, as in mails."""
    event = Event()
    event.add("uid", f"{entry.uid}@{urlsplit(settings.SITE_URL).hostname or 'localhost'}")
    event.add("dtstamp", entry.changed_at)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + ONE_DAY)
    event.add("summary", f"{entry.what} · {_name(entry.measure)}")
    event.add("url", f"{settings.SITE_URL}{entry.path}")
    event.add("description", f"{settings.SITE_URL}{entry.path}")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _name(measure: Measure) -> str:
    if measure.restricted:
        return name_outside(measure)
    return f"{measure.code} {in_language(measure.title, measure.title_en)}"
