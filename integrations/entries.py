"""An entry for the record as text: what it says, where it was said, and the name under which we find it again. Pure."""

from __future__ import annotations

import hashlib
import html
import re
import uuid

from bot.domain.record import Activity

_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML cannot hold, in which most CRMs keep or move their texts."""


def fit(text: str, longest: int | None = None) -> str:
    """Without characters that a CRM may choke on, and cut to so many characters, the last of them an ellipsis."""
    text = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text).replace("\r\n", "\n").replace("\r", "\n")
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"


def told(activity: Activity, longest: int | None = None) -> str:
    """The body with the links, and the key on a line of its own. Where it is too long, the body is cut."""
    links = [("Post", activity.post_url), ("Thread", activity.thread_url)]
    end = "\n".join([*(f"{what}: {fit(url)}" for what, url in links if url), marker(activity.key)])
    body = "\n".join(map(_quoted, fit(activity.body).splitlines()))
    return f"{fit(body, None if longest is None else max(longest - len(end) - 2, 1))}\n\n{end}"


def titled(activity: Activity, longest: int | None = None) -> str:
    """The subject on one line."""
    return fit(_quoted(" ".join(fit(activity.subject).split())), longest)


def marker(key: str) -> str:
    """The line by which we know our entry again."""
    return f"Baton: {' '.join(fit(key).split())}"


def _quoted(line: str) -> str:
    """Whoever writes a line like ours in a post must not keep us from writing that entry."""
    return f"“{line}”" if line.lstrip().startswith("Baton:") else line


def is_ours(text: str, key: str) -> bool:
    """Whether the text has that line."""
    return marker(key) in (line.strip() for line in text.splitlines())


def short_name(key: str) -> str:
    """The key in 24 hexadecimal digits, for fields that are too short for it."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]


def own_id(what: str, key: str) -> str:
    """An identifier (UUID version 5) that is the same for the same key for ever."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"baton:{what}:{short_name(key)}:{fit(key)}"))


def as_html(text: str) -> str:
    """Plain text for a field that holds HTML; nothing in it is a tag."""
    return html.escape(text, quote=True).replace("\n", "<br>")
