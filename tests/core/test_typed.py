"""Numbers that come with a form."""

import pytest

from apps.core.typed import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0", 0), ("", 0), ("-1", 0), ("1.0", 0), ("٣", 0), ("²", 0), ("9" * 5000, 0)],
)
def test_anything_else_numbers_nothing(text, number):
    assert whole_number(text) == number
