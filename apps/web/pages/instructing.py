"""Instructions: given by the supervising leader, put on record, acknowledged by the lead."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.operations import Paper
from apps.measures.operations.evidence import too_large
from apps.measures.permissions import may_now
from apps.web.carried_along import came_from, way_back
from apps.web.clock import now, today
from apps.web.forms.instructions import InstructForm, RecordInstructionForm
from apps.web.instructions import open_instructions
from apps.web.uploads import file_rules, upload_was_too_large
from apps.web.visitor import standing_of, visible_measure
from apps.workdays.models import current_calendar

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def instruct(request: HttpRequest, pk: int) -> HttpResponse:
    """The leader writes; the lead acknowledges."""
    measure = _measure_for(Action.INSTRUCT, request, pk)
    form = InstructForm(request.POST if request.method == "POST" else None)
    if not form.is_bound:
        return _page(request, measure, form)
    if form.is_valid() and _given(request, measure, form):
        messages.success(
            request, _("The instruction is given; the lead agency acknowledges its receipt.")
        )
        return redirect(way_back(request, measure))
    return _page(request, measure, form, status=UNPROCESSABLE)


def _given(request: HttpRequest, measure: Measure, form: InstructForm) -> bool:
    try:
        operations.instruct(measure, **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """The office puts on record what a leader wrote on paper."""
    measure = _measure_for(Action.RECORD_INSTRUCTION, request, pk)
    if request.method != "POST":
        return _page(request, measure, RecordInstructionForm(), on_paper=True)
    form = RecordInstructionForm(request.POST, request.FILES)
    if upload_was_too_large(request):
        form.add_error("scan", too_large())
    if form.is_valid() and _recorded(request, measure, form):
        messages.success(
            request, _("The instruction is on record; the lead agency acknowledges its receipt.")
        )
        return redirect(way_back(request, measure))
    return _page(request, measure, form, on_paper=True, status=UNPROCESSABLE)


def _recorded(request: HttpRequest, measure: Measure, form: RecordInstructionForm) -> bool:
    try:
        _put_on_record(request, measure, form)
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


@transaction.atomic
def _put_on_record(request: HttpRequest, measure: Measure, form: RecordInstructionForm) -> None:
    """Scan and instruction together, or neither."""
    how: dict[str, Any] = {"by": standing_of(request), "at": now()}
    said = form.cleaned_data
    file = said["scan"]
    scan = operations.add_scan(file, name=file.name or "", restricted=measure.restricted, **how)
    paper = Paper(said["by_name"], said["decided_on"], scan)
    operations.record_instruction(measure, text=said["text"], paper=paper, **how)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything the leader instructed that waits; each is acknowledged by itself."""
    measure = _measure_for(Action.ACKNOWLEDGE_INSTRUCTION, request, pk)
    if request.method == "POST":
        return _acknowledged(request, measure)
    waiting = open_instructions(standing_of(request), measure, current_calendar(), on=today())
    if not waiting:
        return redirect("web:measure", measure.pk)
    context = {"measure": measure, "instructions": waiting, "next": came_from(request)}
    return render(request, "web/acknowledge_instruction.html", context)


def _acknowledged(request: HttpRequest, measure: Measure) -> HttpResponse:
    number = whole_number(request.POST.get("number", ""))
    instruction = get_object_or_404(measure.instructions.select_related("measure"), number=number)
    try:
        operations.acknowledge_instruction(instruction, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The receipt of the instruction is acknowledged."))
    return redirect(way_back(request, measure))


def _measure_for(action: Action, request: HttpRequest, pk: int) -> Measure:
    measure = visible_measure(request, pk)
    may_now(action, standing_of(request), measure).or_refuse()
    return measure


def _page(
    request: HttpRequest,
    measure: Measure,
    form: InstructForm,
    *,
    on_paper: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "measure": measure,
        "form": form,
        "on_paper": on_paper,
        "had_file": bool(request.FILES),
        "next": came_from(request),
        **file_rules(),
    }
    return render(request, "web/instruct.html", context, status=status)
