"""Tasks of a superior level: what the office does not decide by itself."""

from django.utils.translation import gettext_lazy as _

from apps.core.errors import ALLOWED, Verdict
from apps.measures.lifecycle import Action
from apps.measures.operations.circumstances import Circumstances

THEIRS = frozenset({Action.CANCEL, Action.REISSUE})
"""Ending such a task, and giving it to another lead."""


def office_decides(action: Action, around: Circumstances) -> Verdict:
    """Whether the decision is the office's own; else that level's, taken on paper."""
    if action not in THEIRS or not around.of_superior_level:
        return ALLOWED
    return Verdict(
        _(
            "This is a task of a superior level: only that level's decision ends it or changes its"
            " lead. Record its decision on paper."
        )
    )
