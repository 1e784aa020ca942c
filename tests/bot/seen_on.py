"""What a reader of a rendered card or form sees and can press, read from Slack's blocks and from Teams' elements alone.

Nothing here uses a renderer's own code. Words are compared without white space and without characters that take no room;
an instant is `⟦d…⟧` for its day and `⟦t…⟧` for its time, with its seconds since 1970.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from markdown_it import MarkdownIt

Json = dict[str, Any]

_LOOKALIKES = str.maketrans("∗ˋ∼ˍ›", "*`~_>")
_SLACK_ENTITY = re.compile(r"<(?:!date\^(\d+)\^([^|]*)\|[^>]*|@(\w+)|([^|>]+)\|([^>]*))>")
_TEAMS_INSTANT = re.compile(r"\{\{(DATE|TIME)\(([\dT:Z-]+)(?:, SHORT)?\)\}\}")
_TEAMS_MENTION = re.compile(r"<at>(.*?)</at>")
_MARKDOWN = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Press:
    """Something to press. `label` is empty where Slack shows it only after `More…`."""

    label: str
    verb: str
    args: tuple[tuple[str, str], ...] = ()
    url: str = ""


@dataclass(frozen=True)
class Asked:
    """One question of a form."""

    name: str
    label: str
    kind: str
    required: bool
    hint: str
    filled: str
    options: tuple[tuple[str, str], ...] = ()


@dataclass
class Seen:
    """A card or a form: its words in reading order, what can be pressed, what is asked, how many bars a chart has."""

    words: str = ""
    presses: list[Press] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)


def norm(words: str) -> str:
    """Words without what a reader does not tell apart."""
    return re.sub(r"[\s\u2060\u202a-\u202e\u2066-\u2069]+", "", words.translate(_LOOKALIKES))


def instant(kind: str, seconds: int) -> str:
    """An instant among words."""
    return f"⟦{kind}{seconds}⟧"


def pressed(label: str, verb: str, args: Mapping[str, object], url: str = "") -> Press:
    """Something to press, in a form that can be compared."""
    return Press(norm(label), verb, tuple(sorted((name, str(value)) for name, value in args.items())), url)


def on_slack(blocks: list[Json], people: Mapping[str, str]) -> Seen:
    """What Slack's blocks show; `people` are names by user."""
    seen = Seen()
    for block in blocks:
        match block["type"]:
            case "header":
                seen.words += norm(block["text"]["text"])
            case "image":
                seen.words += norm(block.get("title", {}).get("text", "")) + norm(block["alt_text"])
            case "rich_text":
                said = "".join(_slack_piece(piece, people) for part in block["elements"] for piece in part["elements"])
                seen.words += norm(said)
                seen.bars += [len(run) for run in re.findall("[▁-█]+", said)]
            case "section" | "context":
                texts = [block["text"]] if "text" in block else block["elements"]
                seen.words += norm("".join(_mrkdwn(text["text"], people) for text in texts))
                seen.presses += _slack_presses([block["accessory"]] if "accessory" in block else [])
            case "actions":
                seen.presses += _slack_presses(block["elements"])
            case "input":
                seen.asked.append(_slack_asked(block))
    return seen


def _slack_piece(piece: Json, people: Mapping[str, str]) -> str:
    match piece["type"]:
        case "date":
            return _slack_instant(piece["format"], piece["timestamp"])
        case "user":
            return people[piece["user_id"]]
        case _:
            return str(piece["text"])


def _slack_instant(shape: str, seconds: int) -> str:
    kinds = re.findall(r"\{(date|time)", shape)
    return "".join(instant(kind[0], seconds) for kind in kinds)


def _mrkdwn(text: str, people: Mapping[str, str]) -> str:
    def entity(match: re.Match[str]) -> str:
        if match[1]:
            return _slack_instant(match[2], int(match[1]))
        return people[match[3]] if match[3] else match[5]

    # Marks of our own stand at the edges of words; those of others are spelled as lookalikes.
    bare = re.sub(r"(?<!\w)[*_`](?=\S)|(?<=\S)[*_`](?!\w)", "", text)
    return html.unescape(_SLACK_ENTITY.sub(entity, bare))


def _slack_presses(elements: list[Json]) -> Iterator[Press]:
    for element in elements:
        for option in element.get("options", ()):
            yield from _slack_option(option)
        if element["type"] == "button" and "url" in element:
            yield pressed(element["text"]["text"], "", {}, element["url"])
        elif element["type"] == "button":
            yield pressed(element["text"]["text"], element["action_id"].split(":")[1], json.loads(element["value"]))


