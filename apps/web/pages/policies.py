"""Policies, and how far each of their clauses is carried out."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.agencies.models import in_language
from apps.core.actor import Role
from apps.measures.lights import Light
from apps.measures.models import Measure, MeasureClause
from apps.measures.permissions import may_draft
from apps.policies.filters import PolicyFilter
from apps.policies.models import Clause, Policy, PolicyLink
from apps.policies.operations import KEEPERS
from apps.web.cards import Card, cards, loaded
from apps.web.clock import today
from apps.web.paging import page, query_of
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

PAGE = 50
DEEPEST = 2
KNOWS_GAPS = frozenset({Role.SUPERVISOR, Role.DIRECTOR, Role.AUDITOR})
"""Who sees enough measures to be told that a clause has none."""


@require_safe
@login_required
def policies(request: HttpRequest) -> HttpResponse:
    """The policies that oblige, or those asked for; pages by code."""
    asked = request.GET.copy()
    asked.setdefault("use", Policy.Use.OBLIGES)
    found = PolicyFilter(asked, queryset=Policy.objects.all())
    shown = page(
        found.qs,
        "code",
        size=PAGE,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    _count(shown.rows, standing_of(request))
    context = {
        "form": found.form,
        "policies": shown.rows,
        "total": found.qs.count(),
        "tabs": _tabs(asked),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
        "filtered": bool(asked.get("q") or asked.get("level")),
    }
    return render(request, "web/policies.html", context)


@dataclass(frozen=True)
class Tab:
    """A use of policies with the number of those that the other filters leave."""

    label: str | Promise
    count: int
    query: str
    chosen: bool


def _tabs(asked: QueryDict) -> list[Tab]:
    """Basis, background and both. One query."""
    rest = asked.copy()
    rest["use"] = ""
    left = PolicyFilter(rest, queryset=Policy.objects.all()).qs
    counts = Counter(dict(left.order_by().values_list("use").annotate(count=Count("pk"))))
    offered = [*Policy.Use.choices, ("", _("All"))]
    return [
        Tab(
            label,
            counts[use] if use else counts.total(),
            query_of(asked, use=use),
            asked["use"] == use,
        )
        for use, label in offered
    ]


def _count(shown: Sequence[Policy], standing: Standing) -> None:
    """Give each policy the number of its clauses and of the measures its reader sees."""
    clauses = _by_policy(Clause.objects.in_force().filter(policy__in=shown), "policy", Count("pk"))
    links = MeasureClause.objects.filter(
        clause__policy__in=shown, measure__in=Measure.objects.visible_to(standing)
    )
    measures = _by_policy(links, "clause__policy", Count("measure", distinct=True))
    for policy in shown:
        policy.clause_count = clauses[policy.pk]  # type: ignore[attr-defined]  # shown in its row
        policy.measure_count = measures[policy.pk]  # type: ignore[attr-defined]  # likewise


def _by_policy(rows: "QuerySet[Any]", policy: str, count: Count) -> Counter[int]:
    return Counter(dict(rows.order_by().values_list(policy).annotate(count=count)))


@dataclass
class Branch:
    """A clause with what is below it: measures that carry it out, and its own clauses."""

    clause: Clause
    depth: int
    cards: list[Card] = field(default_factory=list)
    is_carried: bool = False
    """By any measure at all, seen or not."""

    @property
    def is_gap(self) -> bool:
        """An actionable clause that nothing carries out."""
        asked = self.clause.actionable == Clause.Actionable.YES
        return asked and self.clause.retired_on is None and not self.is_carried

    @property
    def level(self) -> int:
        """The depth that is still shown; deeper clauses stand as deep as that."""
        return min(self.depth, DEEPEST)

    @property
    def heading(self) -> str:
        return in_language(self.clause.heading, self.clause.heading_en)


@require_safe
@login_required
def policy(request: HttpRequest, pk: int) -> HttpResponse:
    """One policy: its facts, and clause by clause what carries it out."""
    found = get_object_or_404(Policy, pk=pk)
    standing = standing_of(request)
    branches = _branches(found, standing)
    return render(
        request,
        "web/policy.html",
        {
            "policy": found,
            "links": _links(found),
            "branches": branches,
            "figures": _figures(branches),
            "first_gap": next((branch for branch in branches if branch.is_gap), None),
            "knows_gaps": standing.holds_any(KNOWS_GAPS),
            "may_draft": bool(may_draft(standing)),
            "may_enter": standing.holds_any(KEEPERS),
        },
    )


@dataclass(frozen=True)
class Linked:
    """A link as this policy says it: implements the other, or is implemented by it."""

    how: str | Promise
    other: Policy
    link: PolicyLink


def _links(policy: Policy) -> list[Linked]:
    """What it is linked to, either way. One query."""
    links = PolicyLink.objects.filter(Q(policy=policy) | Q(other=policy))
    return [_said_from(policy, link) for link in links.select_related("policy", "other")]


def _said_from(policy: Policy, link: PolicyLink) -> Linked:
    kind = PolicyLink.Kind(link.kind)
    if link.policy_id == policy.pk:
        return Linked(kind.label, link.other, link)
    return Linked(kind.reverse, link.policy, link)


def _figures(branches: Sequence[Branch]) -> dict[str, int]:
    """The numbers that matter; clauses of unknown kind are said, not counted."""
    in_force = [branch.clause for branch in branches if branch.clause.retired_on is None]
    kinds = Counter(clause.actionable for clause in in_force)
    lights = {card.measure.pk: card.light for branch in branches for card in branch.cards}
    gaps = sum(branch.is_gap for branch in branches)
    return {
        "actionable": kinds[Clause.Actionable.YES],
        "unknown": kinds[Clause.Actionable.UNKNOWN],
        "gaps": gaps,
        "covered": kinds[Clause.Actionable.YES] - gaps,
        "measures": len(lights),
        "behind": list(lights.values()).count(Light.RED),
    }


def _branches(policy: Policy, standing: Standing) -> list[Branch]:
    """The clauses in reading order, each below the one it is part of.

    A retired clause is shown as long as a measure carries it out.
    """
    shown = _cards(policy, standing)
    links = MeasureClause.objects.filter(clause__policy=policy)
    carried: dict[int, list[Card | None]] = defaultdict(list)
    for clause_id, measure_id in links.values_list("clause_id", "measure_id"):
        carried[clause_id].append(shown.get(measure_id))
    return [
        Branch(clause, depth, _seen(carried[clause.pk]), is_carried=bool(carried[clause.pk]))
        for clause, depth in _in_order(policy.clauses.all())
        if clause.retired_on is None or carried[clause.pk]
    ]


def _seen(shown: Iterable[Card | None]) -> list[Card]:
    """The cards there are, by code as people count: 9 before 10."""
    return sorted(filter(None, shown), key=lambda card: _counted(card.measure.code))


def _counted(code: str) -> list[tuple[str, int]]:
    return [(word, int(number or 0)) for word, number in re.findall(r"(\D*)(\d*)", code)]


def _cards(policy: Policy, standing: Standing) -> dict[int, Card]:
    """The measures of the policy that this person sees, by id."""
    carried = MeasureClause.objects.filter(measure=OuterRef("pk"), clause__policy=policy)
    measures = Measure.objects.visible_to(standing).filter(Exists(carried))
    shown = cards(loaded(measures), on=today(), calendar=current_calendar())
    return {card.measure.pk: card for card in shown}


def _in_order(clauses: Iterable[Clause]) -> list[tuple[Clause, int]]:
    """Each clause with its depth, parents before their parts."""
    below: dict[int | None, list[Clause]] = defaultdict(list)
    for clause in clauses:
        below[clause.parent_id].append(clause)

    def walk(parent_id: int | None, depth: int) -> Iterator[tuple[Clause, int]]:
        for clause in below[parent_id]:
            yield clause, depth
            yield from walk(clause.pk, depth + 1)

    return list(walk(None, 0))
