"""Locking a measure: those it is a part of first, from the top downwards."""

from collections.abc import Mapping

from apps.agencies.models import Agency
from apps.measures.models import Measure

# Rows are locked in the order of the sort, and each is read as it stands once it is locked.
CHAIN = """
    WITH RECURSIVE above AS (
        SELECT id, parent_id, 0 AS height FROM measures_measure WHERE id = %s
        UNION ALL
        SELECT m.id, m.parent_id, height + 1 FROM measures_measure m, above
        WHERE m.id = above.parent_id
    )
    SELECT m.* FROM measures_measure m JOIN above ON above.id = m.id
    ORDER BY above.height DESC
    FOR UPDATE OF m
"""


def lock_measure(pk: int, *, known: Measure | None = None) -> Measure:
    """The measure, locked; those it is a part of are locked first. One statement.

    Its lead and its parent's are not joined: an act that held it may have given it another
    lead, and a row joined while waiting would be the old one's, which is then nobody's. Those
    that the caller has loaded already, as `known`, are not asked for again.
    """
    chain = _chain(pk)
    for row in chain.values():
        if row.parent_id is not None:
            row.parent = chain[row.parent_id]
    measure = chain[pk]
    _name_leads(measure, known)
    return measure


def _chain(pk: int) -> Mapping[int, Measure]:
    """The measure and all above it. One that was given another parent meanwhile is read anew."""
    while True:
        rows = {row.pk: row for row in Measure.objects.raw(CHAIN, [pk])}
        if pk not in rows:
            raise Measure.DoesNotExist
        if all(row.parent_id is None or row.parent_id in rows for row in rows.values()):
            return rows


def _name_leads(measure: Measure, known: Measure | None) -> None:
    """The lead of the measure and its parent's, in one query where one of them is not known."""
    rows = [row for row in (measure, measure.parent) if row is not None]
    leads = _leads_of(known)
    if missing := {row.lead_id for row in rows if row.lead_id} - leads.keys():
        leads |= {agency.pk: agency for agency in Agency.objects.filter(pk__in=missing)}
    for row in rows:
        row.lead = leads[row.lead_id] if row.lead_id else None


def _leads_of(known: Measure | None) -> dict[int, Agency]:
    """What is loaded of it; nothing is asked."""
    if known is None:
        return {}
    rows = [known]
    if Measure.parent.is_cached(known) and known.parent is not None:
        rows.append(known.parent)
    found = [row.lead for row in rows if Measure.lead.is_cached(row)]
    return {agency.pk: agency for agency in found if agency is not None}
