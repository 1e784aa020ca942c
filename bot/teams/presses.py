"""Answers to what Teams calls invokes: presses on a card, dialogs, and the message extension."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, cast

from bot.cards import Card
from bot.commands import WORDS, Origin, Reply
from bot.dispatch import Commands, FieldErrors, Sought
from bot.domain.people import Person
from bot.speech import say
from bot.teams.acts import read_pressed
from bot.teams.adapter import Answer
from bot.teams.forms import read_answers
from bot.teams.manifest import CONVERSATION_SEARCH, CUSTOMER_SEARCH, action_id
from bot.teams.receive import origin_of, part, plain
from bot.teams.replies import BACK, Wording, zone_of

Publish = Callable[[Card, Origin], Awaitable[None]]
"""Shows everybody a card, in the thread it belongs to."""

Place = Literal["card", "dialog"]
"""Where the answer is shown: in the place of the card that was pressed, or in a dialog in front of it."""

_SEARCHES: dict[str, Sought] = {CUSTOMER_SEARCH: "customer", CONVERSATION_SEARCH: "conversation"}


class Presses:
    """Runs what was pressed, and answers where it was pressed."""

    def __init__(self, commands: Commands, wording: Wording, publish: Publish) -> None:
        self._commands = commands
        self._wording = wording
        self._publish = publish

    async def answer(self, activity: Mapping[str, Any], actor: Person) -> Answer:
        """The answer to any invoke."""
        value = activity.get("value")
        value = value if isinstance(value, Mapping) else {}
        match activity.get("name"):
            case "adaptiveCard/action":
                return await self._carried_out(activity, actor, part(value, "action"), "card")
            case "task/fetch" | "task/submit":
                return await self._carried_out(activity, actor, part(value, "data"), "dialog")
            case "composeExtension/query":
                return await self._searched(value, actor, origin_of(activity, "text"))
            case "composeExtension/fetchTask":
                return await self._used_on_message(activity, value, actor)
            case "composeExtension/submitAction":
                return await self._carried_out(activity, actor, part(value, "data"), "dialog")
            case _:
                return Answer(status=501)

    async def sorry(self, activity: Mapping[str, Any], card: Card) -> Answer:
        """Say that it failed, in the form in which an answer is taken there."""
        tenant = origin_of(activity, "button").team
        match activity.get("name"):
            case "adaptiveCard/action":
                return self._wording.words(card.summary)
            case "composeExtension/query":
                return await self._wording.results([], tenant)
            case _:
                return await self._wording.card_dialog(card, tenant)

    async def plainly(self, activity: Mapping[str, Any], actor: Person) -> Reply:
        """What was pressed in a client that knows no invokes; its answer is a message."""
        pressed = cast("Mapping[str, Any]", activity.get("value"))
        verb, args, answers = _read(pressed, actor)
        if answers is None:
            return await self._commands.press(actor, verb, args, origin_of(activity, "button"))
        try:
            return await self._commands.submit(actor, verb, args | answers, origin_of(activity, "form"))
        except FieldErrors:
            return await self._commands.press(actor, verb, args, origin_of(activity, "button"))

    async def _carried_out(self, activity: Mapping[str, Any], actor: Person, pressed: Any, place: Place) -> Answer:
        verb, args, answers = _read(pressed, actor)
        if verb == BACK:
            return await self._back(actor, origin_of(activity, "button"), place)
        if answers is None:
            origin = origin_of(activity, "button")
            return await self._shown(await self._commands.press(actor, verb, args, origin), actor, origin, place)
        origin = origin_of(activity, "form")
        try:
            reply = await self._commands.submit(actor, verb, args | answers, origin)
        except FieldErrors as wrong:
            return await self._asked_again(actor, verb, args, answers, wrong, activity, place)
        return await self._shown(reply, actor, origin, place)

    async def _shown(self, reply: Reply, actor: Person, origin: Origin, place: Place) -> Answer:
        if reply.form is not None:
            return await self._wording.form(reply.form, origin.team, actor, dialog=place == "dialog")
        if reply.card is not None and reply.public:
            await self._publish(reply.card, origin)
        elif reply.card is not None and not reply.quiet:
            return await self._card(reply.card, actor, origin, place)
        if place == "dialog":
            return self._wording.closed()
        if (there := await self._commands.card_at(actor, origin)) is not None:
            return await self._wording.card_in_place(there, origin.team, leave=False)
        if reply.card is not None:
            return await self._wording.card_in_place(reply.card, origin.team, leave=False)
        return self._wording.words(say("Done."))

    async def _card(self, card: Card, actor: Person, origin: Origin, place: Place) -> Answer:
        if place == "dialog":
            return await self._wording.card_dialog(card, origin.team)
        leave = await self._commands.card_at(actor, origin) is not None
        return await self._wording.card_in_place(card, origin.team, leave=leave)

    async def _asked_again(
        self,
        actor: Person,
        verb: str,
        args: Mapping[str, str],
        answers: Mapping[str, str],
        wrong: FieldErrors,
        activity: Mapping[str, Any],
        place: Place,
    ) -> Answer:
        """The same questions, with what is wrong and what was typed."""
        origin = origin_of(activity, "button")
        reply = await self._commands.press(actor, verb, args, origin)
        if reply.form is None:
            return await self._shown(reply, actor, origin, place)
        dialog = place == "dialog"
        return await self._wording.form(
            reply.form, origin.team, actor, dialog=dialog, errors=wrong.errors, typed=answers
        )

    async def _back(self, actor: Person, origin: Origin, place: Place) -> Answer:
        there = await self._commands.card_at(actor, origin)
        if place == "dialog":
            return self._wording.closed()
        if there is None:
            return self._wording.words(say("Nothing was changed."))
        return await self._wording.card_in_place(there, origin.team, leave=False)

    # The message extension.

    async def _searched(self, value: Mapping[str, Any], actor: Person, origin: Origin) -> Answer:
        sought = _SEARCHES.get(str(value.get("commandId")))
        if sought is None:
            return await self._wording.results([], origin.team)
        parameters = value.get("parameters")
        listed = parameters if isinstance(parameters, list) else ()
        given = {str(part(each, "name")): str(part(each, "value") or "") for each in listed}
        # The first time, Teams sends a parameter of its own and no words.
        query = "" if "initialRun" in given else next(iter(given.values()), "")
        return await self._wording.results(await self._commands.search(actor, sought, query), origin.team)

    async def _used_on_message(self, activity: Mapping[str, Any], value: Mapping[str, Any], actor: Person) -> Answer:
        used = str(value.get("commandId") or "")
        origin = origin_of(activity, "shortcut")
        spec = next((each for each in self._commands.specs if used in {action_id(each), each.name}), None)
        words = _words(part(value, "messagePayload", "body"))
        args = {WORDS: words} if words and spec is not None and spec.takes_words else {}
        reply = await self._commands.press(actor, spec.name if spec is not None else used, args, origin)
        return await self._shown(reply, actor, origin, "dialog")


def _read(pressed: Any, actor: Person) -> tuple[str, dict[str, str], dict[str, str] | None]:
    """(verb, arguments, answers) of what was pressed; no answers where it was no form, no verb where it is none of ours."""
    read = read_pressed(pressed) if isinstance(pressed, Mapping) else None
    if read is None:
        return "", {}, None
    data = part(pressed, "data")
    data = data if isinstance(data, Mapping) else pressed
    return *read, read_answers(data, zone_of(actor)) if data.get("form") is True else None


def _words(body: Any) -> str:
    """The words of a message that Teams hands over as HTML or as text."""
    content = str(part(body, "content") or "") if isinstance(body, Mapping) else ""
    return plain(_without_tags(content)) if part(body, "contentType") == "html" else content.strip()


def _without_tags(content: str) -> str:
    kept, inside = [], False
    for character in content:
        if character == "<":
            inside = True
        elif character == ">" and inside:
            inside = False
            kept.append(" ")
        elif not inside:
            kept.append(character)
    return " ".join("".join(kept).split())
