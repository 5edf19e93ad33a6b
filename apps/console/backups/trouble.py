"""Why a backup or a restore cannot go on, as one sentence for whoever started it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management.base import CommandError
from django.db import Error


class BackupTrouble(Exception):  # noqa: N818 - it is what the reader is told
    """Nothing was left by halves; the sentence says what to do."""


@contextmanager
def told_in_one_sentence() -> Iterator[None]:
    """What the machine or the database refuses ends the command with a sentence."""
    try:
        yield
    except BackupTrouble as trouble:
        raise CommandError(str(trouble)) from trouble
    except OSError as error:
        place = f": {error.filename}" if error.filename else ""
        raise CommandError(f"{error.strerror or error}{place}.") from error
    except Error as error:
        raise CommandError(" ".join(str(error).split())) from error
