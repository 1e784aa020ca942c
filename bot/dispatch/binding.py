"""Giving arguments their types: `product` becomes a Department, `2h` a timedelta, `@slack:U123` a Person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.commands import CommandSpec, Param
from bot.config import Config
from bot.dispatch.grammar import read_idea, read_permalink, read_ref
from bot.dispatch.mentions import with_names
from bot.domain.people import Department, Person
from bot.domain.spans import need_moment, need_span
from bot.errors import UserError
from bot.ports import Directory
from bot.speech import in_figures, say, sentence


class FieldErrors(Exception):
    """A form was filled in wrongly: a sentence for each field."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def as_offered(spec: CommandSpec, bound: Mapping[str, Any]) -> dict[str, str]:
    """People and departments that were understood, as the values of a form's options, so that they show as chosen there."""
    offered: dict[str, str] = {}
    for param in spec.params:
        match bound.get(param.name):
            case Person() as person:
                offered[param.name] = f"person:{person.id}"
            case Department() as department:
                prefix = "department:" if param.kind == "person_or_department" else ""
                offered[param.name] = prefix + department.key
            case tuple() as departments:
                offered[param.name] = ",".join(dict.fromkeys(department.key for department in departments))
    return offered


class Binder:
    """Turns strings into arguments, with the company's departments and people at hand."""

    def __init__(self, config: Config, directory: Directory) -> None:
        self._config = config
        self._directory = directory

    async def bind(
        self, spec: CommandSpec, raw: Mapping[str, str], actor: Person, now: datetime
    ) -> tuple[dict[str, Any], dict[str, UserError]]:
        """Typed arguments, and what is wrong with each of the others by name; empty ones are left out."""
        bound: dict[str, Any] = {}
        wrong: dict[str, UserError] = {}
        for param in spec.params:
            typed = raw.get(param.name, "").strip()
            if not typed:
                continue
            try:
                bound[param.name] = await self._value(param, typed, actor, now)
            except UserError as error:
                wrong[param.name] = error
        return bound, wrong

    async def _value(self, param: Param, typed: str, actor: Person, now: datetime) -> Any:
        match param.kind:
            case "conversation":
                return _number(typed)
            case "idea":
                return _idea(typed)
            case "person":
                return await self._person(typed, actor)
            case "department":
                return self._department(typed)
            case "departments":
                return tuple(self._department(part) for part in typed.split(",") if part.strip())
            case "person_or_department":
                return await self._either(typed, actor)
            case "span":
                return need_span(typed)
            case "moment":
                return need_moment(typed, now, actor.timezone)
            case "choice":
                return _choice(param, typed)
            case _:
                return await self._text(param, typed)

    def _department(self, typed: str) -> Department:
        department = self._config.find_department(typed.removeprefix("department:"))
        if department is None:
            names = ", ".join(self._config.departments)
            raise UserError(
                say("There is no department “{typed}”.", typed=typed[:60]),
                say("The departments are: {names}.", names=names),
            )
        return department

    async def _person(self, typed: str, actor: Person) -> Person:
        person = await self._named(typed, actor)
        if person is None:
            raise UserError(
                say("I do not know who “{typed}” is.", typed=typed[:60]),
                say("Name a colleague with @, by e-mail, or by full name."),
            )
        return _colleague(person)

    async def _named(self, typed: str, actor: Person) -> Person | None:
        if typed.lower() in {"me", "@me", "myself"}:
            return actor
        if typed.startswith("person:"):
            return await self._directory.by_id(typed.removeprefix("person:"))
        return await self._directory.find(typed.removeprefix("@"))

    async def _either(self, typed: str, actor: Person) -> Person | Department:
        """A department's own name comes first, then people, then the beginning of a department's name: Mark is not Marketing."""
        department = self._config.find_department(typed.removeprefix("department:"))
        meant = typed.strip().lstrip("@#").lower()
        if department is not None and (
            typed.startswith("department:") or meant in {department.key, department.name.lower()}
        ):
            return department
        person = await self._named(typed, actor)
        if person is not None:
            return _colleague(person)
        if department is not None:
            return department
        names = ", ".join(self._config.departments)
        raise UserError(
            say("“{typed}” is neither a colleague nor a department.", typed=typed[:60]),
            say("Name a colleague with @, or one of: {names}.", names=names),
        )

    async def _text(self, param: Param, typed: str) -> str:
        if len(typed) > param.longest:
            raise UserError(
                say("That is {length} characters long.", length=in_figures(len(typed))),
                say("Keep it to {longest}.", longest=in_figures(param.longest)),
            )
        return await with_names(typed, self._directory)


def _colleague(person: Person) -> Person:
    if person.outsider:
        raise UserError(
            say("{name} is a guest.", name=person.name), say("Customers' conversations are for colleagues only.")
        )
    return person


def _number(typed: str) -> int:
    number = read_ref(typed)
    if number is None:
        hint = (
            say("Copy the link of the card itself.") if read_permalink(typed) else say("A reference looks like `B-12`.")
        )
        raise UserError(say("“{typed}” is not a conversation.", typed=typed[:60]), hint)
    return int(number)


def _idea(typed: str) -> int:
    number = read_idea(typed)
    if number is None:
        raise UserError(
            say("“{typed}” is not an idea.", typed=typed[:60]), say("A reference looks like `I-7`; `ideas` shows all.")
        )
    return number


def _choice(param: Param, typed: str) -> str:
    lowered = typed.lower().replace(" ", "_")
    for choice in param.choices:
        names = (choice.value, choice.label, sentence(choice.label))
        if lowered in {name.lower().replace(" ", "_") for name in names}:
            return choice.value
    raise UserError(
        say("“{typed}” is not one of the choices.", typed=typed[:60]),
        say("Choose one of: {choices}.", choices=", ".join(c.value for c in param.choices)),
    )
