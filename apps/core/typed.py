"""What comes with a form beside its fields, read without trusting it."""

LONGEST_REASON = 1000
MOST_FIGURES = 18  # what an id in the database can hold


def whole_number(text: str) -> int:
    """The number that the text is; 0, which numbers nothing, for any other text."""
    is_number = text.isascii() and text.isdecimal() and len(text) <= MOST_FIGURES
    return int(text) if is_number else 0
