"""Small files that really are what their names say, for the demo's evidence. Pure."""

import struct
import zlib

# A4 in points; STSong-Light is one of the fonts that every PDF reader provides for Chinese.
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H "
    b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> "
    b"/FontDescriptor 6 0 R >>] >>"
)
_LOOKS = (
    b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -200 1000 900] "
    b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
)


def content_of(name: str, lines: list[str]) -> bytes:
    """A page with the lines on it, or a picture, by the ending of the name."""
    return picture(len("".join(lines))) if name.endswith(".png") else page(lines)


def page(lines: list[str]) -> bytes:
    """A PDF of one page."""
    drawn = b"\n".join(_line(n, text) for n, text in enumerate(lines))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R "
        b"/Resources << /Font << /F1 4 0 R >> >> >>",
        _FONT,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn),
        _LOOKS,
    ]
    return _with_index(objects)


def picture(seed: int) -> bytes:
    """A PNG of 320 × 180 pixels: bars whose heights follow from the seed."""
    width, height = 320, 180
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # this row is not filtered
        for x in range(width):
            rises = 30 + (x // 40 * seed * 7 + seed * 13) % 120
            filled = x % 40 > 8 and height - y < rises
            rows += b"\x2f\x6f\xb0" if filled else b"\xf4\xf6\xf8"
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def _line(number: int, text: str) -> bytes:
    size, top = (18, 770) if number == 0 else (12, 760)
    hexadecimal = text.encode("utf-16-be").hex().upper().encode()
    return b"BT /F1 %d Tf 72 %d Td <%s> Tj ET" % (size, top - number * 28, hexadecimal)


def _with_index(objects: list[bytes]) -> bytes:
    """The objects as a file, with the table of where each of them begins."""
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n%strailer\n" % (count, table)
    return bytes(out) + b"<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        count,
        out.index(b"xref\n"),
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)
