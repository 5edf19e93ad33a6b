"""The reviewer's keys: J, K, V, A, U, R, Esc, in both languages, and evidence viewed in place."""

import re
from dataclasses import replace
from decimal import Decimal
from zlib import compress, crc32

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from apps.measures import operations
from apps.measures.models import Review
from tests.conftest import Cast, an_estimate, in_progress, reported
from tests.journeys.test_every_page import barriers, overflow
from tests.journeys.visits import DESK, PHONE, Screen, Visit

REASON = "缺少验收材料"


def a_pdf() -> bytes:
    """One page that says 验收 in a Chinese font that it does not bring along, and Helvetica."""
    said = b"BT /F1 24 Tf 40 120 Td <9A8C6536> Tj ET BT /F2 18 Tf 40 60 Td (accepted) Tj ET"
    things = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 180]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R/F2 7 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(said), said),
        b"<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/UniGB-UCS2-H"
        b"/DescendantFonts[6 0 R]>>",
        b"<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(GB1)/Supplement 2>>/FontDescriptor 8 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/FontDescriptor/FontName/STSong-Light/Flags 6/FontBBox[0 -200 1000 900]"
        b"/ItalicAngle 0/Ascent 880/Descent -120/CapHeight 880/StemV 93>>",
    ]
    whole, places = b"%PDF-1.7\n", []
    for number, thing in enumerate(things, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, thing)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(things) + 1
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(whole))
    return whole + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, tail)


def a_png() -> bytes:
    """Two by three pixels, all dark."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        size, check = len(data).to_bytes(4, "big"), crc32(kind + data).to_bytes(4, "big")
        return size + kind + data + check

    head = bytes((0, 0, 0, 2, 0, 0, 0, 3, 8, 0, 0, 0, 0))
    rows = compress(b"\0\x11\x11" * 3)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def handed_in(cast: Cast, name: str, content: bytes):
    return operations.add_evidence(
        ContentFile(content),
        name=name,
        agency=cast.agencies["bureau"],
        by=cast["liaison"],
        at=cast.at(),
    )


@pytest.fixture
def waiting(cast, clause) -> list[str]:
    """Two reports that wait, the older with a text, a PDF and a picture."""
    for code in ("6.1-1", "6.1-2"):
        measure = in_progress(cast, clause, code=code, plan=an_estimate(cast))
        said = {"b.txt": "验收".encode(), "c.png": a_png(), "a.pdf": a_pdf()}
        proof = [handed_in(cast, name, content) for name, content in said.items()]
        reported(cast, measure, progress=Decimal(30), evidence=proof)
    return ["6.1-1", "6.1-2"]


def is_open(visit: Visit, code: str) -> None:
    expect(visit.page.locator("#item-title .code")).to_have_text(code)
    expect(visit.page.locator("[data-keys]")).not_to_have_attribute("hidden", "")


@pytest.mark.parametrize("screen", [Screen("zh-hans"), Screen("en")], ids=str)
def test_by_keys_alone(screen, waiting, visit):
    reviewer = visit("supervisor", screen)
    first, second = waiting
    reviewer.goto("/review/")
    keys = reviewer.page.keyboard
    is_open(reviewer, first)
    keys.press("j")
    is_open(reviewer, second)
    keys.press("k")
    is_open(reviewer, first)
    keys.press("a")
    is_open(reviewer, second)
    reviewer_said(reviewer, "Report %(number)d on %(code)s is approved.", first)
    keys.press("u")
    is_open(reviewer, first)
    assert not Review.objects.in_force().exists()
    escape_gives_the_focus_back(reviewer)
    keys.press("r")
    expect(reviewer.box("reason")).to_be_focused()
    keys.insert_text(REASON)
    keys.press("Control+Enter")
    is_open(reviewer, second)
    reviewer_said(reviewer, "Report %(number)d on %(code)s is returned.", first)
    assert Review.objects.in_force().get().reason == REASON


def escape_gives_the_focus_back(reviewer: Visit) -> None:
    """The box closes, the focus is where it was, and what was typed is kept."""
    keys, box = reviewer.page.keyboard, reviewer.box("reason")
    approve = reviewer.button("Approve")
    expect(box).to_be_hidden()
    approve.focus()
    keys.press("r")
    keys.insert_text("缺")
    keys.press("Escape")
    expect(box).to_be_hidden()
    expect(approve).to_be_focused()
    opener = reviewer.page.locator("[data-returning] summary")
    opener.click()
    expect(box).to_have_value("缺")
    box.fill("")
    keys.press("Escape")
    expect(box).to_be_hidden()
    expect(opener).to_be_focused()


def reviewer_said(reviewer: Visit, sentence: str, code: str) -> None:
    undo = reviewer.page.locator("[data-undo]")
    expect(undo).to_contain_text(reviewer.say(sentence, number=1, code=code))
    expect(undo.locator("[data-seconds]")).to_have_text(re.compile(r"^\d+$"))


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_evidence_is_read_in_place(size, waiting, visit):
    reviewer = visit("supervisor", replace(Screen("zh-hans"), size=size))
    reviewer.goto("/review/")
    is_open(reviewer, waiting[0])
    reviewer.page.keyboard.press("v")
    page = reviewer.page.locator(".piece-shown canvas")
    expect(page).to_have_attribute("aria-label", reviewer.say("Page") + " 1. 验收 accepted")
    assert page.evaluate(DRAWN)
    reviewer.page.locator("[data-view=text] summary").click()
    expect(reviewer.page.locator("pre")).to_have_text("验收")
    reviewer.page.locator("[data-view=image] summary").click()
    image = reviewer.page.locator(".piece-shown img")
    expect(image).to_have_attribute("alt", "c.png")
    assert image.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [2, 3]
    assert [*barriers(reviewer.page), *overflow(reviewer.page)] == []


DRAWN = """canvas => canvas.getContext("2d")
  .getImageData(0, 0, canvas.width, canvas.height).data
  .some((value, n) => n % 4 < 3 && value < 99)"""
"""Whether anything dark stands on the page."""
