"""Evidence: a file handed in, kept once by its checksum."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def handed_in_for(self, measure: models.Model) -> "EvidenceQuerySet":
        """With a report on the measure, a contribution to it or a request about it, or as the
        scan of a decision or an instruction on one, each once.
        """
        handed_in = (
            Q(reports__measure=measure)
            | Q(contributions__measure=measure)
            | Q(requests__measure=measure)
            | Q(scan_of__request__measure=measure)
            | Q(instructions__measure=measure)
        )
        return self.filter(handed_in).distinct()

    def kept_for(self, measure: models.Model) -> "EvidenceQuerySet":
        """Handed in for it, or with a draft that its lead is still at: for the lead alone."""
        handed_in = self.handed_in_for(measure).order_by().values("pk")
        return self.filter(Q(pk__in=handed_in) | Q(drafts__measure=measure)).distinct()


class Evidence(AppendOnly):
    """A file that proves something. Stored under its SHA-256; served as an attachment only."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    name = models.CharField(_("file name"), max_length=200)
    media_type = models.CharField(_("media type"), max_length=100)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by_id = models.BigIntegerField(_("uploaded by (id)"))
    uploaded_by_name = models.CharField(_("uploaded by"), max_length=150)
    uploaded_at = models.DateTimeField(_("uploaded at"))

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ("-id",)

    def __str__(self) -> str:
        return self.name

    @property
    def stored_as(self) -> str:
        """The path below MEDIA_ROOT."""
        return f"{self.sha256[:2]}/{self.sha256}"

    @property
    def viewed_as(self) -> str:
        """How a browser can show it in place: pdf, image or text; empty where it cannot."""
        if self.media_type == "application/pdf":
            return "pdf"
        kind = self.media_type.partition("/")[0]
        return kind if kind in ("image", "text") else ""
