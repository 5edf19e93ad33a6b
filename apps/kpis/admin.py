"""Indicators, their parts and targets, as the supervision office keeps them.

Figures are entered and reviewed on their own pages; here they are only looked at.
"""

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db.models import BooleanField, CharField, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.admin import PROVENANCE
from apps.audit.admin import SEEN, AuditedAdmin, KeptForm, OnRecordAdmin
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import FoundByWords, ReadOnlyInline, actor_of
from apps.core.errors import RuleBroken
from apps.kpis import operations
from apps.kpis.models import (
    Baseline,
    Breakdown,
    BreakdownItem,
    Curve,
    Kpi,
    KpiClause,
    KpiDefinition,
    KpiMeasure,
    Observation,
    PeriodClosing,
    Target,
)
from apps.kpis.models.places import WRITTEN_SO
from apps.kpis.operations import Aim, Spot
from apps.kpis.periods import Period

KEEPERS = (Role.SUPERVISOR, Role.DIRECTOR)
READERS = (*KEEPERS, Role.AUDITOR)

describe(
    kept=[Breakdown, BreakdownItem, Kpi, KpiClause, KpiMeasure],
    acts={
        "kpis.revise_definition": _("Definition revised"),
        "kpis.set_target": _("Target set"),
        "kpis.withdraw_target": _("Target withdrawn"),
        "kpis.set_baseline": _("Baseline set"),
        "kpis.enter_observations": _("Figures handed in"),
        "kpis.review_observations": _("Figures reviewed"),
        "kpis.close_period": _("Period closed"),
        "kpis.reopen_period": _("Period opened again"),
    },
    fields={
        "kpis.kpi definition": CharField(_("definition")),
        "kpis.kpi district": Target._meta.get_field("district"),
        "kpis.kpi agency": Target._meta.get_field("agency"),
        "kpis.kpi item": Target._meta.get_field("item"),
        "kpis.kpi period": Target._meta.get_field("period"),
        "kpis.kpi value": CharField(_("value")),
        "kpis.kpi periods": CharField(_("periods")),
        "kpis.kpi figures": IntegerField(_("figures")),
        "kpis.kpi outcome": CharField(_("outcome")),
        "kpis.kpi closed": BooleanField(_("closed")),
    },
)


class DefinitionInline(ReadOnlyInline):
    model = KpiDefinition
    fields = ("number", "text", "text_en", "from_on", "reason", "by_name")


class TargetInline(ReadOnlyInline):
    model = Target
    fields = ("number", "period", "district", "agency", "item", "said", "is_withdrawn", "reason")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Target]":
        return super().get_queryset(request).select_related("district", "agency", "item")


class KpiForm(KeptForm):
    """A new indicator comes with its definition; later ones are versions with a reason."""

    definition = forms.CharField(label=_("definition"), widget=forms.Textarea, required=False)


@admin.register(Kpi)
class KpiAdmin(FoundByWords, AuditedAdmin):
    """What its figures mean is fixed once there are any: the operation says so."""

    form = KpiForm
    readers = READERS
    keepers = KEEPERS
    codes = ("code",)
    list_display = ("code", "name", "level", "unit", "basis", "frequency", "owner", "confidence")
    list_filter = ("level", "basis", "frequency", "confidence")
    list_select_related = ("owner",)
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("owner", "numerator", "denominator", "weight")
    inlines = (DefinitionInline, TargetInline)
    fieldsets = (
        (None, {"fields": ("code", "name", "name_en", "level", "unit", "places", "direction")}),
        (_("definition"), {"fields": ("definition", "scope", "origin", "caution")}),
        (
            _("Arithmetic"),
            {
                "fields": (
                    *("basis", "is_rate", "over_time", "over_districts", "weight"),
                    *("numerator", "denominator", "factor", "breakdown"),
                )
            },
        ),
        (_("Responsibility"), {"fields": ("owner", "frequency", "retired_on")}),
        PROVENANCE,
    )

    def get_fieldsets(self, request: HttpRequest, obj: Kpi | None = None) -> Any:
        """The definition of an indicator that is there comes in versions."""
        shown = super().get_fieldsets(request, obj)
        if obj is None:
            return shown
        return [
            (title, options | {"fields": [f for f in options["fields"] if f != "definition"]})
            for title, options in shown
        ]

    def add(self, request: HttpRequest, obj: Kpi, form: Any) -> Kpi:
        definition = form.cleaned_data.get("definition") or ""
        by = _standing(request)
        return operations.define_kpi(obj, definition=definition, by=by, at=timezone.now())

    def keep(self, request: HttpRequest, obj: Kpi, form: Any) -> None:
        seen, by = form.cleaned_data[SEEN] or 0, _standing(request)
        operations.keep_kpi(obj, form.said(), seen=seen, by=by, at=timezone.now())


