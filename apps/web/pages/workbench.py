"""The workbench page: what waits for me, why, and the one act that settles it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.audit.models import AuditEvent
from apps.measures.lifecycle import Action
from apps.measures.models import (
    Decision,
    Measure,
    ProgressReport,
    ReportDraft,
    Request,
    Review,
    State,
)
from apps.measures.permissions import OFFICE, WRITERS, may_draft
from apps.web import workbench as desks
from apps.web.acts import Button, button
from apps.web.cards import Card, Deadline, card, cards, deadline, loaded
from apps.web.cause import Cause
from apps.web.causes import Counts, counts_of, most_urgent
from apps.web.desk import Desk
from apps.web.kpi_desk import waits
from apps.web.visitor import desk_of
from apps.web.workbench import COUNTERS, OTHERS

SHOWN = 50
SHOWN_OF_OTHERS = 5
SENT_BACK = frozenset({"handed_back", "returned", "completion_returned", "returned_proposal"})
"""Causes with somebody's words on why."""


@dataclass(frozen=True)
class Words:
    """What somebody wrote when sending something back."""

    text: str
    by: str


@dataclass(frozen=True)
class Asked:
    """What is wanted of somebody beside reports: in words, by whom or of whom, until when."""

    text: str
    who: str
    deadline: Deadline | None
    since: date | None = None
    """In the deadline's place: when the waiting began."""


@dataclass(frozen=True)
class Link:
    """An act that stands on a page of its own."""

    url: str
    label: str | Promise


@dataclass(frozen=True)
class Row:
    """A measure on the desk: why first, why else, and the act."""

    card: Card
    cause: Cause
    more: Sequence[Cause]
    button: Button | None
    sent_back: Words | None = None
    link: Link | None = None
    asked: Asked | None = None

    @property
    def since(self) -> date | None:
        """Since when a report waits for the reader's review, or to be confirmed before it is one;
        or completion to be decided; or an instruction to be acknowledged.
        """
        if self.asked and self.asked.since:
            return self.asked.since
        if self.cause.action in (Action.VERIFY, Action.CLOSE):
            return self.card.measure.completion_applied_on
        if self.cause.action is Action.CONFIRM_REPORT:
            draft = getattr(self.card.measure, "report_draft", None)  # taken back meanwhile
            return draft.handed_at if draft else None
        reviewing = self.cause.action is Action.REVIEW
        return self.card.measure.review_waiting_since if reviewing else None

    @property
    def deadline(self) -> Deadline | None:
        """The day by which the one whose turn it is has to move, else the measure's own."""
        if self.asked:
            return self.asked.deadline
        turn = self.card.turn
        return (turn.deadline if turn else None) or self.card.deadline

    @property
    def shows_lead(self) -> bool:
        """The lead's own people know that they lead."""
        return not WRITERS & self.cause.roles


@dataclass(frozen=True)
class Counter:
    """A number above the list; its address shows exactly the rows it counts."""

    key: str
    label: str | Promise
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Waiting:
    """What others have to do before the person can go on: the first few, and how many."""

    cause: Cause
    count: int
    url: str
    cards: list[tuple[Card, Asked | None]]


@require_safe
@never_cache
@login_required
def workbench(request: HttpRequest) -> HttpResponse:
    """Everything that waits for this person; `?only=` keeps one cause."""
    desk = desk_of(request)
    mine = desks.causes_of(desk.standing)
    others = desks.causes_of(desk.standing, OTHERS)
    only = next((c for c in (*mine, *others) if c.key == request.GET.get("only")), None)
    causes = [only, *mine] if only in others else mine
    counts, awaited = counts_of(desk, mine), counts_of(desk, others)
    rows = rows_of(desk, most_urgent(desk, causes, SHOWN, only=only))
    figures = _of_figures(desk)
    context = {
        "rows": rows,
        "total": (counts.by_cause | awaited.by_cause)[only] if only else counts.total,
        "only": only,
        "figures": figures,
        "counters": [*_counters(desk, counts, only), *figures],
        "waiting": _waiting_for(desk, awaited),
        "drafts_url": _drafts(desk),
        "next_due": None if rows else desks.next_due(desk),
    }
    return render(request, "web/workbench.html", context)


