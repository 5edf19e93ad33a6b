"""Lights: one table of reasons, each a stored date from which it holds if nothing more happens.

Every write stores these dates (`dates_of`); a light then only compares them with a day, in
Python for one measure and in SQL for lists, filters and counts. Before the first report due
date there is no progress rule; reports count from submission unless they are returned.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db import models
from django.db.models import Case, Q, Value, When
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.measures import periods
from apps.measures.models import Basis, Measure, Milestone, State, Thresholds
from apps.measures.models.states import AFTER_APPLYING
from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)
CENT = Decimal("0.01")


class Light(models.TextChoices):
    BLUE = "BLUE", gettext_lazy("Completed")
    RED = "RED", gettext_lazy("Behind")
    YELLOW = "YELLOW", gettext_lazy("At risk")
    GREEN = "GREEN", gettext_lazy("On course")
    GREY = "GREY", gettext_lazy("Not running")


GREY_STATES = (State.DRAFT, State.PROPOSED, State.SUSPENDED, State.CANCELLED)
REASONS = {
    "overdue_from_on": Light.RED,
    "far_behind_from_on": Light.RED,
    "missed_two_from_on": Light.RED,
    "due_soon_from_on": Light.YELLOW,
    "behind_from_on": Light.YELLOW,
    "missed_one_from_on": Light.YELLOW,
    "unacknowledged_from_on": Light.YELLOW,
}
"""Column of each reason and its colour, in the order in which they are said."""
DATES = (*REASONS, "original_overdue_from_on")
"""The columns that `dates_of` works out: the reasons, and lateness by the original deadline."""


# --- Writing: when each reason begins ----------------------------------------------------


def dates_of(
    measure: Measure,
    milestones: Sequence[Milestone],
    *,
    calendar: Calendar,
    thresholds: Thresholds,
) -> dict[str, date | None]:
    """The columns of DATES for a measure as it stands; None where a reason cannot come."""
    dates: dict[str, date | None] = dict.fromkeys(DATES)
    last_day = last_day_of(measure, calendar)
    if last_day is None:
        return dates
    dates["overdue_from_on"] = _late_from(measure, calendar)
    dates["original_overdue_from_on"] = _late_from(measure, calendar, original=True)
    if measure.state not in (State.ISSUED, State.IN_PROGRESS):
        return dates
    last_workday = calendar.last_workday_on_or_before(last_day)
    dates["due_soon_from_on"] = calendar.add(last_workday, -thresholds.due_soon_workdays)
    if measure.state == State.ISSUED:
        dates["unacknowledged_from_on"] = _day_after(measure.acknowledge_due_on)
        return dates
    dates["behind_from_on"] = _behind_from(
        measure, milestones, thresholds.behind_points, calendar, inclusive=True
    )
    dates["far_behind_from_on"] = _behind_from(
        measure, milestones, thresholds.far_behind_points, calendar, inclusive=False
    )
    if owed := measure.next_report_due_on:
        dates["missed_one_from_on"] = _day_after(owed)
        dates["missed_two_from_on"] = _day_after(periods.due_after(owed, measure.cadence, calendar))
    return dates


def _late_from(measure: Measure, calendar: Calendar, *, original: bool = False) -> date | None:
    """The day after the last one in time: while it runs, and for good once applied for later."""
    running = measure.state in (State.ISSUED, State.IN_PROGRESS)
    if running or applied_late(measure, calendar, original=original):
        return _day_after(last_day_of(measure, calendar, original=original))
    return None


def first_overdue(measure: Measure, *, on: date) -> date | None:
    """Since when it was overdue for the first time, as its dates stand on that day.

    Asked before its dates are worked out anew: what was overdue once stays so.
    """
    since = measure.overdue_from_on
    if measure.first_overdue_on is None and since is not None and since <= on:
        return since
    return measure.first_overdue_on


def last_day_of(measure: Measure, calendar: Calendar, *, original: bool = False) -> date | None:
    """The last day that is in time: the deadline, later by the workdays in completion review.

    `original` asks about the deadline as it was issued, before anything was granted: it is later
    by each workday since issue in completion review, suspended, or closed before a reopening.
    """
    deadline = measure.original_due_on if original else measure.due_on
    workdays = measure.spared_workdays if original else measure.review_workdays
    return calendar.add(deadline, workdays) if deadline and workdays else deadline


def applied_late(measure: Measure, calendar: Calendar, *, original: bool = False) -> bool:
    """Whether completion, waiting or granted, was applied for after the last day in time.

    It stays true after closing, whenever the application was decided.
    """
    last_day = last_day_of(measure, calendar, original=original)
    applied_on = measure.completion_applied_on
    if measure.state not in AFTER_APPLYING or last_day is None or applied_on is None:
        return False
    return applied_on > last_day


def expected_progress(measure: Measure, milestones: Iterable[Milestone], *, on: date) -> Decimal:
    """Percent that ought to be done on that day, two decimals.

    Milestones: the weight of those due by then. Estimate and quantity: even progress from
    issue to deadline.
    Parts: the weighted mean of what is expected of each, by its own basis; `parts` are loaded.
    """
    if measure.issued_on is None or measure.due_on is None:
        return Decimal(0)
    if measure.basis == Basis.CHILDREN:
        return mean_of_parts(measure.parts, [_expected_of_part(p, on) for p in measure.parts])
    if measure.basis == Basis.MILESTONES:
        return share(milestones, [m for m in milestones if m.due_on <= on])
    return _even(_running_since(measure.issued_on, measure), measure.due_on, on)


def _running_since(issued_on: date, measure: Measure) -> date:
    """The issue, later by the days at rest: they are no time in which anything was expected."""
    return issued_on + timedelta(days=measure.suspended_days)


def _expected_of_part(part: Measure, on: date) -> Decimal:
    """By its own milestones; else, also where it is broken down itself, evenly over its time.

    Of a part at rest no more than on the day when it began to rest.
    """
    if part.suspended_on is not None:
        on = min(on, part.suspended_on)
    if part.basis == Basis.MILESTONES:
        return expected_progress(part, part.milestones.all(), on=on)
    if part.issued_on is None or part.due_on is None:
        return Decimal(0)
    return _even(_running_since(part.issued_on, part), part.due_on, on)


def _even(start: date, end: date, on: date) -> Decimal:
    whole = (end - start).days
    gone = min(max((on - start).days, 0), whole)
    return percent(Decimal(gone), Decimal(whole)) if whole > 0 else Decimal(100)


def share(milestones: Iterable[Milestone], reached: Iterable[Milestone]) -> Decimal:
    """Percent of the milestones' weight that `reached` makes up, two decimals."""
    whole = sum(m.weight for m in milestones)
    part = sum(m.weight for m in reached)
    return percent(Decimal(part), Decimal(whole)) if whole else Decimal(0)


