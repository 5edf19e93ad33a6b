"""Coordination items: asking one, and the page of one, where it is ended."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken, Verdict
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import CoordinationItem, Measure
from apps.measures.permissions import may_answer, may_end, may_now, may_record_answer
from apps.web.cards import deadline
from apps.web.carried_along import way_back
from apps.web.clock import now, today
from apps.web.forms.acts import Refusable
from apps.web.forms.others import (
    AnswerForm,
    AskCoordinationForm,
    EndForm,
    RecordForm,
)
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.models import current_calendar

UNPROCESSABLE = 422
ANSWER_WITHIN_DAYS = 7

Judge = Callable[[Standing, CoordinationItem], Verdict]
WAYS: Mapping[str, tuple[Judge, type[Refusable], Callable[..., Any], str | Promise]] = {
    "answer": (may_answer, AnswerForm, operations.answer_item, gettext_lazy("Answer")),
    "record": (
        may_record_answer,
        RecordForm,
        operations.record_answer,
        gettext_lazy("Put an answer on record"),
    ),
    "settle": (may_end, EndForm, operations.settle_item, gettext_lazy("Mark as settled")),
    "withdraw": (may_end, EndForm, operations.withdraw_item, gettext_lazy("Withdraw")),
}
"""How an item ends: who may, what is asked, the operation, the button."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """The lead asks an agency or its supervising leader."""
    measure = visible_measure(request, pk)
    may_now(Action.ASK_COORDINATION, standing_of(request), measure).or_refuse()
    if request.method != "POST":
        wanted_on = current_calendar().last_workday_on_or_before(
            today() + timedelta(days=ANSWER_WITHIN_DAYS)
        )
        form = AskCoordinationForm(measure, initial={"wanted_on": max(wanted_on, today())})
        return _ask_page(request, measure, form)
    form = AskCoordinationForm(measure, request.POST)
    if form.is_valid() and _asked(request, measure, form):
        messages.success(request, _("The question is asked; it waits for an answer."))
        return redirect(way_back(request, measure))
    return _ask_page(request, measure, form, status=UNPROCESSABLE)


def _asked(request: HttpRequest, measure: Measure, form: AskCoordinationForm) -> bool:
    try:
        operations.ask_coordination(
            measure, form.question_asked(), by=standing_of(request), at=now()
        )
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


def _ask_page(
    request: HttpRequest, measure: Measure, form: AskCoordinationForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request, "web/ask_coordination.html", {"measure": measure, "form": form}, status=status
    )


@require_safe
@login_required
def of_measure(request: HttpRequest, pk: int) -> HttpResponse:
    """The most urgent item of the measure that this person answers."""
    measure = visible_measure(request, pk)
    mine = CoordinationItem.objects.open().asked_of(standing_of(request)).filter(measure=measure)
    item = mine.order_by("wanted_on", "pk").first()
    if item is None:
        return redirect("web:measure", measure.pk)
    address = redirect("web:coordination", item.pk)
    if "next" in request.GET:
        address["Location"] += "?" + request.GET.urlencode()
    return address


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One item: the question, and every way in which this person can end it."""
    found = _visible_item(request, pk)
    forms = {way: parts[1](prefix=way) for way, parts in _open_ways(request, found).items()}
    if request.method != "POST":
        return _item_page(request, found, forms)
    way = request.POST.get("way", "")
    if way not in WAYS:
        raise Http404
    WAYS[way][0](standing_of(request), found).or_refuse()
    form = forms[way] = WAYS[way][1](request.POST, prefix=way)
    if form.is_valid() and _ended(request, found, way, form):
        return _done(request, found)
    return _item_page(request, found, forms, status=UNPROCESSABLE)


def _visible_item(request: HttpRequest, pk: int) -> CoordinationItem:
    seen = Measure.objects.visible_to(standing_of(request))
    items = CoordinationItem.objects.filter(measure__in=seen)
    return get_object_or_404(
        items.select_related("measure__lead", "agency", "asked_by", "outcome"), pk=pk
    )


def _open_ways(request: HttpRequest, found: CoordinationItem) -> dict[str, Any]:
    """None once the item has ended."""
    if hasattr(found, "outcome") or not found.measure.is_open:
        return {}
    standing = standing_of(request)
    return {way: parts for way, parts in WAYS.items() if parts[0](standing, found)}


def _ended(request: HttpRequest, found: CoordinationItem, way: str, form: Refusable) -> bool:
    try:
        WAYS[way][2](found, **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


def _done(request: HttpRequest, found: CoordinationItem) -> HttpResponse:
    """Back to the measure, unless the answer took it out of the person's sight."""
    messages.success(request, _("It is on record; whoever asked reads it on the measure."))
    seen = Measure.objects.visible_to(standing_of(request)).filter(pk=found.measure_id)
    return redirect(way_back(request, found.measure) if seen.exists() else "web:workbench")


def _item_page(
    request: HttpRequest,
    found: CoordinationItem,
    forms: Mapping[str, Refusable],
    *,
    status: int = 200,
) -> HttpResponse:
    context = {
        "item": found,
        "measure": found.measure,
        "outcome": getattr(found, "outcome", None),
        "wanted": deadline(found.wanted_on, on=today(), calendar=current_calendar()),
        "ways": [(way, form, WAYS[way][3]) for way, form in forms.items()],
    }
    return render(request, "web/coordination.html", context, status=status)
