"""Drafting a measure: starting one from clauses, and letting it carry out more of them."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request

from apps.api.clock import now
from apps.api.nouns.acts import DoneRow, done
from apps.api.nouns.planning import CarryingOut, Drafting
from apps.api.writing import IF_MATCH, ONCE, Done, body_of, once, seen_of
from apps.measures import operations
from apps.measures.lifecycle import Action
from apps.measures.models import Measure
from apps.measures.permissions import may, may_draft


class WithDrafting:
    """The addresses by which the supervision office writes drafts."""

    standing: Any
    one: Any

    @extend_schema(request=Drafting, responses={201: DoneRow}, parameters=[ONCE], filters=False)
    def create(self, request: Request) -> HttpResponse:
        """Start a draft that carries out the clauses."""
        return once(request, lambda: self._start(request))

    @extend_schema(
        request=CarryingOut, responses=DoneRow, parameters=[IF_MATCH, ONCE], filters=False
    )
    @action(detail=True, methods=["post"], url_path="clauses", pagination_class=None)
    def add_clauses(self, request: Request, pk: str) -> HttpResponse:
        """Let the draft carry out these clauses too."""
        return once(request, lambda: self._add_clauses(request, pk))

    def _start(self, request: Request) -> Done:
        may_draft(self.standing).or_refuse()  # before anything is looked up for the caller
        said = body_of(request, Drafting)
        measure = operations.draft_measure(**said, by=self.standing, at=now())
        return Done(_said(measure), 201, measure.version, f"/api/v1/measures/{measure.pk}")

    def _add_clauses(self, request: Request, pk: str) -> Done:
        measure = get_object_or_404(self.one(pk).select_related("lead", "parent__lead"))
        may(Action.REVISE, self.standing, measure).or_refuse()
        said = body_of(request, CarryingOut)
        how = {"seen": seen_of(request), "by": self.standing, "at": now()}
        return done(operations.add_clauses(measure, **said, **how))


def _said(measure: Measure) -> dict[str, Any]:
    where = f"/api/v1/measures/{measure.pk}"
    row = {"measure": measure.pk, "state": measure.state, "version": measure.version}
    return row | {"made": where}
