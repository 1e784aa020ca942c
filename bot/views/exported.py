"""A person's data as a page that reads without Baton: one file, no scripts, nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

from bot.speech import say

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
    title = escape(say("What {company} knows of you", company=company))
    return (
        say(
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n<p>As of {escape} UTC.</p>\n',
            title=title,
            STYLE=_STYLE,
            escape=escape(at.strftime("%Y-%m-%d %H:%M")),
        )
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _part(title: str, rows: Sequence[Any]) -> str:
    shown = "\n".join(say("<article>{value}</article>", value=_value(row)) for row in rows) or "<p>Nothing.</p>"
    return say("<h2>{escape}</h2>\n{shown}", escape=escape(title), shown=shown)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        rows = [(name, each) for name, each in value.items() if each not in (None, "", [], {})]
        return (
            "<dl>"
            + "".join(
                say("<dt>{escape}</dt><dd>{value}</dd>", escape=escape(str(name).replace("_", " ")), value=_value(each))
                for name, each in rows
            )
            + "</dl>"
        )
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "<ul>" + "".join(say("<li>{value}</li>", value=_value(each)) for each in value) + "</ul>"
    return escape(str(value))