class VersionAdmin(AuditedAdmin):
    """Rows that are written once: a new version is entered, none is changed."""

    readers = READERS
    keepers = KEEPERS
    search_fields = ("kpi__code", "kpi__name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(KpiDefinition)
class KpiDefinitionAdmin(VersionAdmin):
    list_display = ("kpi", "number", "from_on", "reason", "by_name", "at")
    list_select_related = ("kpi",)
    autocomplete_fields = ("kpi",)
    fields = ("kpi", "text", "text_en", "from_on", "reason")

    def add(self, request: HttpRequest, obj: KpiDefinition, form: Any) -> KpiDefinition:
        return operations.revise_definition(
            obj.kpi,
            text=obj.text,
            text_en=obj.text_en,
            from_on=obj.from_on,
            reason=obj.reason,
            seen=_last_number(KpiDefinition, kpi=obj.kpi),
            by=_standing(request),
            at=timezone.now(),
        )


WHERE: Any = (_("Where"), {"fields": ("kpi", "district", "agency", "item", "period")})


@admin.register(Target)
class TargetAdmin(VersionAdmin):
    """Targets that go by steps are set on their own page."""

    list_display = ("kpi", "period", "district", "agency", "item", "said", "number", "is_withdrawn")
    list_select_related = ("kpi", "district", "agency", "item")
    list_filter = ("comparator", "period", "confidence")
    autocomplete_fields = ("kpi", "agency", "policy")
    fieldsets = (
        WHERE,
        (_("Aim"), {"fields": ("comparator", "low", "high", "text", "due_on", "policy")}),
        (None, {"fields": ("sources", "reason")}),
    )

    def add(self, request: HttpRequest, obj: Target, form: Any) -> Target:
        aim = Aim(
            comparator=obj.comparator,
            low=obj.low,
            high=obj.high,
            text=obj.text,
            period=_period(obj.period) if obj.period else None,
            due_on=obj.due_on,
            curve=Curve.LINEAR,
            policy=obj.policy,
            sources=tuple(obj.sources),
        )
        return operations.set_target(
            obj.kpi,
            aim,
            of=_spot(obj),
            reason=obj.reason,
            seen=_last_number(Target, **_key(obj)),
            by=_standing(request),
            at=timezone.now(),
        )


@admin.register(Baseline)
class BaselineAdmin(VersionAdmin):
    list_display = ("kpi", "period", "district", "agency", "item", "value", "number")
    list_select_related = ("kpi", "district", "agency", "item")
    autocomplete_fields = ("kpi", "agency")
    fieldsets = (WHERE, (None, {"fields": ("value", "sources", "reason")}))

    def add(self, request: HttpRequest, obj: Baseline, form: Any) -> Baseline:
        return operations.set_baseline(
            obj.kpi,
            obj.value,
            period=_period(obj.period),
            of=_spot(obj),
            sources=tuple(obj.sources),
            reason=obj.reason,
            seen=_last_number(Baseline, **_key(obj)),
            by=_standing(request),
            at=timezone.now(),
        )


class LookedAt(OnRecordAdmin):
    """Nobody writes it here."""

    readers = READERS

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Observation)
class ObservationAdmin(LookedAt):
    list_display = ("kpi", "period", "district", "agency", "item", "value", "vintage", "at")
    list_select_related = ("kpi", "district", "agency", "item")
    list_filter = ("vintage", "confidence")
    search_fields = ("kpi__code", "kpi__name")
    fields = readonly_fields = (
        *("kpi", "period", "district", "agency", "item", "value", "qualifier", "vintage", "note"),
        *("confidence", "sources", "remark", "at"),
    )


@admin.register(PeriodClosing)
class PeriodClosingAdmin(LookedAt):
    list_display = ("kpi", "period", "number", "is_closed", "reason", "by_name", "at")
    list_select_related = ("kpi",)
    fields = readonly_fields = list_display


class PartInline(ReadOnlyInline):
    model = BreakdownItem
    fields = ("position", "code", "name", "name_en")


@admin.register(Breakdown)
class BreakdownAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code",)
    list_display = ("code", "name")
    search_fields = ("code", "name", "name_en")
    fieldsets = ((None, {"fields": ("code", "name", "name_en")}), PROVENANCE)
    inlines = (PartInline,)


@admin.register(BreakdownItem)
class BreakdownItemAdmin(AuditedAdmin):
    readers = READERS
    keepers = KEEPERS
    codes = ("code", "breakdown")
    list_display = ("code", "breakdown", "position", "name")
    list_select_related = ("breakdown",)
    search_fields = ("code", "name", "name_en")
    fieldsets = (
        (None, {"fields": ("code", "breakdown", "position", "name", "name_en")}),
        PROVENANCE,
    )


class LinkAdmin(AuditedAdmin):
    """A contribution, no proof of a cause."""

    readers = READERS
    keepers = KEEPERS
    search_fields = ("kpi__code", "kpi__name")


@admin.register(KpiMeasure)
class KpiMeasureAdmin(LinkAdmin):
    codes = ("kpi", "measure")
    list_display = ("kpi", "measure", "confidence")
    list_select_related = ("kpi", "measure")
    autocomplete_fields = ("kpi", "measure")
    fieldsets = ((None, {"fields": ("kpi", "measure")}), PROVENANCE)


@admin.register(KpiClause)
class KpiClauseAdmin(LinkAdmin):
    codes = ("kpi", "clause")
    list_display = ("kpi", "clause", "confidence")
    list_select_related = ("kpi", "clause")
    autocomplete_fields = ("kpi", "clause")
    fieldsets = ((None, {"fields": ("kpi", "clause")}), PROVENANCE)


def _standing(request: HttpRequest) -> Standing:
    return cast(Standing, actor_of(request))


def _period(code: str) -> Period:
    try:
        return Period.parse(code)
    except ValueError as error:
        raise RuleBroken(WRITTEN_SO, field="period") from error


def _spot(row: Target | Baseline) -> Spot:
    return Spot(row.district, row.agency, row.item)


def _key(row: Target | Baseline) -> dict[str, Any]:
    key = {"kpi": row.kpi, "district": row.district, "agency": row.agency, "item": row.item}
    return key | {"period": row.period}


def _last_number(model: Any, **key: Any) -> int:
    """The version that the new one follows: the page shows none of its own."""
    numbers = model.objects.filter(**key).order_by("-number").values_list("number", flat=True)
    return numbers.first() or 0
