"""Tasks of a superior level: what the office does not decide by itself."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import ALLOWED, Verdict
from apps.measures.lifecycle import Action
from apps.measures.models import Measure

THEIRS = frozenset({Action.CANCEL, Action.REISSUE})
"""Ending such a task, and giving it to another lead."""


def office_decides(action: Action, measure: Measure) -> Verdict:
    """Whether the decision is the office's own; else that level's, taken on paper. One query."""
    if action not in THEIRS or not _of_superior_level(measure):
        return ALLOWED
    return Verdict(
        _(
            "This is a task of a superior level: only that level's decision ends it or changes its"
            " lead. Record its decision on paper."
        )
    )


def _of_superior_level(measure: Measure) -> bool:
    return Measure.objects.filter(pk=measure.pk).of_superior_level().exists()