def _of_figures(desk: Desk) -> list[Counter]:
    """What of the indicators waits stands in a list of its own."""
    return [Counter(one.key, one.label, one.count, one.url, chosen=False) for one in waits(desk)]


def rows_of(desk: Desk, held: Mapping[int, Sequence[Cause]]) -> list[Row]:
    """The rows of these measures with their causes, in this order."""
    known = loaded(Measure.objects.filter(pk__in=held)).prefetch_related("supporters").in_bulk()
    shown = [known[pk] for pk in held if pk in known]
    words = _words_on_completion(shown) | _words_of_reviewers(shown) | _words_of_directors(shown)
    words |= _words_of_unit_leaders(shown)
    prefetch_related_objects(shown, "report_draft")
    asked = asked_by_measure(desk, {cause for found in held.values() for cause in found}, shown)
    return [_row(desk, held[m.pk], m, words.get(m.pk), asked) for m in shown]


def _row(
    desk: Desk,
    causes: Sequence[Cause],
    measure: Measure,
    words: Words | None,
    asked: Mapping[tuple[str, int], Asked],
) -> Row:
    implied = frozenset().union(*(cause.implies for cause in causes))
    first, *more = causes
    act = _act(desk, causes, measure)
    return Row(
        card=card(measure, on=desk.on, calendar=desk.calendar),
        cause=first,
        more=[c for c in more if (c.action or c.page) and c.key not in implied],
        button=act if isinstance(act, Button) else None,
        sent_back=words if any(cause.key in SENT_BACK for cause in causes) else None,
        link=act if isinstance(act, Link) else None,
        asked=asked.get((first.key, measure.pk)),
    )


def _act(desk: Desk, causes: Sequence[Cause], measure: Measure) -> Button | Link | None:
    """The most urgent act that the measure's state allows."""
    for cause in causes:
        if cause.page:
            return Link(reverse(cause.page, args=[measure.pk]), cause.caption)
        if cause.action:
            act = button(cause.action, desk.standing, measure, caption=cause.caption)
            if act.verdict:
                return act
    return None


def asked_by_measure(
    desk: Desk, causes: Iterable[Cause], measures: Sequence[Measure]
) -> dict[tuple[str, int], Asked]:
    """By cause and measure: the question whose day comes first. One query a kind."""
    return {
        (cause.key, row.measure_id): Asked(
            row.question,
            _who(row, cause),
            None if cause.since else deadline(row.wanted_on, on=desk.on, calendar=desk.calendar),
            row.wanted_on if cause.since else None,
        )
        for cause in causes
        if cause.wanted
        for row in cause.wanted(desk)
        .filter(measure__in=measures)
        .select_related("agency", "measure__lead")
        .order_by("-wanted_on", "-pk")
    }


def _who(row: Any, cause: Cause) -> str:
    """Whoever has asked, on the desk of who is asked; else whoever is asked. Of an instruction
    the lead reads the leader, others who has to see to it.
    """
    if cause.since:
        return str(row.by_name if cause.page else row.measure.lead.label)
    return str((row.measure.lead if cause.caption or cause.action else row.agency).label)


def _counters(desk: Desk, counts: Counts, only: Cause | None) -> list[Counter]:
    to_act = any(cause.action or cause.page for cause in counts.by_cause)
    everything = Counter(
        "",
        _("To do today") if to_act else _("To look at"),
        counts.total,
        reverse("web:workbench"),
        only is None,
    )
    counters = [
        _counter(desk, cause, count, chosen=cause is only)
        for cause, count in counts.by_cause.items()
        if cause.key in COUNTERS
    ]
    return [everything, *(each for each in counters if each.count or _is_told_of_none(desk, each))]


