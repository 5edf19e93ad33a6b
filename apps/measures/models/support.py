"""Support: which agencies help the lead of a measure."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.history import tracked
from apps.measures.models.measure import Measure


@tracked()
class Support(models.Model):
    """An agency supports a measure."""

    measure = models.ForeignKey(
        Measure, models.CASCADE, related_name="supports", verbose_name=_("measure")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))

    class Meta:
        verbose_name = _("supporting agency")
        verbose_name_plural = _("supporting agencies")
        ordering = ("id",)
        constraints = [models.UniqueConstraint(fields=["measure", "agency"], name="supports_once")]

    def __str__(self) -> str:
        return f"{self.agency_id} → {self.measure_id}"
