"""Help: the life of a measure as the transition table tells it."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.core.errors import Sentence
from apps.measures.lifecycle import TRANSITIONS, Transition
from apps.measures.lifecycle.drawing import draw_lifecycle
from apps.measures.lifecycle.whose import WHOSE
from apps.measures.models import State


@dataclass(frozen=True)
class Row:
    """One line of the table, in the reader's words. `target` is None where the state stays."""

    action: Sentence
    sources: list[Sentence]
    target: Sentence | None
    who: Sentence
    effect: Sentence


@require_safe
@login_required
def lifecycle(request: HttpRequest) -> HttpResponse:
    """The drawing, and every act with whose it is and what it does."""
    context = {"drawing": draw_lifecycle(), "rows": [_row(line) for line in TRANSITIONS]}
    return render(request, "web/lifecycle.html", context)


def _row(line: Transition) -> Row:
    return Row(
        line.action.label,
        [state.label for state in State if state in line.sources],
        line.target.label if line.target else None,
        WHOSE[line.who],
        line.effect,
    )
