"""The statutory calendar, entered from the State Council's notice of each year."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.admin import SEEN, AuditedAdmin, KeptForm, LinesField
from apps.audit.reading import describe
from apps.core.actor import Role
from apps.core.admin import actor_of
from apps.workdays.models import CalendarYear
from apps.workdays.operations import enter_notice

YEARS_AHEAD = 2
"""Deadlines are rarely set further ahead; for these years the list says whether it is known."""

describe(acts={"workdays.enter_notice": _("Entered: calendar of a year")})


class DayField(forms.DateField):
    """A day in the ways notices and spreadsheets write it."""

    default_error_messages = {"invalid": _("“%(value)s” is not a day; write 2026-10-01.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"], **options)

    def to_python(self, value: Any) -> Any:
        try:
            return super().to_python(value)
        except forms.ValidationError as error:
            raise forms.ValidationError(
                self.error_messages["invalid"], code="invalid", params={"value": value}
            ) from error


class DaysField(LinesField):
    """Days, one on each line or separated by commas."""

    widget = forms.Textarea(attrs={"rows": 12, "cols": 20})

    def __init__(self, **options: Any) -> None:
        super().__init__(DayField(), required=False, **options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(day.isoformat() if isinstance(day, date) else day for day in value)
        return value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            for comma in ",\N{FULLWIDTH COMMA}\N{IDEOGRAPHIC COMMA};\N{FULLWIDTH SEMICOLON}":
                value = value.replace(comma, "\n")
        return super().to_python(value)


class NoticeForm(KeptForm):
    holidays = DaysField(label=_("days off"), help_text=_("One day on each line: 2026-10-01."))
    make_up_days = DaysField(
        label=_("weekend days worked"), help_text=_("One day on each line: 2026-10-10.")
    )


@admin.register(CalendarYear)
class CalendarYearAdmin(AuditedAdmin):
    form = NoticeForm
    keepers = (Role.ADMINISTRATOR,)
    codes = ("year",)
    change_list_template = "admin/calendar_list.html"
    list_display = ("year", "is_official", "notice", "off", "worked")
    fields = ("year", "notice", "holidays", "make_up_days")

    @admin.display(description=_("days off"))
    def off(self, year: CalendarYear) -> int:
        return len(year.holidays)

    @admin.display(description=_("weekend days worked"))
    def worked(self, year: CalendarYear) -> int:
        return len(year.make_up_days)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        this_year = timezone.localdate().year
        wanted = range(this_year, this_year + YEARS_AHEAD)
        official = set(
            CalendarYear.objects.filter(is_official=True, year__in=wanted).values_list(
                "year", flat=True
            )
        )
        provisional = [year for year in wanted if year not in official]
        return super().changelist_view(request, {"provisional": provisional})

    def add(self, request: HttpRequest, obj: CalendarYear, form: Any) -> CalendarYear:
        return self._enter(request, obj.year, form, seen=0)

    def keep(self, request: HttpRequest, obj: CalendarYear, form: Any) -> None:
        self._enter(request, obj.year, form, seen=form.cleaned_data[SEEN] or 0)

    def _enter(self, request: HttpRequest, year: int, form: Any, *, seen: int) -> CalendarYear:
        said = form.cleaned_data
        return enter_notice(
            year,
            holidays=said["holidays"],
            make_up_days=said["make_up_days"],
            notice=said["notice"],
            seen=seen,
            by=actor_of(request),
            at=timezone.now(),
        )
