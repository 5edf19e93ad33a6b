"""The file of a backup: a ZIP with the database, the evidence, and a manifest written last.

database.dump        pg_dump's custom format
evidence/<sha-256>   each file of evidence once
manifest.json        what made it, and size and SHA-256 of everything above
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO

from apps.console.backups.trouble import BackupTrouble

FORMAT = 1
DATABASE = "database.dump"
MANIFEST = "manifest.json"
EVIDENCE = re.compile(r"evidence/([0-9a-f]{64})")
PIECE = 1 << 20


@dataclass(frozen=True)
class Content:
    """What one file of the archive holds."""

    size: int
    sha256: str


@dataclass
class Manifest:
    """What a backup was made of; `postgres` is the version of the pg_dump that read it.

    `roles` held rights beside the owner; `missing` is evidence that the store had lost or spoilt.
    """

    made_at: str
    postgres: int
    key: str
    migrations: list[str]
    roles: list[str]
    missing: list[str] = field(default_factory=list)
    files: dict[str, Content] = field(default_factory=dict)

    @property
    def evidence(self) -> Mapping[str, Content]:
        """The files of evidence that were sound, by checksum."""
        found = ((EVIDENCE.fullmatch(name), content) for name, content in self.files.items())
        return {m[1]: content for m, content in found if m and m[1] == content.sha256}

    def as_json(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1)

    @classmethod
    def of(cls, text: bytes) -> "Manifest":
        """Raises BackupTrouble unless it is one that this version reads."""
        said = json.loads(text)
        if said.pop("format") != FORMAT:
            raise BackupTrouble("This backup was made by a newer version: install that one first.")
        files = {name: Content(**content) for name, content in said.pop("files").items()}
        return cls(**said, files=files)


def add(archive: zipfile.ZipFile, name: str, source: IO[bytes]) -> Content:
    """Copy a stream into the archive; what was written, by size and checksum."""
    with archive.open(name, "w", force_zip64=True) as target:
        return _copied(source, target)


def copy(archive: zipfile.ZipFile, name: str, target: IO[bytes]) -> None:
    """Copy one file of the archive out of it."""
    with archive.open(name) as source:
        _copied(source, target)


def opened(path: Path) -> zipfile.ZipFile:
    """The archive, to be read. Raises BackupTrouble when it is none."""
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, EOFError) as error:
        raise BackupTrouble(f"{path} is no backup, or was cut off while it was copied.") from error


def verified(archive: zipfile.ZipFile) -> Manifest:
    """The manifest, once everything that it names was read and is what it says.

    Raises BackupTrouble naming the first file that is damaged, missing or one too many.
    """
    try:
        manifest = Manifest.of(archive.read(MANIFEST))
    except (KeyError, ValueError, TypeError, zipfile.BadZipFile) as error:
        raise BackupTrouble(
            "The file is no backup of policytrack: its manifest is missing."
        ) from error
    if strange := set(archive.namelist()) ^ {MANIFEST, *manifest.files}:
        raise BackupTrouble(f"The backup is damaged: {min(strange)} is missing or one too many.")
    for damaged in _damaged(archive, manifest):
        raise BackupTrouble(f"The backup is damaged: {damaged} is not what was written.")
    return manifest


def _damaged(archive: zipfile.ZipFile, manifest: Manifest) -> Iterator[str]:
    for name, content in manifest.files.items():
        known = name == DATABASE or EVIDENCE.fullmatch(name)
        if not known or _read(archive, name) != content:
            yield name


def _read(archive: zipfile.ZipFile, name: str) -> Content | None:
    try:
        with archive.open(name) as source:
            return _copied(source)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError):
        return None


def _copied(source: IO[bytes], target: IO[bytes] | None = None) -> Content:
    digest, size = hashlib.sha256(), 0
    while piece := source.read(PIECE):
        digest.update(piece)
        size += len(piece)
        if target:
            target.write(piece)
    return Content(size, digest.hexdigest())
