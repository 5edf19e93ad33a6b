"""CalendarYear: one official notice on holidays and make-up days."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.workdays.arithmetic import Calendar


class CalendarYearQuerySet(models.QuerySet["CalendarYear"]):
    def calendar(self) -> Calendar:
        """All years as one Calendar. One query."""
        years = list(self)
        return Calendar.of(
            holidays=(day for year in years for day in year.holidays),
            make_up_days=(day for year in years for day in year.make_up_days),
            official_years=(year.year for year in years if year.is_official),
        )


class CalendarYear(models.Model):
    """The statutory calendar of a year; a year without a row, or not official, is provisional."""

    year = models.PositiveSmallIntegerField(
        _("year"), unique=True, validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    is_official = models.BooleanField(
        _("official"), default=True, help_text=_("Unset until the State Council's notice is out.")
    )
    notice = models.CharField(_("notice"), max_length=200, blank=True)
    holidays = ArrayField(models.DateField(), verbose_name=_("days off"), default=list, blank=True)
    make_up_days = ArrayField(
        models.DateField(), verbose_name=_("weekend days worked"), default=list, blank=True
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = CalendarYearQuerySet.as_manager()

    class Meta:
        verbose_name = _("calendar year")
        verbose_name_plural = _("calendar years")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)


def current_calendar() -> Calendar:
    """The calendar as it stands now. One query."""
    return CalendarYear.objects.calendar()
