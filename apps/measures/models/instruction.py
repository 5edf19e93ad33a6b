"""Instructions 批示 of a supervising leader on a measure, and their receipts. Written once."""

from datetime import date, datetime

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import Measure
from apps.measures.models.report import ProgressReport
from apps.measures.models.states import OPEN


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def open(self) -> "InstructionQuerySet":
        """Not acknowledged yet, on a measure that still runs."""
        received = InstructionReceipt.objects.filter(instruction=OuterRef("pk"))
        return self.filter(~Exists(received), measure__state__in=OPEN)

    def unanswered(self) -> "InstructionQuerySet":
        """Acknowledged, and no report has followed on a measure that still runs."""
        return self.filter(
            ~Exists(_reports_since()), receipt__isnull=False, measure__state__in=OPEN
        )

    def followed_after(self, day: date) -> "InstructionQuerySet":
        """The first report on it was handed in after that day."""
        first = _reports_since().values("submitted_at__date")[:1]
        return self.alias(first_on=Subquery(first)).filter(first_on__gt=day)

    def with_following(self) -> "InstructionQuerySet":
        """Annotates `followed_by` and `followed_at`: the first report after it was known."""
        return self.annotate(
            followed_by=Subquery(_reports_since().values("number")[:1]),
            followed_at=Subquery(_reports_since().values("submitted_at")[:1]),
        )

    def given_by(self, person: int) -> "InstructionQuerySet":
        """The person's own, given here."""
        return self.filter(by_id=person)

    def as_questions(self) -> "InstructionQuerySet":
        """As a workbench shows what is wanted: `question`, and `wanted_on` when it was known."""
        known = TruncDate(Coalesce("recorded_at", "at"))
        return self.annotate(question=F("text"), wanted_on=known)


def _reports_since() -> "models.QuerySet[ProgressReport]":
    """The reports on the measure since the instruction of the outer query was known."""
    known = Coalesce(OuterRef("recorded_at"), OuterRef("at"))
    of_measure = ProgressReport.objects.filter(measure=OuterRef("measure"))
    return of_measure.filter(submitted_at__gt=known).order_by("id")


class Instruction(AppendOnly):
    """What the supervising leader of the lead wants seen to.

    One given on paper names who and when, and who recorded it with which scan, as a decision does.
    """

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="instructions", verbose_name=_("measure")
    )
    number = models.PositiveIntegerField(_("number"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    text = models.TextField(_("instruction"))
    by_id = models.BigIntegerField(
        _("given by (id)"), null=True, help_text=_("Empty where it was given on paper.")
    )
    by_name = models.CharField(_("given by"), max_length=150)
    at = models.DateTimeField(_("given at"))
    scan = models.ForeignKey(
        Evidence, models.PROTECT, null=True, related_name="instructions", verbose_name=_("scan")
    )
    recorded_by_id = models.BigIntegerField(_("recorded by (id)"), null=True)
    recorded_by_name = models.CharField(_("recorded by"), max_length=150, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    objects = InstructionQuerySet.as_manager()

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ("id",)
        constraints = [
            # Also the query "instructions on a measure".
            models.UniqueConstraint(fields=["measure", "number"], name="instruction_numbered_once"),
            models.CheckConstraint(condition=~Q(text=""), name="instruction_says_something"),
            models.CheckConstraint(condition=~Q(by_name=""), name="instruction_by_somebody"),
            models.CheckConstraint(
                condition=Q(
                    by_id__isnull=False,
                    scan__isnull=True,
                    recorded_by_id__isnull=True,
                    recorded_at__isnull=True,
                )
                | Q(
                    by_id__isnull=True,
                    scan__isnull=False,
                    recorded_by_id__isnull=False,
                    recorded_at__isnull=False,
                ),
                name="paper_instruction_with_its_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} !{self.number}"

    @property
    def on_paper(self) -> bool:
        return self.by_id is None

    @property
    def known_at(self) -> datetime:
        """When it reached the system: nobody could acknowledge it before."""
        return self.recorded_at or self.at


class InstructionReceipt(AppendOnly):
    """The lead has received an instruction. Once."""

    instruction = models.OneToOneField(
        Instruction, models.PROTECT, related_name="receipt", verbose_name=_("instruction")
    )
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    by_id = models.BigIntegerField(_("acknowledged by (id)"))
    by_name = models.CharField(_("acknowledged by"), max_length=150)
    at = models.DateTimeField(_("acknowledged at"))

    class Meta:
        verbose_name = _("receipt of an instruction")
        verbose_name_plural = _("receipts of instructions")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.instruction_id}: {self.by_name}"
