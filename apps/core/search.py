"""Finding rows by words: how a text is compared, in Python and in SQL, and pinyin initials.

`search_plain` and `search_tokens` are SQL functions of the agencies app's migrations. A table is
searched through a GIN index on `Tokens(...)` of its columns; what the index finds is compared
with the whole word once more, since pairs of characters may stand apart from each other.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import or_
from typing import Any, Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db.models import (
    BooleanField,
    Case,
    Count,
    Func,
    IntegerField,
    Model,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.query_utils import DeferredAttribute

LONGEST_QUERY = 100
MOST_WORDS = 8
COMPARED = 500
"""So many rows of a large table are compared and counted."""
BEGINNING = 100
"""Of which so many begin with the word: they come first, whatever else there is."""
M = TypeVar("M", bound=Model)
# Signs of ASCII and Latin-1 but for - . / that codes are made of, general and CJK punctuation, and
# what glues emoji together. The same stands in search_plain.
_PUNCTUATION = re.compile(
    "[\x00-\x08\x0e-\x1f!-,:-@\\[-`{-\xa9\xab-\xb4\xb6-\xb9\xbb-\xbf\u200b-\u2027\u202a-\u206f"
    "\u3001-\u3004\u3008-\u3020\u3030\u30fb\ufe00-\ufe0f\ufeff]+"
)


def plain(text: str) -> str:
    """A text as it is compared: no case, no width, no punctuation but -./, single spaces."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return re.sub(r"\s+", " ", _PUNCTUATION.sub("", folded)).strip()


def words_of(said: str) -> list[str]:
    """The words that somebody looks for, as they are compared; of a very long text the first."""
    typed = (word.strip("-./") for word in plain(said[:LONGEST_QUERY]).split())
    return list(dict.fromkeys(filter(None, typed)))[:MOST_WORDS]


# --- In SQL -------------------------------------------------------------------------------


class _Joined(Func):
    """A function of several columns that hold text, as one text."""

    arg_joiner = " || ' ' || "


class Plain(_Joined):
    """The columns as they are compared."""

    function = "search_plain"
    output_field = TextField()


class Tokens(_Joined):
    """The characters (but single Latin ones) and pairs of characters that the columns contain."""

    function = "search_tokens"
    output_field = ArrayField(TextField())


class _Holds(Func):
    template = "%(expressions)s"
    arg_joiner = " @> "
    output_field = BooleanField()


class _Like(Func):
    template = "%(expressions)s"
    arg_joiner = " LIKE "
    output_field = BooleanField()


@dataclass(frozen=True)
class Found:
    """The best rows for some words, and how many there are: all, or at least so many."""

    rows: Sequence[Any] = ()
    count: int = 0
    at_least: bool = False


