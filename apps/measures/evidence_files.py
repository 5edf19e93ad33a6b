"""The files of evidence on the server's disk: whether one is there, and opening it.

Whoever hands out or copies a file opens it here, so that a lost one is told in one way: to the
person as a refusal, to the operators as a line in the log.
"""

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from apps.core.errors import Missing
from apps.measures.models import Evidence

log = structlog.get_logger(__name__)


class FileMissing(Missing):
    """The evidence is on record, and its file is lost or cut off."""

    code = "file_missing"


def is_kept(piece: Evidence) -> bool:
    """Whether the file is there as long as it was handed in."""
    path = piece.stored_as
    return default_storage.exists(path) and default_storage.size(path) == piece.size


def opened(piece: Evidence) -> "File[bytes]":
    """The file to read from. Raises FileMissing where the disk has it no more, or not all of it."""
    if not is_kept(piece):
        log.error("a file of evidence is missing", evidence=piece.pk, stored_as=piece.stored_as)
        raise FileMissing(
            _(
                "“%(name)s” is on record, but its file is missing or damaged on the server."
                " Please tell the system administrator: it is evidence no. %(number)d."
            )
            % {"name": piece.name, "number": piece.pk}
        )
    return default_storage.open(piece.stored_as)
