"""What a newer text changes in clauses that are known already. Pure.

Parts are matched by the path of their numbers, then by likeness; so a clause keeps its identity,
and with it the measures that carry it out, when it is reworded or moves.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Generic, Protocol, TypeVar, cast

from apps.policies.clause_text import ABSOLUTE, style_of

ALIKE = 0.6
LOOKED_AT = 300
"""Characters of a part that likeness is judged by."""
MOST_COMPARED = 20_000
"""Pairs whose likeness is judged; beyond that only equal wordings are matched."""

Path = tuple[str, ...]


class Worded(Protocol):
    """A clause, a part of a split text, or what an officer made of one."""

    @property
    def number(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def text(self) -> str: ...


class Placed(Worded, Protocol):
    @property
    def level(self) -> int: ...


K = TypeVar("K")


@dataclass(frozen=True)
class Pair(Generic[K]):
    """One clause before and after; `new` is a place in the list of new parts."""

    old: K | None
    new: int | None
    is_reworded: bool = False
    is_moved: bool = False
    is_restored: bool = False

    @property
    def kind(self) -> str:
        if self.old is None:
            return "added"
        if self.new is None:
            return "removed"
        changed = "changed" if self.is_reworded else "moved" if self.is_moved else "unchanged"
        return "restored" if self.is_restored else changed


def compare(
    old: Sequence[tuple[Path, K]],
    new: Sequence[Placed],
    *,
    retired: Sequence[tuple[Path, K]] = (),
) -> list[Pair[K]]:
    """Every new part with the clause it continues, in order; then the clauses that are gone.

    A retired clause comes back when the text says the same in the same place.
    """
    paths = paths_of([(part.level, part.number) for part in new])
    matching = _Matching(old, list(zip(paths, new, strict=True)))
    matching.run()
    pairs = [_pair(old, matching.found.get(n), n, paths[n], part) for n, part in enumerate(new)]
    pairs = _with_restored(pairs, retired, paths, new)
    gone = [Pair(known, None) for n, (_path, known) in enumerate(old) if n not in matching.taken]
    return pairs + gone


def paths_of(places: Iterable[tuple[int, str]]) -> list[Path]:
    """The number path of each (level, printed number), in reading order.

    An article and a 6.1 are named by themselves, wherever they stand.
    """
    above: list[Path] = []
    paths: list[Path] = []
    for level, number in places:
        del above[level:]
        name, is_absolute = _name(number)
        base = () if is_absolute or not above else above[-1]
        above += [base] * (level - len(above))  # a level that was left out
        above.append((*base, name))
        paths.append(above[-1])
    return paths


@lru_cache(maxsize=4096)
def _name(number: str) -> tuple[str, bool]:
    style, ordinal = style_of(number)
    if style == "decimal":
        return ".".join(re.findall(r"\d+", unicodedata.normalize("NFKC", number))), True
    prefix = {"chapter": "c", "section": "s", "attachment": "a"}.get(style, "")
    if ordinal is None and not style:
        plain = re.sub(r"[^\w.]", "", unicodedata.normalize("NFKC", number))
        return plain[:8] or "0", False
    return f"{prefix}{ordinal or ''}", style in ABSOLUTE


def _same(known: object, other: Worded) -> bool:
    one = cast(Worded, known)  # columns of a table are no properties to a type checker
    return (one.heading, _bare(one.text)) == (other.heading, _bare(other.text))


def _bare(text: str) -> str:
    """Line ends and blanks are the page's, not the policy's."""
    return re.sub(r"\s+", "", text)


def _wording(known: object) -> str:
    part = cast(Worded, known)  # as above
    return f"{part.heading} {_bare(part.text[: 2 * LOOKED_AT])}"[:LOOKED_AT].strip()


class _Matching(Generic[K]):
    """Which old clause each new part continues, found in rounds, the surest first."""

    def __init__(self, old: Sequence[tuple[Path, K]], new: Sequence[tuple[Path, Placed]]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self.taken: set[int] = set()
        self.before = [_wording(known) for _path, known in old]
        self.after = [_wording(part) for _path, part in new]

    def run(self) -> None:
        self._by_path(
            lambda o, n: not self.before[o] or _ratio(self.before[o], self.after[n]) >= ALIKE
        )
        self._by_wording()
        self._by_likeness()
        self._by_path(lambda o, n: True)

    def _by_path(self, fits: Callable[[int, int], bool]) -> None:
        there = Counter(path for path, _known in self.old)
        here = Counter(path for path, _part in self.new)
        places = {path: n for n, (path, _part) in enumerate(self.new)}
        for o, (path, _known) in enumerate(self.old):
            n = places.get(path)
            if n is not None and there[path] == here[path] == 1 and self._free(o, n) and fits(o, n):
                self._match(o, n)

    def _by_wording(self) -> None:
        free: dict[str, list[int]] = defaultdict(list)
        for o, said in enumerate(self.before):
            if o not in self.taken and said:
                free[said].append(o)
        for n, said in enumerate(self.after):
            if n not in self.found and free.get(said):
                self._match(free[said].pop(0), n)

    def _by_likeness(self) -> None:
        olds = [o for o, said in enumerate(self.before) if o not in self.taken and said]
        news = [n for n in range(len(self.new)) if n not in self.found]
        if len(olds) * len(news) > MOST_COMPARED:
            return
        ratios = [(_ratio(self.before[o], self.after[n]), o, n) for o in olds for n in news]
        for ratio, o, n in sorted(ratios, key=lambda each: (-each[0], each[1], each[2])):
            if ratio >= ALIKE and self._free(o, n):
                self._match(o, n)

    def _free(self, o: int, n: int) -> bool:
        return o not in self.taken and n not in self.found

    def _match(self, o: int, n: int) -> None:
        self.found[n] = o
        self.taken.add(o)


def _ratio(one: str, other: str) -> float:
    """How alike two wordings are, from 0 to 1; cheap where they plainly are not."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _pair(
    old: Sequence[tuple[Path, K]], found: int | None, place: int, path: Path, part: Placed
) -> Pair[K]:
    if found is None:
        return Pair(None, place)
    was, known = old[found]
    return Pair(
        known,
        place,
        not _same(known, part),
        was != path or cast(Worded, known).number != part.number,
    )


def _with_restored(
    pairs: Iterable[Pair[K]],
    retired: Sequence[tuple[Path, K]],
    paths: Sequence[Path],
    new: Sequence[Placed],
) -> list[Pair[K]]:
    left = list(retired)
    return [
        pair if pair.old or pair.new is None else _restored(pair, left, paths[pair.new], new)
        for pair in pairs
    ]


def _restored(
    pair: Pair[K], left: list[tuple[Path, K]], path: Path, new: Sequence[Placed]
) -> Pair[K]:
    for place, (was, known) in enumerate(left):
        if pair.new is not None and was == path and _same(known, new[pair.new]):
            del left[place]
            return Pair(known, pair.new, is_restored=True)
    return pair


def differences(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The wording of both as pieces: ("same" | "gone" | "new", piece)."""
    matcher = SequenceMatcher(None, old[:2000], new[:2000], autojunk=False)
    for tag, low, high, start, end in matcher.get_opcodes():
        if tag == "equal":
            yield "same", old[low:high]
            continue
        if high > low:
            yield "gone", old[low:high]
        if end > start:
            yield "new", new[start:end]
