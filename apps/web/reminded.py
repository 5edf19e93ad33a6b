"""The messages of one person's inbox as the page shows them: what, why, and where it is done."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.accounts.standing import Standing
from apps.agencies.models import in_language
from apps.core.errors import Sentence
from apps.measures.models import Measure
from apps.reminders.causes import BY_KEY
from apps.reminders.digests import indicator_in_words, label_of, todo_of, why_in_words
from apps.reminders.ladders import Day as Today
from apps.reminders.models import Recipient, Reminder
from apps.reminders.operations.composing import still_owed
from apps.workdays.models import current_calendar

DOERS = frozenset({Recipient.LIAISON, Recipient.DRAFTER, Recipient.ASKED, Recipient.REVIEWER})
"""Reached as one of these, the thing is theirs to do; others look at it, who issued it too."""
PLACES = {key: place for place, key in enumerate(BY_KEY)}
NEWS = frozenset({"moved"})
"""Told once and over with being told."""


@dataclass(frozen=True)
class Message:
    """One reminder in words. `is_over`: done, moved or withdrawn since; it presses no more."""

    reminder: Reminder
    title: str
    code: str
    why: str
    is_over: bool
    is_hidden: bool
    """The measure has left the person's sight: the message stays, its name does not."""

    @property
    def said(self) -> str:
        """What the row adds to the day: a milestone, a question."""
        facts = self.reminder.facts
        return "" if self.is_hidden else str(facts.get("milestone") or facts.get("question") or "")

    @property
    def act(self) -> Sentence:
        """On the button: what is to be done, for whoever does it."""
        mine = self.reminder.reached_as in DOERS and self.reminder.cause not in NEWS
        return todo_of(self.reminder.cause) if mine and not self.is_over else _("View")

    @property
    def is_pressing(self) -> bool:
        return self.reminder.is_escalation and not self.is_over

    @property
    def reached_as(self) -> Sentence:
        """The role by which the step reached the person."""
        reached = self.reminder.reached_as
        return Recipient(reached).label if reached in Recipient else reached

    @property
    def step(self) -> str:
        """The step of the ladder, in words."""
        return step_in_words(self.reminder.step)


@dataclass(frozen=True)
class Day:
    """The messages of one morning."""

    on: date
    messages: Sequence[Message]


def step_in_words(step: int) -> str:
    """From when on the step reaches people: so many workdays before or after the day owed."""
    if step == 0:
        return _("from the day itself on")
    if step < 0:
        said = ngettext("from %(n)d workday before", "from %(n)d workdays before", -step)
        return said % {"n": -step}
    return ngettext("after %(n)d workday", "after %(n)d workdays", step) % {"n": step}


def messages_of(standing: Standing, reminders: Sequence[Reminder], *, on: date) -> list[Message]:
    """In the same order. A query for the measures, and one for each cause."""
    ids = {each.measure_id for each in reminders if each.measure_id}
    seen = Measure.objects.visible_to(standing).filter(pk__in=ids)
    measures = {measure.pk: measure for measure in seen}
    open_ones = {each.pk for each in still_owed(reminders, on=on)}
    day = Today(on, current_calendar())
    return [_message(each, measures, day, is_over=each.pk not in open_ones) for each in reminders]


def by_day(messages: Iterable[Message]) -> list[Day]:
    """The messages of a page under the days on which they came; what presses most comes first."""
    days = groupby(messages, key=lambda each: localdate(each.reminder.sent_at))
    return [Day(day, sorted(of_day, key=_urgency)) for day, of_day in days]


def _urgency(message: Message) -> tuple[bool, bool, int, int]:
    place = PLACES.get(message.reminder.cause, len(PLACES))
    return message.is_over, not message.is_pressing, place, message.reminder.pk


def cause_label(key: str) -> Sentence:
    return label_of(key)


def _message(
    reminder: Reminder, measures: Mapping[int, Measure], day: Today, *, is_over: bool
) -> Message:
    measure = measures.get(reminder.measure_id or 0)
    hidden = reminder.measure_id is not None and measure is None
    if measure is not None:
        title, code = in_language(measure.title, measure.title_en), measure.code
    else:
        label = indicator_in_words(reminder) or str(label_of(reminder.cause))
        title, code = _("A measure that you no longer see") if hidden else label, ""
    is_over = is_over or hidden
    why = fact_in_words(reminder) if is_over else why_in_words(reminder, day)
    return Message(reminder, title, code, why, is_over, hidden)


def fact_in_words(reminder: Reminder) -> str:
    """“Deadline: 27 Feb 2026”: what does not change with the day on which it is read."""
    said = {"what": label_of(reminder.cause), "day": date_format(reminder.owed_on, "DATE_FORMAT")}
    return _("%(what)s: %(day)s") % said
