"""Handing in figures, one or thousands: each with its own result, all or none as the caller likes.

One indicator's figures of an agency are one submission, which its owner reviews.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.api.nouns.bodies import MISSING, AgencyField, PeriodField
from apps.api.nouns.words import SHORT, Body, text
from apps.api.problems import Fault, Problem, problem_of
from apps.core.errors import NotAllowed, Refusal
from apps.kpis.models import Kpi, Place, Sight, Vintage
from apps.kpis.operations import Entry, enter_observations, last_entered

MOST = 5000
ATOMIC, BEST_EFFORT = "atomic", "best_effort"
Item = dict[str, Any]


class Figure(Body):
    """One figure. Without a value it withdraws what stands there, with a note why."""

    kpi = serializers.IntegerField(min_value=1, max_value=2**62)
    period = PeriodField()
    value = serializers.DecimalField(20, 4, allow_null=True)
    district = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    place_agency = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    item = serializers.IntegerField(min_value=1, max_value=2**62, required=False)
    vintage = serializers.ChoiceField(choices=Vintage.choices, default=Vintage.PRELIMINARY)
    qualifier = text(10)
    note = text(SHORT)


class OneFigure(Figure):
    agency = AgencyField()


class Figures(Body):
    """Figures of an agency. `atomic`: one that is refused refuses all."""

    agency = AgencyField()
    mode = serializers.ChoiceField(choices=[ATOMIC, BEST_EFFORT], default=ATOMIC)
    note = text(SHORT)
    items = serializers.ListField(child=Figure(), min_length=1, max_length=MOST)


class ResultRow(serializers.Serializer[Any]):
    """What became of one figure; `index` is its place in what was sent."""

    index = serializers.IntegerField()
    status = serializers.ChoiceField(choices=["accepted", "refused"])
    submission = serializers.IntegerField(allow_null=True)
    code = serializers.CharField()
    field = serializers.CharField()
    detail = serializers.CharField()


class ResultsRow(serializers.Serializer[Any]):
    accepted = serializers.IntegerField()
    refused = serializers.IntegerField()
    results = ResultRow(many=True)


@dataclass
class Sheaf:
    """The figures of one call under way: which are refused and why, which were handed in."""

    agency: Agency
    note: str
    by: Standing
    at: datetime
    refused: dict[int, Fault] = field(default_factory=dict)
    handed_in: dict[int, int] = field(default_factory=dict)

    def hand_in(self, items: Sequence[Item], *, all_or_none: bool) -> None:
        """Each indicator's figures in one submission. Raises Problem where one refuses all."""
        kpis = _kpis(items, self.by)
        districts = set(District.objects.values_list("pk", flat=True))
        sheets: dict[int, list[tuple[int, Entry]]] = defaultdict(list)
        for index, item in enumerate(items):
            if item["kpi"] not in kpis:
                self.refused[index] = Fault("kpi", "does_not_exist", MISSING)
            elif item.get("district") and item["district"] not in districts:
                self.refused[index] = Fault("district", "does_not_exist", MISSING)
            else:
                sheets[item["kpi"]].append((index, _entry(item)))
        with transaction.atomic():
            for pk in sorted(sheets):
                self._sheet(kpis[pk], sheets[pk])
            if all_or_none and self.refused:
                raise _none(self.refused)

    def _sheet(self, kpi: Kpi, entries: list[tuple[int, Entry]]) -> None:
        """Hand them in together; where that is refused, without those that are the cause."""
        good = entries
        if self._try(kpi, entries):
            good = [each for each in entries if each[0] not in self._causes(kpi, entries)]
        if good and good is not entries and (refusal := self._try(kpi, good)):
            self.refused |= {index: refusal for index, _entry in good}

    def _causes(self, kpi: Kpi, entries: list[tuple[int, Entry]]) -> set[int]:
        """The figures that are refused by themselves, found by halves; nothing stays written."""
        refusal = self._try(kpi, entries, keep=False)
        if refusal is None:
            return set()
        if len(entries) == 1:
            self.refused[entries[0][0]] = refusal
            return {entries[0][0]}
        middle = len(entries) // 2
        return self._causes(kpi, entries[:middle]) | self._causes(kpi, entries[middle:])

    def _try(
        self, kpi: Kpi, entries: list[tuple[int, Entry]], *, keep: bool = True
    ) -> Fault | None:
        """Why they cannot be handed in together; None where they can, and then they are."""
        said = [entry for _index, entry in entries]
        try:
            with transaction.atomic():
                seen = last_entered(kpi, [entry.cell(kpi) for entry in said])
                made = enter_observations(
                    kpi,
                    said,
                    agency=self.agency,
                    note=self.note,
                    seen=seen,
                    by=self.by,
                    at=self.at,
                )
                if not keep:
                    transaction.set_rollback(True)
        except Refusal as refusal:
            return _fault(refusal)
        if keep:
            self.handed_in |= {index: made.submission.pk for index, _entry in entries}
        return None

    def results(self, many: int) -> list[dict[str, Any]]:
        return [self._result(index) for index in range(many)]

    def _result(self, index: int) -> dict[str, Any]:
        fault = self.refused.get(index)
        said = fault.as_json() if fault else {"field": "", "code": "", "detail": ""}
        status = "refused" if fault else "accepted"
        return {"index": index, "status": status, "submission": self.handed_in.get(index), **said}


def _kpis(items: Sequence[Item], by: Standing) -> dict[int, Kpi]:
    wanted = {item["kpi"] for item in items}
    seen = Sight.of(by).kpis().filter(pk__in=wanted).select_related("owner", "breakdown")
    return {kpi.pk: kpi for kpi in seen}


def _entry(item: Item) -> Entry:
    return Entry(
        period=item["period"],
        value=item["value"],
        place=Place(item.get("district"), item.get("place_agency")),
        item_id=item.get("item"),
        vintage=item["vintage"],
        qualifier=item["qualifier"],
        note=item["note"],
    )


def _fault(refusal: Refusal) -> Fault:
    problem = problem_of(refusal)
    assert problem is not None
    named = problem.faults[0].field if problem.faults else ""
    return Fault(named, refusal.code, refusal.reason)


def _none(refused: dict[int, Fault]) -> Problem:
    """One by one, under the place that each has in what was sent."""
    faults = [
        Fault(f"items.{index}.{fault.field}".rstrip("."), fault.code, fault.detail)
        for index, fault in sorted(refused.items())
    ]
    status = 403 if all(fault.code == NotAllowed.code for fault in faults) else 409
    return Problem(status, faults[0].code, _("Nothing was handed in."), faults=faults)
