"""Policies: what obliges first, with how far each is carried out."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Case, CharField, Exists, OuterRef, Q, Value, When
from django.db.models import Count as Number
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.standing import Standing
from apps.core.paging import page, query_of
from apps.dashboards.queries import Coverage, carried_out_by, coverages
from apps.measures.filters import Place
from apps.measures.models import Measure
from apps.policies.filters import PolicyFilter
from apps.policies.models import Clause, Policy, PolicyQuerySet
from apps.web.board import Board, board_of
from apps.web.remembering import remember
from apps.web.tallies import Count, count_of

PAGE = 50


@require_safe
@login_required
def policies(request: HttpRequest) -> HttpResponse:
    """The policies that oblige, or those asked for, in the order of their place."""
    asked = request.GET.copy()
    asked.setdefault("use", Policy.Use.OBLIGES)
    found = PolicyFilter(asked, queryset=Policy.objects.all())
    board = board_of(request)
    standing = board.standing
    shown = page(
        _with_place(found.qs, standing),
        "place",
        size=PAGE,
        after=asked.get("after", ""),
        before=asked.get("before", ""),
    )
    context = {
        "form": found.form,
        "board": board,
        "kept": _kept(asked),
        "rows": _rows(shown.rows, board),
        "total": found.qs.count(),
        "tabs": _tabs(asked),
        "before": query_of(asked, before=shown.before) if shown.before else "",
        "after": query_of(asked, after=shown.after) if shown.after else "",
        "filtered": bool(asked.get("q") or asked.get("level")),
    }
    response = render(request, "web/policies.html", context)
    if found.form.is_valid() and not board.day.is_past:
        remember(request, response, "policies", query_of(request.GET), standing)
    return response


def _kept(asked: QueryDict) -> dict[str, Any]:
    """What stays asked for when another day is."""
    return {name: asked[name] for name in ("use", "q", "level") if name in asked}


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
    counts = Counter(dict(left.order_by().values_list("use").annotate(count=Number("pk"))))
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


def _with_place(policies: PolicyQuerySet, standing: Standing) -> PolicyQuerySet:
    """Adds `place`: what obliges first, then what the reader sees carried out, then what has
    clauses, then by code.
    """
    of_use = Case(When(use=Policy.Use.OBLIGES, then=Value("1")), default=Value("2"))
    entered = Clause.objects.in_force().filter(policy=OuterRef("pk"))
    of_content = Case(
        When(pk__in=carried_out_by(Measure.objects.visible_to(standing)), then=Value("1")),
        When(Exists(entered), then=Value("2")),
        default=Value("3"),
    )
    return policies.annotate(place=Concat(of_use, of_content, "code", output_field=CharField()))


@dataclass(frozen=True)
class Row:
    """A policy with what is known of how far it is carried out."""

    policy: Policy
    clauses: int
    coverage: Coverage
    measures: Count

    @property
    def claims_coverage(self) -> bool:
        """Background obliges nobody, and where nothing is actionable there is nothing to carry."""
        return self.policy.use == Policy.Use.OBLIGES and bool(self.coverage.actionable)


def _rows(shown: Sequence[Policy], board: Board) -> list[Row]:
    """As they stood on the day, under the names that policies have now. Four queries for all."""
    entered = board.day.clauses(Q(policy__in=[policy.pk for policy in shown]))
    clauses = Counter(each.policy_id for each in entered if each.retired_on is None)
    found = coverages(shown, board.standing, on=board.day.on, is_past=board.day.is_past)
    return [
        Row(
            policy,
            clauses[policy.pk],
            found[policy.pk],
            count_of(
                found[policy.pk].measures,
                opens=board.measures,
                policy=policy.pk,
                place=Place.TOP.value,
            ),
        )
        for policy in shown
    ]
