"""JSON as networks send it: half a character in one post must not keep back the others of its page. Pure."""

from __future__ import annotations

import codecs
import re
from typing import Any

import orjson

# A pair of surrogates stays, as does everything else that is escaped; half of a pair becomes U+FFFD.
_ESCAPES = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})|\\."
)


def read_json(body: bytes) -> Any:
    """What the bytes say; raises `ValueError` when they are no JSON.

    Texts that were cut between the halves of an emoji, bytes that are no UTF-8 and a byte order mark are survived.
    """
    try:
        return orjson.loads(body)
    except ValueError:
        text = body.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
        return orjson.loads(_ESCAPES.sub(lambda match: "\\ufffd" if match[1] else match[0], text))
