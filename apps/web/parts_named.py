"""The parts of a measure where requests and acts name them: by code, to those who may see them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import ngettext

from apps.accounts.standing import Standing
from apps.measures.models import Measure

PARTS = "children"
"""Under this name requests and acts keep codes: as a list, or joined."""


def hidden_parts(told: Iterable[Mapping[str, Any]], standing: Standing) -> frozenset[str]:
    """Of the parts that these changes name, the codes of those restricted that this person may
    not see. A query, if any are named.
    """
    codes = {code for changes in told for named in changes.get(PARTS, ()) for code in _codes(named)}
    if not codes:
        return frozenset()
    restricted = Measure.objects.filter(code__in=codes, restricted=True)
    seen = Measure.objects.visible_to(standing).filter(code__in=codes)
    return frozenset(restricted.exclude(pk__in=seen.values("pk")).values_list("code", flat=True))


def parts_in_words(named: str | Sequence[str], hidden: Collection[str]) -> str:
    """Their codes; of those hidden only how many there are."""
    codes = _codes(named)
    said = [code for code in codes if code not in hidden]
    if count := len(codes) - len(said):
        words = ngettext("%(count)d restricted part", "%(count)d restricted parts", count)
        said.append(words % {"count": count})
    return "、".join(said)


def _codes(named: str | Sequence[str] | None) -> list[str]:
    return named.split("、") if isinstance(named, str) and named else list(named or ())
