"""Plain text in Markdown of GitHub and GitLab: nothing in it formats, links, mentions anybody or commands. Pure."""

from __future__ import annotations

import re

LONGEST_BODY = 20_000
"""Characters; every tracker takes more."""

LONGEST_TITLE = 255
"""Characters; GitLab takes no more, and GitHub one more."""

_MARK = re.compile(r"[^A-Za-z0-9-]")


def mark_of(key: str) -> str:
    """Our key as a comment of HTML, which Markdown does not show."""
    return f"<!-- baton:{_MARK.sub('-', key)} -->"


_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~>$:])")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;"})
_CALLS = re.compile(r"([@%&!#~]|GH-)(?=\w)")
"""What begins a mention or a reference on GitHub or GitLab."""

JOINER = "\N{WORD JOINER}"


def as_markdown(text: str, longest: int = LONGEST_BODY) -> str:
    """Plain text in Markdown: nothing in it formats, links, mentions anybody or commands."""
    cut = text if len(text) <= longest else f"{text[: longest - 1]}…"
    lines = cut.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").split("\n")
    return "\n".join(_tamed(line) for line in lines)


def as_title(text: str) -> str:
    """An issue's title in one line: it is no Markdown, but GitLab tells those whom it mentions."""
    return _CALLS.sub(rf"\1{JOINER}", " ".join(text.replace("\0", "").split()))[:LONGEST_TITLE]


def _tamed(line: str) -> str:
    called = _CALLS.sub(lambda found: f"{found[1]}{JOINER}", line.strip())
    # A word joiner before the colon keeps an address from becoming a link.
    unlinked = called.replace("://", f":{JOINER}//").replace("www.", f"www{JOINER}.")
    # On GitLab a line that begins with a slash is a command.
    spoken = f"{JOINER}{unlinked}" if unlinked.startswith("/") else unlinked
    return _MARKDOWN.sub(r"\\\1", spoken).translate(_ENTITIES)
