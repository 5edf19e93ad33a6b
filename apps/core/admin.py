"""The admin site: a place, not a role. Who may do what there is decided by roles."""

from collections.abc import Collection
from typing import Any, cast

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from apps.core.actor import Actor, Role

AT_HOME = (Role.SUPERVISOR, Role.DIRECTOR, Role.ADMINISTRATOR, Role.AUDITOR)
"""The roles that work in the admin."""


class Site(admin.AdminSite):
    site_header = "policytrack"
    site_title = "policytrack"
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and any(actor_of(request).holds(role) for role in AT_HOME)


def actor_of(request: HttpRequest) -> Actor:
    """The signed-in person, as the accounts middleware attached it."""
    return cast(Actor, request.standing)  # type: ignore[attr-defined]  # set by StandingMiddleware


class RoleAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rights by role: `readers` may look, `keepers` may also add and change. Nobody deletes."""

    readers: Collection[Role] = AT_HOME
    keepers: Collection[Role] = ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.readers)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.readers)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._holds(request, self.keepers)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._holds(request, self.keepers)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _holds(self, request: HttpRequest, roles: Collection[Role]) -> bool:
        return any(actor_of(request).holds(role) for role in roles)
