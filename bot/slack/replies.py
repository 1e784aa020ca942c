"""Handing a reply to the person who asked: in the acknowledgement where Slack takes it there, otherwise by a call."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.cards import Actions, Button, Card, Chart, Form, Paragraph, mentioned
from bot.commands import Origin, Reply
from bot.errors import BatonError, UserError
from bot.slack.calls import Answer, ChannelClosed, Refused, called
from bot.slack.forms import Carried, modal, read_carried, shown
from bot.slack.limits import Json
from bot.slack.people import People
from bot.slack.pictures import Pictures
from bot.slack.render import home, message
from bot.slack.spans import Spelling
from bot.speech import say
from bot.views import error_card

_log = logging.getLogger("baton.slack")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asked, from where, and what Slack lent us to answer with.

    `in_view` is the type of the view that was pressed in. `quiet` says that a card shows the outcome by itself, so that
    a mere confirmation is not shown. `direct` is a conversation with the app alone, where answers are plain messages.
    `behind` is what the modal carries that was pressed in.
    """

    user: str
    origin: Origin
    trigger: str = ""
    answer_url: str = ""
    in_view: str = ""
    quiet: bool = False
    direct: bool = False
    behind: Carried | None = None

    @property
    def carried(self) -> Carried:
        """What a modal that follows has to remember: from a modal, what that one was carrying."""
        return replace(self.behind, args={}) if self.behind else Carried(self.origin, {}, self.answer_url, self.quiet)

    @property
    def thread(self) -> str | None:
        """The thread for what everyone is to see: the one it was asked in, or that of the card that was pressed."""
        pressed_on_card = self.quiet and not self.in_view
        return self.origin.thread or (self.origin.message if pressed_on_card else None)


def read_asker(body: Mapping[str, Any], user: str, origin: Origin) -> Asker:
    """The asker of a slash command, a button or a shortcut."""
    container, in_view = body.get("container") or {}, str((body.get("view") or {}).get("type") or "")
    pressed_on_card = container.get("type") == "message" and not container.get("is_ephemeral")
    return Asker(
        user=user,
        origin=origin,
        trigger=str(body.get("trigger_id") or ""),
        answer_url=str(body.get("response_url") or ""),
        in_view=in_view,
        quiet=pressed_on_card or in_view == "home",
        behind=read_carried(body["view"]) if in_view == "modal" else None,
    )


