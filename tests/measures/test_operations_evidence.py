"""Evidence: what a file really is decides, not what it is called; kept once by checksum."""

import hashlib
import io
import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.measures import operations
from apps.measures.evidence_content import ACCEPTED, file_type
from apps.measures.models import Evidence
from apps.measures.operations.evidence import sweep_evidence
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
    kind = file_type(name, io.BytesIO(start[:cut] + rest))
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


# --- Pieces, and what is swept away --------------------------------------------------------


class Watched(ContentFile):
    """Notes how much was asked for at once."""

    most = 0

    def read(self, size: int = -1) -> bytes:
        self.most = max(self.most, self.size if size < 0 else size)
        return self.file.read(size)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("long.pdf", PDF.ljust(3_000_000)),
        ("long.txt", "办结".encode() * 500_000),
        ("long.csv", "办结".encode("gb18030") * 700_000),
    ],
)
def test_a_long_file_is_never_read_whole(cast, name, content):
    file = Watched(content)
    how = {"agency": cast.agencies["bureau"], "by": cast["liaison"], "at": cast.at()}
    piece = operations.add_evidence(file, name=name, **how)
    assert file.most <= 64 * 1024
    assert piece.sha256 == hashlib.sha256(content).hexdigest()
    assert (Path(django_settings.MEDIA_ROOT) / piece.stored_as).read_bytes() == content


def test_old_files_without_evidence_are_swept_and_no_others(cast):
    kept = hand_in(cast, PDF, "a.pdf")
    root = Path(django_settings.MEDIA_ROOT)
    orphans = {name: root / name[:2] / name for name in ("aa" * 32, "bb" * 32)}
    for orphan in orphans.values():
        orphan.parent.mkdir(parents=True, exist_ok=True)
        orphan.write_bytes(b"refused")
    now = timezone.now()
    for old in (orphans["aa" * 32], root / kept.stored_as):
        os.utime(old, (now.timestamp() - 90_000,) * 2)
    assert sweep_evidence(before=now - timedelta(days=1)) == 1
    left = {path.name for path in root.glob("*/*")}
    assert left == {"bb" * 32, kept.sha256}


@pytest.mark.django_db(transaction=True)
def test_a_file_that_somebody_is_handing_in_again_is_not_swept(cast):
    """The sweep waits for the upload to end, and then looks once more."""
    path = Evidence(sha256=hashlib.sha256(PDF).hexdigest()).stored_as
    stored = Path(django_settings.MEDIA_ROOT) / path
    stored.parent.mkdir(parents=True)
    stored.write_bytes(PDF)
    os.utime(stored, (0, 0))
    with ThreadPoolExecutor() as pool:
        with transaction.atomic():
            hand_in(cast, PDF, "again.pdf")
            sweeping = pool.submit(_swept_elsewhere)
            assert not sweeping.done()
        assert sweeping.result(timeout=30) == 0
    assert stored.exists()


def _swept_elsewhere() -> int:
    try:
        return sweep_evidence(before=timezone.now())
    finally:
        connection.close()
