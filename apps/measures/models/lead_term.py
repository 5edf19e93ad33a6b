"""LeadTerm: which agency led a measure from when on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly
from apps.measures.models.measure import Measure
from apps.measures.models.request import Request


class LeadTerm(AppendOnly):
    """From this day the agency leads the measure; the next row ends it."""

    measure = models.ForeignKey(
        Measure, models.PROTECT, related_name="lead_terms", verbose_name=_("measure")
    )
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("agency"))
    from_on = models.DateField(_("from"))
    request = models.ForeignKey(
        Request,
        models.PROTECT,
        null=True,
        related_name="lead_terms",
        verbose_name=_("objection that was upheld"),
    )

    class Meta:
        verbose_name = _("term of lead")
        verbose_name_plural = _("terms of lead")
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.agency_id} {self.from_on}"
