"""Reads a page as a browser does: its elements with their attributes, and the text that people see."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "source", "link", "input"}


@dataclass
class Read(HTMLParser):
    """What is in a page. Raises where elements are not closed in order."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)
        if tag in {"p", "br", "tr", "h1", "h2", "td", "th", "blockquote"}:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"style", "title"} & set(self._open):
            self.seen.append(data)

    @property
    def text(self) -> str:
        """What is seen."""
        return "".join(self.seen)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [attributes for name, attributes in self.elements if name == tag]


def read(html: str) -> Read:
    """The page, whole."""
    found = Read()
    found.feed(html)
    found.close()
    assert found._open == [], "every element is closed"
    return found
