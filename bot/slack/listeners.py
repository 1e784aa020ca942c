"""One listener for each kind of thing that Slack delivers. All of them only translate: the dispatcher acts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.cards import Button, Card, Paragraph
from bot.commands import WORDS, Origin, Reply
from bot.dispatch import Commands, FieldErrors
from bot.dispatch.grammar import find_verb
from bot.domain.people import Person
from bot.errors import BatonError, UserError
from bot.languages import speaking_to
from bot.slack.acts import read_pressed, read_rest
from bot.slack.forms import Carried, field_errors, modal, read_answers, read_carried, shown
from bot.slack.limits import Json
from bot.slack.manifest import slash_names
from bot.slack.once import Once
from bot.slack.people import People
from bot.slack.receive import Body, Heard, heard, message_origin, own_user, slash_origin, spoken, user_of, workspace
from bot.slack.replies import Asker, Replies, read_asker
from bot.speech import say, sentence
from bot.views import error_card

_log = logging.getLogger("baton.slack")

PATIENCE_SECONDS = 1.5
"""How long an acknowledgement waits for a form or a message that goes with it. Slack waits for three seconds."""

READING_SECONDS = 2.2
"""How long an acknowledgement waits for what was looked up: longer than customer records and directories are waited for."""

Joined = Callable[[str, str], Awaitable[None]]
"""Called with (workspace, channel) when the app was added to a channel."""


class Listeners:
    """Translates deliveries into calls of the dispatcher, and its replies into acknowledgements and messages."""

    def __init__(self, commands: Commands, people: People, replies: Replies, on_joined: Joined | None = None) -> None:
        self._commands = commands
        self._people = people
        self._replies = replies
        self._on_joined = on_joined
        self._verbs = slash_names(commands.specs)
        self._once = Once()
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Finish what is still being shown."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def slash(self, ack: AsyncAck, body: Json) -> None:
        """A slash command; its answer travels in the acknowledgement."""
        origin, user = slash_origin(body), user_of(body)
        verb = self._verbs.get(str(body.get("command", "")).lstrip("/"))
        text = spoken(str(body.get("text") or ""))
        async with self._speaking_with(origin, user) as actor:
            answering = asyncio.ensure_future(
                self._reply(actor, lambda who: self._commands.run_text(who, text, origin, verb))
            )
            if self._only_reads(verb, text):
                await asyncio.wait({answering}, timeout=READING_SECONDS)
                if not answering.done():
                    # What acts is committed before it is acknowledged; what only looks something up may be told later.
                    later = asyncio.get_running_loop().create_task(
                        self._told_later(answering, read_asker(body, user, origin))
                    )
                    self._tasks.add(later)
                    later.add_done_callback(self._tasks.discard)
                    await ack(say("Looking it up: the answer comes in a moment."))
                    return
            reply = await answering
            said = await self._replies.acknowledgement(reply, origin.team)
            if said is None:
                await self._deliver(reply, read_asker(body, user, origin))
            await ack(said if said is not None else "")

    async def _told_later(self, answering: asyncio.Future[Reply], asker: Asker) -> None:
        await self._replies.deliver(await answering, asker)

    def _only_reads(self, verb: str | None, text: str) -> bool:
        """Does this command change nothing?"""
        spec, _ = find_verb(f"{verb} {text}" if verb else text, self._commands.specs)
        return spec is not None and spec.reads

    async def pressed(self, ack: AsyncAck, body: Json) -> None:
        """A button or a menu, on a message, on Home or in a modal."""
        action = (body.get("actions") or [{}])[0]
        origin, user = _pressed_in(body), user_of(body)
        asker = read_asker(body, user, origin)
        pressed = read_pressed(action)
        async with self._speaking_with(origin, user) as actor:
            if (rest := read_rest(action)) is not None:
                await self._patiently(self._replies.show_in_modal(self._rest(*rest), asker))
            elif pressed is not None:
                verb, args = pressed
                reply = await self._reply(actor, lambda who: self._commands.press(who, verb, args, origin))
                await self._deliver(reply, asker)
        if pressed is not None and asker.in_view == "home":
            # What was pressed there may be which language to speak.
            await self._refresh_home(user, origin)
        await ack()

    async def shortcut(self, ack: AsyncAck, body: Json) -> None:
        """A shortcut on a message."""
        verb = str(body.get("callback_id", "")).removeprefix("cmd:")
        origin, user = message_origin(body, shortcut=True), user_of(body)
        args = self._words_of_message(verb, body)
        async with self._speaking_with(origin, user) as actor:
            reply = await self._reply(actor, lambda who: self._commands.press(who, verb, args, origin))
            await self._deliver(reply, read_asker(body, user, origin))
        await ack()

    def _words_of_message(self, verb: str, body: Json) -> dict[str, str]:
        """The message on which an act was used, for those that take words."""
        words = spoken(str((body.get("message") or {}).get("text") or ""))
        taking = next((spec for spec in self._commands.specs if spec.name == verb), None)
        return {WORDS: words} if words and taking is not None and taking.takes_words else {}

    async def submitted(self, ack: AsyncAck, body: Json) -> None:
        """A filled-in form. What is wrong with it is said in the form, so that nothing typed is lost."""
        view, user = body["view"], user_of(body)
        carried = read_carried(view)
        verb = str(view.get("callback_id", "")).removeprefix("cmd:")
        args = {**carried.args, **read_answers(view)}
        origin = replace(carried.origin, by="form")
        async with self._speaking_with(origin, user) as actor:
            try:
                if actor is None:
                    raise BatonError("Slack did not say who this is")
                reply = await self._commands.submit(actor, verb, args, origin)
            except FieldErrors as wrong:
                await ack(response_action="errors", errors=field_errors(view, wrong.errors))
                return
            except Exception:
                _log.exception("%s could not be submitted", verb)
                wrong_side = {"": say("Something went wrong on Baton's side. Try once more.")}
                await ack(response_action="errors", errors=field_errors(view, wrong_side))
                return
            await self._after_form(ack, reply, Asker(user, origin, "", carried.answer_url, quiet=carried.quiet), view)

    async def event(self, ack: AsyncAck, body: Json) -> None:
        """Messages in threads, mentions, Home, joined channels, changed profiles."""
        event, team = body["event"], workspace(body)
        match event.get("type"):
            case "message" | "app_mention":
                await self._heard(event, team, own_user(body))
            case "app_home_opened" if event.get("tab", "home") == "home":
                await self._refresh_home(str(event["user"]), Origin("slack", team))
            case "member_joined_channel" if event.get("user") == own_user(body) and self._on_joined is not None:
                await self._on_joined(team, str(event["channel"]))
            case "user_change":
                await self._people.refresh(team, event["user"])
        await ack()

    def _rest(self, verbs: tuple[str, ...], args: dict[str, str]) -> Card:
        """The acts for which a menu had no room, each with what it does."""
        specs = {spec.name: spec for spec in self._commands.specs}
        lines = [
            Paragraph((sentence(specs[verb].summary),), Button(sentence(specs[verb].label), verb, args))
            for verb in verbs
            if verb in specs
        ]
        return Card(say("More to do"), tuple(lines))

    async def _heard(self, event: Body, team: str, bot_user: str) -> None:
        said = heard(event, bot_user)
        if said is None:
            return
        message = ("slack", said.channel, said.ts)
        match said.kind:
            case "edited":
                by = await self._people.person(team, said.user)
                await self._commands.threads.edited(said.text, message, said.at, by, said.thread)
            case "erased":
                by = await self._people.person(team, said.user)
                await self._commands.threads.erased(message, by, said.thread)
            case "asked":
                await self._once.run((team, *message), lambda: self._asked(said, team))
            case _:
                await self._once.run((team, *message), lambda: self._noted(said, team, message))

    async def _asked(self, said: Heard, team: str) -> None:
        origin = said.origin(team)
        text = said.command or ""
        async with self._speaking_with(origin, said.user) as actor:
            reply = await self._reply(actor, lambda who: self._commands.run_text(who, text, origin))
            await self._deliver(reply, Asker(said.user, origin, direct=said.direct))

    async def _noted(self, said: Heard, team: str, message: tuple[str, str, str]) -> None:
        actor = await self._people.person(team, said.user)
        await self._commands.threads.heard(actor, said.text, message, str(said.thread), said.at)

    @asynccontextmanager
    async def _speaking_with(self, origin: Origin, user: str) -> AsyncIterator[Person | None]:
        """Who it is, and within the block their language is spoken; None where Slack does not say."""
        actor: Person | None = None
        try:
            actor = await self._people.person(origin.team, user)
        except BatonError as error:
            _log.warning("Slack did not say who %s is: %s", user, error)
        with speaking_to(actor.language if actor is not None else None):
            yield actor

    async def _reply(self, actor: Person | None, act: Callable[[Person], Awaitable[Reply]]) -> Reply:
        """The dispatcher's reply; for what nobody foresaw, a card that says so."""
        if actor is None:
            return _sorry(say("Slack did not tell me who you are."))
        try:
            return await act(actor)
        except Exception:
            _log.exception("a command failed")
            return _sorry(say("Something went wrong on Baton's side."))

    async def _after_form(self, ack: AsyncAck, reply: Reply, asker: Asker, view: Json) -> None:
        team, carried = asker.origin.team, Carried(asker.origin, {}, asker.answer_url, asker.quiet)
        if reply.form is not None:
            spelling = await self._replies.spelling(None, reply.form, team)
            await ack(response_action="update", view=modal(reply.form, carried, spelling))
        elif reply.card is not None and not asker.origin.channel and not (reply.quiet and asker.quiet):
            spelling = await self._replies.spelling(reply.card, None, team)
            await ack(response_action="update", view=shown(reply.card, carried, spelling))
        else:
            await self._deliver(reply, asker)
            await (ack(response_action="clear") if view.get("previous_view_id") else ack())
        if not asker.origin.channel:
            await self._refresh_home(asker.user, asker.origin)

    async def _refresh_home(self, user: str, origin: Origin) -> None:
        async with self._speaking_with(origin, user) as actor:
            if actor is None:
                return
            try:
                card = await self._commands.home(actor, origin)
            except BatonError as error:
                _log.warning("Home could not be made: %s", error)
                return
            await self._patiently(self._replies.publish_home(card, user, origin.team))

    async def _deliver(self, reply: Reply, asker: Asker) -> None:
        await self._patiently(self._replies.deliver(reply, asker))

    async def _patiently(self, work: Coroutine[Any, Any, None]) -> None:
        """Wait a moment for a call to Slack; a slower one goes on after the acknowledgement."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=PATIENCE_SECONDS)


def _pressed_in(body: Body) -> Origin:
    """A button in a modal acts where the modal was asked for; one on Home belongs to no channel."""
    view = body.get("view")
    if view is None:
        return message_origin(body)
    carried = read_carried(view) if view.get("type") == "modal" else None
    team = workspace(body)
    return (
        replace(carried.origin, team=team, by="button") if carried is not None else Origin("slack", team, by="button")
    )


def _sorry(said: str) -> Reply:
    hint = say("Try once more; if it stays, tell whoever looks after Baton.")
    return Reply(card=error_card(UserError(said, hint)))
