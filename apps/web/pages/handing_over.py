"""The administrator's page on which somebody's duties go to a successor: asked, shown, confirmed.

No business content is read here: of measures there are numbers only.
"""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.operations import administrator_only, duties_of, refuse_hand_over
from apps.accounts.standing import Standing
from apps.core.errors import RuleBroken, Stale
from apps.core.typed import whole_number
from apps.measures import operations
from apps.measures.models import Measure
from apps.measures.operations.handing_over import NOTHING
from apps.web import workbench
from apps.web.clock import now, today
from apps.web.desk import Desk
from apps.web.forms.handing_over import HandOverForm
from apps.web.visitor import standing_of
from apps.workdays.models import current_calendar

UNPROCESSABLE, CONFLICT = 422, 409


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """First to whom; then what goes over, and the button that does it."""
    administrator_only(standing_of(request))
    person = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return _preview(request, person)
    form = HandOverForm(person, request.POST)
    if not form.is_valid():
        return _page(request, person, form, status=UNPROCESSABLE)
    try:
        _perform(request, person, form.cleaned_data)
    except RuleBroken as refusal:
        form.refuse(refusal)
        status = CONFLICT if isinstance(refusal, Stale) else UNPROCESSABLE
        return _page(request, person, form, status=status)
    done = _("The duties of %(person)s are handed over to %(successor)s.")
    messages.success(request, done % {"person": person, "successor": form.cleaned_data["to"]})
    return redirect("admin:accounts_user_change", person.pk)


def _perform(request: HttpRequest, person: User, said: dict[str, Any]) -> None:
    seen = whole_number(request.POST.get("seen", ""))
    operations.hand_over(person, **said, seen=seen, by=standing_of(request), at=now())


def _preview(request: HttpRequest, person: User) -> HttpResponse:
    if "to" not in request.GET:
        return _page(request, person, HandOverForm(person))
    form = HandOverForm(person, request.GET)
    if form.is_valid():
        try:
            _judge(request, person, form.cleaned_data["to"])
        except RuleBroken as refusal:
            form.refuse(refusal)
    return _page(request, person, form)


def _judge(request: HttpRequest, person: User, to: User) -> None:
    duties = duties_of(person, on=today())
    refuse_hand_over(person, to, duties, by=standing_of(request), on=today())


def _page(
    request: HttpRequest, person: User, form: HandOverForm, *, status: int = 200
) -> HttpResponse:
    duties = duties_of(person, on=today())
    restricted = Measure.objects.naming(person.pk).count()
    context = {
        "person": person,
        "form": form,
        "duties": duties,
        "restricted": restricted,
        "on_the_desk": workbench.count(
            Desk(Standing.of(person, on=today()), today(), current_calendar())
        ),
        "most": workbench.MOST,
        "nothing": "" if duties or restricted else NOTHING,
        "successor": form.cleaned_data["to"] if form.is_bound and form.is_valid() else None,
        "today": today(),
    }
    return render(request, "web/hand_over.html", context, status=status)
