"""Reading JSON that anybody may have written: what is nested without end is refused, halves of characters are replaced."""

from __future__ import annotations

import json
from typing import Any


def read_json(text: str | bytes) -> Any:
    """What the text says, with U+FFFD for each half of a character, which nothing can store; raises `ValueError`."""
    try:
        read = json.loads(text)
        marked = "\\ud" in text.lower() if isinstance(text, str) else b"\\ud" in text.lower()
        if marked:
            said = json.dumps(read, ensure_ascii=False)
            read = json.loads(said.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return read
