"""Group robots: entered, edited, tried. What is secret is typed in and never shown again."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.core.actor import Role
from apps.core.admin import Said, WorkflowAdmin, WorkflowButton, actor_of
from apps.core.errors import ALLOWED, RuleBroken
from apps.reminders.models import Robot
from apps.reminders.operations.robots import KEEPERS, add_robot, keep_robot
from apps.reminders.operations.trying_again import call_robot
from apps.reminders.outbound.field import AddressField


class RobotForm(KeptForm):
    """The address and the secret are boxes without what they held."""

    address = AddressField()
    secret = forms.CharField(
        label=_("secret"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"size": 60, "autocomplete": "off"}),
        help_text=_("DingTalk only, where signing is on. Left empty, it stays."),
    )


@admin.register(Robot)
class RobotAdmin(WorkflowAdmin, AuditedAdmin):
    form = RobotForm
    change_form_template = "admin/kept_workflow_form.html"
    readers = (*KEEPERS, Role.AUDITOR)
    keepers = KEEPERS
    codes = ("agency", "kind")
    list_display = ("name", "agency", "kind", "active")
    list_filter = ("kind", "active")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
    fields = ("agency", "kind", "name", "address", "secret", "active")

    def add(self, request: HttpRequest, obj: Robot, form: Any) -> Robot:
        typed = _typed(form)
        return add_robot(obj, **typed, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Robot, form: Any) -> None:
        said = {n: value for n, value in form.said().items() if n not in ("address", "secret")}
        seen = form.cleaned_data[SEEN] or 0
        keep_robot(obj, said, **_typed(form), seen=seen, by=actor_of(request), at=timezone.now())

    def get_workflow(self, request: HttpRequest, obj: Robot) -> list[WorkflowButton]:
        if not self.has_change_permission(request, obj):
            return []
        return [WorkflowButton("test", _("Send a test message"), ALLOWED)]

    def perform(self, request: HttpRequest, obj: Robot, name: str, said: Said) -> None:
        if name != "test":
            raise Http404
        failure = call_robot(obj, by=actor_of(request), at=timezone.now())
        if failure:
            raise RuleBroken(str(failure.trouble.label))


def _typed(form: Any) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("address", "secret")}
