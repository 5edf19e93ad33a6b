"""Keeping policies, their clauses and chain segments. Edits are versioned and on record."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from apps.audit.operations import add_reference, keep_reference
from apps.core.actor import Actor, Role
from apps.core.errors import RuleBroken
from apps.policies.models import ChainSegment, Clause, Policy

KEEPERS = (Role.SUPERVISOR, Role.DIRECTOR)
"""Who enters and edits what governments have published."""


def add_policy(policy: Policy, *, by: Actor, at: datetime) -> Policy:
    """Enter a policy. Raises NotAllowed, or RuleBroken when its code is taken."""
    return add_reference(policy, keepers=KEEPERS, by=by, at=at)


def keep_policy(
    policy: Policy, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime
) -> Policy:
    """Change what is known of a policy, by field name. Raises NotAllowed or Stale."""
    return keep_reference(policy, said, seen=seen, keepers=KEEPERS, by=by, at=at)


@transaction.atomic
def add_clause(clause: Clause, *, by: Actor, at: datetime) -> Clause:
    """Enter a clause of a policy. Raises RuleBroken when it is part of another policy's clause."""
    added = add_reference(clause, keepers=KEEPERS, by=by, at=at)
    _check_place(added)
    return added


@transaction.atomic
def keep_clause(
    clause: Clause, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime
) -> Clause:
    """Change a clause, by field name. Raises RuleBroken when it would end up inside itself."""
    kept = keep_reference(clause, said, seen=seen, keepers=KEEPERS, by=by, at=at)
    _check_place(kept)
    return kept


def _check_place(clause: Clause) -> None:
    """A clause is part of a clause of the same policy, and of none of its own parts."""
    above = clause.parent
    while above is not None:
        if above.policy_id != clause.policy_id:
            raise RuleBroken(
                _("It can only be part of a clause of the same policy."), field="parent"
            )
        if above.pk == clause.pk:
            raise RuleBroken(_("A clause cannot be part of itself."), field="parent")
        above = above.parent
    if clause.children.exclude(policy=clause.policy_id).exists():
        raise RuleBroken(_("Its parts belong to the policy it was entered for."), field="policy")


@transaction.atomic
def add_segment(segment: ChainSegment, *, by: Actor, at: datetime) -> ChainSegment:
    """Enter a segment of a chain. Raises RuleBroken when it is part of another list's segment."""
    added = add_reference(segment, keepers=KEEPERS, by=by, at=at)
    _check_list(added)
    return added


@transaction.atomic
def keep_segment(
    segment: ChainSegment, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime
) -> ChainSegment:
    """Change a segment, by field name. Raises RuleBroken when it leaves the list of its parts."""
    kept = keep_reference(segment, said, seen=seen, keepers=KEEPERS, by=by, at=at)
    _check_list(kept)
    return kept


def _check_list(segment: ChainSegment) -> None:
    """A segment is part of one that has no superior itself, in the same list of the same chain."""
    above = segment.parent
    if above is None:
        return
    same_list = (above.chain_id, above.listing) == (segment.chain_id, segment.listing)
    if not same_list or above.parent_id is not None or segment.children.exists():
        raise RuleBroken(
            _("It can only be part of a main segment of the same list."), field="parent"
        )
