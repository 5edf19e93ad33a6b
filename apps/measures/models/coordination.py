"""Coordination items: a question that blocks the lead, and the one way in which it ended."""

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.core.actor import Role
from apps.measures.models.measure import Measure
from apps.measures.models.states import OPEN

ANSWERERS = frozenset(
    {Role.LIAISON, Role.DRAFTER, Role.UNIT_LEADER, Role.SUPERVISOR, Role.DIRECTOR}
)
"""Who answers for the agency that was asked; in the supervision office its own people."""


class CoordinationItemQuerySet(models.QuerySet["CoordinationItem"]):
    def open(self) -> "CoordinationItemQuerySet":
        """Neither answered nor withdrawn nor settled, on a measure that still runs."""
        ended = CoordinationOutcome.objects.filter(item=OuterRef("pk"))
        return self.filter(~Exists(ended), measure__state__in=OPEN)

    def asked_of(self, standing: Standing) -> "CoordinationItemQuerySet":
        """Those that this person answers, for an agency or as its supervising leader."""
        units = standing.agencies_of(ANSWERERS)
        led = standing.agencies_of({Role.SUPERVISING_LEADER})
        return self.filter(
            Q(of_leader=False, agency__path__overlap=units)
            | Q(of_leader=True, agency__path__overlap=led)
        )


class CoordinationItem(AppendOnly):
    """What the lead has to know or get from somebody else before it can go on."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="coordination_items", verbose_name=_("measure")
    )
    number = models.PositiveIntegerField(_("number"))
    asked_by = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("asking agency")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("agency asked")
    )
    of_leader = models.BooleanField(
        _("asked of the supervising leader"),
        default=False,
        help_text=_("The supervising leader assigned to the agency answers, not the agency."),
    )
    question = models.TextField(_("question"))
    wanted_on = models.DateField(_("wanted by"))
    by_id = models.BigIntegerField(_("asked by (id)"))
    by_name = models.CharField(_("asked by"), max_length=150)
    at = models.DateTimeField(_("asked at"))

    objects = CoordinationItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("coordination item")
        verbose_name_plural = _("coordination items")
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(fields=["measure", "number"], name="item_numbered_once"),
            models.CheckConstraint(condition=~Q(question=""), name="item_asks_something"),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} ?{self.number}"


class CoordinationOutcome(AppendOnly):
    """How an item ended: answered, settled otherwise, or withdrawn. Once."""

    class Kind(models.TextChoices):
        ANSWERED = "ANSWERED", _("Answered")
        SETTLED = "SETTLED", _("Settled")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    item = models.OneToOneField(
        CoordinationItem,
        models.PROTECT,
        related_name="outcome",
        verbose_name=_("coordination item"),
    )
    kind = models.CharField(_("outcome"), max_length=9, choices=Kind)
    text = models.TextField(_("answer or reason"))
    given_by = models.CharField(
        _("answer given by"),
        max_length=150,
        blank=True,
        help_text=_("Who answered on paper or by telephone, where the office put it on record."),
    )
    given_on = models.DateField(_("answer given on"), null=True)
    by_id = models.BigIntegerField(_("written by (id)"))
    by_name = models.CharField(_("written by"), max_length=150)
    at = models.DateTimeField(_("written at"))

    class Meta:
        verbose_name = _("outcome of a coordination item")
        verbose_name_plural = _("outcomes of coordination items")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="outcome_says_something"),
            models.CheckConstraint(
                condition=Q(given_by="", given_on__isnull=True)
                | (Q(kind="ANSWERED", given_on__isnull=False) & ~Q(given_by="")),
                name="recorded_answer_names_who_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.kind}"

    @property
    def on_record(self) -> bool:
        """Given on paper or by telephone, and put on record by the supervision office."""
        return self.given_on is not None
