"""What waits for a decision or an answer: requests, completions, coordination items."""

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Role
from apps.measures.lifecycle import MOST_EXTENSIONS, REQUEST_PATHS, TABLE
from apps.measures.models import CoordinationItem, Decision, Measure, Request
from apps.measures.models.coordination import ANSWERERS
from apps.measures.models.request import RequestQuerySet
from apps.reminders.causes.cause import OFFICE, Cause, roles
from apps.reminders.causes.reach import ASKED, ASKED_AND_DIRECTOR, QUEUE
from apps.reminders.ladders import Day, Rung

ASKED_ROLES: "ArrayField[list[str], list[str]]" = ArrayField(CharField())


def _in_turn() -> Q:
    """In a state in which it can be decided."""
    found = Q()
    for kind, path in REQUEST_PATHS.items():
        found |= Q(kind=kind, measure__state__in=TABLE[path.refuse].sources)
    return found


def _waiting(day: Day) -> RequestQuerySet:
    return Request.objects.waiting().filter(_in_turn()).exclude(kind=Request.Kind.COMPLETE)


def _completions(day: Day) -> RequestQuerySet:
    return Request.objects.waiting().filter(_in_turn(), kind=Request.Kind.COMPLETE)


VERIFIED = Exists(
    Decision.objects.filter(request=OuterRef("pk"), outcome=Decision.Outcome.VERIFIED)
)
UNCONFIRMED = Q(kind=Request.Kind.OBJECT) & ~VERIFIED
SECOND = Q(kind=Request.Kind.EXTEND, measure__extensions=MOST_EXTENSIONS - 1)
"""The second extension is the supervising leader's."""
FROM_ABOVE = Q(kind=Request.Kind.EXTEND, measure__extensions__gte=MOST_EXTENSIONS) | Q(
    kind=Request.Kind.CANCEL, measure__in=Measure.objects.of_superior_level().values("pk")
)
"""The office refuses it, or puts the superior level's decision on record."""

REQUEST = Cause(
    "request",
    _("Request to be decided"),
    _("Decide the request"),
    _waiting,
    TruncDate("asked_at"),
    QUEUE,
    asked_roles=Case(
        When(UNCONFIRMED, then=roles(Role.UNIT_LEADER)),
        When(SECOND, then=roles(Role.SUPERVISING_LEADER)),
        When(FROM_ABOVE, then=roles(Role.DIRECTOR, Role.SUPERVISOR)),
        default=roles(Role.DIRECTOR),
        output_field=ASKED_ROLES,
    ),
    asked_agency=Case(
        When(UNCONFIRMED | SECOND, then=F("measure__lead_id")),
        default=Value(OFFICE),
        output_field=BigIntegerField(),
    ),
    not_to="asked_by_id",
    facts={"kind": "kind", "number": "number"},
)
COMPLETION = Cause(
    "completion",
    _("Completion to be decided"),
    _("Verify or close"),
    _completions,
    TruncDate("asked_at"),
    QUEUE,
    asked_roles=Case(
        When(VERIFIED, then=roles(Role.DIRECTOR)),
        default=roles(Role.SUPERVISOR),
        output_field=ASKED_ROLES,
    ),
    not_to="asked_by_id",
    facts={"number": "number"},
)
COORDINATION = Cause(
    "coordination",
    _("Coordination item to be answered"),
    _("Answer"),
    lambda day: CoordinationItem.objects.open(),
    "wanted_on",
    (
        Rung(-1, ASKED),
        Rung(1, ASKED),
        Rung(3, ASKED_AND_DIRECTOR, is_escalation=True),
    ),
    asked_roles=Case(
        When(of_leader=True, then=roles(Role.SUPERVISING_LEADER)),
        default=roles(*sorted(ANSWERERS)),
        output_field=ASKED_ROLES,
    ),
    asked_agency=F("agency_id"),
    facts={"number": "number", "question": "question"},
)
