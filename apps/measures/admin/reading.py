"""How the history of a measure is read: what is no column of it, and whom it names."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, cast

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from apps.accounts.standing import Standing
from apps.audit.reading import Say, describe
from apps.core.actor import Actor
from apps.measures.lights import plain
from apps.measures.models import Decision, Measure, ProgressReport, Request, Review


def _parts(named: Iterable[str | Sequence[str]], reader: Actor) -> Say:
    """Parts by their codes, joined or as a list; of those restricted that this person may not see
    only how many there are. A query.
    """
    codes = {code for value in named for code in _codes(value)}
    restricted = Measure.objects.filter(code__in=codes, restricted=True)
    seen = Measure.objects.visible_to(cast(Standing, reader)).filter(code__in=codes)
    hidden = set(restricted.exclude(pk__in=seen.values("pk")).values_list("code", flat=True))
    return lambda value: _parts_said(_codes(value), hidden)


def _codes(named: str | Sequence[str] | None) -> list[str]:
    return named.split("、") if isinstance(named, str) and named else list(named or ())


def _parts_said(codes: Sequence[str], hidden: set[str]) -> str:
    said = [code for code in codes if code not in hidden]
    if count := len(codes) - len(said):
        words = ngettext("%(count)d restricted part", "%(count)d restricted parts", count)
        said.append(words % {"count": count})
    return "、".join(said)


def _steps(_rows: object, _reader: Actor) -> Say:
    """Milestones in words, or as a request keeps them."""
    between = pgettext("between the items of a list", "; ")
    return lambda rows: rows if isinstance(rows, str) else between.join(map(_step, rows))


def _step(row: dict[str, Any]) -> str:
    day = date_format(date.fromisoformat(row["due_on"]))
    return f"{row['title']} {day}" + (f" ×{row['weight']}" if row["weight"] != 1 else "")


def _percentages(_figures: object, _reader: Actor) -> Say:
    to_python = Measure._meta.get_field("approved_progress").to_python
    return lambda figure: f"{plain(to_python(figure))}%"


describe(
    fields={
        "measures.measure review": Review._meta.get_field("outcome"),
        "measures.measure report": ProgressReport._meta.get_field("number"),
        "measures.measure request": Request._meta.get_field("number"),
        "measures.measure on_paper": Decision._meta.get_field("on_paper"),
        "measures.measure decision": Decision._meta.get_field("outcome"),
        "measures.measure summary": ProgressReport._meta.get_field("summary"),
    },
    labels={"measures.measure children": _("parts"), "measures.measure clauses": _("clauses")},
    values={
        "measures.measure children": _parts,
        "measures.measure milestones": _steps,
        "measures.measure reported_progress": _percentages,
        "measures.measure approved_progress": _percentages,
    },
)