def mean_of_parts(parts: Iterable[Measure], percents: Iterable[Decimal]) -> Decimal:
    """The mean of a percentage of each part by the parts' weights, two decimals; 0 of none."""
    weights = [part.weight for part in parts]
    done = sum((w * p for w, p in zip(weights, percents, strict=True)), Decimal(0))
    return (done / sum(weights)).quantize(CENT, ROUND_HALF_UP) if weights else Decimal(0)


def progress_of_parts(parts: Iterable[Measure]) -> Decimal:
    """How far the parts are together: what of each is approved, all of a completed one."""
    counted = list(parts)
    return mean_of_parts(
        counted,
        [Decimal(100) if p.state == State.CLOSED else p.approved_progress for p in counted],
    )


def last_report_due(measure: Measure, *, on: date, calendar: Calendar) -> date | None:
    """The last report due date before `on`; None before the first one has passed."""
    if measure.reporting_since is None:
        return None
    last = None
    for due in periods.due_dates(measure.reporting_since, measure.cadence, calendar):
        if due >= on:
            return last
        last = due
    return last


def _behind_from(
    measure: Measure,
    milestones: Sequence[Milestone],
    points: Decimal,
    calendar: Calendar,
    *,
    inclusive: bool,
) -> date | None:
    """The day after the first report due date that finds the measure this far behind."""
    if measure.reporting_since is None or measure.due_on is None:
        return None
    for due in periods.due_dates(measure.reporting_since, measure.cadence, calendar):
        gap = expected_progress(measure, milestones, on=due) - measure.reported_progress
        if gap > points or (inclusive and gap == points):
            return due + ONE_DAY
        if due >= measure.due_on:
            return None
    return None