def _is_told_of_none(desk: Desk, counter: Counter) -> bool:
    """A unit hears of reviews while there are any: few have parts at all."""
    return counter.key != "review" or desk.standing.holds_any(OFFICE)


def _counter(desk: Desk, cause: Cause, measures: int, *, chosen: bool) -> Counter:
    """Reviews are counted by report, as their own page lists them."""
    count, url = measures, _address(cause)
    if cause.action is Action.REVIEW:
        reports = ProgressReport.objects.for_review_by(desk.standing)
        count, url = reports.count(), reverse("web:review")
    return Counter(cause.key, COUNTERS[cause.key], count, url, chosen)


def _waiting_for(desk: Desk, counts: Counts) -> list[Waiting]:
    """What waits for others, of the causes that there are."""
    return [_first_of(desk, cause, count) for cause, count in counts.by_cause.items() if count]


def _first_of(desk: Desk, cause: Cause, count: int) -> Waiting:
    shown = list(loaded(cause.on(desk).order_by("due_key", "pk"))[:SHOWN_OF_OTHERS])
    asked = asked_by_measure(desk, [cause], shown)
    pairs = [
        (each, asked.get((cause.key, each.measure.pk)))
        for each in cards(shown, on=desk.on, calendar=desk.calendar)
    ]
    return Waiting(cause, count, _address(cause), pairs)


def _address(cause: Cause) -> str:
    return f"{reverse('web:workbench')}?{urlencode({'only': cause.key})}"


def _drafts(desk: Desk) -> str:
    """For those who draft: the way to every draft."""
    drafts = urlencode({"state": State.DRAFT})
    return f"{reverse('web:measures')}?{drafts}" if may_draft(desk.standing) else ""


def _words_of_unit_leaders(measures: Sequence[Measure]) -> dict[int, Words]:
    """Why the draft of a report was handed back."""
    drafts = ReportDraft.objects.handed_back().filter(measure__in=measures)
    told = drafts.values_list("measure", "remark", "remarked_by_name")
    return {pk: Words(reason, by) for pk, reason, by in told}


def _words_of_reviewers(measures: Sequence[Measure]) -> dict[int, Words]:
    """Why the last report of each was returned, where none has followed yet."""
    returned = [m.pk for m in measures if m.state == State.IN_PROGRESS and m.returned_on]
    reviews = (
        Review.objects.in_force()
        .filter(report__measure__in=returned, outcome=Review.Outcome.RETURNED)
        .order_by("report__measure", "-id")
        .distinct("report__measure")
        .values_list("report__measure", "reason", "by_name")
    )
    return {pk: Words(reason, by) for pk, reason, by in reviews}


def _words_on_completion(measures: Sequence[Measure]) -> dict[int, Words]:
    """Why the last application for completion was sent back, where none has followed yet."""
    returned = [m.pk for m in measures if m.completion_returned_on]
    decisions = (
        Decision.objects.filter(
            request__measure__in=returned,
            request__kind=Request.Kind.COMPLETE,
            outcome=Decision.Outcome.REFUSED,
        )
        .order_by("request__measure", "-id")
        .distinct("request__measure")
        .values_list("request__measure", "reason", "by_name")
    )
    return {pk: Words(reason, by) for pk, reason, by in decisions}


def _words_of_directors(measures: Sequence[Measure]) -> dict[int, Words]:
    """Why the proposal was returned, for the drafts that were proposals once."""
    drafts = [m.pk for m in measures if m.state == State.DRAFT]
    events = (
        AuditEvent.objects.filter(
            subject_type=Measure._meta.label_lower,
            subject_id__in=drafts,
            act="measures.return_proposal",
        )
        .order_by("subject_id", "-id")
        .distinct("subject_id")
        .values_list("subject_id", "note", "actor_name")
    )
    return {pk: Words(note, by) for pk, note, by in events if pk is not None}
