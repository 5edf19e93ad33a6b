"""What reminding left on record about a measure: escalation, urging notices, the bulletin."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.standing import Standing
from apps.core.errors import Sentence
from apps.measures.models import Measure
from apps.reminders.escalation import escalation_of
from apps.reminders.models import BulletinProposal, Recipient, Reminder, Urging
from apps.reminders.permissions import may_decide_bulletin, may_receive
from apps.web.reminded import fact_in_words, step_in_words

MOST = 300
"""Messages of one measure that its timeline tells: the last ones."""

PLACES = {str(recipient): place for place, recipient in enumerate(Recipient)}
"""The liaison first, the director last."""


@dataclass(frozen=True)
class Told:
    """One line of the timeline: when, by whom, what, and the words."""

    at: datetime
    who: str
    title: str
    text: str = ""


def escalated(measure: Measure) -> str:
    """“Urged up to: Unit head of the lead”; "" while nothing has escalated."""
    found = escalation_of(measure) if measure.is_open else None
    return _("Urged up to: %(whom)s") % {"whom": _highest(found.reached)} if found else ""


def _highest(reached: Iterable[str]) -> Sentence:
    """The highest of those of the lead's own line; the office hears of it beside them."""
    line = [each for each in LINE if each in set(reached)]
    return line[-1].label if line else ""


LINE = (
    Recipient.LIAISON,
    Recipient.DRAFTER,
    Recipient.UNIT_LEADER,
    Recipient.UNIT_HEAD,
    Recipient.SUPERVISING_LEADER,
)


def open_urgings(measure: Measure) -> list[Urging]:
    """Notices that the lead has not received, the oldest first."""
    rows = Urging.objects.filter(measure=measure, receipt__isnull=True).select_related("agency")
    return list(rows.order_by("pk"))


def receives(standing: Standing, measure: Measure) -> bool:
    return bool(may_receive(standing, measure))


def proposed(standing: Standing, measure: Measure) -> BulletinProposal | None:
    """What waits for the director, for the director."""
    if not may_decide_bulletin(standing):
        return None
    return BulletinProposal.objects.waiting().filter(measure=measure).first()


def told(measure: Measure) -> Iterator[Told]:
    """Messages sent, notices and what became of them, places in the bulletin."""
    yield from _sent(measure)
    for urging in Urging.objects.filter(measure=measure).select_related("agency", "receipt"):
        yield from _of_urging(urging)
    rows = BulletinProposal.objects.filter(measure=measure).select_related("decision")
    for proposal in rows:
        yield from _of_proposal(proposal)


def _sent(measure: Measure) -> Iterator[Told]:
    """Who was told on the same morning of the same thing is told of together."""
    found = list(Reminder.objects.about(measure.pk).select_related("recipient")[:MOST])
    found.sort(key=lambda each: (*_together(each), PLACES.get(each.reached_as, 0), each.pk))
    for _key, group in groupby(found, key=_together):
        sent = list(group)
        names = pgettext("between the items of a list", "; ").join(_whom(each) for each in sent)
        first = sent[0]
        assert first.sent_at is not None  # what was sent has its moment
        text = _("Step: %(step)s. Sent to: %(names)s")
        said = text % {"step": step_in_words(first.step), "names": names}
        yield Told(first.sent_at, _("By itself"), _title(first), said)


def _together(reminder: Reminder) -> tuple[str, int, date, date, int]:
    sent = localdate(reminder.sent_at)
    return reminder.cause, reminder.step, reminder.owed_on, sent, reminder.subject_id


def _title(reminder: Reminder) -> str:
    kind = _("Escalation") if reminder.is_escalation else _("Reminder")
    return f"{kind} · {fact_in_words(reminder)}"


def _whom(reminder: Reminder) -> str:
    role = reminder.reached_as
    label = Recipient(role).label if role in Recipient else role
    return _("%(name)s (%(role)s)") % {"name": reminder.recipient, "role": label}


def _of_urging(urging: Urging) -> Iterator[Told]:
    title = _("Urging notice %(number)s to %(agency)s") % {
        "number": number_of(urging),
        "agency": urging.agency.label,
    }
    yield Told(urging.at, _("By itself"), title, urged_because(urging))
    if receipt := getattr(urging, "receipt", None):
        said = _("Receipt of urging notice %(number)s acknowledged")
        yield Told(receipt.at, receipt.by_name, said % {"number": number_of(urging)})


def number_of(urging: Urging) -> str:
    """As offices number their documents: year and number."""
    return _("[%(year)d] No. %(number)d") % {"year": urging.year, "number": urging.number}


def urged_because(urging: Urging) -> str:
    said = {
        "day": date_format(urging.owed_on, "DATE_FORMAT"),
        "step": step_in_words(urging.step),
    }
    return _("The deadline of %(day)s has passed; step: %(step)s") % said


def _of_proposal(proposal: BulletinProposal) -> Iterator[Told]:
    yield Told(proposal.at, _("By itself"), _("Proposed for the next bulletin"))
    if decision := getattr(proposal, "decision", None):
        yield Told(decision.at, decision.by_name, decision.get_outcome_display(), decision.reason)
