"""Logs of the processes: put aside, packed, when they have grown, and kept for half a year."""

import contextlib
import gzip
import os
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from script.steps import Trouble

LARGEST = 20_000_000
AN_HOUR = 3600.0
A_DAY = 86400.0
SIX_MONTHS = 184


@dataclass
class Logs:
    """The folder of logs, looked at once an hour. The processes go on writing to the same files."""

    folder: Path
    days: int = 190
    looked_at: float = -AN_HOUR

    def look(self) -> None:
        """Put aside what has grown, delete what is old; a full disk is no reason to stop."""
        if time.monotonic() - self.looked_at < AN_HOUR:
            return
        self.looked_at = time.monotonic()
        for log in self.folder.glob("*.log"):
            with contextlib.suppress(OSError):
                if log.stat().st_size > LARGEST:
                    put_aside(log, at=datetime.now().astimezone())
        forget(self.folder, before=time.time() - self.days * A_DAY)


def days_kept() -> int:
    """LOG_RETENTION_DAYS, which the law wants to be six months at least."""
    said = os.environ.get("LOG_RETENTION_DAYS", str(Logs.days))
    if not said.isdecimal() or int(said) < SIX_MONTHS:
        raise Trouble(f"LOG_RETENTION_DAYS must be {SIX_MONTHS} or more: six months are kept.")
    return int(said)


def put_aside(log: Path, *, at: datetime) -> Path:
    """Pack what the log holds beside it and empty it.

    It is emptied rather than renamed: its process has it open, for appending, and goes on at its
    beginning.
    """
    packed = log.with_name(f"{log.name}.{at:%Y%m%dT%H%M%S}.gz")
    fresh = packed.with_suffix(".part")
    try:
        with log.open("r+b") as source:
            for mode in ("wb", "ab"):  # twice: for what was written while the rest was packed
                with gzip.open(fresh, mode) as target:
                    shutil.copyfileobj(source, target)
            fresh.replace(packed)
            source.truncate(0)
    finally:
        fresh.unlink(missing_ok=True)
    return packed


def forget(folder: Path, *, before: float) -> None:
    """Delete what was put aside before that moment."""
    for packed in folder.glob("*.log.*.gz"):
        with contextlib.suppress(OSError):
            if packed.stat().st_mtime < before:
                packed.unlink()
