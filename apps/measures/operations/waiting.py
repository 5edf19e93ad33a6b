"""What has to be reviewed or decided before a measure takes another course."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from apps.core.errors import RuleBroken
from apps.measures.models import Measure, Request


def refuse_unreviewed(measure: Measure) -> None:
    if measure.review_waiting_since is not None:
        raise RuleBroken(_("A report waits for review; review it first."))


def refuse_undecided(measure: Measure, *, but: Request | None = None) -> None:
    """What else was asked for is answered first: nothing is refused by silence."""
    others = measure.requests.waiting().exclude(pk=but.pk if but else 0)
    if waiting := others.first():
        raise RuleBroken(
            _("%(kind)s has been asked for and waits; decide that first.")
            % {"kind": waiting.get_kind_display()}
        )


def refuse_unanswered(measure: Measure) -> None:
    """A question of the agency that leads now is not the next one's to wait for."""
    if item := measure.coordination_items.filter(outcome__isnull=True).first():
        raise RuleBroken(
            _("Coordination item %(number)d is open; it is answered or withdrawn first.")
            % {"number": item.number}
        )


@contextmanager
def naming(part: Measure) -> Iterator[None]:
    """What is refused because of a part says which one it is."""
    try:
        yield
    except RuleBroken as refusal:
        said = {"code": part.code, "reason": refusal.reason}
        raise RuleBroken(_("%(code)s: %(reason)s") % said) from refusal
