"""Coordination items: asked by the lead, and ended once: answered, settled or withdrawn."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.operations import record
from apps.audit.reading import describe
from apps.core.errors import RuleBroken, Verdict
from apps.measures.lifecycle import Action
from apps.measures.models import CoordinationItem, CoordinationOutcome, Measure
from apps.measures.operations.acting import beside, let_see
from apps.measures.operations.locking import lock_measure
from apps.measures.permissions import may_answer, may_end, may_record_answer

describe(
    acts={
        "measures.answer_item": gettext_lazy("Coordination item answered"),
        "measures.record_answer": gettext_lazy("Answer to a coordination item put on record"),
        "measures.settle_item": gettext_lazy("Coordination item settled"),
        "measures.withdraw_item": gettext_lazy("Coordination item withdrawn"),
    }
)
Kind = CoordinationOutcome.Kind


@dataclass(frozen=True)
class Question:
    """What is asked, of whom, and by when an answer is wanted.

    `of_leader`: the supervising leader assigned to `agency` is asked, not the agency itself.
    """

    agency: Agency
    text: str
    wanted_on: date
    of_leader: bool = False


def ask_coordination(
    measure: Measure, question: Question, *, by: Standing, at: datetime
) -> CoordinationItem:
    """The lead asks a question that blocks it; whoever is asked sees the measure meanwhile."""
    with beside(Action.ASK_COORDINATION, measure, by=by, at=at) as locked:
        _refuse_question(locked, question, timezone.localdate(at))
        last = locked.coordination_items.order_by("-number").first()
        assert locked.lead is not None
        item = CoordinationItem.objects.create(
            measure=locked,
            number=last.number + 1 if last else 1,
            asked_by=locked.lead,
            agency=question.agency,
            of_leader=question.of_leader,
            question=question.text.strip(),
            wanted_on=question.wanted_on,
            by_id=by.person_id,
            by_name=str(by),
            at=at,
        )
        record(
            "measures.ask_coordination",
            item,
            by=by,
            at=at,
            changes={"agency": ("", item.agency.name), "wanted_on": ("", item.wanted_on)},
            note=item.question,
            restricted=locked.restricted,
        )
    return item


def answer_item(
    item: CoordinationItem, *, text: str, by: Standing, at: datetime
) -> CoordinationOutcome:
    """Whoever was asked answers, once."""
    _refuse_silence(text, _("Write the answer."))
    with _ending(item, may_answer(by, item), at=at) as ending:
        return ending.as_("answer_item", Kind.ANSWERED, text, by=by)


def record_answer(
    item: CoordinationItem,
    *,
    text: str,
    given_by: str,
    given_on: date | None,
    by: Standing,
    at: datetime,
) -> CoordinationOutcome:
    """The supervision office puts on record what was answered on paper or by telephone."""
    _refuse_silence(text, _("Write the answer."))
    if not given_by.strip():
        raise RuleBroken(_("Say who gave the answer."), field="given_by")
    if given_on is None or given_on > timezone.localdate(at):
        raise RuleBroken(_("Say on which day the answer was given."), field="given_on")
    with _ending(item, may_record_answer(by, item), at=at) as ending:
        return ending.as_(
            "record_answer", Kind.ANSWERED, text, by=by, given_by=given_by, given_on=given_on
        )


def settle_item(
    item: CoordinationItem, *, reason: str, by: Standing, at: datetime
) -> CoordinationOutcome:
    """The asking agency says how the question was settled without an answer here."""
    _refuse_silence(reason, _("Say how it was settled."), field="reason")
    with _ending(item, may_end(by, item), at=at) as ending:
        return ending.as_("settle_item", Kind.SETTLED, reason, by=by)


def withdraw_item(
    item: CoordinationItem, *, reason: str, by: Standing, at: datetime
) -> CoordinationOutcome:
    """The asking agency takes its question back, with a reason that stays."""
    _refuse_silence(reason, _("Say why it is withdrawn."), field="reason")
    with _ending(item, may_end(by, item), at=at) as ending:
        return ending.as_("withdraw_item", Kind.WITHDRAWN, reason, by=by)


@dataclass(frozen=True)
class _Ending:
    """An open item of a locked measure, about to end."""

    item: CoordinationItem
    at: datetime

    def as_(
        self,
        act: str,
        kind: str,
        text: str,
        *,
        by: Standing,
        given_by: str = "",
        given_on: date | None = None,
    ) -> CoordinationOutcome:
        outcome = CoordinationOutcome.objects.create(
            item=self.item,
            kind=kind,
            text=text.strip(),
            given_by=given_by.strip(),
            given_on=given_on,
            by_id=by.person_id,
            by_name=str(by),
            at=self.at,
        )
        said = {"given_by": ("", outcome.given_by), "given_on": ("", given_on)} if given_on else {}
        record(
            f"measures.{act}",
            self.item,
            by=by,
            at=self.at,
            changes={"outcome": ("", kind)} | said,
            note=outcome.text,
            restricted=self.item.measure.restricted,
        )
        return outcome


@contextmanager
def _ending(item: CoordinationItem, verdict: Verdict, *, at: datetime) -> Iterator[_Ending]:
    """End an open item, all or nothing; whoever was asked loses sight of the measure again."""
    verdict.or_refuse()
    with transaction.atomic():
        measure = lock_measure(item.measure_id)
        ended = CoordinationOutcome.objects.filter(item=item).first()
        if ended is not None:
            raise RuleBroken(
                _("This item has ended already: %(outcome)s, %(who)s.")
                % {"outcome": ended.get_kind_display(), "who": ended.given_by or ended.by_name}
            )
        if not measure.is_open:
            raise RuleBroken(_("The measure has ended, and the item with it."))
        yield _Ending(item, at)
        let_see(measure)


def _refuse_silence(text: str, sentence: str, *, field: str = "text") -> None:
    if not text.strip():
        raise RuleBroken(sentence, field=field)


def _refuse_question(measure: Measure, question: Question, today: date) -> None:
    _refuse_silence(question.text, _("Say what has to be known or decided."), field="question")
    if question.wanted_on < today:
        raise RuleBroken(_("The day wanted must not lie in the past."), field="wanted_on")
    assert measure.lead is not None
    if question.of_leader and question.agency.pk not in measure.lead.path:
        raise RuleBroken(_("This leader is not assigned to the lead agency."), field="asked")
    if not question.of_leader and question.agency == measure.lead:
        raise RuleBroken(_("The lead agency cannot ask itself."), field="asked")
    if measure.restricted and not _knows_of_it(measure, question):
        raise RuleBroken(
            _("A restricted measure: only its supporters and the supervision office are asked."),
            field="asked",
        )


def _knows_of_it(measure: Measure, question: Question) -> bool:
    """A question may not tell anybody of a restricted measure."""
    if question.of_leader:
        return False
    is_office = question.agency.kind == Agency.Kind.SUPERVISION
    return is_office or measure.supporters.contains(question.agency)
