"""A person's data as a page that reads without Baton: one file, no scripts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px/1.5 sans-serif;max-width:48rem;margin:2rem auto;padding:0 1rem}"
    "dt{font-weight:bold}dd{margin:0 0 .5rem;white-space:pre-wrap;overflow-wrap:anywhere}"
    "article{border-top:1px solid #999;padding:.5rem 0}"
)

_TITLES = {
    "person": "Who you are to us",
    "identities": "Names and addresses",
    "purchases": "Purchases",
    "tickets": "Support tickets",
    "posts": "What you wrote",
    "conversations": "Conversations, with our answers and notes",
    "ideas": "What you asked for",
    "crm": "Contacts in our customer records",
    "lookups": "When your record was looked up",
}


def exported_page(data: Mapping[str, Any], company: str, at: datetime) -> str:
    """The page. All that is not ours is escaped."""
    parts = [_part(_TITLES.get(name, name), rows) for name, rows in data.items()]
    title = escape(f"What {company} knows of you")
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body><h1>{title}</h1>\n<p>As of {escape(at.strftime('%Y-%m-%d %H:%M'))} UTC.</p>\n"
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _part(title: str, rows: Sequence[Any]) -> str:
    shown = "\n".join(f"<article>{_value(row)}</article>" for row in rows) or "<p>Nothing.</p>"
    return f"<h2>{escape(title)}</h2>\n{shown}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = [(name, each) for name, each in value.items() if each not in (None, "", [], {})]
        return (
            "<dl>"
            + "".join(f"<dt>{escape(str(name).replace('_', ' '))}</dt><dd>{_value(each)}</dd>" for name, each in rows)
            + "</dl>"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "<ul>" + "".join(f"<li>{_value(each)}</li>" for each in value) + "</ul>"
    return escape(str(value))
