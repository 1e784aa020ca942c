"""The pictures of the documentation: all there, by day and by night, small, and made small without harm."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

from docs.pictures.gallery import SECTIONS, TEAMS, WEB, written
from docs.pictures.palette import SIGNATURE, shrink

PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
MOST_BYTES = 4_000_000


def test_every_picture_is_there_by_day_and_by_night_and_no_other() -> None:
    names = {name for pictures in (*SECTIONS.values(), WEB) for name in pictures}
    there = {path.name for path in PICTURES.glob("*.png")}
    assert there == {f"{name}.png" for name in names} | {f"{name}-dark.png" for name in names}


def test_every_picture_of_teams_is_there_and_no_other() -> None:
    assert {path.stem for path in (PICTURES / "teams").glob("*.png")} == set(TEAMS)


def test_the_page_of_all_pictures_is_up_to_date() -> None:
    assert (PICTURES / "README.md").read_text("utf-8") == written()


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.rglob("*.png")) < MOST_BYTES


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def pixels(path: Path) -> list[bytes]:
    """The colours of a picture with a palette, one after the other."""
    file, at, found = path.read_bytes(), len(SIGNATURE), {}
    while at < len(file):
        length, kind = struct.unpack_from(">I4s", file, at)
        found[kind] = file[at + 8 : at + 8 + length]
        at += length + 12
    width, height = struct.unpack_from(">II", found[b"IHDR"])
    raw = zlib.decompress(found[b"IDAT"])
    places = [raw[row * (width + 1) + 1 + column] for row in range(height) for column in range(width)]
    return [found[b"PLTE"][3 * place : 3 * place + 3] for place in places]


def test_a_shrunk_picture_has_the_colours_it_had_whichever_filter_its_rows_used(tmp_path: Path) -> None:
    # Five rows of three pixels, each row stored by another of the five filters of the format.
    rows = [[bytes((10 * row, 40 * column, 7)) for column in range(3)] for row in range(5)]
    stored, above = b"", bytes(9)
    for kind, row in enumerate(rows):
        line = b"".join(row)
        stored += bytes([kind]) + bytes((line[i] - guess(kind, line, above, i)) & 0xFF for i in range(9))
        above = line
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 3, 5, 8, 2, 0, 0, 0))
    path = tmp_path / "picture.png"
    path.write_bytes(SIGNATURE + header + chunk(b"IDAT", zlib.compress(stored)) + chunk(b"IEND", b""))
    shrink(path)
    assert pixels(path) == [colour for row in rows for colour in row]


def guess(kind: int, line: bytes, above: bytes, at: int) -> int:
    left, up, corner = (line[at - 3], above[at], above[at - 3]) if at >= 3 else (0, above[at], 0)
    if kind == 4:
        ahead = left + up - corner
        return min((left, up, corner), key=lambda one: abs(ahead - one))
    return (0, left, up, (left + up) // 2)[kind]
