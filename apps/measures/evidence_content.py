"""What a handed-in file really is, by its content; the name alone is not believed.

Files are read piece by piece: however many come at once, none stands in memory whole.
"""

import codecs
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
LONGEST_SIGNATURE = 16
PIECE = 64 * 1024


@dataclass(frozen=True)
class FileType:
    """A kind of file that is accepted: its ending, media type and how its content begins.

    `member` names a file that a ZIP container of this type must hold.
    """

    ending: str
    media_type: str
    signatures: tuple[bytes, ...] = ()
    member: str = ""


_OFFICE = "application/vnd.openxmlformats-officedocument"
ACCEPTED = {
    kind.ending: kind
    for kind in (
        FileType("pdf", "application/pdf", (b"%PDF-",)),
        FileType("ofd", "application/ofd", (ZIP,), "OFD.xml"),
        FileType("docx", f"{_OFFICE}.wordprocessingml.document", (ZIP,), "word/document.xml"),
        FileType("xlsx", f"{_OFFICE}.spreadsheetml.sheet", (ZIP,), "xl/workbook.xml"),
        FileType("pptx", f"{_OFFICE}.presentationml.presentation", (ZIP,), "ppt/presentation.xml"),
        FileType("doc", "application/msword", (OLE,)),
        FileType("xls", "application/vnd.ms-excel", (OLE,)),
        FileType("ppt", "application/vnd.ms-powerpoint", (OLE,)),
        FileType("wps", "application/vnd.ms-works", (OLE,)),
        FileType("png", "image/png", (b"\x89PNG\r\n\x1a\n",)),
        FileType("jpg", "image/jpeg", (b"\xff\xd8\xff",)),
        FileType("jpeg", "image/jpeg", (b"\xff\xd8\xff",)),
        FileType("txt", "text/plain"),
        FileType("csv", "text/csv"),
    )
}


def pieces_of(file: IO[bytes]) -> Iterator[bytes]:
    """The whole content from its beginning, a piece at a time."""
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def file_type(name: str, file: IO[bytes]) -> FileType | None:
    """The accepted type that both the ending and the content agree on, else None."""
    kind = ACCEPTED.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None
    if kind is None:
        return None
    if not kind.signatures:
        return kind if _is_text(file) else None
    file.seek(0)
    if not file.read(LONGEST_SIGNATURE).startswith(kind.signatures):
        return None
    return kind if not kind.member or _holds(file, kind.member) else None


def _is_text(file: IO[bytes]) -> bool:
    return any(_decodes(file, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces_of(file):
            if b"\0" in piece:
                return False
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _holds(file: IO[bytes], member: str) -> bool:
    try:
        with zipfile.ZipFile(file) as container:
            names = container.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return member in names and not macros
