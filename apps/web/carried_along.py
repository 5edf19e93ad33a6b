"""What every form carries along: the version its page showed, and where the person came from."""

from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from apps.core.errors import RuleBroken
from apps.core.typed import whole_number
from apps.measures.models import Measure
from apps.web.forms.acts import SeenForm


def seen_by(request: HttpRequest) -> int:
    """The version that the person's page showed. Raises RuleBroken where it says none."""
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise RuleBroken(_("The page was incomplete. Open the measure again and repeat the act."))
    seen: int = form.cleaned_data["seen"]
    return seen


def seen_or_oldest(request: HttpRequest) -> int:
    """The same for a form that loses nothing by being refused: no version is as old as can be."""
    return whole_number(request.POST.get("seen", ""))


def came_from(request: HttpRequest) -> str:
    """The page the person came from, as the form or the address says; "" if it is none of ours."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        page, {request.get_host()}, require_https=request.is_secure()
    )
    return page if ours else ""


def way_back(request: HttpRequest, measure: Measure) -> str:
    """Where the person came from; else the measure."""
    return came_from(request) or resolve_url("web:measure", measure.pk)
