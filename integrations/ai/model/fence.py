r"""Other people's words on their way to a model: cleaned of what nobody sees, and fenced as data. Pure.

A model reads one text from its first to its last letter; what keeps a post from passing for an instruction is that

- every post is a string in a JSON array between two lines with a word that was drawn for this request alone,
- in those strings every character is spelt out (`\u003c`) by which chat templates, markup and JSON itself begin something,
- nothing is in them that people do not see: no controls, no tags, no marks without width,
- whatever comes back is held to a schema, post by post (`readings`), or to plain words (`sieve`).
"""

from __future__ import annotations

import json
import re
import secrets
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters without a sight of their own; of the controls only line breaks and tabs are kept, as spaces."""

_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
"""Letters and marks that are drawn as nothing."""

_SPACES = re.compile(r"\s+")

_SPELT = {character: f"\\u{ord(character):04x}" for character in "<>[]{}|`"}

_TO_MACHINES = re.compile(
    r"""[<>{}\[\]|`\\]|[=#*_-]{3}|\b[\w+/]{40,}={0,2}|\b(?:
        system|assistant|developer|prompts?|instru\w+|instrucc\w+|istruzion\w+|anweisung\w*|consigne\w*|instruç\w+|talimat\w*
        |polecen\w+|ignor\w+|disregard|override|jailbreak|json|schema|urgency|department\w*|classif\w+|base64|rot13|chatgpt|gpt
        |llm|pretend|role.?play|simulat\w+|reveal|repeat|verbatim|summar\w+|batch|other[ ](?:customers|posts|messages|people)|function|tool\w*|token\w*|output
    )\b|指示|命令|無視|忽略|系统|系統|システム|プロンプト|提示|تجاهل|تعليمات|النظام|игнорир|инструкц|систем|무시|지시|시스템|निर्देश|अनदेखा""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Fenced:
    """What is sent as the user's turn, and the word that its first and last line carry."""

    word: str
    content: str


def clean(text: str, limit: int, *, lines: bool = False) -> str:
    """The words of a text as people see them, at most `limit` characters; on one line, unless `lines` are kept."""
    # Of what is many times as long only the beginning is looked at.
    seen = (c for c in text[: 8 * limit] if c.isspace() or unicodedata.category(c) not in _UNSEEN)
    words = _BLANK.sub("", "".join(seen))
    if lines:
        words = "\n".join(filter(None, (_SPACES.sub(" ", line).strip() for line in words.splitlines())))
    else:
        words = _SPACES.sub(" ", words).strip()
    return words if len(words) <= limit else words[: limit - 1] + "…"


def is_to_machines(text: str) -> bool:
    """Might this text speak to a program rather than to a company? Such a post is read by itself, beside no other."""
    return _TO_MACHINES.search(unicodedata.normalize("NFKC", text)) is not None


def fence(items: Sequence[Mapping[str, str]]) -> Fenced:
    """These as a JSON array between two lines that nobody could have foreseen."""
    word = f"DATA-{secrets.token_hex(16)}"
    objects = ("{" + ",".join(f"{_spelt(key)}:{_spelt(value)}" for key, value in item.items()) + "}" for item in items)
    return Fenced(word, f"{word}\n[{','.join(objects)}]\n{word}")


def _spelt(value: str) -> str:
    return "".join(_SPELT.get(character, character) for character in json.dumps(value, ensure_ascii=False))


def new_id() -> str:
    """A name for one item of one request, which nobody who wrote a post can know."""
    return secrets.token_hex(4)
