"""What people and systems put where something else was expected."""

from __future__ import annotations

from typing import Any

HUGE = 10**30

TEXTS = (
    "",
    " ",
    "0",
    "-1",
    "null",
    "true",
    "\0",
    "a\0b",
    "\ud800",
    "half \udc00 of a pair",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
    "\u202eright to left\u202c, \u05e9\u05dc\u05d5\u05dd \u0645\u0631\u062d\u0628\u0627",
    "e" + "\u0301" * 50_000,
    "x" * 60_000,
    "\U0001f600" * 30_000,
    "line\nline\r\nline\u2028line\x85line\x0bline",
    "\ufeffmark",
    "\ufffe\uffff",
    "<script>alert(1)</script><b>bold & <i>unclosed",
    "<a <a <a " * 100,
    "&#0;&#xD800;&#99999999999;&nosuch;&amp;amp;",
    "<!channel> <@U123> *not bold* `code` ~gone~",
    "javascript:alert(1)",
    "https://[::1",
    "https://user:pass@shop.example:99999/\u2603?q=%zz#" + "y" * 3_000,
    "http://",
    "2026-13-45T99:99:99Z",
    "2026-03-02T09:00:00",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59.999999999+14:00",
    "at://did:plc:x/app.bsky.feed.post/",
    "../../etc/passwd",
    "%s%n{0}${x}",
    "unknown_kind",
    "1e400",
    "\u0663\u0664",
)

NUMBERS = (
    0,
    -1,
    1,
    2**31,
    -(2**31) - 1,
    2**53,
    2**63,
    -(2**63) - 1,
    2**64,
    HUGE,
    -HUGE,
    253402300800,
    -62135596801,
    0.5,
    -0.0,
    1e308,
    -1e308,
    1.7e18,
)


def nested(depth: int, *, lists: bool) -> Any:
    """A value within a value within a value."""
    value: Any = "deep"
    for _ in range(depth):
        value = [value] if lists else {"in": value}
    return value


DEEP = "as deep as nobody reads"
DEEPLY = b"[" * 2_000 + b"]" * 2_000
"""What stands for DEEP in the bytes: too deep for a value that Python copies."""

OTHERS: tuple[Any, ...] = (
    None,
    True,
    False,
    [],
    {},
    [None],
    [[]],
    [{}],
    {"": ""},
    {"id": None},
    DEEP,
    nested(100, lists=True),
    nested(100, lists=False),
    [1, "two", None, {"three": 3}],
)

CHARSETS = ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "shift_jis", "gb18030", "cp037")
BYTES = (
    b"\0",
    b"\xff",
    b"\xfe\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\r",
    b"<",
    b">",
    b"&",
    b'"',
    b"\\u0000",
    b"\\ud800",
    b"]",
    b"}",
)
