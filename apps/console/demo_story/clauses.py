"""Known clauses of two obliging policies that this demo takes to be actionable.

The reference data leaves that open, because no source says it. One of them is covered by no
measure, so that there is a gap to draft a measure from.
"""

from apps.console.demo_story.words import Judged

_SAID = "演示中由督查室认定为可落实条款，仅供演示。"

JUDGED = (
    Judged("GD-10/unnumbered-1", _SAID),
    Judged("GD-10/unnumbered-2", _SAID),
    Judged("GD-10/8", _SAID),
    Judged("GD-09/breakthrough-2", _SAID),
)
UNCOVERED = "GD-10/8"
