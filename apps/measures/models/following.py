"""Following: by which calendar and rule the stored dates were counted last."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Following(models.Model):
    """The one row about `follow_calendar`, so that it need not go through all for nothing."""

    counted_by = models.CharField(_("counted by"), max_length=64)
    """The mark of the calendar and the rule, and of the day."""
    since = models.DateTimeField(_("first counted so at"))
    settled = models.BooleanField(
        _("settled"),
        default=False,
        help_text=_("Gone through again later: nothing that was under way at first was missed."),
    )

    class Meta:
        verbose_name = _("following of the calendar")
        verbose_name_plural = _("following of the calendar")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="one_following")]

    def __str__(self) -> str:
        return self.counted_by
