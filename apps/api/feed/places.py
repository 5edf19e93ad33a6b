"""A place in the feed, and the signed word by which a program keeps it."""

from dataclasses import dataclass

from django.core.signing import BadSignature, JSONSerializer, Signer, b64_decode
from django.utils.translation import gettext as _

from apps.api.feed.sight import Sight
from apps.api.problems import Problem, unreadable

SALT = "policytrack.feed"


@dataclass(frozen=True, order=True)
class Place:
    """Everything up to this entry is known: by transaction, then by entry."""

    xid: int
    entry: int = 0


@dataclass(frozen=True)
class Epoch:
    """What a place is good for: one database, since its last beginning anew, from `pruned` on.

    Every transaction below `horizon` has ended: nothing can appear there any more.
    """

    name: str
    pruned: Place
    horizon: int


def word_for(place: Place, epoch: Epoch, sight: Sight) -> str:
    """What the program hands back to go on from there."""
    said = [epoch.name, sight.digest, place.xid, place.entry]
    return Signer(salt=SALT).sign_object(said, compress=False)


def place_of(word: str, epoch: Epoch, sight: Sight) -> Place:
    """Where to go on. Raises Problem: 400 for no word of ours, 410 for one that is good no more."""
    try:
        name, digest, xid, entry = Signer(salt=SALT).unsign_object(word)
    except (BadSignature, ValueError, TypeError) as error:
        if _is_shaped_as_ours(word):
            raise _begun_anew() from error
        raise unreadable("cursor", _("This cursor was not given here.")) from error
    place = Place(xid, entry)
    if name != epoch.name:
        raise _begun_anew()
    if digest != sight.digest:
        raise _gone("sight_changed", _("What this program may see has changed."))
    if place < epoch.pruned:
        raise _gone("cursor_too_old", _("What followed this place is no longer kept."))
    return place


def _is_shaped_as_ours(word: str) -> bool:
    """Signed with a key we have not: a backup was restored to another server."""
    try:
        said = JSONSerializer().loads(b64_decode(word.rpartition(":")[0].encode()))
    except ValueError:
        return False
    return isinstance(said, list) and [type(part) for part in said] == [str, str, int, int]


def _begun_anew() -> Problem:
    return _gone("feed_restarted", _("The feed began anew, after a restore or a change of sight."))


def _gone(code: str, why: str) -> Problem:
    begin = _("Ask without a cursor, load every list again, and go on from there.")
    return Problem(410, code, f"{why} {begin}")
