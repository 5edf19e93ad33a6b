"""What one person reads of a morning: by what there is to do, the most urgent first. No writing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from apps.accounts.models import User
from apps.agencies.models import in_language, installation_is_demo
from apps.core.errors import Sentence
from apps.kpis.periods import Period
from apps.measures.models import Measure
from apps.reminders.causes import BY_KEY
from apps.reminders.ladders import Day
from apps.reminders.models import Preference, Reminder
from apps.reminders.outbound import Mail
from apps.workdays.models import current_calendar

_PLACES = {key: place for place, key in enumerate(BY_KEY)}


@dataclass(frozen=True)
class Entry:
    """One thing owed, in words. `address` is the page of what it is about, for anybody; `way`
    leads its recipient to the act itself.
    """

    what: str
    why: str
    address: str
    way: str
    is_escalation: bool


@dataclass(frozen=True)
class Group:
    """Everything for which the same is to be done."""

    todo: Sentence
    entries: tuple[Entry, ...]


def worth_a_mail(reminder: Reminder, preference: Preference) -> bool:
    """An escalation always is; anything else unless the person wants no mail of it."""
    if reminder.is_escalation:
        return True
    return preference.by_email and reminder.cause not in preference.muted


def grouped(reminders: Iterable[Reminder], day: Day) -> list[Group]:
    """By what there is to do on that day: what has escalated first, then as causes are urgent."""
    found = list(reminders)
    escalated = {reminder.cause for reminder in found if reminder.is_escalation}

    def place(reminder: Reminder) -> tuple[bool, int, str]:
        cause = reminder.cause
        return cause not in escalated, _PLACES.get(cause, len(_PLACES)), cause

    together = sorted(found, key=lambda each: (*place(each), *_urgency(each)))
    return [
        Group(todo_of(cause), tuple(_entry(each, day) for each in group))
        for cause, group in groupby(together, key=lambda each: each.cause)
    ]


def todo_of(cause: str) -> Sentence:
    """What to do about it; a cause that is no longer known is called by its key."""
    return BY_KEY[cause].todo if cause in BY_KEY else cause


def mail_of(message_id: str, user: User, day: date, reminders: Sequence[Reminder]) -> Mail:
    """The letter in the language of its reader. `reminders` come with their measures."""
    with translation.override(user.language):
        said = {
            "user": user,
            "day": day,
            "heading": heading(day, reminders),
            "groups": grouped(reminders, Day(day, current_calendar())),
            "site": settings.SITE_URL,
            "language": user.language,
            "is_demo": installation_is_demo(),
        }
        return Mail(
            message_id,
            user.email,
            _("Supervision · %(heading)s") % {"heading": said["heading"]},
            render_to_string("reminders/digest.txt", said),
            render_to_string("reminders/digest.html", said),
        )


def heading(day: date, reminders: Sequence[Reminder]) -> str:
    """How much there is, and how much of it has escalated."""
    count = len(reminders)
    escalated = sum(reminder.is_escalation for reminder in reminders)
    said = ngettext("%(day)s: %(count)d thing to do", "%(day)s: %(count)d things to do", count)
    told = said % {"day": date_format(day, "MONTH_DAY_FORMAT"), "count": count}
    if not escalated:
        return told
    return _("%(heading)s (%(count)d escalated)") % {"heading": told, "count": escalated}


def address_of(reminder: Reminder) -> str:
    """The full address of what it is about."""
    return f"{settings.SITE_URL}{_path_of(reminder)}"


def way_to_act(reminder: Reminder) -> str:
    """The full address of the message, which leads its recipient on to the act itself."""
    return f"{settings.SITE_URL}{reverse('web:open_message', args=[reminder.pk])}"


def _path_of(reminder: Reminder) -> str:
    if reminder.measure_id:
        return reverse("web:measure", args=[reminder.measure_id])
    if kpi := reminder.facts.get("kpi"):
        return reverse("web:kpi", args=[kpi])
    return reverse("web:workbench")


def indicator_in_words(reminder: Reminder) -> str:
    """The indicator and the period that it is about; nothing where it is about a measure."""
    facts = reminder.facts
    if "kpi" not in facts:
        return ""
    name = in_language(facts["name"], facts["name_en"])
    return f"{name} · {Period.parse(facts['period'])}" if facts["period"] else name


def name_outside(measure: Measure | None) -> str:
    """How a measure is named in what leaves the product: a restricted one by its code alone."""
    if measure is None:
        return ""
    if measure.restricted:
        return _("%(code)s (restricted)") % {"code": measure.code}
    return str(measure)


def _urgency(reminder: Reminder) -> tuple[bool, date, int]:
    return not reminder.is_escalation, reminder.owed_on, reminder.pk


def _entry(reminder: Reminder, day: Day) -> Entry:
    return Entry(
        what=_what(reminder),
        why=why_in_words(reminder, day),
        address=address_of(reminder),
        way=way_to_act(reminder),
        is_escalation=reminder.is_escalation,
    )


def _what(reminder: Reminder) -> str:
    """What is owed; of a milestone also which, unless its measure is restricted."""
    measure, milestone = reminder.measure, reminder.facts.get("milestone")
    name = name_outside(measure) or indicator_in_words(reminder) or str(label_of(reminder.cause))
    return f"{name} · {milestone}" if milestone and measure and not measure.restricted else name


def label_of(cause: str) -> Sentence:
    """What has happened; a cause that is no longer known is called by its key."""
    return BY_KEY[cause].label if cause in BY_KEY else cause


def why_in_words(reminder: Reminder, day: Day) -> str:
    """“Deadline overdue: 27 Feb 2026, 1 workday late”."""
    return _("%(what)s: %(day)s, %(distance)s") % {
        "what": label_of(reminder.cause),
        "day": date_format(reminder.owed_on, "DATE_FORMAT"),
        "distance": _distance(day.position(reminder.owed_on)),
    }


def _distance(workdays: int) -> str:
    if workdays == 0:
        return pgettext("distance", "today")
    if workdays < 0:
        return ngettext("%(n)d workday left", "%(n)d workdays left", -workdays) % {"n": -workdays}
    return ngettext("%(n)d workday ago", "%(n)d workdays ago", workdays) % {"n": workdays}