class Replies:
    """Words replies for Slack and delivers them."""

    def __init__(self, client: AsyncWebClient, people: People, pictures: Pictures) -> None:
        self._client = client
        self._people = people
        self._pictures = pictures

    async def spelling(self, card: Card | None, form: Form | None, team: str) -> Spelling:
        """How to spell what these mention; most mention nobody and need no look-up."""
        people = mentioned(card.blocks) if card is not None else set()
        if form is not None:
            people |= mentioned(form.intro)
            people |= {f.default.removeprefix("person:") for f in form.fields if f.kind == "person" and f.default}
        return Spelling(await self._people.users(people, team) if people else {})

    async def acknowledgement(self, reply: Reply, team: str) -> Json | None:
        """The body that answers a slash command in its acknowledgement; None when a form is to follow, or nothing.

        None, too, for a card with pictures: Slack does not wait for them, nor say whether it showed them.
        """
        if reply.card is None or self._pictures.wanted(reply.card.blocks):
            return None
        said = message(reply.card, await self.spelling(reply.card, None, team))
        return {"response_type": "in_channel" if reply.public else "ephemeral", **said}

    async def deliver(self, reply: Reply, asker: Asker) -> None:
        """Show a reply by calls of our own. What fails is logged: the act itself is done and committed."""
        try:
            if reply.form is not None:
                await self._open(reply.form, asker)
            elif reply.card is not None and not (reply.quiet and asker.quiet):
                await self._show(reply.card, asker, public=reply.public)
        except BatonError as error:
            _log.warning("A reply did not reach Slack: %s", error)

    async def show_in_modal(self, card: Card, asker: Asker) -> None:
        """Show a card in a modal, in front of whatever was pressed."""
        try:
            await self._open_card(card, asker, title=card.summary)
        except BatonError as error:
            _log.warning("A modal could not be opened: %s", error)

    async def publish_home(self, card: Card, user: str, team: str) -> None:
        """Show a card on a person's Home tab."""
        spelling = await self.spelling(card, None, team)

        async def publish(pictures: Mapping[Chart, str]) -> Answer:
            view = home(card, replace(spelling, pictures=pictures))
            return await called("views.publish", self._client.views_publish(user_id=user, view=view))

        try:
            await self._pictures.shown(card.blocks, publish)
        except BatonError as error:
            _log.warning("Home was not published: %s", error)

    async def _open(self, form: Form, asker: Asker) -> None:
        if not asker.trigger:
            await self._tell(_offered(form), asker, public=False)
            return
        view = modal(form, asker.carried, await self.spelling(None, form, asker.origin.team))
        try:
            await self._view(view, asker)
        except BatonError as error:
            _log.warning("A form could not be opened: %s", error)
            sorry = UserError(say("The form could not be opened in time."), say("Try once more."))
            await self._tell(error_card(sorry), asker, public=False)

    async def _view(self, view: Json, asker: Asker) -> Answer:
        if asker.in_view == "modal":
            return await called("views.push", self._client.views_push(trigger_id=asker.trigger, view=view))
        return await called("views.open", self._client.views_open(trigger_id=asker.trigger, view=view))

    async def _open_card(self, card: Card, asker: Asker, title: str = "Baton") -> None:
        """A card in a modal, for which Slack waits three seconds: pictures come into it when they are there."""
        spelling, carried = await self.spelling(card, None, asker.origin.team), asker.carried
        opened = await self._view(shown(card, carried, spelling, title), asker)

        async def update(pictures: Mapping[Chart, str]) -> None:
            if pictures:
                view = shown(card, carried, replace(spelling, pictures=pictures), title)
                await called("views.update", self._client.views_update(view_id=opened["view"]["id"], view=view))

        if self._pictures.wanted(card.blocks):
            await self._pictures.shown(card.blocks, update)

    async def _show(self, card: Card, asker: Asker, *, public: bool) -> None:
        if asker.in_view:
            await self._open_card(card, asker)
        else:
            await self._tell(card, asker, public=public)

    async def _tell(self, card: Card, asker: Asker, *, public: bool) -> None:
        """A message: for everyone, or for the asker alone."""
        spelling = await self.spelling(card, None, asker.origin.team)
        await self._pictures.shown(
            card.blocks,
            lambda pictures: self._say(message(card, replace(spelling, pictures=pictures)), asker, public=public),
        )

    async def _say(self, content: Json, asker: Asker, *, public: bool) -> None:
        origin = asker.origin
        if origin.channel and (public or asker.direct):
            await self._say_aloud(content, asker)
        elif origin.channel:
            await self._whisper(content, asker)
        else:
            answer = await called("conversations.open", self._client.conversations_open(users=asker.user))
            call = self._client.chat_postMessage(channel=str(answer["channel"]["id"]), **content)
            await called("chat.postMessage", call)

    async def _say_aloud(self, content: Json, asker: Asker) -> None:
        """For everyone; through the answer address where Baton is not in the channel, as an acknowledgement would be."""
        try:
            call = self._client.chat_postMessage(channel=asker.origin.channel, thread_ts=asker.thread, **content)
            await called("chat.postMessage", call)
        except (ChannelClosed, Refused) as error:
            closed = isinstance(error, ChannelClosed) or error.word == "channel_not_found"
            said = {"response_type": "in_channel", "replace_original": False, **content}
            if not (closed and asker.answer_url and await self._answered(said, asker.answer_url)):
                raise

    async def _whisper(self, content: Json, asker: Asker) -> None:
        """In a thread by name, elsewhere through the answer address, which works in channels that Baton is not in."""
        origin = asker.origin
        thread = origin.thread if origin.thread != origin.message else None
        if asker.answer_url and thread is None:
            said = {"response_type": "ephemeral", "replace_original": False, **content}
            if await self._answered(said, asker.answer_url):
                return
        wanted = {name: content[name] for name in ("text", "blocks")}
        call = self._client.chat_postEphemeral(channel=origin.channel, user=asker.user, thread_ts=thread, **wanted)
        await called("chat.postEphemeral", call)

    async def _answered(self, said: Json, answer_url: str) -> bool:
        """Did the answer address take it? Where it cannot be known, it is said once more in another way.

        Raises `Refused` where it takes none of these blocks.
        """
        client = AsyncWebhookClient(answer_url, session=self._client.session, retry_handlers=[])
        try:
            answer = await client.send_dict(said)
        except (aiohttp.ClientError, TimeoutError, OSError, SlackClientError, ValueError) as error:
            # The address is a secret of this interaction, and errors may name it.
            _log.warning("An answer address could not be reached: %s", type(error).__name__)
            return False
        if answer.status_code != 200 and "invalid_blocks" in answer.body:
            # Nothing was shown, and by another way it would be refused as well.
            raise Refused("An answer address: invalid_blocks.", "invalid_blocks", {})
        if answer.status_code != 200:
            _log.warning("An answer address refused: %s %s", answer.status_code, answer.body[:200])
        return answer.status_code == 200


def _offered(form: Form) -> Card:
    """A typed mention cannot open a form: offer a button that can."""
    known = {field.name: field.default for field in form.fields if field.default}
    line = Paragraph((say("{title}: a few things are missing.", title=form.title),))
    return Card(
        say("{title}: fill in the form", title=form.title),
        (line, Actions((Button(say("Fill in…"), form.command, known | form.args),))),
    )
