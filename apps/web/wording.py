"""What a newer wording takes out of an older one and puts in, in stretches that people can read.

Pure. Sentences are matched first, then the words of those that differ; a Chinese character is a
word. However long the texts are, it stays fast: what is too long to compare is worded anew.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

SENTENCE = re.compile(r"\s*\n\s*|[^。！？；!?;\n]+[。！？；!?;]*|[。！？；!?;]+")
TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-zÀ-ɏ]+|\s+|.", re.DOTALL)
WORD = re.compile(r"\d+(?:[.,]\d+)*|[A-Za-zÀ-ɏ]+|\w")
MOST_COMPARED = 4_000_000
"""Pairs of sentences, or of words, that are compared with each other."""
ALIKE = 0.5
"""Where less than this of the shorter one is found in the longer one, they are shown as two."""
NOTABLE = 3
"""Words that have to stay between two changes for these to be told apart."""


@dataclass(frozen=True)
class Stretch:
    """A piece of both wordings: the same in both, or one put in the place of the other."""

    old: str
    new: str

    @property
    def is_same(self) -> bool:
        return self.old == self.new


def compare(old: str, new: str) -> list[Stretch]:
    """Both wordings, stretch by stretch; put together again they are what they were."""
    merged = _merged(_by_sentence(old, new), lambda stretch: stretch.is_same)
    ends = {id(merged[0]), id(merged[-1])} if merged else set()
    return _merged(merged, lambda each: each.is_same and (id(each) in ends or _is_notable(each)))


def shares_anything(stretches: Iterable[Stretch]) -> bool:
    """Whether enough stayed for the changes to be worth marking."""
    return any(each.is_same and _is_notable(each) for each in stretches)


def _is_notable(stretch: Stretch) -> bool:
    return len(WORD.findall(stretch.new)) >= NOTABLE


def _merged(stretches: Iterable[Stretch], stays: Callable[[Stretch], bool]) -> list[Stretch]:
    """Neighbours of a kind as one: all that went out, then all that came in."""
    groups = (list(group) for _, group in groupby(stretches, stays))
    return [
        Stretch("".join(each.old for each in group), "".join(each.new for each in group))
        for group in groups
    ]


def _by_sentence(old: str, new: str) -> Iterator[Stretch]:
    for stretch in _matched(SENTENCE.findall(old), SENTENCE.findall(new)):
        yield from [stretch] if stretch.is_same else _by_word(stretch)


def _by_word(stretch: Stretch) -> list[Stretch]:
    """The stretch word by word, or as it is where the two have little in common."""
    matched = list(_matched(TOKEN.findall(stretch.old), TOKEN.findall(stretch.new)))
    same = sum(len(each.new) for each in matched if each.is_same)
    shorter = min(len(stretch.old), len(stretch.new))
    return matched if same >= ALIKE * shorter else [stretch]


def _matched(old: Sequence[str], new: Sequence[str]) -> Iterator[Stretch]:
    if len(old) * len(new) > MOST_COMPARED:
        yield Stretch("".join(old), "".join(new))
        return
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Stretch("".join(old[i1:i2]), "".join(new[j1:j2]))
