"""HTML as networks deliver it, turned into plain text. Pure.

Read in one pass from left to right: whatever anybody writes into a feed, it takes as long as it is long. (Python's own
reader of HTML goes back to the beginning of each tag that is never closed; a page of `<a <a <a` keeps it busy for hours.)
"""

from __future__ import annotations

import re
from html import unescape

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tr", "ul",
})  # fmt: skip
_LINES_APART = frozenset({"li", "tr", "dt", "dd"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "math"})
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" *\n[ \n]*\n *| *\n *")

_NAME = re.compile(r"/?([a-zA-Z][^\s/>]*)")
# To the end of a tag, past the values in quotes; nothing is tried a second time.
_REST_OF_TAG = re.compile(r"""(?:[^>=]|=\s*+"[^"]*"|=\s*+'[^']*'|=)*+>""")
_ALT = re.compile(r"""\balt\s*+=\s*+(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}(?![\w-])", re.IGNORECASE) for name in _UNSEEN}
_NO_CHARACTER = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9a-fA-F]{7,});?")
"""Numbers far beyond any character, some too long to be read as a number at all."""


def plain(html: str) -> str:
    """The text a reader would see: paragraphs apart, entities resolved, scripts and styles gone, NUL replaced.

    What holds no markup passes unchanged but for outer white space.
    """
    html = html.replace("\0", "�")
    if "<" not in html and "&" not in html:
        return html.strip()
    text = _SPACES.sub(" ", "".join(_pieces(html)))
    return _LINES.sub(lambda match: "\n\n" if match[0].count("\n") > 1 else "\n", text).strip()


def _pieces(html: str) -> list[str]:
    """What stands between tags, and what each tag means for the text."""
    pieces: list[str] = []
    at = 0
    while (start := html.find("<", at)) >= 0:
        pieces.append(_said(html[at:start]))
        piece, at = _markup(html, start)
        pieces.append(piece)
    pieces.append(_said(html[at:]))
    return pieces


def _markup(html: str, start: int) -> tuple[str, int]:
    """What begins with this `<`, as text, and where it ends."""
    if html.startswith(("<!", "<?"), start):
        return "", _after(html, "-->" if html.startswith("<!--", start) else ">", start + 2)
    name = _NAME.match(html, start + 1)
    if name is None:
        return "<", start + 1
    rest = _REST_OF_TAG.match(html, name.end())
    if rest is None:
        # Never closed: not a tag then, and nothing behind it can be one.
        return _said(html[start:]), len(html)
    tag, closes = name[1].lower(), html[start + 1] == "/"
    if tag in _UNSEEN:
        if closes or rest[0].endswith("/>"):
            return "", rest.end()
        end = _ENDS[tag].search(html, rest.end())
        return "", _after(html, ">", end.end()) if end is not None else len(html)
    return _meaning(tag, closes=closes, attributes=rest[0]), rest.end()


def _meaning(tag: str, *, closes: bool, attributes: str) -> str:
    if tag in _BLOCKS:
        apart = tag in _LINES_APART
        return ("" if closes else "\n") if apart else "\n\n"
    if closes:
        return ""
    if tag == "img":
        alt = _ALT.search(attributes)
        return _said(alt[1] or alt[2] or alt[3] or "") if alt is not None else ""
    return {"br": "\n", "td": " ", "th": " "}.get(tag, "")


def _after(html: str, end: str, start: int) -> int:
    found = html.find(end, start)
    return found + len(end) if found >= 0 else len(html)


def _said(text: str) -> str:
    """Entities resolved; a line end in HTML is a space."""
    return unescape(_NO_CHARACTER.sub("�", text)).replace("\n", " ").replace("\r", " ")
