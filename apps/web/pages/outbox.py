"""The mails of an installation without a mail server: the folder that they go into."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from apps.reminders import outbox
from apps.reminders.outbox import Letter
from apps.web.visitor import standing_of
from apps.web.who_looks import may_read_outbox

SHOWN = 100


@require_safe
@never_cache
@login_required
def mails(request: HttpRequest) -> HttpResponse:
    """The last ones, newest first."""
    _refuse_unless_looking(request)
    return render(request, "web/outbox.html", {"letters": outbox.letters(most=SHOWN)})


@require_safe
@never_cache
@login_required
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """One mail: its text here; its HTML as a file, so that none of it runs in this site."""
    return render(request, "web/outbox_mail.html", {"letter": _letter(request, name)})


@require_safe
@never_cache
@login_required
def html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part as it was sent, to be opened outside of this site."""
    answer = HttpResponse(_letter(request, name).html, content_type="text/html; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="mail.html"'
    return answer


def _letter(request: HttpRequest, name: str) -> Letter:
    _refuse_unless_looking(request)
    found = outbox.letter(name)
    if found is None:
        raise Http404
    return found


def _refuse_unless_looking(request: HttpRequest) -> None:
    may_read_outbox(standing_of(request)).or_refuse()
    if not outbox.in_use():
        raise Http404
