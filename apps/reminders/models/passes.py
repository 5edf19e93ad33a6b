"""Pass: one run of planning or sending, for the administrator."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Pass(models.Model):
    """When planning or sending ran last, and what it did."""

    class Kind(models.TextChoices):
        PLAN = "PLAN", _("Planning")
        SEND = "SEND", _("Sending")

    kind = models.CharField(_("kind"), max_length=4, choices=Kind)
    on = models.DateField(_("day"))
    began_at = models.DateTimeField(_("began at"))
    ended_at = models.DateTimeField(_("ended at"), null=True)
    counts = models.JSONField(_("what it did"), default=dict)
    trace = models.CharField(_("task id"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ("-id",)
        indexes = [
            # The last run of each kind.
            models.Index(fields=["kind", "-id"], name="pass_by_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.on}"
