"""Keeping policies, their clauses and chain segments. Edits are versioned and on record."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.audit.operations import (
    add_reference,
    keep_reference,
    record,
    refuse_unless_kept_by,
)
from apps.core.actor import Actor, Role
from apps.core.errors import ALLOWED, RuleBroken, Stale, Verdict
from apps.policies.clause_comparison import Pair, Path, compare, paths_of
from apps.policies.models import ChainSegment, Clause, Policy

KEEPERS = (Role.SUPERVISOR, Role.DIRECTOR)
"""Who enters and edits what governments have published."""
MOST_PARTS = 1500
"""Of one policy; a longer text is a collection of policies."""
DEEPEST = 8
LONGEST_NUMBER = 20
LONGEST_HEADING = 300
KINDS = ("added", "changed", "moved", "restored", "removed")
"""What happens to clauses when a text is entered."""


@dataclass(frozen=True)
class Entry:
    """A part of a policy's text as an officer enters it; `level` counts from 0."""

    number: str
    heading: str
    text: str
    level: int
    actionable: str = Clause.Actionable.UNKNOWN


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
    _lock_tree(clause.policy_id)
    added = add_reference(clause, keepers=KEEPERS, by=by, at=at)
    _check_place(added)
    return added


@transaction.atomic
def keep_clause(
    clause: Clause, said: Mapping[str, Any], *, seen: int, by: Actor, at: datetime
) -> Clause:
    """Change a clause, by field name. Raises RuleBroken when it would end up inside itself."""
    policy = said.get("policy", clause.policy)
    _lock_tree(clause.policy_id, policy.pk)
    kept = keep_reference(clause, said, seen=seen, keepers=KEEPERS, by=by, at=at)
    _check_place(kept)
    return kept


def may_mark(clause: Clause, actionable: str) -> Verdict:
    """A mark that stands there already is not made again: it would look like an act."""
    return Verdict(_("It says so already.")) if clause.actionable == actionable else ALLOWED


def mark_actionable(
    clause: Clause, actionable: str, *, seen: int, by: Actor, at: datetime
) -> Clause:
    """Say whether a clause can be carried out. Raises NotAllowed, Stale or RuleBroken."""
    refuse_unless_kept_by(KEEPERS, by)
    if not (verdict := may_mark(clause, actionable)):
        raise RuleBroken(verdict.reason, field="actionable")
    return keep_clause(clause, {"actionable": actionable}, seen=seen, by=by, at=at)


def _lock_tree(*policies: int) -> None:
    """One change of a policy's tree of clauses at a time: two together could close a ring."""
    locked = Policy.objects.select_for_update().filter(pk__in=policies).order_by("pk")
    list(locked.values_list("pk", flat=True))


def _check_place(clause: Clause) -> None:
    """A clause is part of a clause of the same policy, and of none of its own parts."""
    # Read anew: what the caller holds of the tree may be older than the lock.
    above = Clause.objects.get(pk=clause.parent_id) if clause.parent_id else None
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


# --- The whole text of a policy -----------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """The clauses of a policy as they stand, each with the path of its number."""

    seen: int
    live: list[tuple[Path, Clause]]
    retired: list[tuple[Path, Clause]]

    def compared_with(self, parts: Sequence[Entry]) -> list[Pair[Clause]]:
        """What entering the parts would do, clause by clause."""
        return compare(self.live, parts, retired=self.retired)


def edition_of(policy: Policy) -> Edition:
    """The text that is entered now. Its `seen` grows with every change of policy or clauses."""
    return _edition(policy, list(policy.clauses.all()))


def _edition(policy: Policy, clauses: Sequence[Clause]) -> Edition:
    """Retired clauses have lost their place in the text; their code still tells it."""
    live = _in_order([clause for clause in clauses if clause.retired_on is None])
    paths = paths_of([(level, clause.number) for clause, level in live])
    retired = [(_path_in(c), c) for c in clauses if c.retired_on is not None]
    seen = policy.version + sum(clause.version for clause in clauses)
    return Edition(seen, [(p, c) for p, (c, _l) in zip(paths, live, strict=True)], retired)


def _path_in(clause: Clause) -> Path:
    return tuple(clause.code.partition("/")[2].partition("~")[0].split("-"))


def _in_order(clauses: Sequence[Clause]) -> list[tuple[Clause, int]]:
    """Each clause with its level, by place; one whose parent is retired stands on top."""
    levels: dict[int, int] = {}
    for clause in clauses:
        levels[clause.pk] = levels.get(clause.parent_id or 0, -1) + 1
    return [(clause, levels[clause.pk]) for clause in clauses]


@transaction.atomic
def enter_clauses(
    policy: Policy,
    parts: Sequence[Entry],
    *,
    note: str,
    seen: int,
    by: Actor,
    at: datetime,
) -> list[Pair[Clause]]:
    """Make the parts the policy's clauses: one act, and what is left out is retired, not deleted.

    A clause that the new text continues keeps its code and the measures that carry it out.
    `note` says where the text was taken from. Entering what is there already changes nothing.
    Raises NotAllowed, Stale when policy or clauses changed after `edition_of`, or RuleBroken.
    """
    refuse_unless_kept_by(KEEPERS, by)
    _check_parts(parts, note)
    locked = Policy.objects.select_for_update().get(pk=policy.pk)
    edition = _edition(locked, list(locked.clauses.select_for_update(of=("self",))))
    if edition.seen != seen:
        raise Stale(_("Somebody has changed this policy or its clauses since you opened it."))
    pairs = edition.compared_with(parts)
    changes = _enter(locked, edition, pairs, parts, note, on=timezone.localdate(at))
    if any(codes for _none, codes in changes.values()):
        Policy.objects.filter(pk=locked.pk).update(version=locked.version + 1)
        record("policies.enter_clauses", locked, by=by, at=at, changes=changes, note=note)
    return pairs


