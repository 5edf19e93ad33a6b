"""What comes with a form beside its fields: read, or read as nothing."""

import pytest

from apps.core.typed import versions, whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("0", 0), ("", 0), ("-1", 0), ("1.5", 0), ("٣", 0), ("9" * 19, 0), ("x", 0)],
)
def test_a_number_is_plain_figures(text, number):
    assert whole_number(text) == number


def test_versions_by_id():
    assert versions(["12:3", "15:1"]) == {12: 3, 15: 1}


def test_what_names_no_record_is_left_out_and_a_version_that_is_none_was_never_shown():
    assert versions(["", ":4", "x:1", "7:x", "8"]) == {7: 0, 8: 0}
