"""Who led a measure from when to when, where it was more than one."""

from dataclasses import dataclass
from datetime import date

from apps.agencies.models import Agency
from apps.measures.models import Measure


@dataclass(frozen=True)
class Led:
    """One agency's time as lead; `to_on` is the day the next one took over."""

    agency: Agency
    from_on: date
    to_on: date | None


def leads(measure: Measure) -> list[Led]:
    """All who led it, in order; nothing where the first one still does. One query."""
    terms = list(measure.lead_terms.select_related("agency"))
    if len(terms) < 2:
        return []
    ends = [*(term.from_on for term in terms[1:]), None]
    return [Led(t.agency, t.from_on, end) for t, end in zip(terms, ends, strict=True)]
