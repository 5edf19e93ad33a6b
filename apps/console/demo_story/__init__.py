"""The demo's people and what happened to them. Data only; nothing of it is anybody's real work."""

from apps.console.demo_story.beginning import ISSUED, PROPOSED
from apps.console.demo_story.clauses import JUDGED, UNCOVERED
from apps.console.demo_story.completion import COMPLETION
from apps.console.demo_story.in_review import IN_REVIEW
from apps.console.demo_story.in_trouble import AT_RISK, BEHIND
from apps.console.demo_story.indicators import INDICATORS
from apps.console.demo_story.machines import MACHINES
from apps.console.demo_story.people import (
    ABSENCES,
    DISTRICTS,
    LEADING,
    LIAISONS,
    NOTE,
    OFFICES,
    PASSWORD,
    PEOPLE,
)
from apps.console.demo_story.under_way import ON_COURSE

STORIES = (*PROPOSED, *ISSUED, *ON_COURSE, *MACHINES, *AT_RISK, *BEHIND, *IN_REVIEW, *COMPLETION)

__all__ = [
    "ABSENCES",
    "DISTRICTS",
    "INDICATORS",
    "JUDGED",
    "LEADING",
    "LIAISONS",
    "NOTE",
    "OFFICES",
    "PASSWORD",
    "PEOPLE",
    "STORIES",
    "UNCOVERED",
]
