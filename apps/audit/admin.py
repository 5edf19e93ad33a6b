"""The audit trail as people read it, and the admin of everything that is kept by hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AuditEvent, Seal
from apps.audit.operations import add_reference, keep_reference
from apps.audit.reading import Change, act_label, acts, changes_of
from apps.core.actor import Actor, Role
from apps.core.admin import RoleAdmin, TypedFilter, actor_of
from apps.core.errors import RuleBroken, Stale

SEEN = "seen"
"""The hidden field with the version that the page showed."""


# --- Reading the record -------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """One event as a timeline shows it."""

    event: AuditEvent
    act: str
    changes: Any


def timeline(subject: models.Model, reader: Actor) -> list[Entry]:
    """Everything on record about one subject as this person may read it, newest first."""
    events = list(AuditEvent.objects.about(subject))
    return [
        Entry(event, act_label(event.act), _table(changes))
        for event, changes in zip(events, changes_of(events, reader), strict=True)
    ]


def _table(changes: Iterable[Change]) -> Any:
    """Old → new, one line per value."""
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td><del>{}</del></td><td>→</td><td><ins>{}</ins></td></tr>',
        ((change.label, change.old or "—", change.new or "—") for change in changes),
    )
    return format_html('<table class="changes"><tbody>{}</tbody></table>', rows) if rows else "—"


class ActFilter(admin.SimpleListFilter):
    title = _("act")
    parameter_name = "act"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[Any, str]]:
        return [*acts()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(act=self.value()) if self.value() else queryset


class PersonFilter(TypedFilter):
    title = _("person")
    parameter_name = "person"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(actor_name__icontains=self.value()) if self.value() else queryset


class DayFilter(TypedFilter):
    title = _("day")
    parameter_name = "day"
    input_type = "date"

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if not self.value():
            return queryset
        day = _day(self.value() or "")
        if day is None:
            return queryset.none()
        ends = (datetime.combine(day, end) for end in (time.min, time.max))
        return queryset.filter(at__range=[timezone.make_aware(end) for end in ends])


class OnRecordAdmin(RoleAdmin):
    """What happened to each record is on record; Django's own log stays empty."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> TemplateResponse:
        """The audit trail of one record, for whoever sees the record."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        context = {
            **self.admin_site.each_context(request),
            "title": _("History: %(record)s") % {"record": obj},
            "opts": self.opts,
            "object": obj,
            "media": self.media,
            "module_name": capfirst(str(self.opts.verbose_name_plural)),
            "timeline": timeline(obj, actor_of(request)),
        }
        return TemplateResponse(request, "admin/history.html", context)


class TrailAdmin(RoleAdmin):
    """The record itself: nobody writes it here, and it has no history of its own."""

    change_form_template = "admin/trail_form.html"
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER


@admin.register(AuditEvent)
class AuditEventAdmin(TrailAdmin):
    readers = (Role.AUDITOR,)
    list_display = ("at", "act_in_words", "subject_in_words", "actor_name", "address")
    list_filter = (PersonFilter, DayFilter, ActFilter)
    search_fields = ("subject_label",)
    search_help_text = _("Search by subject")
    fields = readonly_fields = (
        "at",
        "act_in_words",
        "actor_name",
        "subject_in_words",
        "subject",
        "changes_in_words",
        "note_in_words",
        "address",
        "trace",
    )

    @admin.display(description=_("act"), ordering="act")
    def act_in_words(self, event: AuditEvent) -> str:
        return act_label(event.act)

    @admin.display(description=_("subject"), ordering="subject_label")
    def subject_in_words(self, event: AuditEvent) -> str:
        return gettext("Restricted") if event.restricted else event.subject_label

    @admin.display(description=_("changes"))
    def changes_in_words(self, event: AuditEvent) -> Any:
        if event.restricted:
            return gettext("Restricted")
        (changes,) = changes_of([event], event.reader)  # type: ignore[attr-defined]  # by get_object
        return _table(changes)

    @admin.display(description=_("note"))
    def note_in_words(self, event: AuditEvent) -> str:
        return gettext("Restricted") if event.restricted else event.note or "—"

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """With whoever reads it: columns are told no more than the record itself."""
        event: Any = super().get_object(request, *args, **kwargs)
        if event is not None:
            event.reader = actor_of(request)
        return event

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Words of a restricted subject find nothing."""
        shown = queryset.filter(restricted=False) if search_term else queryset
        return super().get_search_results(request, shown, search_term)

    @admin.display(description=_("subject type"))
    def subject(self, event: AuditEvent) -> str:
        return f"{event.subject_type} {event.subject_id or ''}"