def _slack_option(option: Json) -> Iterator[Press]:
    first, _, packed = option["value"].partition(" ")
    if "url" in option:
        yield pressed(option["text"]["text"], "", {}, option["url"])
    elif first == "…":
        verbs, _, packed = packed.partition(" ")
        yield from (pressed("", verb, json.loads(packed)) for verb in verbs.split(","))
    else:
        yield pressed(option["text"]["text"], first, json.loads(packed))


_SLACK_KINDS = {
    "static_select": "choice",
    "multi_static_select": "several",
    "users_select": "person",
    "datetimepicker": "moment",
}


def _slack_asked(block: Json) -> Asked:
    element = block["element"]
    kind = _SLACK_KINDS.get(element["type"]) or ("lines" if element["multiline"] else "line")
    options = [option for group in (element, *element.get("option_groups", ())) for option in group.get("options", ())]
    chosen = [element["initial_option"]] if "initial_option" in element else element.get("initial_options", [])
    filled = element.get("initial_value") or element.get("initial_user") or element.get("initial_date_time") or ""
    return Asked(
        block["block_id"].removeprefix("field:"),
        norm(block["label"]["text"]),
        kind,
        not block["optional"],
        norm(block.get("hint", {}).get("text", "")),
        ",".join(sorted(option["value"] for option in chosen)) or str(filled),
        tuple((option["value"], norm(option["text"]["text"])) for option in options),
    )


def on_teams(card: Json, people: Mapping[str, str]) -> Seen:
    """What an Adaptive Card shows; `people` are names by user."""
    tags = {entity["text"]: people[entity["mentioned"]["id"]] for entity in card["msteams"]["entities"]}
    seen = Seen()
    for element in card["body"]:
        _see(element, seen, tags)
    return seen


def _see(element: Json, seen: Seen, tags: Mapping[str, str]) -> None:
    match element["type"]:
        case "TextBlock":
            seen.words += norm(_markdown(element["text"], tags))
        case "RichTextBlock":
            seen.words += norm("".join(run["text"] for run in element["inlines"]))
        case "Container":
            for item in element["items"]:
                _see(item, seen, tags)
        case "ColumnSet":
            for item in (item for column in element["columns"] for item in column["items"]):
                _see(item, seen, tags)
        case "ActionSet":
            seen.presses += map(_teams_press, element["actions"])
        case "Chart.VerticalBar" if element.get("xAxisTitle"):
            # A small one, which is bars in text on Slack.
            seen.bars.append(len(element["data"]))
        case "Chart.VerticalBar" | "Chart.VerticalBar.Grouped" | "Chart.Line":
            pass  # Its title is read aloud, and not shown.
        case "Input.Time":
            # The second half of a moment.
            last = seen.asked.pop()
            at = f"{last.filled}T{element['value']}+00:00" if "value" in element else ""
            filled = str(int(datetime.fromisoformat(at).timestamp())) if at else ""
            seen.asked.append(Asked(last.name, last.label, "moment", last.required, last.hint, filled))
        case _:
            seen.asked.append(_teams_asked(element))
    _hint(element, seen)


def _hint(element: Json, seen: Seen) -> None:
    """A line of small print below a question is its hint, and no text of the card."""
    if element["type"] == "TextBlock" and seen.asked:
        hint = norm(_markdown(element["text"], {}))
        seen.words = seen.words.removesuffix(hint)
        last = seen.asked.pop()
        seen.asked.append(Asked(last.name, last.label, last.kind, last.required, hint, last.filled, last.options))


def _markdown(text: str, tags: Mapping[str, str]) -> str:
    text = _TEAMS_MENTION.sub(lambda match: tags[match[0]], text)
    blocks = [block for block in _MARKDOWN.parse(text) if block.type == "inline"]
    shown = "".join(child.content for block in blocks for child in block.children or ())
    return _TEAMS_INSTANT.sub(
        lambda match: instant(match[1][0].lower(), int(datetime.fromisoformat(match[2]).timestamp())), shown
    )


def _teams_press(act: Json) -> Press:
    match act["type"]:
        case "Action.OpenUrl":
            return pressed(act["title"], "", {}, act["url"])
        case "Action.Execute":
            return pressed(act["title"], act["verb"], act["data"]["args"])
        case _:
            return pressed(act["title"], act["data"]["verb"], act["data"]["args"])


def _teams_asked(element: Json) -> Asked:
    several = element.get("isMultiSelect", False)
    if element["type"] == "Input.ChoiceSet":
        kind = "person" if "choices.data" in element else "several" if several else "choice"
    else:
        kind = "lines" if element.get("isMultiline") else "line"
    filled = str(element.get("value", ""))
    return Asked(
        element["id"].removeprefix("field:"),
        norm(element["label"]),
        kind,
        element.get("isRequired", False),
        "",
        ",".join(sorted(filled.split(","))) if several else filled,
        tuple((choice["value"], norm(choice["title"])) for choice in element.get("choices", ())),
    )
