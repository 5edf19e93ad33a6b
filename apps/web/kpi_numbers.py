"""Numbers as people type and paste them: thousands parted, full-width digits, Excel's brackets."""

import re
import unicodedata
from decimal import Decimal

LONGEST = 40
NOTHING = frozenset({"", "-", "–", "—", "--"})
"""What stands in a printed table where there is no figure. It is not 0."""
_SPACES = re.compile(r"[\s\u00a0\u2009\u202f'’]+")
_PLAIN = re.compile(r"[+-]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")


class NoNumber(ValueError):
    """The text is none."""


def read_number(text: str) -> Decimal | None:
    """The number, None for an empty cell. Raises NoNumber; grid.js reads the same."""
    if len(text) > LONGEST:
        raise NoNumber(text)
    folded = unicodedata.normalize("NFKC", text).replace("\u2212", "-")
    said = _SPACES.sub("", folded)
    if said in NOTHING:
        return None
    if said.startswith("(") and said.endswith(")"):
        said = f"-{said[1:-1]}"
    said = said.removesuffix("%")
    if not _PLAIN.fullmatch(said):
        raise NoNumber(text)
    return Decimal(said.replace(",", ""))


def typed(value: Decimal | None) -> str:
    """As it stands in a cell to be changed: without separators or trailing zeros."""
    if value is None:
        return ""
    return f"{value.normalize():f}"