@admin.register(Seal)
class SealAdmin(TrailAdmin):
    readers = (Role.AUDITOR,)
    list_display = ("sealed_at", "table", "first_id", "last_id", "rows", "digest")
    list_filter = ("table",)
    fields = readonly_fields = (
        "sealed_at",
        "table",
        "columns",
        "first_id",
        "last_id",
        "rows",
        "digest",
    )


# --- Keeping reference data ---------------------------------------------------------------


class LinesField(SimpleArrayField):
    """A list of texts, one on each line."""

    widget = forms.Textarea(attrs={"rows": 4, "class": "vLargeTextField"})

    def __init__(self, base_field: forms.Field, **options: Any) -> None:
        super().__init__(base_field, **{"delimiter": "\n"} | options)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = "\n".join(line for line in value.splitlines() if line.strip())
        return super().to_python(value)


class KeptForm(forms.ModelForm):  # type: ignore[type-arg]  # not subscriptable at run time
    """Carries the version that was seen, and says why an operation refused what was typed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    refusal: RuleBroken | ValidationError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial[SEEN] = getattr(self.instance, "version", 0)

    def said(self) -> dict[str, Any]:
        """What the person changed, by field name."""
        return {
            n: self.cleaned_data[n] for n in self.changed_data if n in (self._meta.fields or ())
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if isinstance(self.refusal, Stale):
            self._show_both_versions()
        elif isinstance(self.refusal, ValidationError):
            self.add_error(None, self.refusal.messages)
        elif self.refusal is not None:
            field = self.refusal.field
            self.add_error(field if field in self.fields else None, str(self.refusal))
        return cleaned

    def _show_both_versions(self) -> None:
        """What was typed stays in the fields; beside it, what somebody else wrote meanwhile."""
        self.add_error(None, str(self.refusal))
        self.add_error(
            None, _("Compare the fields below. Saving once more keeps what stands in them now.")
        )
        for name in self.changed_data:
            if name != SEEN:
                shown = _shown(self.fields[name], self.initial.get(name))
                self.add_error(name, gettext("Meanwhile it reads: %(value)s") % {"value": shown})
        typed: Any = self.data.copy()  # type: ignore[attr-defined]  # a QueryDict, which can
        typed[self.add_prefix(SEEN)] = str(self.instance.version)
        self.data = typed


class AuditedAdmin(OnRecordAdmin):
    """Reference data: every edit is an operation with a version and a line in the audit trail.

    Subclasses say who keeps them and list their `fields`; one with rules of its own overrides
    `add` and `keep` to call its own operations. What an operation refuses is not saved: the page
    comes back with what was typed and the sentence.
    """

    form = KeptForm
    change_form_template = "admin/kept_form.html"
    codes: tuple[str, ...] = ()
    """Fields that are fixed once the row exists."""

    def add(self, request: HttpRequest, obj: Any, form: Any) -> Any:
        """Enter a new row; returns it as it was saved."""
        return add_reference(obj, keepers=self.keepers, by=actor_of(request), at=timezone.now())

    def keep(self, request: HttpRequest, obj: Any, form: Any) -> None:
        """Change a row to what the form says."""
        keep_reference(
            obj,
            form.said(),
            seen=form.cleaned_data[SEEN] or 0,
            keepers=self.keepers,
            by=actor_of(request),
            at=timezone.now(),
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            self.keep(request, obj, form)
        else:
            obj.pk = self.add(request, obj, form).pk

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fixed = self.codes if obj else ()
        return [*super().get_readonly_fields(request, obj), *fixed]

    def get_inlines(self, request: HttpRequest, obj: Any) -> Any:
        """Rows below a record come after the record."""
        return super().get_inlines(request, obj) if obj else ()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, bool] | None = None,
    ) -> Any:
        """A refusal has rolled everything back by the time it is caught; then it is shown."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (RuleBroken, ValidationError) as refusal:
            request.refusal = refusal  # type: ignore[attr-defined]  # read by get_form below
            return super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.refusal = getattr(request, "refusal", None)
        return form

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if isinstance(db_field, ArrayField) and "form_class" not in kwargs:
            kwargs["form_class"] = LinesField
        return super().formfield_for_dbfield(db_field, request, **kwargs)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _shown(field: forms.Field, value: Any) -> str:
    """A value as the field's own page shows it."""
    choices = dict(getattr(field, "choices", ()))
    return str(choices.get(value, field.prepare_value(value)))
