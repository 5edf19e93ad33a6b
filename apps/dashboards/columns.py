"""Whom a matrix sets the clauses against: the agencies that lead, or the districts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, District


class Across(Enum):
    """What the columns are; the value is the name of the filter whose values they are."""

    AGENCIES = "lead"
    DISTRICTS = "district"


@dataclass(frozen=True)
class Column:
    """An agency with everything below it, or a district. `key` None: those that have none."""

    key: int | None
    label: str | Promise


@dataclass(frozen=True)
class Columns:
    """The columns, and for each lead those that it counts in."""

    all: Sequence[Column]
    of_lead: Mapping[int | None, Sequence[int | None]]

    def narrowed(self, keys: Collection[int | None]) -> "Columns":
        """With these columns only: the other leads count in none."""
        return Columns(
            [column for column in self.all if column.key in keys],
            {
                lead: tuple(key for key in counted if key in keys)
                for lead, counted in self.of_lead.items()
            },
        )


def columns_of(lead_ids: Iterable[int | None], across: Across) -> Columns:
    """The columns for measures with these leads. At most three queries."""
    leads = list(Agency.objects.filter(pk__in=[pk for pk in set(lead_ids) if pk is not None]))
    known = {lead.pk: lead for lead in leads}
    above = Agency.objects.filter(pk__in={pk for lead in leads for pk in lead.path} - known.keys())
    find = _districts if across is Across.DISTRICTS else _agencies
    return find(leads, known | {agency.pk: agency for agency in above})


def _agencies(leads: Sequence[Agency], above: Mapping[int, Agency]) -> Columns:
    """One for the highest agency over each lead that can lead itself: sections stand in theirs."""
    highest = {_highest(lead, above) for lead in leads}
    found = sorted((above[pk] for pk in highest), key=lambda agency: agency.code)
    of_lead: dict[int | None, Sequence[int | None]] = {None: [None]}
    of_lead |= {lead.pk: [pk for pk in lead.path if pk in highest] for lead in leads}
    return Columns(
        [*(Column(agency.pk, agency.label) for agency in found), Column(None, _("No lead yet"))],
        of_lead,
    )


def _highest(lead: Agency, above: Mapping[int, Agency]) -> int:
    return next((pk for pk in lead.path if above[pk].is_able_to_lead), lead.pk)


def _districts(leads: Sequence[Agency], above: Mapping[int, Agency]) -> Columns:
    """Every district, for its agencies and those below them; and one for the city's own."""
    found = District.objects.only("name", "name_en")
    of_lead: dict[int | None, Sequence[int | None]] = {None: [None]}
    for lead in leads:
        of_lead[lead.pk] = list({d for pk in lead.path if (d := above[pk].district_id)}) or [None]
    return Columns(
        [
            *(Column(district.pk, str(district)) for district in found),
            Column(None, _("Not led by a district")),
        ],
        of_lead,
    )
