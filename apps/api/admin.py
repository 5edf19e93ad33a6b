"""Webhooks in the admin: kept by administrators, with the log of what was sent."""

from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.api.feed.sight import KINDS
from apps.api.models import Webhook, WebhookDelivery
from apps.api.webhooks.keeping import (
    KEEPERS,
    add_webhook,
    keep_webhook,
    renew_secret,
    replay,
    resume,
)
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.core.actor import Role
from apps.core.admin import ReadOnlyInline, Said, WorkflowAdmin, WorkflowButton, actor_of
from apps.core.errors import ALLOWED
from apps.core.typed import whole_number
from apps.reminders.outbound.field import AddressField

SHOWN = 20
"""Messages that the page of a webhook lists."""


def _named(kind: str) -> str | Promise:
    """What rows of the kind are called: people know them by this name, programs by the other."""
    model = "progressreport" if kind == "report" else kind.replace("_", "")
    named = {each._meta.model_name: each._meta.verbose_name for each in apps.get_models()}
    return format_lazy("{} ({})", named[model], kind)


class WebhookForm(KeptForm):
    """The address is a box without what it held."""

    address = AddressField()
    kinds = forms.MultipleChoiceField(
        label=_("kinds of rows"),
        choices=[(kind, _named(kind)) for kind in KINDS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all that the program may see."),
    )


class DeliveryInline(ReadOnlyInline):
    model = WebhookDelivery
    fields = ("uid", "made_at", "attempts", "sent_at", "last_error", "replay_of")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The last ones of each webhook."""
        rows = super().get_queryset(request).select_related("replay_of")
        latest = WebhookDelivery.objects.order_by("-pk").values("pk")
        webhook = request.resolver_match and request.resolver_match.kwargs.get("object_id")
        return rows.filter(pk__in=latest.filter(webhook=whole_number(webhook or ""))[:SHOWN])


@admin.register(Webhook)
class WebhookAdmin(WorkflowAdmin, AuditedAdmin):
    form = WebhookForm
    change_form_template = "admin/kept_workflow_form.html"
    readers = (*KEEPERS, Role.AUDITOR)
    keepers = KEEPERS
    codes = ("account",)
    list_display = ("name", "account", "active", "paused_at", "failures")
    list_filter = ("active",)
    list_select_related = ("account",)
    fields = ("account", "name", "address", "kinds", "active")
    inlines = (DeliveryInline,)

    def add(self, request: HttpRequest, obj: Webhook, form: Any) -> Webhook:
        address = form.cleaned_data["address"]
        secret = add_webhook(obj, address=address, by=actor_of(request), at=timezone.now())
        _show(request, secret)
        return obj

    def keep(self, request: HttpRequest, obj: Webhook, form: Any) -> None:
        said = {name: value for name, value in form.said().items() if name != "address"}
        keep_webhook(
            obj,
            said,
            address=form.cleaned_data["address"],
            seen=form.cleaned_data[SEEN] or 0,
            by=actor_of(request),
            at=timezone.now(),
        )

    def get_workflow(self, request: HttpRequest, obj: Webhook) -> list[WorkflowButton]:
        if not self.has_change_permission(request, obj):
            return []
        buttons = [WorkflowButton("renew", _("Make a new secret"), ALLOWED)]
        if obj.paused_at:
            buttons.append(WorkflowButton("resume", _("Go on"), ALLOWED))
        sent = obj.deliveries.exclude(sent_at=None)[:5]
        again = _("Send once more")
        return buttons + [
            WorkflowButton("replay", again, ALLOWED, target=str(each.pk), about=str(each))
            for each in sent
        ]

    def perform(self, request: HttpRequest, obj: Webhook, name: str, said: Said) -> None:
        by, at = actor_of(request), timezone.now()
        if name == "renew":
            _show(request, renew_secret(obj, by=by, at=at))
        elif name == "resume":
            resume(obj, by=by, at=at)
        elif name == "replay":
            meant = get_object_or_404(obj.deliveries, pk=whole_number(said.target))
            replay(meant, by=by, at=at)
        else:
            raise Http404


def _show(request: HttpRequest, secret: str) -> None:
    shown = gettext("The secret, shown this once only: %(secret)s")
    messages.warning(request, shown % {"secret": secret})
