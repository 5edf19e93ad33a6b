"""Policies, clauses, chains and problems, as the supervision office keeps them."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import CharField, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.admin import PROVENANCE
from apps.audit.admin import SEEN, AuditedAdmin
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import BulkActsAdmin, FoundByWords, ReadOnlyInline, Said, actor_of
from apps.core.errors import Sentence, Verdict
from apps.policies.models import Chain, ChainSegment, Clause, Policy, PolicyLink, Problem
from apps.policies.operations import (
    KEEPERS,
    add_clause,
    add_policy,
    add_segment,
    keep_clause,
    keep_policy,
    keep_segment,
    mark_actionable,
    may_mark,
)

describe(
    kept=[Policy, Clause, PolicyLink, Chain, ChainSegment, Problem],
    acts={"policies.enter_clauses": _("Text entered")},
    fields={
        f"policies.policy {kind}": CharField(label)
        for kind, label in {
            "added": _("clauses added"),
            "changed": _("clauses reworded"),
            "moved": _("clauses moved"),
            "restored": _("clauses in force again"),
            "removed": _("clauses no longer in force"),
        }.items()
    },
)

READERS = (*KEEPERS, Role.AUDITOR)
MARKS: Mapping[str, Sentence] = {
    Clause.Actionable.YES: _("Mark as actionable"),
    Clause.Actionable.NO: _("Mark as not actionable"),
    Clause.Actionable.UNKNOWN: _("Mark as not known to be actionable"),
}
"""The acts on many clauses, by what they will say."""


class ClauseInline(ReadOnlyInline):
    model = Clause
    fields = ("number", "heading", "actionable", "confidence")
    show_change_link = True
    classes = ()


class LinkInline(ReadOnlyInline):
    model = PolicyLink
    fk_name = "policy"
    fields = ("kind", "other", "quotation", "confidence")
    show_change_link = True
    classes = ()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[PolicyLink]":
        return super().get_queryset(request).select_related("policy", "other")


@admin.register(Policy)
class PolicyAdmin(FoundByWords, AuditedAdmin):
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
    inlines = (LinkInline, ClauseInline)

    def add(self, request: HttpRequest, obj: Policy, form: Any) -> Policy:
        return add_policy(obj, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Policy, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_policy(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())


@admin.register(Clause)
class ClauseAdmin(BulkActsAdmin, AuditedAdmin):
    """Whether clauses can be carried out is often found out for many of them at once."""

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
        (_("Wording"), {"fields": ("heading", "heading_en", "text", "actionable", "retired_on")}),
        PROVENANCE,
    )

    def add(self, request: HttpRequest, obj: Clause, form: Any) -> Clause:
        return add_clause(obj, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Clause, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_clause(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())

    def get_bulk_acts(self, request: HttpRequest) -> Mapping[str, Sentence]:
        return MARKS if self.has_change_permission(request) else {}

    def judge(self, request: HttpRequest, obj: Clause, name: str) -> Verdict:
        return may_mark(obj, name)

    def perform(self, request: HttpRequest, obj: Clause, name: str, said: Said) -> None:
        if name not in MARKS:
            raise Http404
        mark_actionable(
            obj, Clause.Actionable(name), seen=said.seen, by=actor_of(request), at=timezone.now()
        )


@admin.register(PolicyLink)
class PolicyLinkAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("policy", "kind", "other")
    list_display = ("policy", "kind", "other", "confidence")
    list_filter = ("kind", "confidence")
    list_select_related = ("policy", "other")
    search_fields = ("policy__code", "policy__name", "other__code", "other__name")
    autocomplete_fields = ("policy", "other")
    fieldsets = ((None, {"fields": ("policy", "kind", "other", "quotation")}), PROVENANCE)


class SegmentInline(ReadOnlyInline):
    model = ChainSegment
    fields = ("listing", "position", "name", "parent", "confidence")
    show_change_link = True
    classes = ()

    def get_queryset(self, request: HttpRequest) -> "QuerySet[ChainSegment]":
        return super().get_queryset(request).select_related("parent")


@admin.register(Chain)
class ChainAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code", "policy")
    list_display = ("position", "name", "tier", "valid_from", "valid_until", "chief", "masters")
    list_display_links = ("name",)
    list_filter = ("confidence",)
    search_fields = ("code", "name", "name_en", "chief")
    autocomplete_fields = ("policy",)
    empty_value_display = _("To be entered")
    fieldsets = (
        (None, {"fields": ("code", "policy", "position", "name", "name_en", "tier")}),
        (_("Validity"), {"fields": ("valid_from", "valid_until")}),
        (_("Responsible"), {"fields": ("chief", "masters")}),
        PROVENANCE,
    )
    inlines = (SegmentInline,)


@admin.register(ChainSegment)
class ChainSegmentAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code", "chain", "listing")
    list_display = ("code", "name", "chain", "listing", "parent")
    list_filter = ("listing",)
    list_select_related = ("chain", "parent")
    search_fields = ("code", "name", "name_en", "chain__name")
    autocomplete_fields = ("chain", "parent")
    fieldsets = (
        (None, {"fields": ("code", "chain", "listing", "parent", "position", "name", "name_en")}),
        PROVENANCE,
    )

    def add(self, request: HttpRequest, obj: ChainSegment, form: Any) -> ChainSegment:
        return add_segment(obj, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: ChainSegment, form: Any) -> None:
        seen = form.cleaned_data[SEEN] or 0
        keep_segment(obj, form.said(), seen=seen, by=actor_of(request), at=timezone.now())


@admin.register(Problem)
class ProblemAdmin(FoundByWords, AuditedAdmin):
    """A problem stays in its group, and a group stays a group: measures point at either."""

    readers = READERS
    keepers = KEEPERS
    codes = ("code", "group")
    list_display = ("code", "name", "group", "kind", "import_type", "segment")
    list_filter = ("kind", "import_type", "confidence")
    list_select_related = ("group", "segment")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("segment",)
    fieldsets = (
        (None, {"fields": ("code", "group", "position", "name", "name_en")}),
        (_("Kind"), {"fields": ("kind", "import_type", "segment", "supplied_from")}),
        PROVENANCE,
    )
