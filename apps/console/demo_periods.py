"""The periods of the demo's indicators: closed month by month, two of them opened again."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from apps.agencies.models import Agency, District
from apps.console.demo_acts import Acts
from apps.console.demo_days import moment
from apps.console.demo_story.indicators import REOPENINGS, Indicator, Reopening
from apps.kpis import operations
from apps.kpis.aggregation import Cell
from apps.kpis.models import Kpi, Observation, Place, SubmissionReview
from apps.kpis.operations import Entry
from apps.kpis.periods import Period

CLOSED_ON, CORRECTED_ON = 20, 23
"""Days of the month after."""


@dataclass
class PeriodActs:
    """What happens to the periods of an indicator, with its moments."""

    acts: Acts
    owner: str

    def closed(
        self, said: Indicator, batch: Sequence[Period], not_before: datetime
    ) -> Iterator[tuple[datetime, partial[None]]]:
        """The months that were entered together."""
        at = max(moment(batch[-1].moved(1).begins_on.replace(day=CLOSED_ON), 9), not_before)
        for month in batch:
            yield at, partial(self._close, said.code, month, 0, at)

    def opened_again(
        self, said: Indicator, last: Period
    ) -> Iterator[tuple[datetime, partial[None]]]:
        """For a correction; where one is told of, the month is closed once more."""
        for told in REOPENINGS:
            if told.code != said.code:
                continue
            month = last.moved(-told.months_ago)
            at = moment(last.begins_on.replace(day=CORRECTED_ON), 9)
            yield at, partial(self._reopen, told, month, at)
            if told.add:
                yield at, partial(self._correct, told, month, at)
                yield at, partial(self._close, said.code, month, 2, at)

    def _close(self, code: str, month: Period, seen: int, at: datetime) -> None:
        by = self.acts.who("kpi_owner")
        operations.close_period(_kpi(code), month, seen=seen, by=by, at=at)

    def _reopen(self, told: Reopening, month: Period, at: datetime) -> None:
        by = self.acts.who("kpi_owner")
        operations.reopen_period(_kpi(told.code), month, reason=told.reason, seen=1, by=by, at=at)

    def _correct(self, told: Reopening, month: Period, at: datetime) -> None:
        """One district's figure, as final as it was, with the reason as its note."""
        kpi, place = _kpi(told.code), Place(District.objects.get(adcode=told.district).pk)
        stood = Observation.objects.get(kpi=kpi, period=month.code, district=place.district_id)
        more = (stood.value or 0) + Decimal(told.add)
        entry = Entry(month, more, place, vintage=stood.vintage, note=told.reason)
        seen = operations.last_entered(kpi, [Cell(kpi.pk, month, place)])
        agency, by = Agency.objects.get(code=self.owner), self.acts.liaison(self.owner)
        handed_in = operations.enter_observations(
            kpi, [entry], agency=agency, seen=seen, by=by, at=at
        )
        who, approved = self.acts.who("kpi_owner"), SubmissionReview.Outcome.APPROVED
        operations.review_observations(handed_in.submission, approved, by=who, at=at)


def _kpi(code: str) -> Kpi:
    return Kpi.objects.get(code=code)
