"""Who is owed which message: the one statement that planning, preview and sending share.

For each thing owed: the highest step of the ladder that has come, those whom it reaches by role,
and of them those who may see the measure. Nothing is read into memory.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.standing import UNIT_ROLES
from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.measures.models.states import PART_REVIEWERS
from apps.reminders.causes.cause import COLUMNS, OFFICE, Cause
from apps.reminders.ladders import Band, Day, Rungs, bands
from apps.reminders.models import Recipient

LEAD, TOP, WHOLE_LEAD, BY_OFFICE, BY_ROW = "lead", "top", "whole_lead", "office", "row"
"""Whose roles are asked for: the lead's; of a measure that is no part the office's, of a part
those of the lead of the whole; the office's; what the row itself says."""

REACHES: dict[Recipient, tuple[tuple[str, str], ...]] = {
    Recipient.LIAISON: ((LEAD, Role.LIAISON),),
    Recipient.DRAFTER: ((LEAD, Role.DRAFTER),),
    Recipient.UNIT_LEADER: ((LEAD, Role.UNIT_LEADER),),
    Recipient.UNIT_HEAD: ((LEAD, Role.UNIT_HEAD),),
    Recipient.SUPERVISING_LEADER: ((LEAD, Role.SUPERVISING_LEADER),),
    Recipient.ISSUER: (
        (TOP, Role.DIRECTOR),
        *((WHOLE_LEAD, role) for role in sorted(PART_REVIEWERS)),
    ),
    Recipient.REVIEWER: (
        (TOP, Role.SUPERVISOR),
        *((WHOLE_LEAD, role) for role in sorted(PART_REVIEWERS)),
    ),
    Recipient.ASKED: ((BY_ROW, ""),),
    Recipient.SUPERVISOR: ((BY_OFFICE, Role.SUPERVISOR),),
    Recipient.DIRECTOR: ((BY_OFFICE, Role.DIRECTOR),),
}
ORDER = list(Recipient)

# `post`: what each person holds on the day, as a deputy too. `rights`: what visible_to goes by,
# a line a person. `answering`: who holds a role for an agency: those nearest to it in the tree,
# and for the office all who hold it. `wanted`: each thing owed with the step that has come, and
# the role and agency that it reaches. It is worked out first, so that people are looked up for
# what is owed; the other way round, everybody is held against every measure.
STATEMENT = """
WITH post AS MATERIALIZED (
    SELECT m.user_id, m.agency_id, m.role
    FROM {membership} m JOIN {user} u ON u.id = m.user_id AND u.is_active
    WHERE m.from_on <= %(on)s AND (m.to_on IS NULL OR m.to_on >= %(on)s)
    UNION
    SELECT d.deputy_id, m.agency_id, m.role
    FROM {membership} m
    JOIN {deputy} d ON d.absent_id = m.user_id AND d.role = m.role
    JOIN {user} u ON u.id = d.deputy_id AND u.is_active
    WHERE m.from_on <= %(on)s AND (m.to_on IS NULL OR m.to_on >= %(on)s)
      AND d.from_on <= %(on)s AND d.to_on >= %(on)s
), rights AS MATERIALIZED (
    SELECT user_id,
           bool_or(role = 'DIRECTOR') AS directs,
           bool_or(role IN ('SUPERVISOR', 'AUDITOR')) AS oversees,
           coalesce(array_agg(agency_id) FILTER (WHERE role = ANY(%(unit_roles)s)), '{{}}')
               AS units,
           coalesce(array_agg(agency_id) FILTER (
               WHERE role = ANY(%(unit_roles)s) OR role = 'SUPERVISING_LEADER'), '{{}}') AS views
    FROM post GROUP BY user_id
), answering AS MATERIALIZED (
    SELECT agency_id, role, user_id FROM (
        SELECT a.id AS agency_id, p.role, p.user_id,
               rank() OVER (PARTITION BY a.id, p.role ORDER BY above.depth DESC) AS distance
        FROM {agency} a
        CROSS JOIN LATERAL unnest(a.path) WITH ORDINALITY AS above(id, depth)
        JOIN post p ON p.agency_id = above.id
        WHERE %(agencies)s::bigint[] IS NULL OR a.id = ANY(%(agencies)s)
    ) AS held WHERE distance = 1
    UNION
    SELECT {office}, role, user_id FROM post WHERE role IN ('SUPERVISOR', 'DIRECTOR')
), reach (whose, role, recipient, place, step, after, upto, is_escalation, paused) AS (
    VALUES {reach}
), wanted AS MATERIALIZED (
    SELECT o.*, s.recipient, s.place, s.step, s.is_escalation, asked.role,
           CASE s.whose
               WHEN 'lead' THEN o.lead_
               WHEN 'whole_lead' THEN o.whole_lead_
               WHEN 'top' THEN CASE WHEN o.whole_lead_ IS NULL THEN {office} END
               WHEN 'office' THEN {office}
               ELSE o.asked_agency_ END AS agency_id
    FROM ({owed}) AS o ({columns})
    JOIN reach s ON o.owed_on_ > s.after AND o.owed_on_ <= s.upto AND o.paused_ = s.paused
    CROSS JOIN LATERAL unnest(
        CASE s.role WHEN '' THEN o.asked_roles_ ELSE ARRAY[s.role] END) AS asked(role)
    WHERE o.owed_on_ > %(first)s AND o.owed_on_ <= %(last)s
)
SELECT DISTINCT ON (w.subject_, w.owed_on_, who.user_id)
       w.measure_ AS measure_id, w.subject_ AS subject_id, w.owed_on_ AS owed_on,
       w.step, who.user_id AS recipient_id, w.recipient AS reached_as, w.is_escalation,
       w.facts_ AS facts
FROM wanted w
JOIN answering who ON who.agency_id = w.agency_id AND who.role = w.role
JOIN rights r ON r.user_id = who.user_id
WHERE who.user_id IS DISTINCT FROM w.not_to_
  AND (w.measure_ IS NULL OR r.directs OR CASE WHEN w.restricted_
        THEN r.units && w.viewers_ OR who.user_id = ANY(w.readers_)
        ELSE r.oversees OR r.views && w.viewers_ END)
ORDER BY w.subject_, w.owed_on_, who.user_id, w.step DESC, w.place
"""


