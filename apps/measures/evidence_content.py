"""What a handed-in file really is, by its content; the name alone is not believed. Pure."""

import io
import zipfile
from dataclasses import dataclass

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"


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


def file_type(name: str, content: bytes) -> FileType | None:
    """The accepted type that both the ending and the content agree on, else None."""
    kind = ACCEPTED.get(name.rsplit(".", 1)[-1].lower()) if "." in name else None
    if kind is None:
        return None
    if not kind.signatures:
        return kind if _is_text(content) else None
    if not content.startswith(kind.signatures):
        return None
    return kind if not kind.member or _holds(content, kind.member) else None


def _is_text(content: bytes) -> bool:
    if b"\0" in content:
        return False
    return any(_decodes(content, encoding) for encoding in ("utf-8", "gb18030"))


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _holds(content: bytes, member: str) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            names = container.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    macros = any(name.lower().endswith("vbaproject.bin") for name in names)
    return member in names and not macros