def _check_parts(parts: Sequence[Entry], note: str) -> None:
    if not parts:
        raise RuleBroken(_("There is no text to enter."), field="text")
    if len(parts) > MOST_PARTS:
        said = _("These are %(count)d parts; a policy has at most %(most)d.")
        raise RuleBroken(said % {"count": len(parts), "most": MOST_PARTS}, field="text")
    if not note.strip():
        raise RuleBroken(_("Say where the text was taken from."), field="note")
    above = -1
    for part in parts:
        if len(part.number) > LONGEST_NUMBER or len(part.heading) > LONGEST_HEADING:
            said = _("The number or heading of “%(number)s” is too long.")
            raise RuleBroken(said % {"number": (part.number or part.heading)[:LONGEST_NUMBER]})
        if not 0 <= part.level <= min(above + 1, DEEPEST):
            said = _("%(number)s is indented too far: it stands below no part.")
            raise RuleBroken(said % {"number": part.number or part.heading})
        above = part.level


def _enter(
    policy: Policy,
    edition: Edition,
    pairs: Sequence[Pair[Clause]],
    parts: Sequence[Entry],
    note: str,
    *,
    on: date,
) -> dict[str, tuple[str, list[str]]]:
    """Write what differs; the codes of the clauses by what happened to them."""
    codes: dict[str, list[str]] = {kind: [] for kind in KINDS}
    free = _Codes(policy, [clause for _path, clause in edition.live + edition.retired])
    paths = paths_of([(part.level, part.number) for part in parts])
    above: list[Clause] = []
    _defer_places(True)
    for pair in pairs:
        kind = pair.kind
        if pair.new is None:
            clause = _retire(pair, on)
        else:
            part = parts[pair.new]
            clause = pair.old or Clause(policy=policy, code=free.take(paths[pair.new]))
            above = above[: part.level]
            touched = _apply(clause, part, above[-1] if above else None, pair.new + 1, note)
            above.append(clause)
            kind = "changed" if touched and kind == "unchanged" else kind
        if kind in codes:
            codes[kind].append(clause.code)
    _keep_places(edition.retired, pairs, len(parts))
    _defer_places(False)
    return {kind: ("", listed) for kind, listed in codes.items() if listed}


def _apply(clause: Clause, part: Entry, parent: Clause | None, position: int, note: str) -> bool:
    """Write the part into the clause, if it says something else; whether it did."""
    said = {
        "number": part.number,
        "heading": part.heading,
        "text": part.text,
        "actionable": part.actionable,
        "parent_id": parent.pk if parent else None,
        "retired_on": None,
    }
    touched = {name for name, value in said.items() if getattr(clause, name) != value}
    if clause.pk and not touched and clause.position == position:
        return False
    if touched & {"heading"}:
        clause.heading_en = ""  # it translated other words
    if touched & {"heading", "text", "number"}:
        clause.remark = note
    for name in touched:
        setattr(clause, name, said[name])
    clause.version += 1 if clause.pk else 0
    clause.position = position
    clause.save()
    return bool(touched)


def _retire(pair: Pair[Clause], on: date) -> Clause:
    """It leaves its place in the text, not the measures that carry it out."""
    clause = pair.old
    assert clause is not None  # a pair without a new part has an old one
    clause.retired_on = on
    clause.parent_id = None
    clause.version += 1
    clause.save()
    return clause


def _keep_places(
    retired: Iterable[tuple[Path, Clause]], pairs: Iterable[Pair[Clause]], count: int
) -> None:
    """Whatever is not in the text stands after it, in its old order."""
    gone = [clause for _path, clause in retired if clause.retired_on is not None]
    gone += [pair.old for pair in pairs if pair.old and pair.new is None]
    for position, clause in enumerate(gone, count + 1):
        if clause.position != position:
            Clause.objects.filter(pk=clause.pk).update(position=position)


def _defer_places(defer: bool) -> None:
    """A text is put in order clause by clause; that each has its own place is judged at the end."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS one_clause_a_place {'DEFERRED' if defer else 'IMMEDIATE'}")


class _Codes:
    """`<policy code>/<number path>`, with ~2 and so on where that is taken."""

    def __init__(self, policy: Policy, clauses: Iterable[Clause]) -> None:
        self.stem = policy.code
        self.taken = {clause.code for clause in clauses}
        mine = Clause.objects.filter(code__startswith=f"{policy.code}/")
        self.taken |= set(mine.values_list("code", flat=True))

    def take(self, path: Path) -> str:
        plain = unicodedata.normalize("NFKC", "-".join(path))
        room = Clause._meta.get_field("code").max_length or 40
        stem = f"{self.stem}/{plain}"
        code, n = stem, 1
        while code in self.taken or len(code) > room:
            n += 1
            suffix = f"~{n}"
            code = stem[: room - len(suffix)] + suffix
        self.taken.add(code)
        return code
