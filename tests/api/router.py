"""Every address of the interface with its methods, as the URL resolver knows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern

from apps.api import urls

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Endpoint:
    """A method of an address below /api/v1/; `{pk}` stands for a row's number."""

    method: str
    address: str

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def noun(self) -> str:
        return self.address.partition("/")[0]

    @property
    def is_of_one(self) -> bool:
        return "{pk}" in self.address


def endpoints() -> list[Endpoint]:
    """In the order of the router."""
    return [
        Endpoint(method.upper(), address)
        for address, view in _addresses(urls.urlpatterns)
        for method in _methods(view)
    ]


def _addresses(patterns: Any, above: str = "") -> Iterator[tuple[str, Any]]:
    for each in patterns:
        place = above + _plain(str(each.pattern))
        if isinstance(each, URLPattern):
            yield place, each.callback
        else:
            yield from _addresses(each.url_patterns, place)


def _plain(pattern: str) -> str:
    """^measures/(?P<pk>[0-9]{1,18})/report$ → measures/{pk}/report."""
    named = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", pattern)
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", named).strip("^$").replace("\\Z", "")


def _methods(view: Any) -> list[str]:
    if actions := getattr(view, "actions", None):
        return [method for method in METHODS if method in actions]
    kind = getattr(view, "view_class", None)
    return [method for method in METHODS if hasattr(kind, method)] if kind else ["get"]
