"""Every row of the field as it lies in the database, for tests that judge from rows alone."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connection, models

from apps.agencies.models import Agency
from apps.audit.models import AppendOnly, AuditEvent

Row = dict[str, Any]


def field_tables() -> list[type[models.Model]]:
    """The tables of measures, without the row history, and the audit trail."""
    here = apps.get_app_config("measures").get_models()
    return [*(model for model in here if not hasattr(model, "pgh_tracked_model")), AuditEvent]


def append_only() -> set[str]:
    return {model.__name__ for model in field_tables() if issubclass(model, AppendOnly)}


@dataclass(frozen=True)
class Rows:
    """All rows by table and primary key, at one moment."""

    tables: dict[str, dict[Any, Row]]

    @classmethod
    def now(cls) -> "Rows":
        with connection.cursor() as cursor:
            # What the end of the transaction would refuse is refused here.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        return cls({model.__name__: _rows(model) for model in field_tables()})

    def of(self, table: str, **where: Any) -> list[Row]:
        """Rows of a table with these values, in order of their keys."""
        rows = self.tables[table].values()
        return [row for row in rows if all(row[c] == value for c, value in where.items())]

    def get(self, table: str, pk: Any) -> Row:
        return self.tables[table][pk]

    @property
    def measures(self) -> list[Row]:
        return self.of("Measure")

    @cached_property
    def paths(self) -> dict[int, list[int]]:
        """Of each agency: itself and all above it, by their parents."""
        parents = dict(Agency.objects.values_list("pk", "parent_id"))
        return {pk: _upwards(pk, parents) for pk in parents}

    def reviews_of(self, report: Row) -> list[Row]:
        return self.of("Review", report_id=report["id"])

    def verdict(self, report: Row) -> Row | None:
        """The review in force."""
        reviews = self.reviews_of(report)
        taken_back = {review["withdraws_id"] for review in reviews}
        standing = [r for r in reviews if r["outcome"] != "WITHDRAWN" and r["id"] not in taken_back]
        assert len(standing) <= 1, "two verdicts on one report"
        return standing[0] if standing else None

    def decision(self, request: Row) -> Row | None:
        """The one that ended it."""
        found = self.of("Decision", request_id=request["id"])
        final = [row for row in found if row["outcome"] in ("GRANTED", "REFUSED")]
        assert len(final) <= 1, "decided twice"
        return final[0] if final else None

    def waiting(self, measure: Row) -> list[Row]:
        asked = self.of("Request", measure_id=measure["id"])
        return [request for request in asked if self.decision(request) is None]

    def children(self, measure: Row) -> list[Row]:
        return self.of("Measure", parent_id=measure["id"])


def _rows(model: type[models.Model]) -> dict[Any, Row]:
    return {row[model._meta.pk.attname]: row for row in model.objects.order_by("pk").values()}


def _upwards(pk: int | None, parents: dict[int, int | None]) -> list[int]:
    return [] if pk is None else [pk, *_upwards(parents[pk], parents)]
