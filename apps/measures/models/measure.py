"""Measure: a row with its own columns; what hangs on it stands in a module of its noun."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Least, Now, Upper
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency, Confidence, District, Sourced, in_language
from apps.audit.history import tracked
from apps.core.search import InitialsField
from apps.measures.models.rows import MeasureQuerySet
from apps.measures.models.states import AFTER_APPLYING, OPEN, UNISSUED, Basis, Cadence, State
from apps.policies.models import Clause

if TYPE_CHECKING:
    from apps.measures.models.carrying import MeasureClause
    from apps.measures.models.support import Support


class Decided(Sourced):
    """Stated by a source, or decided by an office itself: then there is no confidence to state."""

    confidence = models.CharField(
        _("confidence"), max_length=12, choices=Confidence, blank=True, default=""
    )

    class Meta:
        abstract = True


@tracked(exclude=["yellow_from_on", "red_from_on", "due_key", "changed_at"])
class Measure(Decided):
    """A countermeasure that can be finished and checked."""

    class Category(models.TextChoices):
        STRENGTHEN = "STRENGTHEN", _("Strengthen the chain")
        SUPPLEMENT = "SUPPLEMENT", _("Supplement the chain")
        EXTEND = "EXTEND", _("Extend the chain")
        STABILISE = "STABILISE", _("Stabilise the chain")

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=300)
    title_en = models.CharField(_("English title"), max_length=500, blank=True)
    initials = InitialsField("title")
    nature = models.CharField(_("nature"), max_length=20, blank=True)
    category = models.CharField(_("chain category"), max_length=10, choices=Category, blank=True)
    indicator_hint = models.CharField(_("what can be tracked"), max_length=200, blank=True)
    clauses: "models.ManyToManyField[Clause, MeasureClause]" = models.ManyToManyField(
        Clause, through="MeasureClause", related_name="+", verbose_name=_("clauses carried out")
    )
    named_agencies = models.ManyToManyField(
        Agency, related_name="+", blank=True, verbose_name=_("agencies the text names")
    )
    named_districts = models.ManyToManyField(
        District, related_name="+", blank=True, verbose_name=_("districts the text names")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("broken down from"),
    )
    weight = models.PositiveSmallIntegerField(_("weight as a part"), default=1)
    parts: "list[Measure]"  # those that count, once with_parts has loaded them

    state = models.CharField(_("state"), max_length=11, choices=State, default=State.DRAFT)
    lead = models.ForeignKey(
        Agency,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lead agency"),
    )
    supporters: "models.ManyToManyField[Agency, Support]" = models.ManyToManyField(
        Agency, through="Support", related_name="+", verbose_name=_("supporting agencies")
    )
    basis = models.CharField(
        _("progress basis"), max_length=10, choices=Basis, default=Basis.MILESTONES
    )
    target_quantity = models.DecimalField(
        _("target quantity"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("What is to be reached by the deadline, counted from the beginning."),
    )
    quantity_unit = models.CharField(_("unit"), max_length=20, blank=True)
    cadence = models.CharField(_("reports"), max_length=9, choices=Cadence, default=Cadence.MONTHLY)
    weekly_reason = models.CharField(
        _("why reports are weekly"), max_length=500, blank=True, editable=False
    )

    standing = models.BooleanField(
        _("standing work"),
        default=False,
        help_text=_(
            "Due at the year's end; then it is closed, or carried over into the next year."
        ),
    )
    due_on = models.DateField(_("deadline"), null=True, blank=True)
    due_workdays = models.PositiveSmallIntegerField(
        _("deadline in workdays from issue"), null=True, blank=True
    )
    extensions = models.PositiveSmallIntegerField(
        _("extensions granted"), default=0, editable=False
    )
    original_due_on = models.DateField(_("original deadline"), null=True, editable=False)
    proposed_by_id = models.BigIntegerField(_("proposed by"), null=True, editable=False)
    issued_on = models.DateField(_("issued on"), null=True, editable=False)
    acknowledge_due_on = models.DateField(_("to acknowledge by"), null=True, editable=False)
    acknowledged_on = models.DateField(_("acknowledged on"), null=True, editable=False)
    deemed_acknowledged = models.BooleanField(
        _("deemed acknowledged"),
        default=False,
        editable=False,
        help_text=_("Nobody signed within three workdays."),
    )

    reported_progress = models.DecimalField(
        _("reported progress"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
        help_text=_("Percent; the last submitted report that was not returned."),
    )
    approved_progress = models.DecimalField(
        _("approved progress"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(0),
        editable=False,
        help_text=_("Percent; the last approved report."),
    )
    next_report_due_on = models.DateField(_("next report due"), null=True, editable=False)
    review_waiting_since = models.DateTimeField(
        _("review waiting since"), null=True, editable=False
    )
    returned_on = models.DateField(_("report returned on"), null=True, editable=False)

    completion_applied_on = models.DateField(
        _("completion applied for on"),
        null=True,
        editable=False,
        help_text=_("The application that waits or was granted; on time is judged by this day."),
    )
    completion_verified_on = models.DateField(
        _("completion verified on"), null=True, editable=False
    )
    completion_returned_on = models.DateField(
        _("completion sent back on"), null=True, editable=False
    )
    closed_on = models.DateField(_("closed on"), null=True, editable=False)
    review_workdays = models.PositiveSmallIntegerField(
        _("workdays in completion review"),
        default=0,
        editable=False,
        help_text=_("Of applications that were sent back; they do not count as overdue."),
    )
    spared_workdays = models.PositiveSmallIntegerField(
        _("workdays since issue that were not the lead's"),
        default=0,
        editable=False,
        help_text=_("In completion review, suspended, or closed before it was reopened."),
    )

    suspended_on = models.DateField(_("suspended on"), null=True, editable=False)
    suspension_condition = models.TextField(
        _("condition of the suspension"),
        blank=True,
        editable=False,
        help_text=_("What has to be so for it to go on."),
    )
    review_on = models.DateField(_("suspension to be reviewed on"), null=True, editable=False)
    resumed_on = models.DateField(
        _("resumed on"),
        null=True,
        editable=False,
        help_text=_("From this day reports are owed again."),
    )
    suspended_days = models.PositiveSmallIntegerField(
        _("days of suspensions that are over"), default=0, editable=False
    )
    cancelled_on = models.DateField(_("cancelled on"), null=True, editable=False)

    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        help_text=_("Seen by its named readers, lead, supporters and the director only."),
    )
    reader_ids = ArrayField(
        models.BigIntegerField(), verbose_name=_("named readers"), default=list, editable=False
    )
    viewer_agencies = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("agencies that see it"),
        default=list,
        editable=False,
    )

    # When each reason for a light begins if nothing more happens: see lights.py.
    due_soon_from_on = models.DateField(null=True, editable=False)
    overdue_from_on = models.DateField(null=True, editable=False)
    behind_from_on = models.DateField(null=True, editable=False)
    far_behind_from_on = models.DateField(null=True, editable=False)
    missed_one_from_on = models.DateField(null=True, editable=False)
    missed_two_from_on = models.DateField(null=True, editable=False)
    unacknowledged_from_on = models.DateField(null=True, editable=False)
    # Facts that stay: see lights.py. The first is no reason for a light, but kept like one.
    original_overdue_from_on = models.DateField(
        _("late by the original deadline from"), null=True, editable=False
    )
    first_overdue_on = models.DateField(_("first overdue on"), null=True, editable=False)
    yellow_from_on = models.GeneratedField(
        expression=Least(
            "due_soon_from_on", "behind_from_on", "missed_one_from_on", "unacknowledged_from_on"
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    red_from_on = models.GeneratedField(
        expression=Least("overdue_from_on", "far_behind_from_on", "missed_two_from_on"),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    # Sort key of the deadline: lists page by keyset, and a key may not be NULL.
    due_key = models.GeneratedField(
        expression=models.functions.Coalesce("due_on", models.Value(date(9999, 12, 31))),
        output_field=models.DateField(),
        db_persist=True,
    )

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)
    changed_at = models.DateTimeField(_("last act"), db_default=Now(), editable=False)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        verbose_name = _("measure")
        verbose_name_plural = _("measures")
        ordering = ("code",)
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=UNISSUED) | Q(lead__isnull=False), name="issued_has_lead"
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNISSUED) | Q(due_on__isnull=False),
                name="issued_has_deadline",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(due_on__isnull=False)
                | Q(due_workdays__isnull=False),
                name="no_proposal_without_deadline",
            ),
            models.CheckConstraint(
                condition=Q(reported_progress__range=(0, 100))
                & Q(approved_progress__range=(0, 100)),
                name="progress_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=~Q(basis=Basis.QUANTITY)
                | Q(state=State.DRAFT)
                | (Q(target_quantity__gt=0) & ~Q(quantity_unit="")),
                name="quantity_has_target_and_unit",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="measure_not_in_itself"
            ),
            models.CheckConstraint(condition=Q(weight__gt=0), name="part_weighs_something"),
            models.CheckConstraint(
                condition=~Q(state__in=UNISSUED) | Q(viewer_agencies=[]),
                name="drafts_stay_in_the_office",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AFTER_APPLYING) | Q(completion_applied_on__isnull=False),
                name="completion_was_applied_for",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CLOSED, closed_on__isnull=False)
                | (~Q(state=State.CLOSED) & Q(closed_on__isnull=True)),
                name="closed_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=State.SUSPENDED,
                    suspended_on__isnull=False,
                    suspension_condition__gt="",
                    review_on__isnull=False,
                )
                | (
                    ~Q(state=State.SUSPENDED)
                    & Q(suspended_on__isnull=True, suspension_condition="", review_on__isnull=True)
                ),
                name="suspended_has_condition_and_review_day",
            ),
            models.CheckConstraint(
                condition=Q(state=State.CANCELLED, cancelled_on__isnull=False)
                | (~Q(state=State.CANCELLED) & Q(cancelled_on__isnull=True)),
                name="cancelled_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(spared_workdays__gte=F("review_workdays")),
                name="spared_workdays_include_the_review",
            ),
            models.CheckConstraint(
                condition=Q(first_overdue_on__isnull=True) | Q(issued_on__isnull=False),
                name="overdue_after_issue",
            ),
            models.CheckConstraint(
                condition=Q(original_overdue_from_on__isnull=True)
                | Q(original_overdue_from_on__gt=F("original_due_on")),
                name="late_after_the_original_deadline",
            ),
            models.CheckConstraint(
                condition=~Q(cadence=Cadence.WEEKLY) | ~Q(weekly_reason=""),
                name="weekly_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(deemed_acknowledged=False) | Q(acknowledged_on__isnull=False),
                name="deemed_acknowledged_on_a_day",
            ),
        ]
        indexes = [
            # visible_to(standing) for everyone outside the supervision office.
            GinIndex(fields=["viewer_agencies"], name="measure_viewers"),
            # visible_to(standing): named readers of restricted measures.
            GinIndex(fields=["reader_ids"], name="measure_readers", condition=Q(restricted=True)),
            # Lights: counts and lists by colour.
            models.Index(fields=["red_from_on"], name="measure_red"),
            models.Index(fields=["yellow_from_on"], name="measure_yellow"),
            # Lists by deadline, keyset on (due_key, id).
            models.Index(fields=["due_key", "id"], name="measure_by_deadline"),
            # Lists by what was done last, keyset on (changed_at, id).
            models.Index(fields=["changed_at", "id"], name="measure_by_change"),
            # Lists by progress, keyset on (reported_progress, id).
            models.Index(fields=["reported_progress", "id"], name="measure_by_progress"),
            # The review queue, oldest first.
            models.Index(
                fields=["review_waiting_since"],
                name="measure_review_queue",
                condition=Q(review_waiting_since__isnull=False),
            ),
            # matching(words), best(words): words, and the beginnings of code and title.
            MeasureQuerySet.words_index("measure_words"),
            models.Index(OpClass(Upper("code"), "text_pattern_ops"), name="measure_code_prefix"),
            models.Index(OpClass(Upper("title"), "text_pattern_ops"), name="measure_title_prefix"),
            # Workbench: reports owed.
            models.Index(fields=["state", "next_report_due_on"], name="measure_report_due"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {in_language(self.title, self.title_en)}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def acknowledged_late(self) -> bool:
        """A fact that stays: neither day changes once it is acknowledged."""
        signed, due = self.acknowledged_on, self.acknowledge_due_on
        return signed is not None and due is not None and signed > due

    @property
    def reporting_since(self) -> date | None:
        """From when reports are owed: the issue, or since it went on after a rest or a closing."""
        return self.resumed_on or self.issued_on

    @property
    def deadline_was_moved(self) -> bool:
        return self.original_due_on is not None and self.original_due_on != self.due_on

    @property
    def waiting_progress(self) -> Decimal:
        """Percentage points reported but not approved yet; never below zero."""
        return max(self.reported_progress - self.approved_progress, Decimal(0))
