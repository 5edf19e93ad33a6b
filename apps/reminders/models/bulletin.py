"""A place in the next bulletin: proposed by a ladder, decided by the director. Written once."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.audit.models import AppendOnly
from apps.measures.models import Measure


class BulletinProposalQuerySet(models.QuerySet["BulletinProposal"]):
    def waiting(self) -> "BulletinProposalQuerySet":
        """Not decided yet, oldest first."""
        return self.filter(decision__isnull=True).order_by("id")


class BulletinProposal(AppendOnly):
    """The last step of an overdue measure proposes it for the next bulletin. Once a deadline."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="+", verbose_name=_("measure")
    )
    owed_on = models.DateField(_("owed on"))
    step = models.SmallIntegerField(_("workdays late"))
    at = models.DateTimeField(_("proposed at"))

    objects = BulletinProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposal for the bulletin")
        verbose_name_plural = _("proposals for the bulletin")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "owed_on"], name="proposed_for_the_bulletin_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.measure_id}: {self.owed_on}"


class BulletinDecision(AppendOnly):
    """The director takes it into the next bulletin, or declines with a reason. Once."""

    class Outcome(models.TextChoices):
        TAKEN = "TAKEN", _("Taken into the bulletin")
        DECLINED = "DECLINED", _("Left out")

    proposal = models.OneToOneField(
        BulletinProposal, models.PROTECT, related_name="decision", verbose_name=_("proposal")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(_("decided by (id)"))
    by_name = models.CharField(_("decided by"), max_length=150)
    at = models.DateTimeField(_("decided at"))

    class Meta:
        verbose_name = _("decision on the bulletin")
        verbose_name_plural = _("decisions on the bulletin")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="DECLINED") | ~Q(reason=""), name="left_out_with_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.outcome}"
