"""Request and Decision: what somebody asked for, and what became of it. Written once, all of it."""

from datetime import datetime
from typing import Protocol

from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models.evidence import Evidence
from apps.measures.models.measure import Measure


class Asked(Protocol):
    """What the rules of deciding look at in a request."""

    @property
    def asked_by_id(self) -> int: ...
    @property
    def is_verified(self) -> bool: ...


class RequestQuerySet(models.QuerySet["Request"]):
    def with_outcome(self) -> "RequestQuerySet":
        """Annotates `outcome`: the last decision's, None while there is none."""
        last = Decision.objects.filter(request=OuterRef("pk")).order_by("-id")
        return self.annotate(outcome=Subquery(last.values("outcome")[:1]))

    def waiting(self) -> "RequestQuerySet":
        """Neither granted nor refused yet, verified or not; oldest first."""
        decided = Decision.objects.filter(request=OuterRef("pk"), outcome__in=Decision.FINAL)
        return self.filter(~Exists(decided)).order_by("asked_at", "id")

    def verified(self, is_so: bool) -> "RequestQuerySet":
        """Those that the first of the two who look at it has verified or confirmed, or not yet."""
        step = Exists(Decision.objects.filter(request=OuterRef("pk"), outcome="VERIFIED"))
        return self.filter(step if is_so else ~step)

    def of_kind(self, kind: str) -> "RequestQuerySet":
        return self.filter(kind=kind)


class Request(AppendOnly):
    """Somebody asks for what others decide. Its state is its last Decision, or waiting."""

    class Kind(models.TextChoices):
        OBJECT = "OBJECT", _("Objection")
        EXTEND = "EXTEND", _("Extension")
        ADJUST = "ADJUST", _("Adjustment")
        SUSPEND = "SUSPEND", _("Suspension")
        CANCEL = "CANCEL", _("Cancellation")
        COMPLETE = "COMPLETE", _("Completion")
        REOPEN = "REOPEN", _("Reopening")
        CARRY = "CARRY", _("Carry-over")

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="requests", verbose_name=_("measure")
    )
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="+", verbose_name=_("lead agency")
    )
    grounds = models.TextField(_("grounds"))
    wanted = models.JSONField(
        _("wanted"), default=dict, help_text=_("field: [as it was, as it is wanted]")
    )
    evidence: "models.ManyToManyField[Evidence, RequestEvidence]" = models.ManyToManyField(
        Evidence, through="RequestEvidence", related_name="requests", verbose_name=_("evidence")
    )
    asked_by_id = models.BigIntegerField(_("asked by (id)"))
    asked_by_name = models.CharField(_("asked by"), max_length=150)
    asked_at = models.DateTimeField(_("asked at"))
    late = models.BooleanField(
        _("late"), default=False, help_text=_("Asked after the last day that was in time.")
    )

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        ordering = ("measure_id", "number")
        constraints = [
            # Also the query "requests of a measure".
            models.UniqueConstraint(fields=["measure", "number"], name="request_numbered_once"),
            models.CheckConstraint(condition=~Q(grounds=""), name="request_gives_its_grounds"),
        ]

    def __str__(self) -> str:
        return f"{self.measure.code} {self.get_kind_display()} #{self.number}"

    @property
    def is_verified(self) -> bool:
        """Verified or confirmed by the first of the two who look at it."""
        return any(d.outcome == Decision.Outcome.VERIFIED for d in self.decisions.all())

    @property
    def is_late_extension(self) -> bool:
        """Allowed, but said wherever the request is shown; a carry-over is asked for late too."""
        return self.late and self.kind in (self.Kind.EXTEND, self.Kind.CARRY)


class RequestEvidence(AppendOnly):
    """A request rests on a piece of evidence; the same piece may serve several."""

    request = models.ForeignKey(
        Request, models.PROTECT, related_name="evidence_rows", verbose_name=_("request")
    )
    evidence = models.ForeignKey(
        Evidence, models.PROTECT, related_name="request_rows", verbose_name=_("evidence")
    )

    class Meta:
        verbose_name = _("evidence of a request")
        verbose_name_plural = _("evidence of requests")
        constraints = [
            models.UniqueConstraint(fields=["request", "evidence"], name="evidence_once_a_request")
        ]

    def __str__(self) -> str:
        return f"{self.request_id} + {self.evidence_id}"


class Decision(AppendOnly):
    """What was decided on a request. Verified is a step on the way, the others are the end.

    A decision taken on paper names who decided and when, and who recorded it with which scan.
    """

    class Outcome(models.TextChoices):
        VERIFIED = "VERIFIED", _("Verified")
        GRANTED = "GRANTED", _("Granted")
        REFUSED = "REFUSED", pgettext_lazy("request", "Refused")

    FINAL = (Outcome.GRANTED, Outcome.REFUSED)

    request = models.ForeignKey(
        Request, models.PROTECT, related_name="decisions", verbose_name=_("request")
    )
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome)
    reason = models.TextField(_("reason"), blank=True)
    by_id = models.BigIntegerField(
        _("decided by (id)"),
        null=True,
        help_text=_("Empty where it was decided on paper by somebody without an account."),
    )
    by_name = models.CharField(_("decided by"), max_length=150)
    at = models.DateTimeField(_("decided at"))
    on_paper = models.BooleanField(_("decided on paper"), default=False)
    scan = models.ForeignKey(
        Evidence, models.PROTECT, null=True, related_name="scan_of", verbose_name=_("scan")
    )
    recorded_by_id = models.BigIntegerField(_("recorded by (id)"), null=True)
    recorded_by_name = models.CharField(_("recorded by"), max_length=150, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), null=True)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=~Q(outcome="REFUSED") | ~Q(reason=""), name="refused_with_a_reason"
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=Q(outcome__in=("GRANTED", "REFUSED")),
                name="request_decided_once",
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(outcome="VERIFIED"), name="request_verified_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    on_paper=False,
                    by_id__isnull=False,
                    scan__isnull=True,
                    recorded_by_id__isnull=True,
                    recorded_at__isnull=True,
                )
                | Q(
                    on_paper=True,
                    scan__isnull=False,
                    recorded_by_id__isnull=False,
                    recorded_at__isnull=False,
                ),
                name="paper_is_recorded_with_its_scan",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}: {self.outcome}"

    @property
    def known_at(self) -> datetime:
        """When it reached the system: until then it was still waited for."""
        return self.recorded_at or self.at
