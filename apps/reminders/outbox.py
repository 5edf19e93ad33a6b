"""The folder that takes the mails where no mail server is named, and looking into it."""

import os
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage as OutgoingMessage
from django.core.mail.backends.base import BaseEmailBackend

SUFFIX = ".eml"
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.@_-]{0,200}\.eml")
UNFIT = re.compile(r"[^A-Za-z0-9.@_-]+")


@dataclass(frozen=True)
class Letter:
    """One mail of the folder. `name` asks for it again."""

    name: str
    written_at: datetime
    recipient: str
    subject: str
    message_id: str
    text: str
    html: str


class FileOutbox(BaseEmailBackend):
    """Django's mail backend that writes one file per mail, named after its Message-ID.

    A mail that is sent again with the same Message-ID replaces itself.
    """

    def send_messages(self, email_messages: Sequence[OutgoingMessage]) -> int:
        for each in email_messages:
            message = each.message()
            _write(_file_name(str(message["Message-ID"])), message.as_bytes())
        return len(email_messages)


def in_use() -> bool:
    """Whether this installation puts its mails into the folder."""
    return f"{FileOutbox.__module__}.{FileOutbox.__qualname__}" == settings.EMAIL_BACKEND


def letters(*, most: int = 100) -> list[Letter]:
    """What was written last, newest first."""
    newest = sorted(_files(), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_letter(path) for path in newest[:most]]


def letter(name: str) -> Letter | None:
    """One mail by its name; None when there is none."""
    path = _folder() / name
    return _letter(path) if NAME.fullmatch(name) and path.is_file() else None


def prune(*, before: datetime) -> int:
    """Delete the mails written before that moment; how many they were."""
    count = 0
    for path in _files():
        with suppress(FileNotFoundError):  # another one prunes as well
            if path.stat().st_mtime < before.timestamp():
                path.unlink()
                count += 1
    return count


def _folder() -> Path:
    return Path(settings.MAIL_OUTBOX_DIR)


def _files() -> Iterator[Path]:
    return (path for path in _folder().glob(f"*{SUFFIX}") if NAME.fullmatch(path.name))


def _file_name(message_id: str) -> str:
    return UNFIT.sub("", message_id).lstrip(".@_-")[:200] + SUFFIX


def _write(name: str, content: bytes) -> None:
    """Complete or not at all: written beside, then renamed. Nobody else may read it."""
    _folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor, fresh = tempfile.mkstemp(dir=_folder())
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(fresh).replace(_folder() / name)


def _letter(path: Path) -> Letter:
    message: Any = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Letter(
        name=path.name,
        written_at=datetime.fromtimestamp(path.stat().st_mtime, tz=UTC),
        recipient=str(message["To"]),
        subject=str(message["Subject"]),
        message_id=str(message["Message-ID"]),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""
