"""What comes with a form beside its fields, read without trusting it."""

from collections.abc import Iterable

LONGEST_REASON = 1000
MOST_FIGURES = 18  # what an id in the database can hold


def versions(pairs: Iterable[str]) -> dict[int, int]:
    """“12:3”: of the record with the id 12 the page showed version 3."""
    parted = (pair.partition(":") for pair in pairs)
    found = {whole_number(pk): whole_number(version) for pk, _colon, version in parted}
    return {pk: version for pk, version in found.items() if pk}


def whole_number(text: str) -> int:
    """The number that the text is; 0, which numbers nothing, for any other text."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_FIGURES
    return int(text) if is_number else 0
