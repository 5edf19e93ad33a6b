"""How reminding runs, for the administrator: beat, queues, what waits, what failed and why."""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from apps.core.errors import RuleBroken, Sentence
from apps.reminders import outbox
from apps.reminders.models import Delivery, Robot
from apps.reminders.operation import failed, operation, trouble_in_words
from apps.reminders.operations.trying_again import try_again
from apps.web.clock import now
from apps.web.visitor import standing_of
from apps.web.who_looks import may_watch_operation

QUEUES: dict[str, Sentence] = {
    "default": gettext_lazy("Queue of planning and housekeeping"),
    "mail": gettext_lazy("Queue of e-mail"),
    "robots": gettext_lazy("Queue of group robots"),
}


@dataclass(frozen=True)
class Failed:
    """A message that was given up: for whom, and why in words."""

    delivery: Delivery
    whom: str
    why: Sentence


@require_safe
@never_cache
@login_required
def page(request: HttpRequest) -> HttpResponse:
    may_watch_operation(standing_of(request)).or_refuse()
    said = operation()
    context = {
        "operation": said,
        "beat_is_late": said.beat.is_late(at=now()),
        "queues": [(QUEUES.get(name, name), length) for name, length in said.queues.items()],
        "failed": [_failed(each) for each in failed()],
        "robots": Robot.objects.select_related("agency").order_by("agency__code", "name"),
        "has_outbox": outbox.in_use(),
    }
    return render(request, "web/operation.html", context)


@require_POST
@login_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """One message that was given up waits anew."""
    standing = standing_of(request)
    may_watch_operation(standing).or_refuse()
    try:
        try_again(get_object_or_404(Delivery, pk=pk), by=standing, at=now())
    except RuleBroken as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("It is tried again within a minute."))
    return redirect("web:operation")


def _failed(delivery: Delivery) -> Failed:
    whom = delivery.digest.user if delivery.digest else delivery.robot
    return Failed(delivery, str(whom), trouble_in_words(delivery.last_error))
