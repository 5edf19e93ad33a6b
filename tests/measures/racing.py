"""Acts that start together, each in a session of its own on a real connection."""

from concurrent.futures import ThreadPoolExecutor
from decimal import ROUND_HALF_UP, Decimal
from threading import Barrier

from django.db import connections
from django.utils import translation

from apps.core.errors import Refusal
from apps.measures.models import Decision, Measure, Request, State
from tests.conftest import fresh
from tests.measures.arguments import Act


def race(*acts: Act) -> list[object]:
    """Start the acts together, each on a connection of its own; what each returned or raised."""
    start = Barrier(len(acts))

    def run(act: Act) -> object:
        try:
            with translation.override("en"):
                start.wait(timeout=10)
                return act()
        except Refusal as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result(timeout=30) for done in [pool.submit(run, act) for act in acts]]


def by_milestones(measure: Measure) -> Decimal:
    """Percent of the weight that is reached; steps left behind no longer count. A measure that
    goes by estimate has none, and no race here reports a figure.
    """
    steps = list(measure.milestones.all())
    if not steps:
        return Decimal(0)
    reached = sum(step.weight for step in steps if step.reached_in_id)
    if not steps:
        return Decimal(0)
    share = Decimal(100 * reached) / sum(step.weight for step in steps)
    return share.quantize(Decimal("0.01"), ROUND_HALF_UP)


def whole(measure: Measure) -> bool:
    """What the rows say about each other, whoever won."""
    measure = fresh(measure)
    reports = list(measure.reports.all())
    standing = list(measure.reports.counting())
    reached = measure.milestones.filter(reached_in__isnull=False)
    return (
        [r.number for r in reports] == list(range(1, len(reports) + 1))
        and all(r.reviews.in_force().count() <= 1 for r in reports)
        and all(m.reached_in in standing for m in reached)
        and measure.reported_progress == by_milestones(measure)
        and measure.lead_terms.count() == (measure.issued_on is not None) + upheld(measure)
        and (measure.review_waiting_since is None)
        == all(r.reviews.in_force().exists() for r in measure.reports.all())
        and measure.deadline_changes.filter(request__kind="EXTEND").count() == measure.extensions
        and (measure.state == State.COMPLETING) == waits(measure, Request.Kind.COMPLETE)
    )


def upheld(measure: Measure) -> int:
    """How often it was reissued to another lead."""
    granted = Decision.objects.filter(request__measure=measure, outcome="GRANTED")
    return granted.filter(request__kind="OBJECT").count()


def waits(measure: Measure, kind: str) -> bool:
    """One request of the kind waits, and no more."""
    waiting = measure.requests.of_kind(kind).waiting().count()
    assert waiting <= 1
    return waiting == 1
