"""The life of a measure as data: actions, the table of transitions, the paths of requests.

Operations, buttons, the admin and the documentation are all read off this table. Refusals
that need more than state and role stand with the operation that makes them.
"""

from apps.measures.lifecycle.actions import Action, Who
from apps.measures.lifecycle.paths import (
    ASKS,
    DECIDED_BY,
    DECIDES,
    MOST_EXTENSIONS,
    REQUEST_PATHS,
    Deciding,
    RequestPath,
    coming_next,
    in_turn,
)
from apps.measures.lifecycle.table import (
    TABLE,
    TRANSITIONS,
    Transition,
    actions_from,
    allows,
    label_of,
)

__all__ = [
    "ASKS",
    "DECIDED_BY",
    "DECIDES",
    "MOST_EXTENSIONS",
    "REQUEST_PATHS",
    "TABLE",
    "TRANSITIONS",
    "Action",
    "Deciding",
    "RequestPath",
    "Transition",
    "Who",
    "actions_from",
    "allows",
    "coming_next",
    "in_turn",
    "label_of",
]
