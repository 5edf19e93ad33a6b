"""Evidence: what a file really is decides, not what it is called; kept once by checksum."""

import io
import zipfile
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.evidence_content import ACCEPTED, file_type
from apps.measures.models import Evidence
from tests.conftest import PDF
from tests.measures.refusals import refused

EXECUTABLE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00"
ELF = b"\x7fELF\x02\x01\x01\x00"
PNG = b"\x89PNG\r\n\x1a\n rest"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 rest"
KINDS = ", ".join(ACCEPTED)


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as container:
        for name in names:
            container.writestr(name, "x")
    return content.getvalue()


def hand_in(cast, content: bytes, name: str, *, agency="bureau", by="liaison") -> Evidence:
    return operations.add_evidence(
        ContentFile(content), name=name, agency=cast.agencies[agency], by=cast[by], at=cast.at()
    )


ACCEPTABLE = [
    ("验收报告（终稿）.pdf", PDF, "application/pdf"),
    ("UPPER.PDF", PDF, "application/pdf"),
    ("two.dots.png", PNG, "image/png"),
    ("photo.jpeg", b"\xff\xd8\xff\xe0 rest", "image/jpeg"),
    ("old.doc", OLE, "application/msword"),
    ("说明.txt", "已完成".encode(), "text/plain"),
    ("国标编码.csv", "单位,数值".encode("gb18030"), "text/csv"),
    ("sheet.xlsx", zipped("xl/workbook.xml"), ACCEPTED["xlsx"].media_type),
    ("版式.ofd", zipped("OFD.xml"), "application/ofd"),
]


@pytest.mark.parametrize(("name", "content", "media_type"), ACCEPTABLE)
def test_accepted(cast, name, content, media_type):
    piece = hand_in(cast, content, name)
    assert (piece.name, piece.media_type, piece.size) == (name, media_type, len(content))
    stored = Path(django_settings.MEDIA_ROOT) / piece.stored_as
    assert stored.read_bytes() == content


DISGUISED = [
    ("report.pdf", EXECUTABLE),
    ("photo.png", EXECUTABLE),
    ("readme.txt", EXECUTABLE),
    ("readme.txt", ELF),
    ("tool.exe", EXECUTABLE),
    ("page.html", b"<script>alert(1)</script>"),
    ("drawing.svg", b"<svg/>"),
    ("no_ending", PDF),
    (".pdf.exe", PDF),
    ("photo.png", PDF),
    ("letter.docx", zipped("anything.txt")),  # only a zip
    ("letter.docx", zipped("xl/workbook.xml")),  # another kind of document
    ("letter.docx", b"PK\x03\x04 broken"),
    ("macros.docm", zipped("word/document.xml", "word/vbaProject.bin")),
    ("macros.docx", zipped("word/document.xml", "word/vbaProject.bin")),
    ("macros.xlsx", zipped("xl/workbook.xml", "xl/VBAProject.BIN")),
    ("archive.zip", zipped("a.txt")),
    ("binary.csv", b"a,b\0c"),
    ("not_text.txt", b"\xff\xff\xff"),
]


@pytest.mark.parametrize(("name", "content"), DISGUISED)
def test_disguised_files_are_refused(cast, name, content):
    sentence = f"“{name}” is not accepted: its content must be one of {KINDS}."
    with refused(sentence, field="evidence"):
        hand_in(cast, content, name)
    assert not list(Path(django_settings.MEDIA_ROOT).glob("*/*"))


@given(
    name=st.sampled_from([f"x.{ending}" for ending in ACCEPTED]),
    start=st.sampled_from([b"", b"PK\x03\x04", PDF, OLE, zipped("word/document.xml")]),
    cut=st.integers(0, 200),
    rest=st.binary(max_size=200),
)
def test_any_content_gets_an_answer(name, start, cut, rest):
    """Broken containers are refused, never a crash."""
    kind = file_type(name, start[:cut] + rest)
    assert kind is None or kind.ending == name.removeprefix("x.")


@pytest.mark.parametrize("name", ["empty.pdf", "empty.txt", "empty"])
def test_an_empty_file_is_refused(cast, name):
    with refused(f"“{name}” is empty.", field="evidence"):
        hand_in(cast, b"", name)


def test_a_file_over_the_limit_is_refused(cast, settings):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    hand_in(cast, PDF.ljust(1024 * 1024), "just.pdf")
    with refused("The file is larger than 1 MB.", field="evidence"):
        hand_in(cast, PDF.ljust(1024 * 1024 + 1), "over.pdf")


def test_the_same_file_is_stored_once(cast):
    first, second = hand_in(cast, PDF, "a.pdf"), hand_in(cast, PDF, "b.pdf")
    assert first.stored_as == second.stored_as
    assert len(list(Path(django_settings.MEDIA_ROOT).glob("*/*"))) == 1
    assert AuditEvent.objects.filter(act="measures.add_evidence").count() == 2


def test_a_long_name_keeps_its_ending(cast):
    assert hand_in(cast, PDF, "长" * 300 + ".pdf").name.endswith("长.pdf")


def test_evidence_is_handed_in_for_ones_own_agency(cast):
    with refused("You do not hand in evidence for this agency.", kind=NotAllowed):
        hand_in(cast, PDF, "a.pdf", agency="other")
    assert hand_in(cast, PDF, "a.pdf", agency="section").agency == cast.agencies["section"]


def test_a_part_that_a_killed_server_left_behind_is_replaced(cast):
    piece = hand_in(cast, PDF, "proof.pdf")
    stored = Path(django_settings.MEDIA_ROOT) / piece.stored_as
    stored.write_bytes(PDF[:3])
    hand_in(cast, PDF, "again.pdf")
    assert stored.read_bytes() == PDF
    assert list(stored.parent.iterdir()) == [stored]
