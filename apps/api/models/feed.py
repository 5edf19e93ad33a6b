"""Change and FeedEpoch: that something changed, and since when the feed is one."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class TransactionId(models.Field):  # type: ignore[type-arg]  # not subscriptable at run time
    """PostgreSQL's xid8: which transaction wrote the row. Never the same twice in one database."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else str(value)


class CurrentTransaction(models.Func):
    """The transaction that is writing now."""

    function = "pg_current_xact_id"
    arity = 0
    output_field = TransactionId()


class Change(models.Model):
    """One row of the field was written, or left the sight of some. Database triggers write these.

    `viewers` names whom it concerns; apps/api/feed/sight.py says by which numbers. `version` is
    the row's own; of rows that have none, it is left out. Old ones are pruned.
    """

    xid = TransactionId(_("transaction"), db_default=CurrentTransaction())
    kind = models.CharField(_("kind"), max_length=20)
    row_id = models.BigIntegerField(_("row"))
    version = models.BigIntegerField(_("version"), null=True)
    is_gone = models.BooleanField(_("gone"), db_default=False)
    viewers = ArrayField(models.BigIntegerField(), verbose_name=_("whom it concerns"))
    at = models.DateTimeField(_("at"), db_default=Now())

    class Meta:
        verbose_name = _("change")
        verbose_name_plural = _("changes")
        ordering = ("xid", "id")
        indexes = [
            # The feed: what follows a place, in the order of transactions.
            models.Index(fields=["xid", "id"], name="change_in_order"),
            # Pruning: the last one that is too old.
            models.Index(fields=["at"], name="change_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id}"


class FeedEpoch(models.Model):
    """The one row that places in the feed are good for; a restored backup begins without it.

    Renewed where sight changes as a whole: an agency moves, an indicator gets another owner.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    epoch = models.UUIDField(_("epoch"))
    pruned_xid = TransactionId(_("pruned up to transaction"), default=0)
    pruned_id = models.BigIntegerField(_("pruned up to"), default=0)

    class Meta:
        verbose_name = _("epoch of the feed")
        verbose_name_plural = _("epochs of the feed")
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_epoch_of_the_feed"),
        ]

    def __str__(self) -> str:
        return str(self.epoch)