class Searchable(QuerySet[M]):
    """For QuerySets of what is found by words.

    The columns stand in the order of how much a hit in them says. The table has the index
    `words_index`, and a large one (of tens of thousands of rows) also indexes on UPPER of its
    code and of its first column.
    """

    search_columns: tuple[str, ...]
    search_code = "code"
    search_is_large = False

    @classmethod
    def words_index(cls, name: str) -> GinIndex:
        """The index that `matching` needs."""
        return GinIndex(Tokens(*cls.search_columns, cls.search_code), name=name)

    def matching(self, words: Sequence[str]) -> Self:
        """Rows in which each of `words_of(...)` stands somewhere."""
        return self.filter(*(self._holding(word) for word in words))

    def best(self, words: Sequence[str], *, most: int) -> Found:
        """The `most` best of the matching rows: code, beginning, then column by column.

        One query; none where there are no words.
        """
        if not words:
            return Found()
        rows = self._compared(words) if self.search_is_large else self.matching(words)
        ranked = rows.annotate(
            rank=sum((self._rank(word) for word in words), Value(0)),
            found=Window(Count("pk")),
        ).order_by("rank", self.search_code, "pk")[:most]
        count = shown[0].found if (shown := list(ranked)) else 0
        return Found(shown, min(count, COMPARED), at_least=count >= COMPARED)

    def _compared(self, words: Sequence[str]) -> "QuerySet[M, M]":
        """The matching rows, or of very many those that begin with the word and some others."""
        anywhere = self.order_by().matching(words).values("pk")
        beginning = self._beginning(words).values("pk")
        exact = self._exact(words).values("pk")
        found = exact.union(beginning[:BEGINNING], anywhere[:COMPARED])
        return self.model._default_manager.filter(pk__in=found)

    def _holding(self, word: str) -> Q:
        """A single Latin letter or figure is in nearly every row: it only begins codes."""
        if len(word) == 1 and word.isascii():
            return Q((f"{self.search_code}__istartswith", word))
        columns = (*self.search_columns, self.search_code)
        held = Q(_Holds(Tokens(*columns), Tokens(Value(word))))
        if len(word) <= 2:
            return held  # a token itself: the index is exact
        # Most rows have the word as it was typed: that is quicker seen. A word has no %, _ or \.
        typed = [Q((f"{column}__icontains", word)) for column in columns]
        return held & reduce(or_, [*typed, Q(_Like(Plain(*columns), Value(f"%{word}%")))])

    def _exact(self, words: Sequence[str]) -> Self:
        code = {f"{self.search_code}__iexact": words[0]}
        return self.order_by().filter(**code).matching(words[1:])

    def _beginning(self, words: Sequence[str]) -> Self:
        places = (self.search_code, self.search_columns[0])
        begins = reduce(or_, (Q((f"{place}__istartswith", words[0])) for place in places))
        return self.order_by().filter(begins).matching(words[1:])

    def _rank(self, word: str) -> Case:
        """The smaller the better: its code, the beginning of that, of the title, then where."""
        code, title = self.search_code, self.search_columns[0]
        places = [f"{code}__iexact", f"{code}__istartswith", f"{title}__istartswith"]
        places += [f"{column}__icontains" for column in (*self.search_columns, code)]
        tried = (When(Q((place, word)), then=Value(n)) for n, place in enumerate(places))
        return Case(*tried, default=Value(len(places)), output_field=IntegerField())


# --- Pinyin initials ----------------------------------------------------------------------


class _Initials(DeferredAttribute):
    """What is stored, as long as the sources say what they said when it was loaded."""

    field: "InitialsField"

    def __get__(self, row: Model | None, owner: type[Model] | None = None) -> Any:
        if row is None:
            return self
        said = [getattr(row, source) for source in self.field.sources]
        stored, of = row.__dict__.get(self.field.attname), row.__dict__.get(self._of)
        if not stored or of != said:
            stored = " ".join(filter(None, map(initials, said)))
            row.__dict__ |= {self.field.attname: stored, self._of: said}
        return stored

    def __set__(self, row: Model, stored: Any) -> None:
        said = [row.__dict__.get(source) for source in self.field.sources]
        row.__dict__ |= {self.field.attname: stored, self._of: said}

    @property
    def _of(self) -> str:
        return f"_{self.field.attname}_of"


class InitialsField(TextField):  # type: ignore[type-arg]  # the stubs would have it parametrised
    """The pinyin initials of other fields of the row, always: «zbzz» finds a name by them.

    It follows its sources however the row is saved, in bulk and from fixtures too; only an
    UPDATE of a source alone would leave it behind. Declare it after its sources.
    """

    descriptor_class = _Initials

    def __init__(self, *sources: str, **options: Any) -> None:
        self.sources = sources
        super().__init__(**options | {"default": "", "blank": True, "editable": False})

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, _args, options = super().deconstruct()
        for fixed in ("default", "blank", "editable"):
            options.pop(fixed, None)
        return name, path, list(self.sources), options


def follow_sources(model: type[Model]) -> None:
    """Write the initials of every row that has none."""
    (field,) = (f for f in model._meta.concrete_fields if isinstance(f, InitialsField))
    rows = model._default_manager.filter((field.name, "")).only("pk", *field.sources, field.name)
    model._default_manager.bulk_update(list(rows), [field.name], batch_size=1000)


@lru_cache(maxsize=1000)
def initials(text: str) -> str:
    """The first letters of how a text is read; a character without a reading stands for itself.

    Of characters with several readings the one that pypinyin's phrases give is kept.
    """
    if text.isascii():
        return plain(text)
    from pypinyin import Style, lazy_pinyin  # takes half a second: only where a name is written

    folded = unicodedata.normalize("NFKC", text)
    return plain("".join(lazy_pinyin(folded, style=Style.FIRST_LETTER, errors="default")))
