"""DailyTally: how many measures stood how at the end of a day, for trends."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import Agency
from apps.policies.models import Policy


class DailyTally(models.Model):
    """Of one agency, those that it led; or of one policy, those that carried it out.

    Restricted measures, parts of others and what is not issued yet stand apart, so that each
    reader can be given the sum of what they may see, and headlines count nothing twice.
    """

    on = models.DateField(_("day"), help_text=_("As it stood at the end of it."))
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, related_name="+", verbose_name=_("lead agency")
    )
    policy = models.ForeignKey(
        Policy, models.PROTECT, null=True, related_name="+", verbose_name=_("policy")
    )
    is_top = models.BooleanField(_("not part of another"))
    restricted = models.BooleanField(_("restricted"))

    blue = models.PositiveIntegerField(_("completed"))
    red = models.PositiveIntegerField(_("behind"))
    yellow = models.PositiveIntegerField(_("at risk"))
    green = models.PositiveIntegerField(_("on course"))
    draft = models.PositiveIntegerField(_("drafts"))
    proposed = models.PositiveIntegerField(_("proposed"))
    not_started = models.PositiveIntegerField(_("not started"))
    suspended = models.PositiveIntegerField(_("suspended"))
    cancelled = models.PositiveIntegerField(_("cancelled"))

    class Meta:
        verbose_name = _("tally of a day")
        verbose_name_plural = _("tallies of days")
        ordering = ("on", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(agency__isnull=True) ^ Q(policy__isnull=True),
                name="tally_of_an_agency_or_a_policy",
            ),
            # Also the query "is there anything of that day".
            models.UniqueConstraint(
                fields=["on", "agency", "policy", "is_top", "restricted"],
                nulls_distinct=False,
                name="tallied_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.agency_id or ''}/{self.policy_id or ''}"
