"""Writes docs/commands.md from the tuple of commands."""

from __future__ import annotations

from bot.commands import CommandSpec, Param
from bot.dispatch.grammar import find_verb
from handlers.commands import COMMANDS

INTRODUCTION = """\
# Commands

Written by `make docs` from the tuple in `handlers/commands/__init__.py`; do not edit it here.

Every verb can be used in each of these ways, and does the same in all of them:

- `/baton verb …` in any channel. Slack allows no slash commands inside threads.
- `@Baton verb …` in a thread or channel, or `verb …` in a direct message to Baton.
- a button on a card, where it makes sense there.
- some have a slash command of their own (`/claim`) or stand among the actions on a message (**⋮**).

With its arguments a verb acts at once. When something is missing it opens a form; when only the conversation is missing
it offers the likely ones. Only the one who asks sees the answer. `help` after a verb shows its examples: `/baton claim help`.
Guests and people of other companies may use only: {for_outsiders}.

| Argument | How it is written |
|---|---|
| conversation | `B-12`, `12`, or the link of its card; leave it out inside the card's thread |
| idea | `I-7` |
| person | `@chloe`, an e-mail address, a first or last name that only one colleague has, or `me` |
| department | its key, its name, or three letters and more that only one begins with: `logi` |
| departments | several with commas: `legal, product` |
| span | `30m`, `2h`, `1h30`, `1d`; a bare number is minutes; counted in business hours |
| moment | `2h`, `tomorrow 9:00`, `friday`, `17:00`, `2026-11-24 09:00`, in your own time zone |
| text | the rest of the line; several texts are parted by <code>&#124;</code> or named: `wanted: …` |
"""

_KINDS = {
    "conversation": "conversation",
    "idea": "idea",
    "person": "person",
    "department": "department",
    "departments": "departments",
    "person_or_department": "person or department",
    "span": "span",
    "moment": "moment",
    "word": "word",
    "text": "text",
}


def commands_page() -> str:
    """The whole page."""
    specs = [command.spec for command in COMMANDS]
    outsiders = ", ".join(f"`{spec.name}`" for spec in specs if spec.for_outsiders)
    index = ["| Verb | Does |", "|---|---|"]
    index += [f"| [`{spec.name}`](#{spec.name}) | {_cell(spec.summary)} |" for spec in specs]
    return "\n".join([INTRODUCTION.format(for_outsiders=outsiders), *index, "", *(_command(spec) for spec in specs)])


def _command(spec: CommandSpec) -> str:
    said = [f"## {spec.name}", "", f"{_sentence(spec.summary)}{_ways(spec)}", ""]
    shown = [param for param in spec.params if not param.hidden]
    if shown:
        said += ["| Argument | Kind | |", "|---|---|---|", *(_param(param) for param in shown), ""]
    said += [f"    /baton {_checked(example, spec)}" for example in spec.examples]
    return "\n".join(said) + "\n"


def _sentence(summary: str) -> str:
    return summary if summary.endswith(".") else f"{summary}."


def _ways(spec: CommandSpec) -> str:
    ways = []
    if spec.slash is not None:
        ways.append(f" Also as `{spec.slash}`.")
    if spec.aliases:
        ways.append(f" Also called {', '.join(f'`{alias}`' for alias in spec.aliases)}.")
    if spec.takes_over:
        verbs = ", ".join(f"`{verb} I-7`" for verb, _ in spec.takes_over)
        ways.append(f" With the number of an idea these do the same as for a conversation: {verbs}.")
    if spec.shortcut is not None:
        ways.append(f" On a message: **⋮** → {spec.shortcut}.")
    return "".join(ways)


def _param(param: Param) -> str:
    kind = _KINDS[param.kind] if param.kind != "choice" else ", ".join(f"`{choice.value}`" for choice in param.choices)
    notes = [_sentence(words) for words in (param.label, param.hint) if words]
    if param.default:
        notes.append(f"The form begins with `{param.default}`.")
    if not param.required:
        notes.append("Optional.")
    return f"| `{param.name}` | {_cell(kind)} | {_cell(' '.join(notes))} |"


def _cell(words: str) -> str:
    return words.replace("|", "\\|")


def _checked(example: str, spec: CommandSpec) -> str:
    """An example is one of its verb's; raises ValueError otherwise."""
    found, _ = find_verb(example, [command.spec for command in COMMANDS])
    if found is not spec:
        raise ValueError(f"the example “{example}” of {spec.name} is read as {found.name if found else 'nothing'}")
    return example