@dataclass(frozen=True)
class Statement:
    """Words of SQL with named parameters."""

    words: str
    said: dict[str, Any]


def messages(
    cause: Cause, rungs: Rungs, day: Day, *, subjects: Sequence[int] | None = None
) -> Statement | None:
    """The messages of a cause that are owed on a day, one a row; None where no step reaches.

    `subjects` narrows it to some of the rows.
    """
    lines = [line for recipient in ORDER for line in _lines(cause, recipient, rungs, day)]
    if not lines:
        return None
    owed = owed_rows(cause, day, subjects=subjects)
    reach = values(REACH_TYPES, lines)
    words = STATEMENT.format(
        membership=Membership._meta.db_table,
        user=User._meta.db_table,
        deputy=Deputy._meta.db_table,
        agency=Agency._meta.db_table,
        office=OFFICE,
        owed=owed.words,
        reach=reach.words,
        columns=", ".join(COLUMNS),
    )
    said = {
        "on": day.on,
        "first": min(after for *_line, after, _upto, _escalation, _paused in lines),
        "last": max(upto for *_line, upto, _escalation, _paused in lines),
        "unit_roles": [str(role) for role in sorted(UNIT_ROLES)],
        "agencies": None if subjects is None else _agencies(cause, day, subjects),
    }
    return Statement(words, owed.said | reach.said | said)


def owed_rows(cause: Cause, day: Day, *, subjects: Sequence[int] | None = None) -> Statement:
    """The rows of a cause as a statement, in the order of COLUMNS."""
    rows = cause.owed(day)
    if subjects is not None:
        rows = rows.filter(pk__in=subjects)
    return _named("owed", *rows.query.sql_with_params())


def values(types: Sequence[str], lines: Sequence[Sequence[Any]]) -> Statement:
    """Lines of VALUES with the types that SQL cannot guess."""
    line = "({})".format(", ".join(f"%s::{each}" for each in types))
    said = tuple(value for each in lines for value in each)
    return _named("line", ", ".join([line] * len(lines)), said)


REACH_TYPES = (*["text"] * 3, "int", "int", "date", "date", "boolean", "boolean")


def _lines(cause: Cause, recipient: Recipient, rungs: Rungs, day: Day) -> Iterator[tuple[Any, ...]]:
    """By which steps a recipient is reached, and by which where escalation is paused."""
    reaching = [rung for rung in rungs if recipient in rung.reaches]
    mild = [rung for rung in reaching if not rung.is_escalation]
    for paused, climbed in ((False, reaching), (True, mild if cause.paused else [])):
        for band in bands(climbed, day):
            for whose, role in REACHES[recipient]:
                yield (whose, role, recipient, ORDER.index(recipient), *_of(band), paused)


def _of(band: Band) -> tuple[Any, ...]:
    return band.rung.workdays, band.after, band.upto, band.rung.is_escalation


def _agencies(cause: Cause, day: Day, subjects: Sequence[int]) -> list[int]:
    """The agencies whose people some rows can reach: nobody else's posts are looked at."""
    places = [COLUMNS.index(name) for name in ("lead_", "whole_lead_", "asked_agency_")]
    rows = cause.owed(day).filter(pk__in=subjects)
    return sorted({row[n] for row in rows for n in places if row[n]})


def _named(prefix: str, words: str, said: Sequence[Any]) -> Statement:
    """The same with named parameters: statements made of several can then be put together."""
    names = iter([f"{prefix}_{n}" for n in range(len(said))])
    named = re.sub("%%|%s", lambda found: _place(found[0], names), words)
    return Statement(named, {f"{prefix}_{n}": value for n, value in enumerate(said)})


def _place(found: str, names: Iterator[str]) -> str:
    return found if found == "%%" else f"%({next(names)})s"
