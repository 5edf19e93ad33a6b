"""The base of every noun's addresses: lists by cursor and single rows, both from one shape."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.standing import Standing
from apps.api.asked import (
    AS_OF,
    GENERAL,
    OF_LISTS,
    day_asked,
    fields_asked,
    place_asked,
    refuse_unanswerable,
    refuse_unknown,
)
from apps.api.authentication import standing_of
from apps.api.clock import today
from apps.api.openapi import Description, Pages
from apps.api.problems import Fault, Problem
from apps.api.shapes import Noun, Row, shape_of
from apps.api.throttles import limit_headers
from apps.core.paging import page
from apps.dashboards.days import Day
from apps.dashboards.row_versions import at_end_of

NUMBER = "[0-9]{1,18}"


class ApiView(viewsets.GenericViewSet[Any]):
    """What every address has in common: limits said, answers tagged, never kept by others."""

    resource: ClassVar[str | None] = None
    schema = Description()
    lookup_value_regex = NUMBER
    queryset = None

    @property
    def standing(self) -> Standing:
        return standing_of(self.request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kw: Any) -> Any:
        finished = super().finalize_response(request, response, *args, **kw)
        for name, value in limit_headers(request).items() if isinstance(request, Request) else ():
            finished.headers[name] = value
        finished.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(finished, ["Accept", "Accept-Language", "Authorization", "Cookie"])
        if isinstance(finished, Response) and request.method in ("GET", "HEAD"):
            finished.add_post_render_callback(lambda made: tagged(request, made))
        return finished


class NounView(ApiView):
    """Reading one noun. A subclass says which rows, in which shape, order and by which filters."""

    serializer_class: type[Noun]
    orders: ClassVar[Mapping[str, str]] = {"id": "pk"}
    """Name of an order → its column, which is never NULL."""
    usual_order: ClassVar[str] = "id"
    filterset: ClassVar[Any] = None
    not_then: ClassVar[Sequence[str]] = ("q",)
    """Filters that a day that is over cannot be asked by."""
    always: Sequence[str] = ()
    """Expandable fields that a single row has without being asked."""
    versioned: ClassVar[bool] = False
    versions: ClassVar[str] = ""
    """The history that a day that is over is read from (ADR 0006)."""
    dated: ClassVar[bool] = False
    """Whether it is known without one what there was on such a day."""
    pagination_class = Pages

    @property
    def serializer_then(self) -> type[Noun]:
        return self.serializer_class

    def visible(self) -> "QuerySet[Any]":
        """The rows that this caller sees at all."""
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows."""
        known = {*GENERAL, *OF_LISTS, *self.filter_names(), *self.also()}
        refuse_unknown(request.GET, known | self.days_known())
        place = place_asked(request.GET, self.orders_of_day(), self.usual_order)
        shape = shape_of(self.shown(), self.chosen_fields())
        on = self.day.on
        seen = self.filtered(self.visible_then() if self.day.is_past else self.visible())
        number = "pgh_obj_id" if self.day.is_past and self.versions else "pk"
        rows = shape.select(seen.order_by(), on, place.column, number)
        found = page(
            rows,
            place.column,
            size=place.size,
            descending=place.descending,
            after=place.after,
            before=place.before,
            key=lambda values: (values[-2], values[-1]),
            number=number,
        )
        return Response(
            {
                "results": self.finished(shape.rows(found.rows, on)),
                "next": _address(request, "n", found.after),
                "previous": _address(request, "p", found.before),
            }
        )

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row, or 404: what a caller may not see is not there."""
        refuse_unknown(request.GET, {*GENERAL, *self.days_known()})
        shape = shape_of(self.shown(), self.chosen_fields())
        has_version, on = self.versioned and not self.day.is_past, self.day.on
        more = ("version",) if has_version else ()
        row = self.one_then(kwargs["pk"]) if self.day.is_past else self.one(kwargs["pk"])
        values = shape.select(row, on, *more).first()
        if values is None:
            raise Http404
        (found,) = self.finished([shape.build(values, on)])
        response = Response(found)
        if has_version:
            response.version = values[-1]  # type: ignore[attr-defined]  # read by tagged
        return response

    # --- As it stood at the end of a day that is over ---------------------------------------

    @cached_property
    def day(self) -> Day:
        """The day that reading is about; acts know today only."""
        asked = self.request.GET if self.action in ("list", "retrieve") else QueryDict()
        return day_asked(asked, today())

    def days_known(self) -> set[str]:
        return {AS_OF} if self.dated or self.versions else set()

    def visible_then(self, ids: Any = None) -> "QuerySet[Any]":
        """The versions of that day of the rows that this caller sees; or what is dated itself.

        Of a few rows, given by their `ids`, without going through everybody's versions.
        """
        if not self.versions:
            return self.visible()
        mine = self.visible().order_by().values("pk")
        return at_end_of(self.day.on, self.versions, ids=ids).filter(pgh_obj_id__in=mine)

    def one_then(self, pk: str) -> "QuerySet[Any]":
        if not self.versions:
            return self.one(pk)
        return self.visible_then([int(pk)]).order_by()

    def shown(self) -> type[Noun]:
        """What rows of the day say."""
        return self.serializer_then if self.day.is_past else self.serializer_class

    def orders_of_day(self) -> Mapping[str, str]:
        """A version's own number is not its row's."""
        if not (self.day.is_past and self.versions):
            return self.orders
        return {**self.orders, "id": "pgh_obj_id"}

    # --- What the address asks for ----------------------------------------------------------

    def finished(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows with what is worked out for all of them at once."""
        return rows

    def one(self, pk: str) -> "QuerySet[Any]":
        """The row of that number, where this caller sees it."""
        return self.visible().order_by().filter(pk=int(pk))

    def chosen_fields(self) -> tuple[str, ...]:
        """The fields that the address asks for."""
        always = self.always if self.detail else ()
        chosen: tuple[str, ...] = fields_asked(self.request.GET, self.shown(), always)
        return chosen

    def also(self) -> Sequence[str]:
        """Parameters of the list that are no filters."""
        return ()

    def filter_names(self) -> Sequence[str]:
        return tuple(self.filterset.base_filters) if self.filterset else ()

    def filtered(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """The rows that the filters find; a value that cannot be meant is a problem."""
        names = self.filter_names()
        if not any(name in names for name in self.request.GET):
            return rows
        if self.day.is_past:
            refuse_unanswerable(self.request.GET, self.not_then)
        chosen = self.made_filter(rows)
        if errors := chosen.form.errors:
            raise _bad_filters(errors.get_json_data())
        found: QuerySet[Any] = chosen.qs
        return found

    def made_filter(self, rows: "QuerySet[Any]") -> Any:
        return self.filterset(self.request.GET, queryset=rows)


def _bad_filters(errors: Mapping[str, Any]) -> Problem:
    code = "invalid_parameter"
    faults = [Fault(name, code, one["message"]) for name, each in errors.items() for one in each]
    return Problem(400, code, " ".join(str(fault.detail) for fault in faults), faults=faults)


def _address(request: Request, way: str, key: str) -> str | None:
    if not key:
        return None
    query = request.GET.copy()
    query["cursor"] = f"{way}.{key}"
    return request.build_absolute_uri(f"{request.path}?{query.urlencode()}")


def tagged(request: HttpRequest | Request, response: Any) -> HttpResponseBase | None:
    """The ETag: of a row with a version “12-abcd”, else weak; 304 where the caller has it already.

    If-Match looks at the version alone: a light may turn without anybody having acted.
    """
    if response.status_code != 200:
        return None
    digest = hashlib.sha256(response.content).hexdigest()[:16]
    version = getattr(response, "version", None)
    tag = f'W/"{digest}"' if version is None else f'"{version}-{digest}"'
    response.headers["ETag"] = tag
    if not _has_it(request.headers.get("If-None-Match", ""), tag):
        return None
    unchanged = HttpResponse(status=304, headers=response.headers)
    del unchanged.headers["Content-Type"]
    return unchanged


def _has_it(said: str, tag: str) -> bool:
    bare = tag.removeprefix("W/")
    return any(each.strip().removeprefix("W/") in (bare, "*") for each in said.split(",") if each)
