"""LightRule: the thresholds of the lights, in versions; a past one is never changed."""

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q, Subquery
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AppendOnly
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import CalendarYear


@dataclass(frozen=True)
class Thresholds:
    """Defaults of the rule: workdays before the deadline, percentage points behind."""

    due_soon_workdays: int = 5
    behind_points: Decimal = Decimal(10)
    far_behind_points: Decimal = Decimal(30)


DEFAULT = Thresholds()
MOST_WORKDAYS = 60
YELLOW_BEFORE_RED = _("Yellow begins at more than 0 points behind, and red no sooner than yellow.")


class LightRuleQuerySet(models.QuerySet["LightRule"]):
    def valid(self, *, on: date) -> "LightRuleQuerySet":
        """Those valid on that day, the one entered last first: it is the rule in force."""
        return self.filter(from_on__lte=on).order_by("-number")

    def in_force(self, *, on: date) -> "LightRule | None":
        """The rule entered last of those valid on that day; None while the defaults hold."""
        return self.valid(on=on).first()


class LightRule(AppendOnly):
    """From this day lights turn by these thresholds, until a later version says otherwise."""

    number = models.PositiveIntegerField(_("number"), unique=True, editable=False)
    from_on = models.DateField(_("valid from"))
    due_soon_workdays = models.PositiveSmallIntegerField(
        _("yellow so many workdays before the deadline"),
        default=DEFAULT.due_soon_workdays,
        validators=[MaxValueValidator(MOST_WORKDAYS)],
    )
    behind_points = models.DecimalField(
        _("yellow from so many percentage points behind"),
        max_digits=5,
        decimal_places=2,
        default=DEFAULT.behind_points,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    far_behind_points = models.DecimalField(
        _("red when more percentage points behind"),
        max_digits=5,
        decimal_places=2,
        default=DEFAULT.far_behind_points,
        validators=[MinValueValidator(Decimal("0.01")), MaxValueValidator(Decimal(100))],
    )
    reason = models.TextField(_("reason"))
    by_id = models.BigIntegerField(_("entered by (id)"), null=True, editable=False)
    by_name = models.CharField(_("entered by"), max_length=150, editable=False)
    at = models.DateTimeField(_("entered at"), editable=False)

    objects = LightRuleQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of the lights")
        verbose_name_plural = _("rules of the lights")
        ordering = ("-number",)
        constraints = [
            models.CheckConstraint(
                condition=Q(behind_points__gt=0)
                & Q(behind_points__lte=F("far_behind_points"))
                & Q(far_behind_points__lte=100),
                name="yellow_comes_before_red",
                violation_error_message=YELLOW_BEFORE_RED,
            ),
            models.CheckConstraint(
                condition=Q(due_soon_workdays__lte=MOST_WORKDAYS), name="due_soon_is_soon"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="light_rule_says_why"),
        ]

    def __str__(self) -> str:
        return f"#{self.number}"

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(self.due_soon_workdays, self.behind_points, self.far_behind_points)


def current_thresholds(*, on: date) -> Thresholds:
    """The thresholds of the rule in force on that day, the defaults before any was entered."""
    rule = LightRule.objects.in_force(on=on)
    return rule.thresholds if rule else DEFAULT


def current_rules(*, on: date) -> tuple[Calendar, Thresholds]:
    """The calendar and the thresholds in force on that day. One query once there is a calendar."""
    names = [each.name for each in fields(Thresholds)]
    rule = LightRule.objects.valid(on=on)
    found = {f"rule_{name}": Subquery(rule.values(name)[:1]) for name in names}
    years = CalendarYear.objects.annotate(**found)
    calendar = years.calendar()
    for year in years[:1]:
        said = [getattr(year, f"rule_{name}") for name in names]
        return calendar, DEFAULT if None in said else Thresholds(*said)
    return calendar, current_thresholds(on=on)
