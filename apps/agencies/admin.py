"""Agencies, districts, sources and the name of this office, as administrators keep them."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, District, DistrictProfile, Installation, Source
from apps.agencies.operations import add_agency
from apps.audit.admin import AuditedAdmin
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import FoundByWords, actor_of

PROVENANCE: Any = (_("Provenance"), {"fields": ("confidence", "sources", "remark")})
"""The fieldset of everything that says where it comes from."""

describe(
    acts={"agencies.mark_as_demo": _("Marked as a demo database")},
    kept=[Agency, District, DistrictProfile, Source, Installation],
)


@admin.register(Agency)
class AgencyAdmin(FoundByWords, AuditedAdmin):
    """The place in the tree is fixed once entered: moving an agency is a reorganisation."""

    keepers = (Role.ADMINISTRATOR,)
    codes = ("code", "parent")
    list_display = ("code", "name", "kind", "level", "parent", "district")
    list_filter = ("kind", "level", "district", "confirms_reports")
    list_select_related = ("parent", "district")
    search_fields = ("code", "name", "name_en", "short_name", "short_name_en")
    autocomplete_fields = ("parent",)
    fieldsets = (
        (None, {"fields": ("code", "parent", "name", "name_en", "short_name", "short_name_en")}),
        (_("Kind"), {"fields": ("kind", "level", "district")}),
        (_("Reports"), {"fields": ("confirms_reports",)}),
        PROVENANCE,
    )

    def add(self, request: HttpRequest, obj: Agency, form: Any) -> Agency:
        return add_agency(obj, by=actor_of(request), at=timezone.now())


@admin.register(District)
class DistrictAdmin(FoundByWords, AuditedAdmin):
    keepers = (Role.ADMINISTRATOR,)
    codes = ("adcode",)
    list_display = ("adcode", "name", "name_en", "position")
    search_fields = ("adcode", "name", "name_en")
    fieldsets = ((None, {"fields": ("adcode", "name", "name_en", "position")}), PROVENANCE)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[District]":
        """Without the boundary, which is large and not shown."""
        shown: QuerySet[District] = super().get_queryset(request).defer("boundary")
        return shown


@admin.register(DistrictProfile)
class DistrictProfileAdmin(AuditedAdmin):
    keepers = (Role.ADMINISTRATOR,)
    codes = ("district",)
    list_display = ("district", "role", "specialisation", "key_areas", "directions")
    list_filter = ("role",)
    list_select_related = ("district",)
    search_fields = ("district__name", "district__name_en", "specialisation")
    empty_value_display = _("To be entered")
    fieldsets = (
        (None, {"fields": ("district", "role", "specialisation", "key_areas", "directions")}),
        PROVENANCE,
    )


@admin.register(Source)
class SourceAdmin(AuditedAdmin):
    """Supervisors keep the sources too: they enter what policies and clauses are taken from."""

    keepers = (Role.ADMINISTRATOR, Role.SUPERVISOR, Role.DIRECTOR)
    codes = ("code",)
    list_display = ("code", "title", "kind", "url")
    list_filter = ("kind",)
    search_fields = ("code", "title", "url")
    fields = ("code", "title", "url", "kind")


@admin.register(Installation)
class InstallationAdmin(AuditedAdmin):
    """One row: the name of the office. Being a demo is for good and nobody's to edit."""

    keepers = (Role.ADMINISTRATOR,)
    list_display = ("shown_name", "is_demo")
    fields = ("name", "is_demo")
    readonly_fields = ("is_demo",)

    @admin.display(description=_("office"))
    def shown_name(self, installation: Installation) -> Any:
        """A row without a name would be no link to where it is entered."""
        return installation.name or _("To be entered")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not Installation.objects.exists()

    def add(self, request: HttpRequest, obj: Installation, form: Any) -> Installation:
        obj.pk = 1
        added: Installation = super().add(request, obj, form)
        return added
