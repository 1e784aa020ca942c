"""Judges of cards that were not written for Baton: the schema of Adaptive Cards 1.5, and a markdown parser."""

from __future__ import annotations

import importlib.resources
import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft6Validator
from jsonschema.exceptions import best_match
from markdown_it import MarkdownIt

Json = dict[str, Any]
MOST_BYTES = 80_000

_SCHEMA = json.loads((importlib.resources.files("adaptive_cards") / "schemas" / "schema-1.5.json").read_text())
_VALIDATOR = Draft6Validator(_SCHEMA)
_MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def judge_card(card: Json) -> None:
    """Fails when a client that goes by the schema could not show the card, or when Teams would refuse it."""
    assert card["version"] == "1.5"
    assert card["fallbackText"]
    assert card["speak"]
    assert card["body"]
    assert card["msteams"]["width"] == "Full"
    shown = without_teams(card)
    if not _VALIDATOR.is_valid(shown):
        _fail(shown)
    # As the SDK sends it, and so that it can be encoded.
    assert len(json.dumps(card)) < MOST_BYTES
    json.dumps(card, ensure_ascii=False).encode()
    judge_ids(card)
    judge_mentions(card)


def _fail(shown: Json) -> None:
    """Names the element that is wrong, which the first error, that of the whole card, does not."""
    for element in [*shown["body"]]:
        alone = {**shown, "body": [element]}
        if not _VALIDATOR.is_valid(alone):
            raise AssertionError(f"{best_match(_VALIDATOR.iter_errors(alone))}\n{json.dumps(element)[:3000]}")
    raise AssertionError(str(best_match(_VALIDATOR.iter_errors(shown))))


def without_teams(value: Any) -> Any:
    """A card as a client sees it that knows the schema alone: charts replaced by their fallback, no people picker."""
    if isinstance(value, list):
        return [without_teams(part) for part in value]
    if not isinstance(value, dict):
        return value
    if str(value.get("type", "")).startswith("Chart."):
        return without_teams(value["fallback"])
    own = "msteams" if value.get("type") == "AdaptiveCard" else "choices.data"
    seen = {name: part for name, part in value.items() if name != own}
    return {name: part if name == "data" else without_teams(part) for name, part in seen.items()}


def judge_ids(card: Json) -> None:
    """No two inputs share an id."""
    ids = [part["id"] for part in parts(card) if str(part.get("type", "")).startswith("Input.")]
    assert len(ids) == len(set(ids))


def judge_mentions(card: Json) -> None:
    """Every mention in a text has its entity, every entity its mention, and no two entities the same text."""
    entities = [entity["text"] for entity in card["msteams"]["entities"]]
    assert len(entities) == len(set(entities))
    texts = [part["text"] for part in parts(card) if part.get("type") == "TextBlock"]
    for text in texts:
        for entity in entities:
            text = text.replace(entity, "")
        assert "<at" not in text.lower()
    for entity in entities:
        assert any(entity in text for text in texts)


def parts(value: object) -> Iterator[Json]:
    """Every object in a structure that somebody sees: neither what a button carries nor what only Teams reads."""
    if isinstance(value, dict):
        yield value
        for name, part in value.items():
            if name not in {"data", "msteams"}:
                yield from parts(part)
    elif isinstance(value, list):
        for part in value:
            yield from parts(part)


def markdown_marks(text: str) -> set[str]:
    """The kinds of markup that a parser of markdown finds, beside paragraphs and words."""
    tokens = [token for block in _MARKDOWN.parse(text) for token in (block, *(block.children or ()))]
    return {token.type.removesuffix("_open") for token in tokens if not token.type.endswith("_close")} - {
        "paragraph",
        "inline",
        "text",
        "softbreak",
        "text_special",
    }


def markdown_words(text: str) -> str:
    """What a reader of markdown sees, one paragraph a line, without what takes no room."""
    blocks = [block for block in _MARKDOWN.parse(text) if block.type == "inline"]
    return "\n".join("".join(child.content for child in block.children or ()) for block in blocks).replace("\u2060", "")


def visible(card: Json) -> str:
    """The texts of a card as they are seen, one block a line; clients do not show the title of a chart."""
    return "\n".join(line for element in card["body"] for line in _lines(element))


def _lines(element: Json) -> Iterator[str]:
    match element["type"]:
        case "TextBlock":
            yield markdown_words(element["text"])
        case "RichTextBlock":
            yield "".join(run["text"] for run in element["inlines"]).replace("\u2060", "")
        case "Container":
            yield from (line for item in element["items"] for line in _lines(item))
        case "ColumnSet":
            yield "  ".join(line for column in element["columns"] for item in column["items"] for line in _lines(item))
        case "ActionSet":
            yield " ".join(f"[{action['title']}]" for action in element["actions"])
        case kind if kind.startswith("Chart."):
            pass
        case _:
            yield str(element.get("title") or element.get("label") or "")
