"""Reading what people type after `/baton`: which verb, and which words belong to which parameter. Pure.

Arguments come out as plain strings, just as buttons and forms carry them; `bot.dispatch.binding` gives them types.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.commands import CommandSpec, Param
from bot.domain.spans import parse_span
from bot.errors import UserError
from bot.speech import say, sentence

_REF = re.compile(r"^b[-‐‑–]?(\d{1,12})[:,.]?$", re.IGNORECASE)
_IDEA = re.compile(r"^i[-‐‑–](\d{1,9})[:,.]?$", re.IGNORECASE)
_BARE = re.compile(r"^#?(\d{1,9})$")  # longer ones are telephone numbers
_PERMALINK = re.compile(r"^<?https?://[^\s|>]+/archives/([A-Z0-9]+)/p(\d{10})(\d{6})[^<>]*>?[:,.]?$")
_LONGEST_LINK = 500
"""Characters of a permalink; on longer words the pattern would try one beginning after the other."""

_LINK = re.compile(r"<[^<>]*>")
_ROOT = re.compile(r"[?&;]thread_ts=(\d{10}\.\d{6})")


def read_ref(word: str, *, bare: bool = True) -> str | None:
    """The number in `B-12`, `b12` or (with `bare`) `12`; None for any other word."""
    match = _REF.match(word) or (_BARE.match(word) if bare else None)
    return str(int(match[1])) if match is not None and int(match[1]) > 0 else None


def read_idea(word: str) -> int | None:
    """The number in `I-7`; None for any other word. The dash is needed: i7 is a word of its own."""
    match = _IDEA.match(word)
    return int(match[1]) if match is not None and int(match[1]) > 0 else None


def taken_over(spec: CommandSpec, rest: str, specs: Iterable[CommandSpec]) -> tuple[CommandSpec, str]:
    """The verb that does with an idea what this one does with a conversation, where the words begin with one: `claim I-7`."""
    word, after = (*rest.split(maxsplit=1), "", "")[:2]
    if read_idea(word) is None:
        return spec, rest
    for other in specs:
        if (called := dict(other.takes_over).get(spec.name)) is not None:
            return other, f"{word} {called} {after}".strip()
    return spec, rest


def read_permalink(word: str) -> tuple[str, str] | None:
    """(channel, message) of a Slack permalink; for a message in a thread, the message the thread hangs from."""
    match = _PERMALINK.match(word) if len(word) <= _LONGEST_LINK else None
    if match is None:
        return None
    root = _ROOT.search(word)
    return match[1], root[1] if root is not None else f"{match[2]}.{match[3]}"


def find_verb(text: str, specs: Iterable[CommandSpec]) -> tuple[CommandSpec | None, str]:
    """The longest verb or alias that the text begins with, and the rest of it."""
    words = text.strip()
    lowered = words.lower()
    best: tuple[int, CommandSpec] | None = None
    for spec in specs:
        for name in (spec.name, *spec.aliases):
            begins = lowered == name or (lowered.startswith(name) and lowered[len(name)].isspace())
            if begins and (best is None or len(name) > best[0]):
                best = (len(name), spec)
    if best is None:
        return None, words
    return best[1], words[best[0] :].strip()


def split_arguments(spec: CommandSpec, text: str, *, known: bool) -> dict[str, str]:
    """Deal the words out to the parameters; `known` says that the thread names the conversation.

    Raises `UserError` for words that fit nowhere.
    """
    rest = text.strip()
    raw: dict[str, str] = {}
    texts = [param for param in spec.params if param.kind == "text"]
    for param in spec.params:
        if not rest:
            break
        if param.kind == "text":
            raw |= _texts(texts, rest)
            rest = ""
            break
        value, rest = _take(param, rest, known=known, last=param is spec.params[-1])
        if value is not None:
            raw[param.name] = value
    if rest:
        example = spec.examples[0] if spec.examples else spec.name
        raise UserError(
            say("I did not understand “{rest}”.", rest=rest[:80]), say("For example: `{example}`.", example=example)
        )
    return raw


def _take(param: Param, rest: str, *, known: bool, last: bool) -> tuple[str | None, str]:
    """The value of one parameter from the beginning of the line, and what is left; None where it does not begin with one."""
    word, after = (*rest.split(maxsplit=1), "")[:2]
    if param.kind == "conversation":
        link = _LINK.match(rest)
        if link is not None:  # as platforms write it: `<address|its label>`
            word, after = link[0], rest[link.end() :].strip()
        if read_permalink(word) is not None:
            return word, after
        number = read_ref(word, bare=not known)
        return (f"B-{number}", after) if number is not None else (None, rest)
    if param.kind == "idea":
        return (word, after) if read_idea(word) is not None else (None, rest)
    if param.kind == "departments":
        return _list(rest)
    if param.kind == "choice":
        return _choice(param, rest)
    if param.kind == "span":
        return (rest, "") if parse_span(rest) is not None else (None, rest)
    if param.kind == "moment" or (param.kind == "word" and last):
        return rest, ""
    if param.kind == "word":
        return word, after
    return word.rstrip(",:") or None, after


def _choice(param: Param, rest: str) -> tuple[str | None, str]:
    """The longest choice, by value or label, that the line begins with."""
    best: tuple[int, str] | None = None
    for choice in param.choices:
        for name in (choice.value, choice.label, sentence(choice.label), choice.value.replace("_", " ")):
            begins = re.match(re.escape(name) + r"(?=[\s:,;|]|$)", rest, re.IGNORECASE)
            if begins is not None and (best is None or begins.end() > best[0]):
                best = (begins.end(), choice.value)
    return (best[1], rest[best[0] :].lstrip(" \t\n:,;|")) if best is not None else (None, rest)


def _list(rest: str) -> tuple[str | None, str]:
    """`legal, product may we?` → `legal,product` and `may we?`."""
    names: list[str] = []
    while rest:
        match = re.match(r"([^\s,]+)\s*(,?)\s*", rest)
        if match is None:
            break
        if name := match[1].rstrip(":"):
            names.append(name)
        rest = rest[match.end() :]
        if not match[2]:
            break
    return (",".join(names) or None), rest


def _texts(params: list[Param], rest: str) -> dict[str, str]:
    """Several text parameters: `name: …` labels, else parts between `|`, else between `;`, else all of it is the first.

    Nothing that was typed is lost: what stands before the first label belongs to the first parameter.
    """
    if len(params) == 1:
        return {params[0].name: rest}
    names = "|".join(re.escape(param.name) for param in params)
    labelled = re.split(rf"(?:^|[\s|;,.])({names})\s*:\s*", rest, flags=re.IGNORECASE)
    if len(labelled) > 1:
        texts: dict[str, str] = {}
        for name, value in zip([params[0].name, *labelled[1::2]], labelled[0::2], strict=True):
            said = value.strip(" \t\n|;")
            if said:
                texts[name.lower()] = f"{texts[name.lower()]} {said}" if name.lower() in texts else said
        return texts
    parts = rest.split("|" if "|" in rest else ";", len(params) - 1)
    return {param.name: part.strip() for param, part in zip(params, parts, strict=False) if part.strip()}
