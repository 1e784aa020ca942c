"""Bytes of a mail as text, whatever their label says. Pure.

Labels are wrong, unknown or missing often enough that browsers have rules for it (https://encoding.spec.whatwg.org/);
these are the ones that matter for mail.
"""

from __future__ import annotations

import codecs

_TAKEN_FOR = {
    # The label says less than what is really in use.
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
_SINGLE_BYTES = frozenset({
    *(f"cp{page}" for page in (437, 850, 852, 855, 862, 866, 874, *range(1250, 1259))),
    *(f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic",
})  # fmt: skip
_READ = _SINGLE_BYTES | {
    "utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-16-le", "utf-32",
    "gb18030", "hz", "big5hkscs", "cp932", "cp949", "euc_jp", "iso2022_jp_ext", "iso2022_kr",
}  # fmt: skip
"""What is read. UTF-7 is not: it hides markup, and nothing needs it; nor are the codecs that are none of text."""

_OTHER_NAMES = {"ks_c_5601-1987": "cp949", "x-sjis": "cp932", "x-gbk": "gb18030", "cp-850": "cp850", "utf8mb4": "utf-8"}


def decoded(data: bytes, label: str | None = None) -> str:
    """The text; what cannot be read becomes `�`, and so does NUL."""
    return _text(data, _codec(label)).replace("\0", "\ufffd")


def _codec(label: str | None) -> str | None:
    """Python's name of what the label means; None where it means nothing that we read."""
    name = (label or "").strip().strip("\"'").lower()[:40]
    try:
        known = codecs.lookup(_OTHER_NAMES.get(name, name.replace("windows-", "cp"))).name
    except (LookupError, ValueError):
        return None
    known = _TAKEN_FOR.get(known, known)
    return known if known in _READ else None


def _text(data: bytes, codec: str | None) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return data.decode("utf-8-sig", "replace")
    if codec is None or (codec in _SINGLE_BYTES and codec.startswith("cp125")):
        # Text of another kind is hardly ever UTF-8 by chance.
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode(codec or "cp1252", "replace")
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return _mislabelled(data, codec)


def _mislabelled(data: bytes, codec: str) -> str:
    """A damaged text keeps its label; one that is mostly damage was labelled wrongly."""
    damaged = data.decode(codec, "replace")
    if codec not in {"utf-8", "utf-8-sig"}:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return damaged
    letters = sum(1 for letter in damaged if letter > "\x7f")
    return damaged if damaged.count("\ufffd") * 4 <= letters else data.decode("cp1252", "replace")
