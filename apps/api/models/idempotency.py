"""KeptAnswer: what a caller was answered, so that asking again does nothing twice."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User


class KeptAnswer(models.Model):
    """The outcome of one write under the key that its caller chose.

    Written in the transaction of the write: either both are there, or neither.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("user"))
    key = models.CharField(_("key"), max_length=200)
    asked = models.CharField(
        _("hash of the request"),
        max_length=64,
        help_text=_("Of method, address and body: another request under the same key is refused."),
    )
    status = models.PositiveSmallIntegerField(_("status"), default=0)
    headers = models.JSONField(_("headers"), default=dict)
    body = models.BinaryField(_("body"), default=b"")
    kept_at = models.DateTimeField(_("kept at"))

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        ordering = ("-id",)
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key"),
        ]
        indexes = [
            # Sweeping those whose time is over.
            models.Index(fields=["kept_at"], name="kept_answer_by_age"),
        ]

    def __str__(self) -> str:
        return self.key
