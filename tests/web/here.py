"""The cast on the pages' own day, and sentences as Chinese readers see them."""

from django.utils import timezone, translation
from django.utils.translation import gettext

from tests.conftest import Cast


def of_today(cast: Cast) -> Cast:
    """The cast on the day that the pages' own clock shows."""
    cast.now = timezone.now()
    cast.today = timezone.localdate(cast.now)
    return cast


def in_chinese(sentence: str) -> str:
    """A sentence of ours in Chinese; it must have been translated."""
    with translation.override("zh-hans"):
        said = gettext(sentence)
    assert said != sentence, f"not translated: {sentence}"
    return said
