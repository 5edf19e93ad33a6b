"""What some words find, kind by kind, best first: for every face alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.core.search import Found, Searchable
from apps.kpis.models import Sight
from apps.measures.models import Measure
from apps.policies.models import Chain, Clause, Policy, Problem


class Kind(TextChoices):
    """What there is to be found, in the order in which it is shown."""

    MEASURES = "measures", _("Measures")
    POLICIES = "policies", _("Policies")
    CLAUSES = "clauses", _("Clauses")
    PROBLEMS = "problems", _("Problems")
    KPIS = "kpis", _("Indicators")
    CHAINS = "chains", _("Industry chains")
    AGENCIES = "agencies", _("Agencies")
    DISTRICTS = "districts", _("Districts")


def _measures(standing: Standing) -> "Searchable[Any]":
    """A restricted one is neither named nor counted for whom it is hidden."""
    return Measure.objects.visible_to(standing)


def _kpis(standing: Standing) -> "Searchable[Any]":
    """Those that this person is shown in the list of indicators."""
    return Sight.of(standing).kpis()


ROWS: Mapping[Kind, "Callable[[Standing], Searchable[Any]]"] = {
    Kind.MEASURES: _measures,
    Kind.POLICIES: lambda _anybody: Policy.objects.all(),
    Kind.CLAUSES: lambda _anybody: Clause.objects.in_force().select_related("policy"),
    Kind.PROBLEMS: lambda _anybody: Problem.objects.all(),
    Kind.KPIS: _kpis,
    Kind.CHAINS: lambda _anybody: Chain.objects.all(),
    Kind.AGENCIES: lambda _anybody: Agency.objects.all(),
    Kind.DISTRICTS: lambda _anybody: District.objects.defer("boundary"),
}


@dataclass(frozen=True)
class Group:
    """The best of one kind, and how many of it there are."""

    kind: Kind
    found: Found


def everything(words: Sequence[str], standing: Standing, *, most: int) -> list[Group]:
    """The `most` best of each kind that has any, as this person sees it.

    One query a kind, and that of a Sight for whoever does not see every indicator.
    """
    groups = (of_kind(kind, words, standing, most=most) for kind in Kind)
    return [group for group in groups if group.found.rows]


def of_kind(kind: Kind, words: Sequence[str], standing: Standing, *, most: int) -> Group:
    """Nothing is asked of the database where there are no words."""
    return Group(kind, ROWS[kind](standing).best(words, most=most) if words else Found())
