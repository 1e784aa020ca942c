"""An entry for a CRM as text: what it says, its links, and the line by which it is found again. Pure."""

from __future__ import annotations

import hashlib
from html import escape

from bot.domain.record import Activity


def clean(text: str) -> str:
    """Without what a database cannot keep: NUL and half characters."""
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def marker(key: str) -> str:
    """The line that holds our key, where the CRM has no field for it."""
    return f"Baton: {' '.join(clean(key).split())}"


def is_marked(text: str, key: str) -> bool:
    """Whether one of the lines is the marker of this key: that of `B-1` is no part of that of `B-12`."""
    wanted = marker(key)
    return any(line.strip() == wanted for line in text.splitlines())


def key_code(key: str, length: int = 40) -> str:
    """The key as letters and digits that any header, path and query takes; the same key gives the same code for ever."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def entry_text(activity: Activity) -> str:
    """What the entry says below its subject: the body, the links, the marker as its last line."""
    links = [f"{label}: {url}" for label, url in (("Post", activity.post_url), ("Thread", activity.thread_url)) if url]
    parts = (activity.body.strip(), "\n".join(links), marker(activity.key))
    return clean("\n\n".join(part for part in parts if part))


def entry_html(activity: Activity) -> str:
    """The same for fields that hold HTML: nothing that anybody wrote becomes markup."""
    return "".join(f"<p>{'<br>'.join(escape(part).splitlines())}</p>" for part in entry_text(activity).split("\n\n"))
