"""JSON with half a character, a byte that is none, or a mark before it."""

from __future__ import annotations

import pytest

from integrations.json_text import read_json


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'["whole"]', ["whole"]),
        (b'["\\ud83d\\ude42"]', ["🙂"]),
        (b'["cut \\ud83d", "kept"]', ["cut \ufffd", "kept"]),
        (b'["\\ude42\\ud83d\\ude42"]', ["\ufffd🙂"]),
        (b'["\\\\ud83d"]', ["\\ud83d"]),
        (b'["\\\\\\ud83d"]', ["\\\ufffd"]),
        (b'["\xff", "kept"]', ["\ufffd", "kept"]),
        (b"\xef\xbb\xbf[1]", [1]),
    ],
)
def test_what_can_be_read_is_read(body: bytes, said: object) -> None:
    assert read_json(body) == said


@pytest.mark.parametrize("body", [b"", b"garbage", b'{"a":', b"[1,]", b"\xff\xfe[\x001\x00]\x00", b"NaN", b"[" * 5_000])
def test_what_is_no_json_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(body)
