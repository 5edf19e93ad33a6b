"""Programs that are let in, and their keys. A key is shown once, when it is made."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import READ, WRITABLE, WRITE, Resource, ServiceAccount, ServiceToken
from apps.accounts.operations import (
    add_service_account,
    issue_token,
    keep_service_account,
    revoke_token,
    rotate_token,
)
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import ReadOnlyInline, Said, WorkflowAdmin, WorkflowButton, actor_of
from apps.core.errors import ALLOWED, Sentence
from apps.core.typed import whole_number

describe(
    acts={
        "accounts.issue_token": _("Issued a token"),
        "accounts.shorten_token": _("Shortened a token"),
        "accounts.revoke_token": _("Revoked a token"),
    },
    kept=[ServiceAccount],
)


def offered() -> list[tuple[str, Sentence]]:
    """The scopes that let a program do anything, in words."""
    said = {READ: _("{what}: read ({scope})"), WRITE: _("{what}: write ({scope})")}
    return [
        (scope, format_lazy(said[how], what=part.label, scope=scope))
        for part in Resource
        for how in (READ, WRITE)
        if how == READ or part in WRITABLE
        for scope in [f"{part}:{how}"]
    ]


class ServiceAccountForm(KeptForm):
    scopes = forms.MultipleChoiceField(
        label=_("scopes"),
        choices=offered,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Of the role's rights only those named here."),
    )


class AddServiceAccountForm(ServiceAccountForm):
    code = forms.SlugField(
        label=_("sign-in name"),
        max_length=100,
        help_text=_("The name that the audit trail finds it by; it never changes."),
    )


class TokenInline(ReadOnlyInline):
    model = ServiceToken
    fields = ("hint", "made_at", "expires_at", "revoked_at", "last_used_at")


@admin.register(ServiceAccount)
class ServiceAccountAdmin(WorkflowAdmin, AuditedAdmin):
    form = ServiceAccountForm
    readers = (Role.ADMINISTRATOR, Role.AUDITOR)
    keepers = (Role.ADMINISTRATOR,)
    change_form_template = "admin/kept_workflow_form.html"
    codes = ("agency", "role")
    list_display = ("name", "agency", "role", "in_use", "last_used")
    list_filter = ("role", "in_use")
    list_select_related = ("agency",)
    autocomplete_fields = ("agency",)
    fields = ("name", "agency", "role", "scopes", "requests_a_minute", "in_use")
    inlines = (TokenInline,)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("tokens")

    @admin.display(description=_("last used"))
    def last_used(self, account: ServiceAccount) -> Any:
        used = [token.last_used_at for token in account.tokens.all() if token.last_used_at]
        return max(used, default=None)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("code", *self.fields[:-1])

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        chosen = {} if obj else {"form": AddServiceAccountForm}
        return super().get_form(request, obj, change, **chosen, **kwargs)

    def add(self, request: HttpRequest, obj: ServiceAccount, form: Any) -> ServiceAccount:
        return add_service_account(
            form.cleaned_data["code"],
            name=obj.name,
            agency=obj.agency,
            role=obj.role,
            scopes=form.cleaned_data["scopes"],
            requests_a_minute=obj.requests_a_minute,
            by=actor_of(request),
            at=timezone.now(),
        )

    def keep(self, request: HttpRequest, obj: ServiceAccount, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_service_account(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())

    def get_workflow(self, request: HttpRequest, obj: ServiceAccount) -> list[WorkflowButton]:
        if not self.has_change_permission(request, obj):
            return []
        issue = WorkflowButton("issue", _("Issue a token"), ALLOWED)
        held = obj.tokens.in_force(at=timezone.now())
        rotate = _("Rotate: a new token, the old ones end in seven days")
        return [
            issue,
            *([WorkflowButton("rotate", rotate, ALLOWED)] if held else []),
            *(
                WorkflowButton(
                    "revoke", _("Revoke the token"), ALLOWED, target=str(t.pk), about=str(t)
                )
                for t in held
            ),
        ]

    def perform(self, request: HttpRequest, obj: ServiceAccount, name: str, said: Said) -> None:
        by, at = actor_of(request), timezone.now()
        if name == "revoke":
            token = get_object_or_404(obj.tokens, pk=whole_number(said.target))
            revoke_token(token, by=by, at=at)
        elif name in ("issue", "rotate"):
            make = issue_token if name == "issue" else rotate_token
            shown = gettext("The token, shown this once only: %(key)s")
            messages.warning(request, shown % {"key": make(obj, by=by, at=at)})
        else:
            raise Http404
