"""What a search found, as it is shown: one line a hit, with the words that were found marked."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from apps.agencies.models import in_language
from apps.core.search import plain
from apps.search.queries import Group, Kind

AROUND = 24
"""So many characters of a long text are shown on either side of the word."""
BY_CODE = (Kind.MEASURES, Kind.POLICIES, Kind.PROBLEMS)
"""Known to people by their codes; those of others are shown when they were typed."""
Piece = tuple[str, bool]
"""Some characters of a text, and whether they are what was looked for."""


@dataclass(frozen=True)
class Hit:
    """One thing found. `detail` says where the words stand when the title does not show it."""

    url: str
    code: list[Piece]
    title: list[Piece]
    detail: list[Piece]
    restricted: bool = False


@dataclass(frozen=True)
class Shown:
    """The hits of one kind, and the address of all of them ("" where they are all here)."""

    kind: Kind
    hits: list[Hit]
    count: int
    at_least: bool
    url: str


def shown(group: Group, said: str, words: Sequence[str]) -> Shown:
    """The group as a page shows it."""
    found = group.found
    hits = [_hit(group.kind, row, words) for row in found.rows]
    more = found.count > len(hits)
    url = _all_of(group.kind, said) if more else ""
    return Shown(group.kind, hits, found.count, found.at_least, url)


def _all_of(kind: Kind, said: str) -> str:
    """The list that shows all of a kind for the same words."""
    if kind is Kind.MEASURES:
        return f"{reverse('web:measures')}?{urlencode({'q': said})}"
    if kind is Kind.KPIS:
        return f"{reverse('web:kpis')}?{urlencode({'q': said})}"
    if kind is Kind.POLICIES:
        return f"{reverse('web:policies')}?{urlencode({'q': said, 'use': ''})}"
    return f"{reverse('web:search')}?{urlencode({'q': said, 'kind': kind})}"


# --- One hit ------------------------------------------------------------------------------


def _hit(kind: Kind, row: Any, words: Sequence[str]) -> Hit:
    columns = [str(getattr(row, name)) for name in type(row).objects.all().search_columns]
    code = getattr(row, "adcode", None) or row.code
    title = _title(kind, row)
    marked = marks(title, words) or _by_initials(title, row.initials, words)
    return Hit(
        url=ADDRESSES[kind](row),
        code=pieces(code, found) if (found := marks(code, words)) or kind in BY_CODE else [],
        title=pieces(title, marked),
        detail=_detail(kind, row, [text for text in columns if text != row.initials], title, words),
        restricted=getattr(row, "restricted", False),
    )


def _title(kind: Kind, row: Any) -> str:
    if kind is Kind.MEASURES:
        return in_language(row.title, row.title_en)
    if kind is Kind.CLAUSES:
        return str(row)
    return in_language(row.name, row.name_en)


def _detail(
    kind: Kind, row: Any, columns: Sequence[str], title: str, words: Sequence[str]
) -> list[Piece]:
    """The column that holds the words where the title holds none; of a clause, its policy."""
    for text in columns:
        if text != title and not marks(title, words) and (found := marks(text, words)):
            return _around(text, found)
    if kind is Kind.CLAUSES:
        return [(in_language(row.policy.name, row.policy.name_en), False)]
    return []


def _measures_of(filter_name: str) -> Callable[[Any], str]:
    """A thing without a page of its own: the measures it has to do with."""
    return lambda row: f"{reverse('web:measures')}?{urlencode({filter_name: row.pk})}"


ADDRESSES: dict[Kind, Callable[[Any], str]] = {
    Kind.MEASURES: lambda row: reverse("web:measure", args=[row.pk]),
    Kind.POLICIES: lambda row: reverse("web:policy", args=[row.pk]),
    Kind.CLAUSES: lambda row: f"{reverse('web:policy', args=[row.policy_id])}#clause-{row.pk}",
    Kind.PROBLEMS: _measures_of("problem"),
    Kind.KPIS: lambda row: reverse("web:kpi", args=[row.pk]),
    Kind.CHAINS: lambda row: reverse("web:policy", args=[row.policy_id]),
    Kind.AGENCIES: _measures_of("lead"),
    Kind.DISTRICTS: _measures_of("district"),
}


# --- Marking ------------------------------------------------------------------------------


def marks(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand in a text, compared as the search compares; in order, not nested."""
    folded, places = _folded(text)
    found = sorted(span for word in words for span in _occurrences(folded, places, word))
    joined: list[tuple[int, int]] = []
    for start, end in found:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, and where each of its characters came from."""
    signs = [(sign, at) for at, one in enumerate(text) for sign in plain(one) or one if sign]
    kept = [(sign, at) for sign, at in signs if plain(sign) or sign.isspace()]
    return "".join(sign for sign, _at in kept), [at for _sign, at in kept]


def _occurrences(folded: str, places: Sequence[int], word: str) -> Iterator[tuple[int, int]]:
    at = folded.find(word)
    while at >= 0:
        yield places[at], places[at + len(word) - 1] + 1
        at = folded.find(word, at + len(word))


def _by_initials(title: str, initials: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """The characters whose initials were typed, where each character has one letter."""
    folded = plain(title)
    if not initials.startswith(initials[: len(folded)]) or len(initials) < len(folded):
        return []
    places = [at for at, sign in enumerate(title) if plain(sign)]
    letters = initials[: len(folded)].replace(" ", "")
    if len(places) != len(letters):
        return []
    return [span for word in words for span in _occurrences(letters, places, word)]


def pieces(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The text cut where marks begin and end."""
    cut: list[Piece] = []
    at = 0
    for start, end in spans:
        cut += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*cut, (text[at:], False)] if piece[0]]


def _around(text: str, spans: Sequence[tuple[int, int]]) -> list[Piece]:
    """The text near the first mark."""
    first, last = max(0, spans[0][0] - AROUND), spans[0][1] + AROUND
    near = [(s - first, e - first) for s, e in spans if e <= last]
    cut = pieces(text[first:last], near)
    before = [("…", False)] if first else []
    after = [("…", False)] if last < len(text) else []
    return [*before, *cut, *after]
