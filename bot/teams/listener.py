"""What to do with each kind of thing that Teams delivers. It only translates: the dispatcher acts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from contextlib import AbstractContextManager
from typing import Any

from bot.cards import Card
from bot.commands import Origin, Reply
from bot.dispatch import Commands
from bot.dispatch.grammar import find_verb
from bot.domain.people import Person
from bot.errors import BatonError, PermanentError, UserError
from bot.languages import speaking_to
from bot.speech import mark, say, sentence
from bot.teams.adapter import Answer, TeamsAdapter
from bot.teams.limits import Json
from bot.teams.people import People
from bot.teams.persistence import persistently
from bot.teams.presses import Presses
from bot.teams.receive import (
    PLATFORM,
    Said,
    in_thread,
    is_personal,
    origin_of,
    part,
    said,
    tenant_of,
    user_of,
    written_at,
)
from bot.teams.references import References
from bot.teams.replies import Wording
from bot.views import error_card

_log = logging.getLogger("baton.teams")

PATIENCE_SECONDS = 3.0
"""How long an acknowledgement waits for the message that answers. Teams waits for fifteen seconds."""

ENDING_SECONDS = 5.0
"""How long an ending Baton goes on trying to say what it has to."""

Joined = Callable[[str, str], Awaitable[None]]
"""Called with (tenant, channel) when the app was added to a team or a chat."""


class Listener:
    """Translates activities into calls of the dispatcher, and its replies into answers and messages."""

    def __init__(
        self,
        commands: Commands,
        people: People,
        references: References,
        adapter: TeamsAdapter,
        wording: Wording,
        rooms: frozenset[str],
        on_joined: Joined | None = None,
    ) -> None:
        self._commands = commands
        self._people = people
        self._references = references
        self._adapter = adapter
        self._wording = wording
        self._rooms = rooms
        self._on_joined = on_joined
        self._presses = Presses(commands, wording, self._publish)
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Finish what is still being said; what Teams asks to wait for longer is left unsaid."""
        if self._tasks:
            _, unsaid = await asyncio.wait(self._tasks, timeout=ENDING_SECONDS)
            for task in unsaid:
                task.cancel()
            await asyncio.gather(*unsaid, return_exceptions=True)

    async def __call__(self, activity: Mapping[str, Any]) -> Answer | None:
        """One authenticated activity; an answer is for invokes alone."""
        await self._references.learn(activity)
        match activity.get("type"):
            case "message" if isinstance(activity.get("value"), Mapping) and not activity.get("text"):
                await self._submitted(activity)
            case "message" | "messageUpdate" | "messageDelete":
                await self._heard(activity)
            case "conversationUpdate":
                await self._joined(activity)
            case "invoke":
                return await self._invoked(activity)
        return None

    async def _invoked(self, activity: Mapping[str, Any]) -> Answer:
        """A press, a dialog or a search: who it is, then what they want."""
        actor: Person | None = None
        try:
            actor = await self._people.person(activity)
            with speaking_to(actor.language):
                return await self._presses.answer(activity, actor)
        except BatonError as error:
            _log.warning("%s could not be answered: %s", activity.get("name"), error)
            wrong = (
                mark("Something went wrong on the way to Teams.")
                if actor
                else mark("Teams did not tell me who you are.")
            )
        except Exception:
            _log.exception("%s could not be answered", activity.get("name"))
            wrong = mark("Something went wrong on Baton's side.")
        with _speaking_to(actor):
            return await self._presses.sorry(activity, _sorry(sentence(wrong)))

    # Messages.

    async def _heard(self, activity: Mapping[str, Any]) -> None:
        heard = said(activity)
        if heard is None:
            return
        origin = origin_of(activity, "text" if is_personal(activity) else "mention")
        if origin.message is None:
            return
        if heard.kind == "command":
            await self._asked(activity, heard, origin)
        elif origin.thread is not None:
            await self._noted(activity, heard, origin, (PLATFORM, origin.channel, origin.message))

    async def _noted(
        self, activity: Mapping[str, Any], heard: Said, origin: Origin, message: tuple[str, str, str]
    ) -> None:
        """What is written in threads, changed there and taken away."""
        by, at, thread = await self._people.person(activity), written_at(activity), str(origin.thread)
        text = heard.spoken(await self._people.named(heard.mentioned, origin.team, origin.channel))
        match heard.kind:
            case "edited":
                # A command stays what it was; only what is a note already takes its new words.
                under = None if heard.addressed else thread
                await self._commands.threads.edited(text, message, at, by, under)
            case "erased":
                await self._commands.threads.erased(message, by, thread)
            case _:
                await self._commands.threads.heard(by, text, message, thread, at)

    async def _asked(self, activity: Mapping[str, Any], heard: Said, origin: Origin) -> None:
        if is_personal(activity):
            await self._references.learn_chat(origin.team, user_of(activity), origin.channel)
        names = await self._people.named(heard.mentioned, origin.team, origin.channel)
        text = heard.spoken(names).removeprefix("/").removeprefix("baton ").lstrip()
        actor, reply = await self._reply(activity, lambda who: self._commands.run_text(who, text, origin))
        with _speaking_to(actor):
            await self._patiently(self._say(activity, actor, reply, origin, alone=self._for_one(text, origin)))

    async def _submitted(self, activity: Mapping[str, Any]) -> None:
        """A form or a button of a client without invokes comes as a message without words."""
        actor, reply = await self._reply(activity, lambda who: self._presses.plainly(activity, who))
        origin = origin_of(activity, "button")
        with _speaking_to(actor):
            await self._patiently(self._say(activity, actor, reply, origin, alone=False))

    async def _reply(
        self, activity: Mapping[str, Any], act: Callable[[Person], Awaitable[Reply]]
    ) -> tuple[Person | None, Reply]:
        """The dispatcher's reply; for what nobody foresaw, a card that says so."""
        try:
            actor = await self._people.person(activity)
        except BatonError as error:
            _log.warning("Teams did not say who %s is: %s", user_of(activity), error)
            return None, Reply(card=_sorry(say("Teams did not tell me who you are.")))
        with speaking_to(actor.language):
            try:
                return actor, await act(actor)
            except Exception:
                _log.exception("a command failed")
                return actor, Reply(card=_sorry(say("Something went wrong on Baton's side.")))

    def _for_one(self, text: str, origin: Origin) -> bool:
        """Is the answer for the asker alone? What is read of customers is, but for rooms where everybody reads it anyway
        it suffices that it was asked for there."""
        spec, _ = find_verb(text, self._commands.specs)
        looks = spec is not None and spec.reads and not spec.for_outsiders
        return looks or (spec is not None and not spec.for_outsiders and origin.channel not in self._rooms)

    async def _say(
        self, activity: Mapping[str, Any], actor: Person | None, reply: Reply, origin: Origin, *, alone: bool
    ) -> None:
        """Answer with a message; in a card's thread a mere confirmation is left out, for the card itself changes."""
        personal = is_personal(activity)
        if reply.form is not None and actor is not None:
            if personal:
                message = await self._wording.form_message(reply.form, origin.team, actor)
            else:
                message = await self._wording.message(self._wording.offered(reply.form), origin.team)
        elif reply.card is not None and not (reply.quiet and not personal and await self._card_there(actor, origin)):
            message = await self._wording.message(reply.card, origin.team)
        else:
            return
        if (alone or reply.secret) and not personal and not reply.public:
            await self._whisper(activity, message, origin)
        else:
            await self._send(message, origin)

    async def _card_there(self, actor: Person | None, origin: Origin) -> bool:
        return actor is not None and await self._commands.card_at(actor, origin) is not None

    async def _whisper(self, activity: Mapping[str, Any], message: Json, origin: Origin) -> None:
        """In the chat with Baton alone. Where Teams does not let Baton open it, everybody is told how to."""
        try:
            await self._tell(await self._chat(user_of(activity), origin), origin.team, message)
        except PermanentError as error:
            _log.warning("A person could not be written to alone: %s", error)
            sorry = UserError(
                say("I answer that to you alone, and cannot write to you yet."), say("Open a chat with me once.")
            )
            await self._send(await self._wording.message(error_card(sorry), origin.team), origin)

    async def _chat(self, user: str, origin: Origin) -> str:
        known = await self._references.chat(origin.team, user)
        if known is not None:
            return known
        near = await self._references.near(origin.team)
        opened = await persistently(lambda: self._adapter.open_chat(near, user))
        await self._references.learn_chat(origin.team, user, opened.conversation)
        return opened.conversation

    async def _publish(self, card: Card, origin: Origin) -> None:
        """What everybody is to see, in the thread it belongs to."""
        await self._patiently(self._publishing(card, origin))

    async def _publishing(self, card: Card, origin: Origin) -> None:
        await self._send(await self._wording.message(card, origin.team), origin)

    async def _send(self, message: Json, origin: Origin) -> None:
        await self._tell(in_thread(origin.channel, origin.thread), origin.team, message)

    async def _tell(self, conversation: str, tenant: str, message: Json) -> None:
        to = await self._references.at(conversation, tenant)
        await persistently(lambda: self._adapter.send(to, message))

    async def _patiently(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait a moment for a call to Teams; a slower one goes on after the acknowledgement. What fails is logged: the
        act itself is done and committed."""

        async def logged() -> None:
            try:
                await work
            except BatonError as error:
                _log.warning("A call to Teams failed: %s", error)
            except Exception:
                _log.exception("a call to Teams failed")

        task = asyncio.get_running_loop().create_task(logged())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)

    # Rooms.

    async def _joined(self, activity: Mapping[str, Any]) -> None:
        added = [str(part(member, "id") or "") for member in activity.get("membersAdded") or ()]
        if self._on_joined is None or str(part(activity, "recipient", "id") or "-") not in added:
            return
        origin = origin_of(activity, "text")
        selected = part(activity, "channelData", "settings", "selectedChannel", "id")
        if is_personal(activity):
            await self._references.learn_chat(origin.team, user_of(activity), origin.channel)
        else:
            await self._patiently(self._meet_everybody(origin.channel))
        await self._on_joined(tenant_of(activity), str(selected or origin.channel))

    async def _meet_everybody(self, channel: str) -> None:
        await self._people.learn_everybody([channel])


def _speaking_to(actor: Person | None) -> AbstractContextManager[None]:
    """Within the block their language is spoken; English where nobody knows who it is."""
    return speaking_to(actor.language if actor is not None else None)


def _sorry(said: str) -> Card:
    return error_card(UserError(said, say("Try once more; if it stays, tell whoever looks after Baton.")))
