"""What some words find, kind by kind, best first: for every face alike."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.core.search import Found, Searchable
from apps.measures.models import Measure
from apps.policies.models import Chain, Clause, Policy, Problem


class Kind(TextChoices):
    """What there is to be found, in the order in which it is shown."""

    MEASURES = "measures", _("Measures")
    POLICIES = "policies", _("Policies")
    CLAUSES = "clauses", _("Clauses")
    PROBLEMS = "problems", _("Problems")
    CHAINS = "chains", _("Industry chains")
    AGENCIES = "agencies", _("Agencies")
    DISTRICTS = "districts", _("Districts")


def _measures(standing: Standing) -> "Searchable[Any]":
    """Only these are not everybody's: a restricted one is neither named nor counted."""
    return Measure.objects.visible_to(standing)


ROWS: Mapping[Kind, "Callable[[Standing], Searchable[Any]]"] = {
    Kind.MEASURES: _measures,
    Kind.POLICIES: lambda _anybody: Policy.objects.all(),
    Kind.CLAUSES: lambda _anybody: Clause.objects.in_force().select_related("policy"),
    Kind.PROBLEMS: lambda _anybody: Problem.objects.all(),
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
    """The `most` best of each kind that has any, as this person sees it. One query a kind."""
    groups = (of_kind(kind, words, standing, most=most) for kind in Kind)
    return [group for group in groups if group.found.rows]


def of_kind(kind: Kind, words: Sequence[str], standing: Standing, *, most: int) -> Group:
    return Group(kind, ROWS[kind](standing).best(words, most=most))
