"""A cockpit in plain values, so that two of them can be compared, and days that go by."""

from datetime import date, timedelta

from apps.accounts.standing import Standing
from apps.console.demo_history import Diary
from apps.dashboards import cockpit, gaps
from apps.dashboards.attaining import attaining
from apps.dashboards.days import Day
from apps.dashboards.queries import coverages
from apps.kpis.models import Sight
from apps.measures.lights import Light, light_of, reasons
from apps.policies.models import Policy
from apps.workdays.models import current_calendar
from tests.conftest import Cast, at

WEEK = timedelta(days=7)


class Days:
    """The cast goes from day to day; what was written is dated when the next day begins."""

    def __init__(self, cast: Cast) -> None:
        self.cast, self.diary = cast, Diary()
        assert self.diary.is_allowed

    def pass_by(self, days: int) -> None:
        self.diary.then(at(self.cast.today, 18))
        self.cast.today += timedelta(days=days)

    def end(self) -> None:
        self.diary.then(at(self.cast.today, 18))


def as_shown(standing: Standing, day: Day) -> dict[str, object]:
    """Every figure of the cockpit but the trend, which has tests of its own."""
    found = cockpit.lights(standing, day, [day.on - WEEK])
    led = cockpit.by_lead(standing, day)
    policies = list(Policy.objects.order_by("code"))
    covered = coverages(policies, standing, on=day.on, is_past=day.is_past)
    problems = gaps.unaddressed(standing, day)
    way = attaining(Sight.of(standing), day)
    return {
        "now": +found.now,
        "states": +found.states,
        "week": +found.before[day.on - WEEK],
        "turned": +found.turned[day.on - WEEK],
        "led": sorted((one.lead_id or 0, one.is_top, one.light, one.count) for one in led),
        "districts": {d: +tally for d, tally in cockpit.by_district(led).items() if tally},
        "policies": {pk: one for pk, one in covered.items()},
        "problems": None if problems is None else sorted(problems.values_list("code", flat=True)),
        "waiting": list(gaps.waiting(standing, day).values_list("pk", flat=True)),
        "kpis": [(one.kpi.code, one.target.pk, one.attainment) for one in way.rows],
        "without": sorted(kpi.code for kpi in way.without),
        "red": why(standing, day, Light.RED),
        "yellow": why(standing, day, Light.YELLOW),
    }


def why(standing: Standing, day: Day, light: Light) -> list[tuple[str, list[str]]]:
    """The measures with that light and the reasons, in words."""
    calendar = current_calendar()
    found = cockpit.asked_for(standing, day, cockpit.Asked(light=light)).order_by("code")
    rows = day.rows(found.values_list("row", flat=True))
    assert all(light_of(row, on=day.on) is light for row in rows)
    return [
        (row.code, reasons(row, list(row.milestones.all()), on=day.on, calendar=calendar))
        for row in rows
    ]


def live(on: date) -> Day:
    return Day(on)


def past(on: date) -> Day:
    return Day(on, is_past=True)
