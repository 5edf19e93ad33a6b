"""By which steps a cause reaches whom, and which day of the calendar each step has come to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from apps.reminders.models import Ladder, Recipient
from apps.workdays.arithmetic import Calendar

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rung:
    """So many workdays after the day owed (before it: negative), these people are told."""

    workdays: int
    reaches: tuple[Recipient, ...]
    is_escalation: bool = False
    proposes_bulletin: bool = False


Rungs = tuple[Rung, ...]


@dataclass(frozen=True)
class Day:
    """A workday on which it is looked what is owed."""

    on: date
    calendar: Calendar

    def reached(self, workdays: int) -> date:
        """The last day owed for which so many workdays have gone by; negative: are left.

        What is owed on a day off is counted from the last workday before it.
        """
        return self.calendar.add(self.on, 1 - workdays) - ONE_DAY

    def position(self, owed_on: date) -> int:
        """Workdays gone by since the day owed; negative: left until it."""
        return self.calendar.between(owed_on, self.on)


def in_force(defaults: Mapping[str, Rungs], *, on: date) -> dict[str, Rungs]:
    """The steps of each cause on that day: the version entered last, else the defaults.

    An inactive ladder has none. Two queries.
    """
    entered = Ladder.objects.in_force(on=on).filter(cause__in=defaults)
    said = {ladder.cause: rungs_of(ladder) for ladder in entered.prefetch_related("steps")}
    return {**defaults, **said}


def rungs_of(ladder: Ladder) -> Rungs:
    """The steps of one version, from the first to the last; `steps` are loaded."""
    if not ladder.active:
        return ()
    return tuple(
        Rung(
            step.workdays,
            tuple(Recipient(reached) for reached in step.reaches),
            step.is_escalation,
            step.proposes_bulletin,
        )
        for step in sorted(ladder.steps.all(), key=lambda step: step.workdays)
    )


@dataclass(frozen=True)
class Band:
    """Where a step is the highest that has come: owed after one day, up to another."""

    rung: Rung
    after: date
    upto: date


def bands(rungs: Iterable[Rung], day: Day) -> list[Band]:
    """Of what was owed when each step has come and the next one has not.

    So whoever was not told for some days hears of the highest step alone.
    """
    ordered: Sequence[Rung] = sorted(rungs, key=lambda rung: rung.workdays)
    days = [day.reached(rung.workdays) for rung in ordered]
    after = [*days, date.min][1:]
    return [Band(*band) for band in zip(ordered, after, days, strict=True)]
