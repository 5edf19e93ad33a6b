"""How I am told: the hour, e-mail, what is muted, a test, and the address of my calendar."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.models import User
from apps.core.errors import RuleBroken
from apps.reminders import outbox
from apps.reminders.models import CalendarKey
from apps.reminders.operations.digests import preferences_of
from apps.reminders.operations.preferring import (
    choose_reminders,
    make_calendar_address,
    revoke_calendar_address,
)
from apps.reminders.operations.trying_again import send_test_mail
from apps.web.clock import now
from apps.web.forms.reminding import PreferenceForm
from apps.web.visitor import standing_of
from apps.web.who_looks import may_read_outbox

UNPROCESSABLE = 422
ONCE_IN = 60
"""Seconds between two test messages."""


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """What holds now; saving says so and stays here."""
    if request.method != "POST":
        return _page(request, _form(request))
    form = PreferenceForm(request.POST)
    if form.is_valid() and _chosen(request, form):
        messages.success(request, _("Saved. It holds from the next digest on."))
        return redirect("web:preferences")
    return _page(request, form, status=UNPROCESSABLE)


@require_POST
@login_required
def test_message(request: HttpRequest) -> HttpResponse:
    """One letter to the person's own address, at most one a minute."""
    user = user_of(request)
    if not cache.add(f"test-message-{user.pk}", True, ONCE_IN):
        messages.error(request, _("A test message was sent a moment ago; wait a minute."))
        return redirect("web:preferences")
    try:
        failure = send_test_mail(user, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
        return redirect("web:preferences")
    if failure:
        said = _("The test message was not accepted: %(why)s") % {"why": failure.trouble.label}
        messages.error(request, said)
    else:
        messages.success(
            request, _("The test message is on its way to %(to)s.") % {"to": user.email}
        )
    return redirect("web:preferences")


@require_POST
@never_cache
@login_required
def make_calendar(request: HttpRequest) -> HttpResponse:
    """The address is shown on this one page, and never again."""
    key = make_calendar_address(user_of(request), by=standing_of(request), at=now())
    address = f"{settings.SITE_URL}{reverse('web:calendar', args=[key])}"
    return _page(request, _form(request), address=address)


@require_POST
@login_required
def revoke_calendar(request: HttpRequest) -> HttpResponse:
    try:
        revoke_calendar_address(user_of(request), by=standing_of(request), at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The calendar address is revoked."))
    return redirect("web:preferences")


def user_of(request: HttpRequest) -> User:
    """The signed-in person's account."""
    assert isinstance(request.user, User)  # login_required let nobody else in
    return request.user


def _chosen(request: HttpRequest, form: PreferenceForm) -> bool:
    try:
        choose_reminders(user_of(request), **form.cleaned_data, by=standing_of(request), at=now())
    except RuleBroken as refusal:
        form.refuse(refusal)
        return False
    return True


def _form(request: HttpRequest) -> PreferenceForm:
    held = preferences_of(user_of(request).pk)
    seen = held.version if held.pk else 0
    said = {"hour": held.hour, "by_email": held.by_email, "muted": held.muted, "seen": seen}
    return PreferenceForm(initial=said)


def _page(
    request: HttpRequest, form: PreferenceForm, *, address: str = "", status: int = 200
) -> HttpResponse:
    user = user_of(request)
    context = {
        "form": form,
        "email": user.email,
        "address": address,
        "key": CalendarKey.objects.filter(user=user, revoked_at__isnull=True).first(),
        "reads_outbox": outbox.in_use() and may_read_outbox(standing_of(request)),
    }
    return render(request, "web/preferences.html", context, status=status)
