"""Drafting a measure from a clause, and revising a draft."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.models import User
from apps.core.errors import RuleBroken, Stale
from apps.measures import operations
from apps.measures.lifecycle import Action, allows
from apps.measures.models import Measure, MeasureClause
from apps.measures.operations import Plan, WrongState
from apps.measures.permissions import may, may_draft
from apps.policies.models import Clause
from apps.web.carried_along import seen_by, way_back
from apps.web.clock import now, today
from apps.web.forms.drafting import DeadlineForm, PeopleForm, Sheet, plan_of
from apps.web.versions import differences
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.models import current_calendar

PEOPLE_OFFERED = 8


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A new draft that carries out the clause."""
    standing = standing_of(request)
    may_draft(standing).or_refuse()
    clause = get_object_or_404(Clause.objects.select_related("policy", "parent"), pk=pk)
    sheet = Sheet(request.POST or None, start=Plan(title=""), code=free_code(clause))

    def save() -> Measure:
        return operations.draft_measure(
            sheet.plan(), code=sheet.code, clauses=[clause], by=standing, at=now()
        )

    if request.method == "POST" and sheet.is_valid():
        try:
            return _saved(request, save)
        except RuleBroken as refusal:
            sheet.refuse(refusal)
    others = Measure.objects.visible_to(standing).filter(carried_clauses__clause=clause)
    return _page(request, sheet, {"clauses": [clause], "others": others.order_by("code")})


@require_http_methods(["GET", "POST"])
@never_cache
@login_required
def revise(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a draft says; whoever comes second sees both versions."""
    measure = visible_measure(request, pk)
    may(Action.REVISE, standing_of(request), measure).or_refuse()
    if request.method == "POST":
        return _revise(request, measure)
    verdict = allows(Action.REVISE, measure.state)
    if not verdict:
        raise WrongState(verdict.reason)
    return _revision_page(request, measure, Sheet(None, start=plan_of(measure)))


def _revise(request: HttpRequest, measure: Measure) -> HttpResponse:
    sheet, seen = Sheet(request.POST, start=plan_of(measure)), seen_by(request)

    def save() -> Measure:
        return operations.revise_draft(
            measure, sheet.plan(), seen=seen, by=standing_of(request), at=now()
        )

    if not sheet.is_valid():
        return _revision_page(request, measure, sheet, seen=seen)
    try:
        return _saved(request, save)
    except Stale as refusal:
        return _both_versions(request, measure.pk, sheet, refusal)
    except RuleBroken as refusal:
        sheet.refuse(refusal)
        return _revision_page(request, measure, sheet, seen=seen)


def _saved(request: HttpRequest, save: Callable[[], Measure]) -> HttpResponse:
    """Save, and propose where that was asked for: both or neither."""
    propose = request.POST.get("then") == "propose"
    with transaction.atomic():
        measure = save()
        if propose:
            operations.propose_measure(
                measure, seen=measure.version, by=standing_of(request), at=now()
            )
    said = _("%(code)s is proposed to the director.") if propose else _("%(code)s is saved.")
    messages.success(request, said % {"code": measure.code})
    return redirect(way_back(request, measure))


def _both_versions(request: HttpRequest, pk: int, sheet: Sheet, refusal: Stale) -> HttpResponse:
    """What was typed stays in the sheet, beside what is stored now."""
    measure = visible_measure(request, pk)
    differing = differences(plan_of(measure), sheet.plan())
    if not differing:
        messages.info(request, _("%(code)s says this already.") % {"code": measure.code})
        return redirect("web:measure", pk)
    return _revision_page(
        request, measure, sheet, {"stale": refusal, "differences": differing}, status=409
    )


def _revision_page(
    request: HttpRequest,
    measure: Measure,
    sheet: Sheet,
    more: dict[str, Any] | None = None,
    *,
    seen: int | None = None,
    status: int = 200,
) -> HttpResponse:
    links = measure.carried_clauses.select_related("clause__policy", "clause__parent")
    context = {
        "measure": measure,
        "seen": measure.version if seen is None else seen,
        "clauses": [link.clause for link in links],
        "named": [*measure.named_agencies.all(), *measure.named_districts.all()],
    }
    return _page(request, sheet, context | (more or {}), status=status)


def _page(
    request: HttpRequest, sheet: Sheet, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    if sheet.has_errors and status == 200:
        status = 422
    return render(request, "web/draft.html", {"sheet": sheet} | context, status=status)


def free_code(clause: Clause) -> str:
    """The next code of the clause: its measures' stem and the first number after theirs."""
    codes = MeasureClause.objects.filter(clause=clause).values_list("measure__code", flat=True)
    stems = [code.rpartition(".")[0] for code in codes if _number(code)]
    stem = max(stems, key=stems.count, default=clause.code[:34])
    taken = Measure.objects.filter(code__startswith=f"{stem}.").values_list("code", flat=True)
    return f"{stem}.{max(map(_number, taken), default=0) + 1}"


def _number(code: str) -> int:
    """The number after the last dot; 0 where there is none."""
    last = code.rpartition(".")[2]
    return int(last) if last.isdecimal() and "." in code else 0


# --- Small answers while the sheet is filled in --------------------------------------------


@require_safe
@login_required
def deadline(request: HttpRequest) -> HttpResponse:
    """The day a deadline means, if the measure were issued today."""
    may_draft(standing_of(request)).or_refuse()
    form, on = DeadlineForm(request.GET), today()
    said = form.cleaned_data if form.is_valid() else {}
    calendar = current_calendar()
    workdays, day = said.get("due_workdays"), said.get("due_on")
    both = bool(workdays and day)
    if workdays:
        day = calendar.add(on, workdays)
    context: dict[str, Any] = {"day": day, "workdays": workdays, "both": both}
    if day:
        context |= {
            "left": calendar.between(on, day),
            "past": day <= on,
            "off": not calendar.is_workday(day),
            "provisional": calendar.is_provisional(day),
        }
    return render(request, "web/_deadline_preview.html", context)


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """The people who can be named as readers, by the beginning of a name."""
    may_draft(standing_of(request)).or_refuse()
    form = PeopleForm(request.GET)
    found = _people(form.cleaned_data["who"]) if form.is_valid() else User.objects.none()
    return render(request, "web/_people.html", {"people": found})


def _people(words: str) -> "QuerySet[User]":
    named = Q(name__icontains=words) | Q(username__istartswith=words)
    return User.objects.filter(named, is_active=True).order_by("name", "id")[:PEOPLE_OFFERED]
