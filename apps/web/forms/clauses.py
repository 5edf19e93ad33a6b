"""The sheet on which an officer corrects how a pasted text was split."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.core.typed import whole_number
from apps.policies.clause_comparison import Pair, differences
from apps.policies.clause_text import Finding, Kind, Part, Split, findings_of, split, style_of
from apps.policies.models import Clause
from apps.policies.operations import (
    DEEPEST,
    LONGEST_HEADING,
    LONGEST_NUMBER,
    MOST_PARTS,
    Edition,
    Entry,
)

LONGEST_TEXT = 400_000
LONGEST_NOTE = 500


class PasteForm(forms.Form):
    """The text as it was pasted, and where it was taken from."""

    text = forms.CharField(
        label=_("Official text"),  # without max_length: a browser would cut what is pasted
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("Paste it whole, with its numbers. Chapters, articles and items are found."),
    )
    note = forms.CharField(
        label=_("Taken from"),
        max_length=LONGEST_NOTE,
        required=False,  # asked for when it is saved
        help_text=_("Address or document, and the day you looked it up."),
    )

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise forms.ValidationError(_("There is no text to enter."))
        if len(text) > LONGEST_TEXT:
            said = _("The text has %(count)d characters; at most %(most)d can be entered.")
            raise forms.ValidationError(said % {"count": len(text), "most": LONGEST_TEXT})
        if (count := len(split(text).parts)) > MOST_PARTS:
            said = _("These are %(count)d parts; a policy has at most %(most)d.")
            raise forms.ValidationError(said % {"count": count, "most": MOST_PARTS})
        return text


@dataclass
class Row:
    """A part in the preview: as it was split, as it is corrected, what it does to clauses."""

    place: int
    part: Part
    level: int
    number: str
    heading: str
    actionable: str = Clause.Actionable.UNKNOWN
    joined: bool = False
    """Belongs to the text of the part above: what looked like a number was none."""
    pair: Pair[Clause] | None = None
    findings: list[Finding] = field(default_factory=list)
    measures: Sequence[Any] = ()

    @property
    def shown_level(self) -> int:
        return self.level + 1

    @property
    def whole(self) -> str:
        return "\n".join(filter(None, (f"{self.part.number}{self.part.heading}", self.part.text)))

    @property
    def kind(self) -> str:
        return self.pair.kind if self.pair else ""

    @property
    def is_touched(self) -> bool:
        return self.kind not in ("", "added", "unchanged")

    @property
    def was(self) -> Clause | None:
        return self.pair.old if self.pair else None

    def differences(self) -> Iterator[tuple[str, str]]:
        """The wording of the clause that is stored, against this."""
        if self.was is None:
            return iter(())
        return differences(*(_said(one.heading, one.text) for one in (self.was, self.entry)))

    entry: Entry = Entry("", "", "", 0)


def _said(heading: str, text: str) -> str:
    return text if text.startswith(heading) else f"{heading}\n{text}".strip()


class ClauseSheet:
    """The rows of a text, with what was typed over them, compared with the clauses there are."""

    def __init__(self, text: str, edition: Edition, typed: Mapping[str, str]) -> None:
        self.text, self.edition = text, edition
        self.split: Split = split(text)
        self.is_continued = typed.get("of") == self.digest
        """Whether the corrections that were sent belong to this text."""
        said = typed if self.is_continued else {}
        self.rows = [_row(place, part, said) for place, part in enumerate(self.split.parts)]
        if said:
            self._shift(typed.get("then", ""))
        self._compare(fill=not said)

    @cached_property
    def digest(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def entries(self) -> list[Entry]:
        return [row.entry for row in self.rows if not row.joined]

    @property
    def changes_nothing(self) -> bool:
        return not self.removed and all(
            row.kind == "unchanged" and row.was and row.was.actionable == row.actionable
            for row in self.rows
            if not row.joined
        )

    @cached_property
    def findings(self) -> list[Finding]:
        return [finding for row in self.rows for finding in row.findings]

    def counts(self) -> dict[str, int]:
        kinds = [row.kind for row in self.rows if not row.joined] + ["removed"] * len(self.removed)
        return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}

    def give_measures(self, by_clause: Mapping[int, Sequence[Any]]) -> None:
        """Tell each row and each removed clause which measures carry it out."""
        for row in self.rows:
            if row.was is not None and row.is_touched:
                row.measures = by_clause.get(row.was.pk, ())
        self.removed_rows = [(clause, by_clause.get(clause.pk, ())) for clause in self.removed]

    def _shift(self, act: str) -> None:
        """Indent or outdent one row, and what stands below it."""
        verb, _colon, place = act.partition(":")
        step = {"indent": 1, "outdent": -1}.get(verb, 0)
        number = whole_number(place)
        if not step or str(number) != place or number >= len(self.rows):
            return
        first = self.rows[number]
        level = first.level
        if not 0 <= level + step <= DEEPEST:
            return
        for row in self.rows[first.place :]:
            if row is not first and row.level <= level:
                break
            row.level += step

    def _compare(self, *, fill: bool) -> None:
        self._make_entries()
        kept = [row for row in self.rows if not row.joined]
        pairs = self.edition.compared_with([row.entry for row in kept])
        for pair in pairs:
            if pair.new is not None:
                kept[pair.new].pair = pair
        self.removed = [pair.old for pair in pairs if pair.new is None and pair.old]
        if fill:
            for row in kept:
                row.actionable = row.was.actionable if row.was else row.actionable
            self._make_entries()
        for finding in findings_of([_corrected(row) for row in kept]):
            kept[finding.part or 0].findings.append(finding)

    def _make_entries(self) -> None:
        above: Row | None = None
        for row in self.rows:
            if row.joined and above is not None:
                said = f"{above.entry.text}\n{row.whole}".strip()
                above.entry = replace(above.entry, text=said)
                continue
            row.joined = False
            row.entry = Entry(row.number, row.heading, row.part.text, row.level, row.actionable)
            above = row


def _row(place: int, part: Part, said: Mapping[str, str]) -> Row:
    actionable = said.get(f"actionable-{place}", "")
    if actionable not in Clause.Actionable.values:
        front = part.kind == Kind.PREAMBLE and bool(part.text)
        actionable = Clause.Actionable.NO if front else Clause.Actionable.UNKNOWN
    level = whole_number(said.get(f"level-{place}", ""))
    return Row(
        place,
        part,
        level - 1 if 1 <= level <= DEEPEST + 1 else part.level,
        _line(said.get(f"number-{place}", part.number), LONGEST_NUMBER),
        _line(said.get(f"heading-{place}", part.heading), LONGEST_HEADING),
        actionable,
        joined=f"join-{place}" in said and place > 0,
    )


def _line(said: str, longest: int) -> str:
    """What fits into a field of one line."""
    return " ".join(said.replace("\x00", "").split())[:longest]


def _corrected(row: Row) -> Part:
    style, ordinal = style_of(row.number)
    return replace(row.part, number=row.number, style=style, ordinal=ordinal, level=row.level)
