"""HTML as a person sees it in a CRM: what is markup shows as nothing, a line break as one."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.text += "\n" if tag == "br" else ""


def seen(html: str) -> str:
    """The text of a field that holds rich text."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text
