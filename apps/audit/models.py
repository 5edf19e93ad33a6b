"""AuditEvent, and the base of every table whose rows are written once."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnly(models.Model):
    """Rows that are never changed or deleted; a correction is a new row.

    The application's database role has no UPDATE, DELETE or TRUNCATE on these tables
    (`manage.py grant_application`), and the nightly seal covers them.
    """

    class Meta:
        abstract = True


class AuditEventQuerySet(models.QuerySet["AuditEvent"]):
    def about(self, subject: models.Model) -> "AuditEventQuerySet":
        """Events of one record, newest first."""
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk).order_by(
            "-id"
        )


class AuditEvent(AppendOnly):
    """Who did what to what, and what it changed. No foreign keys: it outlives its subject."""

    at = models.DateTimeField(_("at"))
    act = models.CharField(_("act"), max_length=60)
    actor_id = models.BigIntegerField(_("actor id"), null=True)
    actor_name = models.CharField(_("actor"), max_length=150)
    subject_type = models.CharField(_("subject type"), max_length=60)
    subject_id = models.BigIntegerField(_("subject id"), null=True)
    subject_label = models.CharField(_("subject"), max_length=300)
    changes = models.JSONField(_("changes"), default=dict, help_text=_("field: [old, new]"))
    note = models.TextField(_("note"), blank=True)
    restricted = models.BooleanField(
        _("restricted"),
        default=False,
        help_text=_("What it says is kept from everybody who may not see the subject."),
    )
    address = models.CharField(_("address"), max_length=45, blank=True)
    trace = models.CharField(_("request or task id"), max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        ordering = ("-id",)
        indexes = [
            # The timeline of one record: about(subject).
            models.Index(fields=["subject_type", "subject_id", "-id"], name="event_of_subject"),
            # The auditor's list by person.
            models.Index(fields=["actor_id", "-id"], name="event_by_actor"),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Seal(AppendOnly):
    """A link of one table's hash chain: the rows after the previous seal, up to `last_id`."""

    sealed_at = models.DateTimeField(_("sealed at"))
    table = models.CharField(_("table"), max_length=63)
    columns = ArrayField(models.CharField(max_length=63), verbose_name=_("columns"))
    first_id = models.BigIntegerField(_("after id"))
    last_id = models.BigIntegerField(_("up to id"))
    rows = models.PositiveBigIntegerField(_("rows"))
    digest = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ("-id",)
        constraints = [
            # A chain has one next link; also the query "last seal of this table".
            models.UniqueConstraint(fields=["table", "first_id"], name="one_next_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.last_id}"
