"""Clause: a numbered part of a policy's text."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from apps.agencies.models import NaturalKey, Sourced, in_language
from apps.audit.history import tracked
from apps.core.search import InitialsField, Searchable
from apps.policies.models.policy import Policy

PARTS = """
    WITH RECURSIVE clauses (id, parent_id) AS ({text}), parts (id) AS (
        SELECT %s::bigint
        UNION
        SELECT clauses.id FROM clauses JOIN parts ON clauses.parent_id = parts.id
    )
    SELECT id FROM parts
"""


class ClauseQuerySet(NaturalKey, Searchable["Clause"]):
    search_columns = ("heading", "heading_en", "initials", "text")

    def in_force(self) -> "ClauseQuerySet":
        """Those that the policy's text still has."""
        return self.filter(retired_on__isnull=True)

    def with_parts(self, pk: int) -> RawSQL:
        """The ids of the clause and of its parts, however deep, that are in force.

        For `__in`: no query of its own.
        """
        return within(self.in_force().values_list("pk", "parent_id"), pk)


def within(text: "models.QuerySet[Any, Any]", pk: int) -> RawSQL:
    """The ids of a clause and of its parts, however deep, for `__in`. `text` gives the id and the
    parent's id of every clause there is; what it leaves out is no part, nor is what is below that.
    """
    sql, said = text.order_by().query.sql_with_params()
    return RawSQL(PARTS.format(text=sql), (*said, pk))


@tracked()
class Clause(Sourced):
    """A numbered part of a policy's text: chapter, article, item. An empty heading is unknown.

    A part that a newer text leaves out is retired, not deleted: measures may carry it out.
    """

    class Actionable(models.TextChoices):
        YES = "YES", _("Actionable")
        NO = "NO", _("Not actionable")
        UNKNOWN = "UNKNOWN", _("Not known")

    policy = models.ForeignKey(
        Policy, models.PROTECT, related_name="clauses", verbose_name=_("policy")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    code = models.CharField(_("code"), max_length=40, unique=True)
    position = models.PositiveIntegerField(_("order"))
    number = models.CharField(_("number as printed"), max_length=20, blank=True)
    heading = models.CharField(_("heading"), max_length=300, blank=True)
    heading_en = models.CharField(_("English heading"), max_length=300, blank=True)
    initials = InitialsField("heading")
    text = models.TextField(_("text"), blank=True)
    actionable = models.CharField(
        _("actionable"), max_length=7, choices=Actionable, default=Actionable.UNKNOWN
    )
    retired_on = models.DateField(_("no longer in force since"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = ClauseQuerySet.as_manager()

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        ordering = ("policy_id", "position", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "position"],
                name="one_clause_a_place",
                deferrable=models.Deferrable.IMMEDIATE,  # a whole text is put in order at once
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="clause_not_in_itself"
            ),
        ]
        indexes = [
            # matching(words)
            ClauseQuerySet.words_index("clause_words"),
        ]

    def __str__(self) -> str:
        heading = in_language(self.heading, self.heading_en) or str(_("To be entered"))
        return f"{self.number} {heading}".strip()
