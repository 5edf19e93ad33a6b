"""The base of every noun's addresses: lists by cursor and single rows, both from one shape."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.cache import patch_vary_headers
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.standing import Standing
from apps.api.asked import GENERAL, OF_LISTS, fields_asked, place_asked, refuse_unknown
from apps.api.authentication import standing_of
from apps.api.clock import today
from apps.api.openapi import Description, Pages
from apps.api.problems import Fault, Problem
from apps.api.shapes import Noun, shape_of
from apps.api.throttles import limit_headers
from apps.core.paging import page

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
    always: Sequence[str] = ()
    """Expandable fields that a single row has without being asked."""
    versioned: ClassVar[bool] = False
    pagination_class = Pages

    def visible(self) -> "QuerySet[Any]":
        """The rows that this caller sees at all."""
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A page of rows."""
        refuse_unknown(request.GET, {*GENERAL, *OF_LISTS, *self.filter_names(), *self.also()})
        place = place_asked(request.GET, self.orders, self.usual_order)
        shape = shape_of(self.serializer_class, self.chosen_fields())
        rows = shape.select(self.filtered(self.visible()).order_by(), today(), place.column, "pk")
        found = page(
            rows,
            place.column,
            size=place.size,
            descending=place.descending,
            after=place.after,
            before=place.before,
            key=lambda values: (values[-2], values[-1]),
        )
        return Response(
            {
                "results": shape.rows(found.rows, today()),
                "next": _address(request, "n", found.after),
                "previous": _address(request, "p", found.before),
            }
        )

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One row, or 404: what a caller may not see is not there."""
        refuse_unknown(request.GET, GENERAL)
        shape = shape_of(self.serializer_class, self.chosen_fields())
        more = ("version",) if self.versioned else ()
        values = shape.select(self.one(kwargs["pk"]), today(), *more).first()
        if values is None:
            raise Http404
        response = Response(shape.build(values, today()))
        if self.versioned:
            response.version = values[-1]  # type: ignore[attr-defined]  # read by tagged
        return response

    def one(self, pk: str) -> "QuerySet[Any]":
        """The row of that number, where this caller sees it."""
        return self.visible().order_by().filter(pk=int(pk))

    def chosen_fields(self) -> tuple[str, ...]:
        """The fields that the address asks for."""
        always = self.always if self.detail else ()
        chosen: tuple[str, ...] = fields_asked(self.request.GET, self.serializer_class, always)
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


def tagged(request: Request, response: Any) -> HttpResponseBase | None:
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
