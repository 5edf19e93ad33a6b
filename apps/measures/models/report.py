"""ProgressReport and Review: what was reported and what became of it. Written once, all of it."""

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import Measure
from apps.measures.models.milestone import Milestone
from apps.measures.models.states import Basis


class ProgressReportQuerySet(models.QuerySet["ProgressReport"]):
    def with_outcome(self) -> "ProgressReportQuerySet":
        """Annotates `outcome` (None while it waits), `review_reason` and `reviewer_name`."""
        held = Review.objects.in_force().filter(report=OuterRef("pk"))
        return self.annotate(
            outcome=Subquery(held.values("outcome")[:1]),
            review_reason=Subquery(held.values("reason")[:1]),
            reviewer_name=Subquery(held.values("by_name")[:1]),
            reviewed_at=Subquery(held.values("at")[:1]),
        )

    def waiting(self) -> "ProgressReportQuerySet":
        """Waiting for review, oldest first; found by the index on `review_waiting_since`."""
        return (
            self.unreviewed()
            .filter(measure__review_waiting_since__isnull=False)
            .order_by("submitted_at", "id")
        )

    def unreviewed(self) -> "ProgressReportQuerySet":
        """Submitted, and no review of it is in force."""
        return self.filter(~_reviewed())

    def for_review_by(self, standing: Standing) -> "ProgressReportQuerySet":
        """What waits for this person's review: the queue, and every count of it.

        Theirs to review, and not their own report.
        """
        mine = Measure.objects.visible_to(standing).reviewed_by(standing)
        return self.waiting().filter(measure__in=mine).exclude(submitted_by_id=standing.person_id)

    def counting(self) -> "ProgressReportQuerySet":
        """Submitted and not returned: what lights and progress go by."""
        return self.filter(~_reviewed(Review.Outcome.RETURNED))

    def approved(self) -> "ProgressReportQuerySet":
        return self.filter(_reviewed(Review.Outcome.APPROVED))

    def returned(self) -> "ProgressReportQuerySet":
        return self.filter(_reviewed(Review.Outcome.RETURNED))


def _reviewed(*outcomes: str) -> Exists:
    """A review of the report is in force, with one of these outcomes where any are named."""
    held = Review.objects.in_force().filter(report=OuterRef("pk"))
    return Exists(held.filter(outcome__in=outcomes) if outcomes else held)


