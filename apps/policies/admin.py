"""Policies and clauses, as the supervision office keeps them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.admin import PROVENANCE
from apps.audit.admin import SEEN, AuditedAdmin
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import ReadOnlyInline, actor_of
from apps.policies.models import Clause, Policy
from apps.policies.operations import KEEPERS, add_clause, add_policy, keep_clause, keep_policy

describe(kept=[Policy, Clause])

READERS = (*KEEPERS, Role.AUDITOR)


class ClauseInline(ReadOnlyInline):
    model = Clause
    fields = ("number", "heading", "actionable", "confidence")
    show_change_link = True
    classes = ()


@admin.register(Policy)
class PolicyAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code",)
    list_display = ("code", "name", "level", "kind", "use", "document_number", "issued")
    list_filter = ("use", "level", "kind", "confidence")
    search_fields = ("code", "name", "name_en", "nickname", "document_number")
    fieldsets = (
        (None, {"fields": ("code", "name", "name_en", "nickname", "use", "level", "kind")}),
        (
            _("Document"),
            {"fields": ("issuer", "jurisdiction", "document_number", "issued", "period", "facts")},
        ),
        PROVENANCE,
    )
    inlines = (ClauseInline,)

    def add(self, request: HttpRequest, obj: Policy, form: Any) -> Policy:
        return add_policy(obj, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Policy, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_policy(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())


@admin.register(Clause)
class ClauseAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code", "policy")
    list_display = ("code", "policy", "number", "heading", "actionable")
    list_filter = ("actionable", "confidence", "policy")
    list_select_related = ("policy",)
    search_fields = ("code", "heading", "heading_en", "text", "policy__name")
    autocomplete_fields = ("policy", "parent")
    fieldsets = (
        (None, {"fields": ("code", "policy", "parent", "position", "number")}),
        (_("Wording"), {"fields": ("heading", "heading_en", "text", "actionable")}),
        PROVENANCE,
    )

    def add(self, request: HttpRequest, obj: Clause, form: Any) -> Clause:
        return add_clause(obj, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Clause, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_clause(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())
