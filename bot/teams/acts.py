"""Buttons and menus as Adaptive Card actions, and reading back what was pressed. Pure.

What only acts is an `Action.Execute`, whose answer changes the card in place. What asks or shows something opens a dialog:
an `Action.Submit` of the kind `task/fetch`. Both carry the verb, and in their data the arguments as `args`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.cards import Button, Menu
from bot.speech import say
from bot.teams import outside
from bot.teams.limits import BUTTON_ARGS, BUTTON_TEXT, ROW_ACTIONS, ROW_WORDS, Json, short_args
from bot.words import cut, web_address

_STYLES = {"default": {}, "primary": {"style": "positive"}, "danger": {"style": "destructive"}}


@dataclass(frozen=True, slots=True)
class Pressing:
    """What happens to presses where a card is shown.

    `acts` are the verbs that change something; `dialogs` says whether the client has dialogs, otherwise the answer to
    every press takes the card's place. `inside` is a card in a dialog, where only plain submissions are known.
    """

    acts: frozenset[str] = field(default_factory=frozenset)
    dialogs: bool = True
    inside: bool = False

    def opens(self, act: Button) -> bool:
        """Does the press open a dialog? A label's `…` says that a form will ask for more."""
        return self.dialogs and not self.inside and (act.command not in self.acts or act.label.rstrip().endswith("…"))


def label(words: str, otherwise: str, limit: int = BUTTON_TEXT) -> str:
    """Words that a client shows as they are; `otherwise` stands where they come to nothing."""
    return cut(outside.one_line(words[: limit * 8]), limit) or otherwise


def action(act: Button, pressing: Pressing) -> Json | None:
    """One button; None for a link that is not a web page."""
    title = label(act.label, act.command or say("Open"))
    if not act.command:
        found = web_address(act.url or "")
        return {"type": "Action.OpenUrl", "title": title, "url": found[0]} if found else None
    args = short_args(act.args, BUTTON_ARGS)
    if pressing.opens(act):
        data = {"msteams": {"type": "task/fetch"}, "verb": act.command, "args": args}
        return {"type": "Action.Submit", "title": title, "data": data, **_STYLES[act.style]}
    if pressing.inside:
        return {
            "type": "Action.Submit",
            "title": title,
            "data": {"verb": act.command, "args": args},
            **_STYLES[act.style],
        }
    return {
        "type": "Action.Execute",
        "title": title,
        "verb": act.command,
        "data": {"args": args},
        **_STYLES[act.style],
    }


def back(act: Button, pressing: Pressing) -> Json:
    """A button that leaves what is shown, whatever was filled in there."""
    made = action(act, Pressing(pressing.acts | {act.command}, dialogs=False, inside=pressing.inside)) or {}
    return made | {"associatedInputs": "none"}


def rows(items: Iterable[Button | Menu], pressing: Pressing) -> Iterator[Json]:
    """Sets of a few buttons each; a menu's options are the last set's overflow, in the order of the menu."""
    shown: list[Json] = []
    hidden: list[Json] = []
    for item in items:
        if isinstance(item, Menu):
            options = (action(option, pressing) for option in item.options)
            hidden += [option | {"mode": "secondary"} for option in options if option is not None]
        elif (made := action(item, pressing)) is not None:
            shown.append(made)
    sets: list[list[Json]] = [[]]
    for made in shown:
        words = sum(len(other["title"]) for other in (*sets[-1], made))
        if sets[-1] and (len(sets[-1]) == ROW_ACTIONS or words > ROW_WORDS):
            sets.append([])
        sets[-1].append(made)
    sets[-1] += hidden
    yield from ({"type": "ActionSet", "actions": actions} for actions in sets if actions)


def read_pressed(pressed: Mapping[str, object]) -> tuple[str, dict[str, str]] | None:
    """(verb, arguments) of what came from Teams: the action of an `Action.Execute`, or the data of an `Action.Submit`.

    None where nothing of ours was pressed.
    """
    data = pressed.get("data")
    carried = data if isinstance(data, Mapping) else pressed
    verb = pressed.get("verb") or carried.get("verb")
    args = carried.get("args")
    if not isinstance(verb, str):
        return None
    return verb, {str(name): str(value) for name, value in args.items()} if isinstance(args, Mapping) else {}
