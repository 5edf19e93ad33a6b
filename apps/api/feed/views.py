"""GET /api/v1/changes."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.accounts.models import Resource, ServiceToken
from apps.api.asked import refuse_unknown
from apps.api.feed.places import Place, place_of, word_for
from apps.api.feed.reading import current_epoch, entries_after
from apps.api.feed.sight import KINDS, Sight
from apps.api.problems import Problem, unreadable
from apps.api.views import ApiView
from apps.core.typed import whole_number

USUAL, LARGEST = 500, 5000


class EntryRow(serializers.Serializer[Any]):
    """A row was written, or left this program's sight: then reading it at `href` answers 404.

    `sequence` names the entry and is not its order; `version` is the row's, or a number that is
    higher with each change.
    """

    sequence = serializers.IntegerField()
    type = serializers.ChoiceField(choices=list(KINDS))
    id = serializers.IntegerField()
    version = serializers.IntegerField()
    gone = serializers.BooleanField()
    href = serializers.CharField()


class ChangesRow(serializers.Serializer[Any]):
    """Entries, and the `cursor` to go on from. Without one: `types`, the lists to be loaded."""

    results = EntryRow(many=True)
    cursor = serializers.CharField()
    has_more = serializers.BooleanField()
    types = serializers.DictField(child=serializers.CharField(), required=False)


class Changes(ApiView):
    """What changed since a place in the feed, for programs."""

    resource = Resource.CHANGES
    serializer_class = ChangesRow

    @extend_schema(
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("limit", int)],
        responses=ChangesRow,
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Entries after the cursor. Without one: the place of now, and what lists there are."""
        refuse_unknown(request.GET, {"cursor", "limit", "format"})
        limit, sight = _size(request), self._sight(request)
        epoch, word = current_epoch(), request.GET.get("cursor")
        if word is None:
            cursor = word_for(Place(epoch.horizon), epoch, sight)
            said = {"results": [], "cursor": cursor, "has_more": False}
            return Response(said | {"types": sight.lists})
        found = entries_after(place_of(word, epoch, sight), epoch, sight, limit=limit + 1)
        shown, more = found[:limit], len(found) > limit
        # With nothing left below the horizon, it is where to go on: no entry is looked at twice.
        place = shown[-1].place if more else Place(epoch.horizon)
        rows = [entry.as_row() for entry in shown]
        cursor = word_for(place, epoch, sight)
        return Response({"results": rows, "cursor": cursor, "has_more": more})

    def _sight(self, request: Request) -> Sight:
        if not isinstance(request.auth, ServiceToken):
            raise Problem(403, "programs_only", _("The feed is for programs: sign in by a token."))
        return Sight.of(request.auth.account, self.standing)


def _size(request: Request) -> int:
    said = request.GET.get("limit")
    size = USUAL if said is None else whole_number(said)
    if not 0 < size <= LARGEST:
        raise unreadable("limit", _("From 1 to %(most)d rows.") % {"most": LARGEST})
    return size