def _day_after(day: date | None) -> date | None:
    return day + ONE_DAY if day else None


def percent(part: Decimal, whole: Decimal) -> Decimal:
    """`part` of `whole` in percent, two decimals."""
    return (100 * part / whole).quantize(CENT, ROUND_HALF_UP)


# --- Reading: a day compared with the dates ----------------------------------------------


def light_of(measure: Measure, *, on: date) -> Light:
    """The light of one measure on a day, from its stored dates."""
    if measure.state == State.CLOSED:
        return Light.BLUE
    if measure.state in GREY_STATES:
        return Light.GREY
    if measure.red_from_on and measure.red_from_on <= on:
        return Light.RED
    if measure.yellow_from_on and measure.yellow_from_on <= on:
        return Light.YELLOW
    return Light.GREY if measure.state == State.ISSUED else Light.GREEN


def light_expression(*, on: date) -> Case:
    """The same rule as `light_of` in SQL, for annotate, filter, order and count."""
    return Case(
        When(state=State.CLOSED, then=Value(Light.BLUE)),
        When(state__in=GREY_STATES, then=Value(Light.GREY)),
        When(red_from_on__lte=on, then=Value(Light.RED)),
        When(yellow_from_on__lte=on, then=Value(Light.YELLOW)),
        When(state=State.ISSUED, then=Value(Light.GREY)),
        default=Value(Light.GREEN),
        output_field=models.CharField(),
    )


def in_light(light: Light, *, on: date) -> Q:
    """The measures that show this light on a day. Red and yellow are found by index."""
    running = ~Q(state__in=(State.CLOSED, *GREY_STATES))
    red = Q(red_from_on__lte=on)
    not_red = Q(red_from_on__isnull=True) | Q(red_from_on__gt=on)
    yellow = Q(yellow_from_on__lte=on)
    not_yellow = Q(yellow_from_on__isnull=True) | Q(yellow_from_on__gt=on)
    return {
        Light.BLUE: Q(state=State.CLOSED),
        Light.RED: running & red,
        Light.YELLOW: running & not_red & yellow,
        Light.GREEN: running & ~Q(state=State.ISSUED) & not_red & not_yellow,
        Light.GREY: Q(state__in=GREY_STATES) | (Q(state=State.ISSUED) & not_red & not_yellow),
    }[light]


def reasons(
    measure: Measure, milestones: Sequence[Milestone], *, on: date, calendar: Calendar
) -> list[str]:
    """Why the light is what it is, in words; red reasons first, empty when all is well."""
    if measure.state == State.SUSPENDED:
        return _say_suspended(measure, on)
    if light_of(measure, on=on) not in (Light.RED, Light.YELLOW):
        return []
    holding = [c for c in REASONS if (since := getattr(measure, c)) is not None and since <= on]
    superseded = {
        "overdue_from_on": "due_soon_from_on",
        "far_behind_from_on": "behind_from_on",
        "missed_two_from_on": "missed_one_from_on",
    }
    hidden = {superseded[column] for column in holding if column in superseded}
    return [
        _say(column, measure, milestones, on, calendar)
        for column in holding
        if column not in hidden
    ]


def _say_suspended(measure: Measure, on: date) -> list[str]:
    assert measure.review_on is not None
    come = measure.review_on <= on
    review = _("The review date, %(day)s, has come") if come else _("To be reviewed on %(day)s")
    until = _("Until: %(condition)s") % {"condition": measure.suspension_condition}
    return [until, review % {"day": short(measure.review_on)}]


