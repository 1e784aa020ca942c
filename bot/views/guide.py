"""Help: all verbs on one screen, one verb with its examples, and the first words in a new channel."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Actions, Block, Bold, Button, Card, Code, Facts, Header, Paragraph, Small, Text, phrase, text
from bot.commands import CommandSpec, Param
from bot.speech import mark, say, sentence
from bot.views.wording import dotted, with_code

ROOT = "/baton"

_GROUPS = (
    (mark("Look"), ("list", "show", "similar", "separate", "why", "rollup", "summarise", "translate")),
    (mark("Who it is"), ("customer", "link", "merge", "unmerge")),
    (mark("The baton"), ("claim", "renew", "release", "pass", "accept", "decline")),
    (mark("Together"), ("join", "discuss", "note", "share", "perspective", "escalate", "crisis")),
    (mark("The customer"), ("reply", "draft", "suggest", "approve", "reject", "resend", "sent")),
    (mark("Ideas"), ("idea", "ideas", "ship", "tell", "track", "untrack")),
    (mark("The end"), ("resolve", "wait", "snooze", "reopen")),
    (mark("For you"), ("home", "mute", "settings")),
    (mark("Privacy"), ("forget", "export")),
    (mark("Measures"), ("digest", "measures", "stats")),
    (mark("Mending"), ("doctor", "help")),
)
"""How the verbs are grouped; one that is in no group stands under `More`."""

_FIRST_VERBS = ("claim", "discuss", "customer")

_MENU = (
    *("help", "home", "list", "customer", "claim", "pass", "reply", "discuss", "note", "escalate"),
    *("resolve", "snooze", "settings", "show", "accept", "perspective", "wait"),
)
"""What a menu with few places offers first, the most useful first; the others follow in the order of their tuple."""

IN_A_LINE = "One shared floor where every department hears customers and passes the baton."
IN_SHORT = (
    "Baton brings what customers say on every network into shared channels, where any department can pick it up, "
    "discuss it, pass it on and escalate it, and writes what came of it back to the customer's record. Nobody owns a "
    "conversation; somebody holds the baton for the next step, for a limited time."
)
"""What Baton is, as the platforms' directories of apps say it."""


def menu(specs: Sequence[CommandSpec], most: int) -> list[CommandSpec]:
    """The verbs for a menu that has only so many places."""
    places = {name: place for place, name in enumerate(_MENU)}
    return sorted(specs, key=lambda spec: places.get(spec.name, len(places)))[:most]


def help_card(specs: Sequence[CommandSpec]) -> Card:
    """Everything Baton can do, on one screen."""
    rows = [(sentence(label), _names(group, specs)) for label, group in _GROUPS]
    grouped = {name for _, group in _GROUPS for name in group}
    rows.append((say("More"), _names([spec.name for spec in specs if spec.name not in grouped], specs)))
    blocks: tuple[Block, ...] = (
        Header(say("What Baton can do")),
        Paragraph(
            phrase(
                "Type {command}, for example; in the card's own thread {mention} is enough.",
                command=Code(f"{ROOT} claim B-12"),
                mention=Code("@Baton claim"),
            )
        ),
        Facts(tuple(row for row in rows if row[1])),
        Small(
            phrase(
                "A verb on its own asks for what it needs. For one verb with examples: {command}",
                command=Code(f"{ROOT} help claim"),
            )
        ),
        Actions(
            (Button(say("On the floor"), "list", {"which": "floor"}), Button(say("Mine"), "list", {"which": "mine"}))
        ),
    )
    return Card(say("What Baton can do"), blocks)


def _names(names: Sequence[str], specs: Sequence[CommandSpec]) -> Text:
    known = {spec.name for spec in specs}
    return dotted(text(Code(name)) for name in names if name in known)


def help_verb_card(spec: CommandSpec) -> Card:
    """One verb: what it does, what it takes, and examples."""
    rows: list[tuple[str, Text]] = [(say("Type"), text(Code(f"{ROOT} {spec.name} {spec.usage}".strip())))]
    rows += [(sentence(param.label), text(_hint(param))) for param in spec.params if _hint(param)]
    also = [text(Code(spec.slash))] if spec.slash else []
    also += [text(Code(f"{ROOT} {alias}")) for alias in spec.aliases]
    if also:
        rows.append((say("Also"), dotted(also)))
    examples: Text = (Bold(say("Examples")),)
    for example in spec.examples[:2]:
        examples = (*examples, "\n", Code(f"{ROOT} {example}"))
    summary = sentence(spec.summary)
    blocks = (Header(spec.name), Paragraph(with_code(summary + ".")), Facts(tuple(rows)), Paragraph(examples))
    return Card(f"{spec.name}: {summary}", blocks)


def _hint(param: Param) -> str:
    if param.choices:
        values = ", ".join(choice.value for choice in param.choices)
        if param.required:
            return say("one of {values}", values=values)
        return say("one of {values}; may be left out", values=values)
    may = "" if param.required or param.kind == "conversation" else say("may be left out")
    return "; ".join(filter(None, (sentence(param.hint) if param.hint else "", may)))


def first_contact_card(specs: Sequence[CommandSpec]) -> Card:
    """Said once when Baton comes into a channel: what it does, three verbs, where help is."""
    summaries = {spec.name: sentence(spec.summary) for spec in specs}
    rows = tuple((f"{ROOT} {name}", with_code(summaries[name])) for name in _FIRST_VERBS if name in summaries)
    what = say(
        "I bring what customers say about us into this channel, one card for each conversation. Nobody owns a conversation: "
        "anyone can take the baton for the next step, pass it on, or call another department in."
    )
    blocks = (
        Paragraph(phrase("Hello, I am {name}.", name=Bold("Baton"))),
        Paragraph(text(what)),
        Facts(rows),
        Small(
            phrase(
                "More: {command}. In a card's own thread {mention} is enough.",
                command=Code(f"{ROOT} help"),
                mention=Code("@Baton claim"),
            )
        ),
    )
    return Card(say("Baton is here: what customers say, for everyone"), blocks)
