"""Mails, changed in their headers, in what their headers say of the rest, and in the rest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from tests.fuzz.oddities import TEXTS

_SMALL = st.integers(0, 2**16 - 1)
_HEADERS = (
    b"Content-Type: text/plain; charset=no-such", b"Content-Type: text/html; charset=utf-7",
    b"Content-Type: multipart/mixed", b'Content-Type: multipart/mixed; boundary=""', b"Content-Type: message/rfc822",
    b"Content-Type: multipart/report; report-type=delivery-status; boundary=x", b"Content-Type: ;;;", b"Content-Type:",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode", b"Subject: =?utf-8?b?not base64?=", b"Subject: =?no-such?q?=80=81?=",
    b"Subject: =?utf-8?q?" + b"=ff" * 500 + b"?=", b"From: ", b"From: <>", b"From: \xff\xfe <a@b>", b"From: a@b, c@d",
    b"From: \"" + b"x" * 5000, b"Date: Mon, 99 Foo 0000 99:99:99 +9999", b"Date: Thu, 1 Jan 1970 00:00:00 +99999999",
    b"Date:", b"Message-ID: <>", b"Message-ID: " + b"<m@x>" * 300, b"References: " + b"<r@x> " * 2000,
    b"In-Reply-To: \0", b"Content-Disposition: attachment; filename*=utf-8''%ff%00", b"Auto-Submitted: auto-replied",
    b"Reply-To: " + b"(" * 500, b": no name", b"no colon at all", b"Subject:\n folded\n\tand folded", b"\xff: \xff",
)  # fmt: skip


def changed_letter(draw: Callable[..., Any], body: bytes) -> bytes:
    """The mail with some changes."""
    newline = b"\r\n" if b"\r\n" in body else b"\n"
    for _ in range(draw(st.integers(0, 5))):
        head, gap, rest = body.partition(newline * 2)
        lines = head.split(newline)
        at = draw(_SMALL) % len(lines)
        match draw(st.integers(0, 6)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw(st.sampled_from(_HEADERS)))
            case 2:
                lines[at] = lines[at].partition(b":")[0] + b": " + _said(draw)
            case 3:
                lines.insert(at, lines[draw(_SMALL) % len(lines)])
            case 4:
                below = rest.split(newline)
                below.insert(draw(_SMALL) % len(below), _said(draw))
                rest = newline.join(below)
            case 5:
                below = rest.split(newline)
                below[draw(_SMALL) % len(below)] = draw(st.sampled_from(_HEADERS))
                rest = newline.join(below)
            case _:
                below = rest.split(newline)
                del below[draw(_SMALL) % len(below)]
                rest = newline.join(below)
        body = newline.join(lines) + (gap or newline * 2) + rest
    return body


def _said(draw: Callable[..., Any]) -> bytes:
    text: str = draw(st.sampled_from(TEXTS) | st.text(max_size=20))
    return text.encode(
        draw(st.sampled_from(["utf-8", "utf-16", "utf-7"])), "surrogatepass" if draw(st.booleans()) else "replace"
    )