def _say(
    column: str, measure: Measure, milestones: Sequence[Milestone], on: date, calendar: Calendar
) -> str:
    if column == "overdue_from_on":
        return _say_overdue(measure, on, calendar)
    if column == "due_soon_from_on":
        return _say_due_soon(measure, on, calendar)
    if column in ("behind_from_on", "far_behind_from_on"):
        return _say_behind(measure, milestones, on, calendar)
    if column == "unacknowledged_from_on":
        return _("Not acknowledged; was to be by %(day)s") % {
            "day": short(measure.acknowledge_due_on)
        }
    return _say_missed(measure, on, calendar)


def _say_overdue(measure: Measure, on: date, calendar: Calendar) -> str:
    last_day = last_day_of(measure, calendar)
    assert last_day is not None
    if measure.state == State.COMPLETING:
        said = _said_applied_late(measure, last_day, calendar)
    elif late := calendar.between(last_day, on):
        said = ngettext("Overdue by %(count)d workday", "Overdue by %(count)d workdays", late) % {
            "count": late
        }
    else:
        said = _("Deadline has passed")
    said = _("%(overdue)s; original deadline %(day)s") % {
        "overdue": said,
        "day": short(measure.original_due_on or measure.due_on),
    }
    return _less_review(said, measure)


def _said_applied_late(measure: Measure, last_day: date, calendar: Calendar) -> str:
    assert measure.completion_applied_on is not None
    late = calendar.between(last_day, measure.completion_applied_on)
    if not late:
        return _("Completion applied for after the deadline")
    return ngettext(
        "Completion applied for %(count)d workday late",
        "Completion applied for %(count)d workdays late",
        late,
    ) % {"count": late}


def _say_due_soon(measure: Measure, on: date, calendar: Calendar) -> str:
    last_day = last_day_of(measure, calendar)
    assert last_day is not None
    if left := calendar.between(on, last_day):
        said = ngettext("Due in %(count)d workday", "Due in %(count)d workdays", left)
        return _less_review(said % {"count": left}, measure)
    said = _("Due today") if last_day == on else _("No workday left before the deadline")
    return _less_review(said, measure)


def _less_review(said: str, measure: Measure) -> str:
    """Workdays that the reviewer took are not the lead's, and the sentence says so."""
    days = measure.review_workdays
    if not days:
        return said
    return ngettext(
        "%(said)s; %(count)d workday in review not counted",
        "%(said)s; %(count)d workdays in review not counted",
        days,
    ) % {"said": said, "count": days}


def _say_behind(
    measure: Measure, milestones: Sequence[Milestone], on: date, calendar: Calendar
) -> str:
    assert measure.behind_from_on is not None
    # The calendar may have changed since the dates were stored: then the stored day speaks.
    due = last_report_due(measure, on=on, calendar=calendar) or measure.behind_from_on - ONE_DAY
    expected = expected_progress(measure, milestones, on=due)
    return _(
        "%(points)s points behind: %(expected)s%% expected by %(day)s, %(done)s%% reported"
    ) % {
        "points": plain(expected - measure.reported_progress),
        "expected": plain(expected),
        "done": plain(measure.reported_progress),
        "day": short(due),
    }


def _say_missed(measure: Measure, on: date, calendar: Calendar) -> str:
    assert measure.next_report_due_on is not None
    count, due = 0, measure.next_report_due_on
    while due < on:
        count, due = count + 1, periods.due_after(due, measure.cadence, calendar)
    return ngettext(
        "%(count)d report missing, it was due %(day)s",
        "%(count)d reports missing, the first was due %(day)s",
        count,
    ) % {"count": count, "day": short(measure.next_report_due_on)}


def short(day: date | None) -> str:
    """A day as people say it inside a sentence."""
    return date_format(day, "SHORT_DATE_FORMAT") if day else ""


def plain(figure: Decimal) -> str:
    """A figure without trailing zeros."""
    return f"{figure.normalize():f}"
