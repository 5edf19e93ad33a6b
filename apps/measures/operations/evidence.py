"""Handing in evidence, and sweeping away what no evidence refers to."""

import hashlib
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from apps.accounts.standing import UNIT_ROLES, Standing
from apps.agencies.models import Agency
from apps.audit.operations import record
from apps.core.actor import Role
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures.evidence_content import ACCEPTED, file_type, pieces_of
from apps.measures.evidence_files import is_kept
from apps.measures.models import Evidence
from apps.measures.permissions import HANDING_IN, OFFICE, may_add_scan, may_upload

STORING = 20260101
"""The lock on the stored files: shared by whoever hands one in, whole for whoever sweeps."""


@transaction.atomic
def add_evidence(
    file: "File[bytes]",
    *,
    name: str,
    agency: Agency,
    restricted: bool = False,
    by: Standing,
    at: datetime,
) -> Evidence:
    """Keep a file once, under its checksum, as evidence of the agency.

    `restricted`: it is handed in for a restricted measure, and the trail keeps its name to itself.
    Raises RuleBroken when it is empty, too large, or not what its name says.
    """
    may_upload(by).or_refuse()
    if not by.holds_for(HANDING_IN, agency):
        raise NotAllowed(_("You do not hand in evidence for this agency."))
    size = file.size or 0
    if size > settings.EVIDENCE_MAX_BYTES:
        raise RuleBroken(too_large(), field="evidence")
    content = cast(IO[bytes], file)
    kind = file_type(name, content)
    if not size:
        raise RuleBroken(_("“%(name)s” is empty.") % {"name": name}, field="evidence")
    if kind is None:
        raise RuleBroken(
            _("“%(name)s” is not accepted: its content must be one of %(kinds)s.")
            % {"name": name, "kinds": ", ".join(ACCEPTED)},
            field="evidence",
        )
    piece = Evidence(
        agency=agency,
        name=name[-200:],
        media_type=kind.media_type,
        size=size,
        sha256=_checksum(content),
        uploaded_by_id=by.person_id,
        uploaded_by_name=str(by),
        uploaded_at=at,
    )
    _store(piece, file)
    piece.save()
    changes = {"sha256": ("", piece.sha256)}
    record("measures.add_evidence", piece, by=by, at=at, changes=changes, restricted=restricted)
    return piece


def add_scan(
    file: "File[bytes]", *, name: str, restricted: bool = False, by: Standing, at: datetime
) -> Evidence:
    """Keep the scan of a paper as evidence of the supervision office that puts it on record."""
    may_add_scan(by).or_refuse()
    office = Agency.objects.filter(pk__in=by.agencies_of(OFFICE)).order_by("pk")
    return add_evidence(file, name=name, agency=office[0], restricted=restricted, by=by, at=at)


def refuse_foreign(
    evidence: Iterable[Evidence],
    by: Standing,
    *,
    roles: Collection[Role] = UNIT_ROLES,
    besides: "QuerySet[Evidence] | None" = None,
    field: str = "evidence",
) -> None:
    """Everybody uses the evidence of the agencies in which they hold one of the roles, and what
    was handed in for them besides.
    """
    foreign = {piece.pk for piece in evidence if not by.holds_for(roles, piece.agency)}
    if foreign and besides is not None:
        foreign -= set(besides.filter(pk__in=foreign).values_list("pk", flat=True))
    if foreign:
        raise RuleBroken(_("This evidence belongs to another agency."), field=field)


def _checksum(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    for piece in pieces_of(content):
        digest.update(piece)
    return digest.hexdigest()


def _store(piece: Evidence, file: "File[bytes]") -> None:
    """Keep the content once. A part that a killed server left behind is no content.

    Until the row is committed, nobody sweeps the file away.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [STORING])
    if not is_kept(piece):
        default_storage.delete(piece.stored_as)
        default_storage.save(piece.stored_as, File(file))


def sweep_evidence(*, before: datetime) -> int:
    """Delete stored files that no evidence refers to, last written before that moment.

    An upload that was refused after its file was kept leaves one. Returns how many went.
    """
    return sum(_sweep(path) for path in _stored() if _is_orphan(path, before))


def _stored() -> Iterator[str]:
    """The paths below MEDIA_ROOT: two letters of the checksum, then all of it."""
    if not default_storage.exists(""):
        return
    for folder in default_storage.listdir("")[0]:
        for name in default_storage.listdir(folder)[1]:
            yield f"{folder}/{name}"


def _is_orphan(path: str, before: datetime) -> bool:
    written = default_storage.get_modified_time(path)
    return written < before and not Evidence.objects.filter(sha256=path.partition("/")[2]).exists()


@transaction.atomic
def _sweep(path: str) -> bool:
    """Looked at once more when nobody is handing anything in: the file may be wanted again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [STORING])
    if Evidence.objects.filter(sha256=path.partition("/")[2]).exists():
        return False
    default_storage.delete(path)
    return True


def too_large() -> str:
    """The sentence for a file over the limit."""
    return _("The file is larger than %(limit)d MB.") % {
        "limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
    }