class ProgressReport(AppendOnly):
    """What the lead reports for a period. Its state is the review in force, or waiting."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="reports", verbose_name=_("measure")
    )
    number = models.PositiveIntegerField(_("number"))
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    period_due_on = models.DateField(
        _("for the period due"), help_text=_("The report due date that this report answers.")
    )
    basis = models.CharField(_("progress basis"), max_length=10, choices=Basis)
    progress = models.DecimalField(
        _("progress"), max_digits=5, decimal_places=2, help_text=_("Percent.")
    )
    quantity = models.DecimalField(
        _("quantity reached"),
        max_digits=18,
        decimal_places=4,
        null=True,
        help_text=_("Counted from the beginning; on the basis quantity only."),
    )
    no_change = models.BooleanField(_("no change in this period"), default=False)
    summary = models.TextField(_("what was done"), blank=True)
    problems = models.TextField(_("problems"), blank=True)
    next_step = models.TextField(_("next step"), blank=True)
    explanation = models.TextField(_("why progress fell"), blank=True)
    evidence: "models.ManyToManyField[Evidence, ReportEvidence]" = models.ManyToManyField(
        Evidence, through="ReportEvidence", related_name="reports", verbose_name=_("evidence")
    )
    submitted_by_id = models.BigIntegerField(_("submitted by (id)"))
    submitted_by_name = models.CharField(_("submitted by"), max_length=150)
    submitted_at = models.DateTimeField(
        _("submitted at"),
        help_text=_("The moment it counts from; where the agency confirms, that of confirming."),
    )
    confirmed_by_id = models.BigIntegerField(_("confirmed by (id)"), null=True)
    confirmed_by_name = models.CharField(_("confirmed by"), max_length=150, blank=True)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True)

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        ordering = ("measure_id", "number")
        constraints = [
            # Also the query "latest report of a measure".
            models.UniqueConstraint(fields=["measure", "number"], name="report_numbered_once"),
            models.CheckConstraint(
                condition=Q(progress__range=(Decimal(0), Decimal(100))),
                name="reported_progress_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(no_change=True) | ~Q(summary=""), name="report_says_what_was_done"
            ),
            models.CheckConstraint(
                condition=Q(basis=Basis.QUANTITY, no_change=False, quantity__gte=0)
                | Q(no_change=True, quantity__isnull=True)
                | (~Q(basis=Basis.QUANTITY) & Q(quantity__isnull=True)),
                name="quantity_on_its_basis_only",
            ),
            models.CheckConstraint(
                condition=Q(
                    confirmed_at__isnull=True, confirmed_by_id__isnull=True, confirmed_by_name=""
                )
                | (
                    Q(confirmed_at=F("submitted_at"), confirmed_by_id__isnull=False)
                    & ~Q(confirmed_by_name="")
                    & ~Q(confirmed_by_id=F("submitted_by_id"))
                ),
                name="confirmed_by_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} #{self.number}"


class ReportMilestone(AppendOnly):
    """A report says that a milestone was reached."""

    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="milestone_rows", verbose_name=_("report")
    )
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, related_name="report_rows", verbose_name=_("milestone")
    )

    class Meta:
        verbose_name = _("milestone reported")
        verbose_name_plural = _("milestones reported")
        constraints = [
            models.UniqueConstraint(fields=["report", "milestone"], name="milestone_once_a_report")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} ✓ {self.milestone_id}"


class ReportEvidence(AppendOnly):
    """A report hands in a piece of evidence; the same piece may serve several."""

    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="evidence_rows", verbose_name=_("report")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="report_rows", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("evidence handed in")
        verbose_name_plural = _("evidence handed in")
        constraints = [
            models.UniqueConstraint(fields=["report", "evidence"], name="evidence_once_a_report")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} + {self.evidence_id}"


class ReviewQuerySet(models.QuerySet["Review"]):
    def in_force(self) -> "ReviewQuerySet":
        """Verdicts that were not withdrawn: at most one a report."""
        return self.filter(withdraws__isnull=True, withdrawal__isnull=True)

    def ever_returned(self, *, by: datetime | None = None) -> "ReviewQuerySet":
        """Those that sent a report back, whatever followed; not where that was withdrawn.

        As it was known at a moment, or as it is now.
        """
        known = self.filter(at__lte=by) if by else self
        withdrawn = known.filter(withdraws__isnull=False).order_by().values("withdraws")
        return known.filter(outcome=Review.Outcome.RETURNED).exclude(pk__in=withdrawn)


class Review(AppendOnly):
    """A reviewer's verdict on a report, or the withdrawal of one. Reasons stay for ever."""

    class Outcome(models.TextChoices):
        APPROVED = "APPROVED", _("Approved")
        RETURNED = "RETURNED", _("Returned")
        WITHDRAWN = "WITHDRAWN", _("Withdrawn")

    report = models.ForeignKey(
        ProgressReport, models.PROTECT, related_name="reviews", verbose_name=_("report")
    )
    outcome = models.CharField(_("outcome"), max_length=9, choices=Outcome)
    withdraws = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="withdrawal",
        verbose_name=_("review withdrawn"),
    )
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("reviewed by (id)"))
    by_name = models.CharField(_("reviewed by"), max_length=150)
    at = models.DateTimeField(_("reviewed at"))

    objects = ReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="RETURNED") | ~Q(reason=""), name="returned_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(outcome="WITHDRAWN", withdraws__isnull=False)
                | (~Q(outcome="WITHDRAWN") & Q(withdraws__isnull=True)),
                name="withdrawal_names_its_review",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.outcome}"
