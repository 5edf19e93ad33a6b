"""Whom entries concern, by number, as the triggers write them; and which a program is told of.

Above 0 an agency; 0 everybody let in; -1 the supervision office, -2 auditors, -3 directors: what
is not restricted. A person by name is -100 - 2 × person: a reader of a restricted measure, whoever
uploaded a file; the reader of a restricted measure that is not issued is one less.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.urls import resolve, reverse

from apps.accounts.models import READ, Resource, ServiceAccount
from apps.accounts.standing import Standing
from apps.api.asked import LARGEST
from apps.core.actor import Role
from apps.kpis.models.sight import SEE_THEIRS

EVERYBODY = 0
WHOLE_SIGHT = {Role.SUPERVISOR: -1, Role.AUDITOR: -2, Role.DIRECTOR: -3}
KINDS: Mapping[str, tuple[Resource, str]] = {
    "measure": (Resource.MEASURES, "measures"),
    "milestone": (Resource.MEASURES, "milestones"),
    "report": (Resource.MEASURES, "reports"),
    "request": (Resource.MEASURES, "requests"),
    "deadline_change": (Resource.MEASURES, "deadlines"),
    "evidence": (Resource.MEASURES, "evidence"),
    "contribution_request": (Resource.MEASURES, "contribution-requests"),
    "contribution": (Resource.MEASURES, "contributions"),
    "coordination_item": (Resource.MEASURES, "coordination-items"),
    "policy": (Resource.POLICIES, "policies"),
    "clause": (Resource.POLICIES, "clauses"),
    "chain": (Resource.POLICIES, "chains"),
    "problem": (Resource.POLICIES, "problems"),
    "agency": (Resource.AGENCIES, "agencies"),
    "district": (Resource.AGENCIES, "districts"),
    "kpi": (Resource.KPIS, "kpis"),
    "observation": (Resource.KPIS, "observations"),
    "target": (Resource.KPIS, "targets"),
    "baseline": (Resource.KPIS, "baselines"),
}
"""Every kind that is told of, which part of the interface it belongs to, and where it is listed."""
UNTOLD = {
    "reminders": "each is sent to one person; programs are sent none",
    "webhooks": "a program's own settings, nothing of the field",
    "webhook-deliveries": "what was told by a webhook",
    "instructions": "only grow, in the order of their ids; who received one is asked for",
    "audit": "only grows, in the order of its ids: ask for those above the last one read",
}
"""What is listed and not told of, and why."""


@dataclass(frozen=True)
class Concern:
    """Entries of these kinds, as far as they concern one of these numbers."""

    kinds: list[str]
    numbers: list[int]


@dataclass(frozen=True)
class Sight:
    """What a program is told of. `digest` is another one when its rights are."""

    concerns: list[Concern]
    digest: str

    @classmethod
    def of(cls, account: ServiceAccount, standing: Standing) -> "Sight":
        """Of a program: by its scopes, its role and its agency. No query."""
        concerns = [
            Concern(kinds, list(_numbers(resource, standing)))
            for resource in Resource
            if f"{resource}:{READ}" in account.scopes and (kinds := _kinds(resource))
        ]
        # With a kind that is new to the feed, its rows of before have to be loaded.
        said = (account.pk, account.agency_id, account.role, sorted(account.scopes), sorted(KINDS))
        return cls(concerns, hashlib.sha256(repr(said).encode()).hexdigest()[:12])

    @property
    def lists(self) -> dict[str, str]:
        """Where each kind is listed, each row as it is when it is read by itself."""
        return {kind: _list(kind) for concern in self.concerns for kind in concern.kinds}


def address_of(kind: str, row_id: int) -> str:
    """Where one row is read."""
    return f"{_address(kind)}/{row_id}"


def _address(kind: str) -> str:
    return reverse(f"api:{KINDS[kind][1]}-list")


def _list(kind: str) -> str:
    address = _address(kind)
    always: Sequence[str] = getattr(resolve(address).func, "cls").always  # noqa: B009  # set by the router, unknown to types
    return f"{address}?limit={LARGEST}" + (f"&expand={','.join(always)}" if always else "")


def _kinds(resource: Resource) -> list[str]:
    return [kind for kind, (part, _list) in KINDS.items() if part == resource]


def _numbers(resource: Resource, standing: Standing) -> Iterator[int]:
    yield EVERYBODY
    yield from (number for role, number in WHOLE_SIGHT.items() if standing.holds(role))
    if resource == Resource.KPIS:
        yield from standing.agencies_of(SEE_THEIRS)
    elif resource == Resource.MEASURES:
        yield from standing.unit_agencies
        named = -100 - 2 * standing.person_id
        yield from (named, named - 1) if standing.holds(Role.SUPERVISOR) else (named,)
