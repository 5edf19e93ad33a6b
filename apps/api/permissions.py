"""Who is let into which part. What they may do there is asked of the field's own permissions."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from apps.accounts.models import READ, WRITE, ServiceToken
from apps.core.errors import NotAllowed


class OutOfScope(NotAllowed):
    """The token does not reach that far, whoever it belongs to."""

    code = "out_of_scope"


class LetIn(BasePermission):
    """Signed in; a program besides needs the scope of the part, to read or to write.

    A view says its `resource`, and which part writing belongs to where that is another.
    """

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user or not request.user.is_authenticated:
            return False
        if isinstance(request.auth, ServiceToken):
            self._refuse_out_of_scope(request.auth, request, view)
        return True

    def _refuse_out_of_scope(self, token: ServiceToken, request: Request, view: Any) -> None:
        resource = getattr(view, "resource", None)
        scope = f"{resource}:{READ if request.method in SAFE_METHODS else WRITE}"
        if resource is not None and scope not in token.account.scopes:
            raise OutOfScope(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})
