"""As much of SOQL as the pretended Salesforce understands; what it does not, it refuses as malformed.

SELECT fields|COUNT()|FIELDS(STANDARD) FROM object WHERE conditions ORDER BY field [ASC|DESC], … LIMIT n
https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select.htm
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Record = Mapping[str, Any]
Test = Callable[[Record], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^'\\\n\r]|\\[nNrRtTbBfF\"'\\_%])*')|(?P<word>[A-Za-z][A-Za-z0-9_.]*|[0-9]+)|(?P<sign>!=|[=(),>]))"
)
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}


class MalformedError(Exception):
    """The question is no SOQL."""


@dataclass
class Question:
    """A question taken apart."""

    fields: list[str]
    of: str
    where: Test
    asked: set[str]
    order: list[tuple[str, bool]] = field(default_factory=list)
    limit: int | None = None


def value_of(record: Record, name: str) -> Any:
    """Of a field, or one of a parent's: `Account.Name`."""
    value: Any = record
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


class Reader:
    """Reads from left to right."""

    def __init__(self, soql: str) -> None:
        self._tokens: list[tuple[str, str]] = []
        self._asked: set[str] = set()
        at, soql = 0, soql.rstrip()
        while at < len(soql):
            found = _TOKEN.match(soql, at)
            if found is None:
                raise MalformedError(f"unexpected token: '{soql[at : at + 10].strip()}'")
            kind = found.lastgroup or ""
            self._tokens.append((kind, found[kind]))
            at = found.end()

    def question(self) -> Question:
        """The whole of it."""
        self._word("SELECT")
        fields = [self._field()]
        while self._sign(","):
            fields.append(self._field())
        self._word("FROM")
        of = self._next("word")
        where: Test = self._either() if self._is_word("WHERE") else lambda _: True
        question = Question(fields, of, where, self._asked)
        if self._is_word("ORDER"):
            self._word("BY")
            question.order.append(self._sorted())
            while self._sign(","):
                question.order.append(self._sorted())
        if self._is_word("LIMIT"):
            question.limit = int(self._next("word"))
        if self._tokens:
            raise MalformedError(f"unexpected token: {self._tokens[0][1]}")
        return question

    def _field(self) -> str:
        name = self._next("word")
        if name.upper() in {"COUNT", "FIELDS"} and self._sign("("):
            inside = "" if self._sign(")") else self._next("word")
            if inside and not self._sign(")"):
                raise MalformedError("expecting ')'")
            return f"{name.upper()}({inside.upper()})"
        return name

    def _sorted(self) -> tuple[str, bool]:
        name = self._next("word")
        return name, False if self._is_word("ASC") else self._is_word("DESC")

    def _either(self) -> Test:
        tests, joined = [self._one()], ""
        while self._tokens and self._tokens[0][1].upper() in {"AND", "OR"}:
            word = self._next("word").upper()
            if joined and word != joined:
                raise MalformedError("unexpected token: use parentheses between AND and OR")
            joined = word
            tests.append(self._one())
        every = all if joined == "AND" else any
        return lambda record: every(test(record) for test in tests)

    def _one(self) -> Test:
        if self._sign("("):
            inside = self._either()
            if not self._sign(")"):
                raise MalformedError("expecting ')'")
            return inside
        name = self._next("word")
        self._asked.add(name)
        if self._is_word("IN"):
            if not self._sign("("):
                raise MalformedError("expecting '('")
            values = [self._text()]
            while self._sign(","):
                values.append(self._text())
            if not self._sign(")"):
                raise MalformedError("expecting ')'")
            return lambda record: _plain(value_of(record, name)) in {_plain(value) for value in values}
        sign = self._next("sign")
        if sign == "=" and (truth := self._truth()) is not None:
            return lambda record: bool(value_of(record, name)) is truth
        wanted = _plain(self._text())
        if sign == ">":
            return lambda record: bool((_plain(value_of(record, name)) or "") > wanted)
        if sign == "=":
            return lambda record: _plain(value_of(record, name)) == wanted
        if sign == "!=":
            return lambda record: _plain(value_of(record, name)) != wanted
        raise MalformedError(f"unexpected token: {sign}")

    def _truth(self) -> bool | None:
        """`true` or `false`, which stand without quotes."""
        return True if self._is_word("TRUE") else False if self._is_word("FALSE") else None

    def _text(self) -> str:
        quoted = self._next("text")
        return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1].lower(), found[1]), quoted[1:-1])

    def _next(self, kind: str) -> str:
        if not self._tokens or self._tokens[0][0] != kind:
            raise MalformedError(f"unexpected token: {self._tokens[0][1] if self._tokens else '<EOF>'}")
        return self._tokens.pop(0)[1]

    def _sign(self, sign: str) -> bool:
        found = bool(self._tokens) and self._tokens[0] == ("sign", sign)
        if found:
            self._tokens.pop(0)
        return found

    def _is_word(self, word: str) -> bool:
        found = bool(self._tokens) and self._tokens[0][0] == "word" and self._tokens[0][1].upper() == word
        if found:
            self._tokens.pop(0)
        return found

    def _word(self, word: str) -> None:
        if not self._is_word(word):
            raise MalformedError(f"expecting {word}")


def _plain(value: Any) -> Any:
    """Texts are compared without regard to case; an id of 18 characters is the one of 15."""
    return value.casefold() if isinstance(value, str) else value
