"""Handing in evidence."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from apps.accounts.standing import Standing
from apps.agencies.models import Agency
from apps.audit.operations import record
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures.evidence_content import ACCEPTED, file_type
from apps.measures.models import Evidence
from apps.measures.permissions import HANDING_IN, OFFICE, may_add_scan, may_upload


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
    content = file.read()
    kind = file_type(name, content)
    if not content:
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
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        uploaded_by_id=by.pk or 0,
        uploaded_by_name=str(by),
        uploaded_at=at,
    )
    _store(piece, content)
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


def _store(piece: Evidence, content: bytes) -> None:
    """Keep the content once. A part that a killed server left behind is no content."""
    path = piece.stored_as
    if default_storage.exists(path):
        if default_storage.size(path) == piece.size:
            return
        default_storage.delete(path)
    default_storage.save(path, ContentFile(content))


def too_large() -> str:
    """The sentence for a file over the limit."""
    return _("The file is larger than %(limit)d MB.") % {
        "limit": settings.EVIDENCE_MAX_BYTES // (1024 * 1024)
    }
