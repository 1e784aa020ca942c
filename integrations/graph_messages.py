"""Messages to a Page or an Instagram account: how they are heard, looked for and answered; and what such accounts are polled for.

Deliveries: https://developers.facebook.com/docs/messenger-platform/reference/webhook-events
Answers: https://developers.facebook.com/docs/messenger-platform/reference/send-api
Reading: https://developers.facebook.com/docs/messenger-platform/conversations
"""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.domain.delivery import Delivery, Polled, Sent
from bot.domain.post import Author, Media, Post, SourceEvent, Visibility
from bot.errors import PermanentError, UnknownResultError
from bot.speech import mark, say
from integrations.graph import GraphConnector, GraphOptions, Happening, moment, text_id
from integrations.http import Http
from integrations.source import FIRST_LOOK, SourceSettings, written

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
"""So long a person may answer, where Meta gave the app its human agent permission (else a day):
https://developers.facebook.com/docs/messenger-platform/policy/policy-overview#24hours_window"""

OVERLAP = timedelta(hours=1)
"""So much of what a poll has read the next one reads again."""

_NOTHING_SAID = frozenset({
    "delivery", "read", "reaction", "optin", "referral", "account_linking", "pass_thread_control", "take_thread_control",
    "request_thread_control", "app_roles", "typing", "sender_action", "message_context",
})  # fmt: skip
"""Events of a conversation in which the customer says nothing."""

_ABOUT_EVENT = frozenset({"sender", "recipient", "timestamp"})

_SORTS = {
    "image": "image", "sticker": "image", "animated_gif": "image", "story_mention": "image", "share": "image",
    "ig_post": "image", "story": "image", "ig_story": "image", "video": "video", "reel": "video", "ig_reel": "video",
    "audio": "audio",
}  # fmt: skip

_SHARED = frozenset({"fallback", "post", "template", "location"})
"""Attachments that are an address rather than a file."""

LONGEST = 50_000
"""Characters that are kept of a text; Meta's own limits are far below."""

REFUSALS = {
    2018001: mark("This customer cannot be reached by message."),
    2018300: mark("Another app has this conversation now."),
    551: mark("This customer takes no messages from us now."),
    506: mark("Meta does not take the same text twice in a row."),
    368: mark("Meta has blocked this for a while."),
    1893063: mark("Meta has blocked us from sending messages for a while."),
}
"""https://developers.facebook.com/docs/messenger-platform/error-codes and …/graph-api/guides/error-handling"""

UNSHOWN = mark("(Something that Meta hands on to no app. The inbox shows it.)")
MENTIONS_US = mark("(Mentions us in a story.)")


class MessengerOptions(GraphOptions):
    """How messages are heard and answered."""

    messages: bool = True
    """Whether direct messages are read, too."""
    human_agent: bool = False
    """Whether Meta gave the app the human agent permission: messages may then be answered for 7 days instead of 24 hours."""


class GraphMessenger(GraphConnector):
    """Base of the connectors whose account is sent messages. `platform` is its name in the Conversations API."""

    Options: type[MessengerOptions] = MessengerOptions
    options: MessengerOptions
    platform: str = ""
    inbox: str = ""
    """Where people of ours can open the messages."""
    message_scopes: tuple[str, ...] = ()
    """The permissions that only messages need."""
    fields: tuple[str, ...] = ()
    """What must be subscribed to, and below it what only messages need."""
    message_fields: tuple[str, ...] = ("messages", "messaging_postbacks")
    refusals: Mapping[int, str] = REFUSALS

    @abstractmethod
    def happened(self, one: Happening, now: datetime) -> SourceEvent | None:
        """What a change of the account says. Raises as `each` has it."""

    @abstractmethod
    def since(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What the account can be asked for: everything written since then, and perhaps more, in no order."""

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.us: tuple[str, ...] = ()
        """Our own id and names, once we asked for them."""

    async def mine(self) -> str:
        """Our own id, as it stands at what we write."""
        if not self.us:
            self.us = await self.asked_who_we_are()
        return self.us[0]

    async def asked_who_we_are(self) -> tuple[str, ...]:
        """Our own id, and perhaps further names of ours."""
        return (text_id((await self.graph("GET", "/me", params={"fields": "id"}))["id"]),)

    async def below(
        self, row: Any, name: str, asked: Mapping[str, str], since: datetime, time: str = "created_time"
    ) -> AsyncIterator[Sequence[Any]]:
        """What is listed below a row under this name, newest first: the page that came with it, and more where there is more."""
        came = row.get(name) if isinstance(row, dict) else None
        came = came if isinstance(came, dict) else {}
        first, paging = came.get("data"), came.get("paging")
        if not isinstance(first, list) or not first:
            return
        yield first
        more = isinstance(paging, dict) and paging.get("next")
        if not more or before(first[-1], time, since):
            return
        async for rows in self.pages(f"/{row['id']}/{name}", asked):
            yield rows
            if before(rows[-1], time, since):
                return

    # Hearing.

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """What a delivery tells of."""
        return self.each(self.happenings(delivery.body), lambda one: self._event(one, delivery.received_at))

    def _event(self, one: Any, now: datetime) -> SourceEvent | None:
        if not isinstance(one, Happening):
            raise ValueError("it is no change and no message that is known")
        if one.to and self.account.isdigit() and one.to not in {self.account, "0"}:
            raise ValueError(f"it is for the account {one.to}, and this source is {self.account}")
        # Most messages come in lists of their own, some as changes of fields like messages or messaging_postbacks.
        said = one.field == "standby" or one.field.startswith("messag")
        return self.message(one, now) if said else self.happened(one, now)

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What was written since the last poll, and an hour before that."""
        now = datetime.now(UTC)
        since = datetime.fromisoformat(cursor) if cursor else now - FIRST_LOOK
        found = [event async for portion in self.since(since) for event in portion]
        # Lists come newest first, and times have whole seconds.
        new = [event for event in reversed(found) if event.post is not None and event.post.posted_at >= since]
        dated = sorted(new, key=_when)
        odd = [event for event in found if event.post is None]
        taken = max(limit - len(odd), 1)
        while taken < len(dated) and _when(dated[taken]) == _when(dated[taken - 1]):
            taken += 1  # the next poll begins after this second
        if taken >= len(dated):
            return Polled((*odd, *dated), (now - OVERLAP).isoformat())
        return Polled((*odd, *dated[:taken]), _when(dated[taken]).isoformat(), timedelta(0))

    async def backfill(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """What can still be read."""
        async for portion in self.since(since):
            yield [event for event in portion if event.post is None or event.post.posted_at >= since]

    # Messages.

    def message(self, one: Happening, now: datetime) -> SourceEvent | None:
        """What an event of a conversation says; None for what we said, and for what says nothing."""
        event = one.value
        who = text_id(event["sender"].get("id") or event["sender"].get("user_ref")) if "sender" in event else ""
        at = moment(event["timestamp"]) if event.get("timestamp") else one.sent_at or now
        said, edit, pressed = event.get("message"), event.get("message_edit"), event.get("postback")
        if isinstance(said, dict):
            if said.get("is_echo") or said.get("is_self") or (who and who == one.to):
                return None
            if said.get("is_deleted"):
                return self.deleted(text_id(said["mid"]))
            return written(self._post(text_id(said["mid"]), who, at, now, one, said))
        if isinstance(edit, dict):
            mid = text_id(edit["mid"])
            if who and who == one.to:
                return None
            if not isinstance(edit.get("text"), str):
                return self.hint(mid, {"message": event}, str(edit.get("num_edit") or ""))
            post = self._post(mid, who, at, now, one, edit).model_copy(update={"edited_at": at})
            return written(post, edited=True, revision=f"{edit.get('num_edit') or ''}-{digest_of(post.text)}")
        if isinstance(pressed, dict):
            mid = str(pressed.get("mid") or f"postback-{who}-{at.timestamp():.3f}")
            text = str(pressed.get("title") or pressed.get("payload") or "")
            return written(self._post(mid, who, at, now, one, {**pressed, "text": text}))
        if _NOTHING_SAID & event.keys():
            return None
        raise ValueError(f"messages of this kind are not known: {', '.join(sorted(event.keys() - _ABOUT_EVENT))}")

    def _post(self, mid: str, who: str, at: datetime, now: datetime, one: Happening, said: Mapping[str, Any]) -> Post:
        if not who:
            raise ValueError("the sender is missing")
        text, files = _content(said)
        answered = said.get("reply_to")
        return self.direct(
            mid,
            Author(external_id=who, handle=who),
            text,
            at,
            media=files,
            fetched_at=now,
            parent_id=str(answered["mid"]) if isinstance(answered, dict) and answered.get("mid") else None,
            raw={name: said[name] for name in ("reply_to", "referral", "quick_reply", "payload") if said.get(name)},
        )

    def direct(self, mid: str, author: Author, text: str, at: datetime, **more: Any) -> Post:
        """A direct message. All that a customer sends us is one thread."""
        return Post(
            network=self.network,
            account=self.account,
            external_id=mid,
            root_id=f"with-{author.external_id}",
            author=author,
            text=text,
            posted_at=at,
            url=self.inbox or None,
            visibility=Visibility.PRIVATE,
            **more,
        )

    async def conversations(self, since: datetime) -> AsyncIterator[Sequence[SourceEvent]]:
        """The messages of every conversation in which something was said since then; of each, Meta shows the newest twenty."""
        if not self.options.messages:
            return
        said = "messages.limit(20){id,created_time,from,message,attachments,shares}"
        asked = {"platform": self.platform, "fields": f"id,updated_time,{said}", "limit": "25"}
        async for rows in self.pages("/me/conversations", asked):
            for row in rows:
                found = row.get("messages") if isinstance(row, dict) else None
                messages = found.get("data") if isinstance(found, dict) else None
                yield self.each(messages if isinstance(messages, list) else [], self.shown)
            if _older(rows[-1], "updated_time", since):
                return

    def shown(self, row: dict[str, Any]) -> SourceEvent | None:
        """A message as the Conversations API shows it."""
        who = row["from"]
        name = str(who.get("username") or who.get("name") or who["id"])
        if str(who["id"]) in self.us or who.get("username") in self.us:
            return None
        files = row.get("attachments")
        text, attached = str(row.get("message") or ""), _files(files.get("data") if isinstance(files, dict) else None)
        author = Author(external_id=text_id(who["id"]), handle=name[:255], display_name=name[:500])
        shown = text[:LONGEST] or ("" if attached else UNSHOWN)
        return written(self.direct(text_id(row["id"]), author, shown, moment(row["created_time"]), media=attached))

    async def send(self, post: Post, text: str, recipient: Mapping[str, str] | None = None) -> Sent:
        """Answer a message. After a day it says that a person answers. `recipient`: another than the author, by Meta's fields."""
        late = datetime.now(UTC) - post.posted_at > DAY and recipient is None
        kind = {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"} if late else {"messaging_type": "RESPONSE"}
        asked = {"recipient": recipient or {"id": post.author.external_id or ""}, "message": {"text": text}, **kind}
        sent = await self.graph("POST", "/me/messages", json=asked)
        if not isinstance(sent, dict) or not sent.get("message_id"):
            raise UnknownResultError(f"{self.name}: Meta took the message without saying which it is.")
        return Sent(str(sent["message_id"]), self.inbox or None)

    async def find_sent(self, post: Post, text: str) -> Sent | None:
        """Our message with these words, newer than the customer's, among the twenty newest that Meta shows."""
        who = post.author.external_id or ""
        fields = "messages.limit(20){id,created_time,from,message}"
        async for rows in self.pages(
            "/me/conversations", {"platform": self.platform, "user_id": who, "fields": fields}
        ):
            for row in rows:
                for said in row["messages"]["data"]:
                    ours = str(said["from"]["id"]) != who and same(said.get("message"), text)
                    if ours and not _older(said, "created_time", post.posted_at):
                        return Sent(str(said["id"]), self.inbox or None)
        return None

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Messages have a window."""
        return self.too_late(post, now) if post.visibility is Visibility.PRIVATE else None

    def needed_scopes(self) -> tuple[str, ...]:
        """With those for messages, where they are read."""
        return (*self.scopes, *(self.message_scopes if self.options.messages else ()))

    async def missing(self) -> Sequence[str]:
        """What Meta says is missing: permissions of the token, and fields that nobody subscribed to."""
        return list(await super().missing()) or await self.unsubscribed()

    async def unsubscribed(self) -> list[str]:
        """The fields that nobody subscribed to, or why nobody knows."""
        try:
            said = await self.graph("GET", "/me/subscribed_apps")
        except PermanentError as error:
            return [str(error)]
        rows = said.get("data") if isinstance(said, dict) else None
        apps = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
        mine = [row for row in apps if str(row.get("id")) == self.options.app_id] or apps
        given = {field for row in mine for field in row.get("subscribed_fields") or ()}
        wanted = (*self.fields, *(self.message_fields if self.options.messages else ()))
        return [
            say("Meta does not deliver {field} yet. Subscribe the app to it.", field=field)
            for field in wanted
            if field not in given
        ]

    def too_late(self, post: Post, now: datetime) -> str | None:
        """Why a message can no longer be answered."""
        if now - post.posted_at <= (WEEK if self.options.human_agent else DAY):
            return None
        if self.options.human_agent:
            return say(
                "Meta takes answers to a message for 7 days, and those are over. Wait for the customer to write again."
            )
        return say(
            "Meta takes answers to a message for 24 hours, and those are over. Wait for the customer to write again."
        )

    async def one_message(self, mid: str) -> Sequence[SourceEvent]:
        """A message of which only the id came."""
        fields = "id,created_time,from,message,attachments"
        row = await self.graph("GET", f"/{mid}", params={"fields": fields}, absent=True)
        return () if row is None else self.each([row], self.shown)


def digest_of(text: str) -> str:
    """Tells two states of a text apart."""
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=6).hexdigest()


def same(said: Any, text: str) -> bool:
    """The same words; Meta takes spaces off both ends."""
    return isinstance(said, str) and said.replace("\r\n", "\n").strip() == text.replace("\r\n", "\n").strip()


def before(row: Any, name: str, since: datetime) -> bool:
    """Whether the time of this name is before then; where there is none, it is not."""
    return _older(row, name, since)


def _older(row: Any, name: str, since: datetime) -> bool:
    try:
        return moment(row[name]) < since.replace(microsecond=0)
    except (LookupError, ValueError, TypeError, OverflowError, OSError):
        return False


def _when(event: SourceEvent) -> datetime:
    if event.post is None:
        raise PermanentError("Only what was written has a time.")
    return event.post.posted_at


def media(url: Any, sort: str, alt: str = "") -> list[Media]:
    """A file of a post, where there is an address that can be kept."""
    fits = isinstance(url, str) and 0 < len(url) <= 2000
    return [Media(url=url, type=sort, alt=alt[:5000] or None)] if fits else []


def _content(said: Mapping[str, Any]) -> tuple[str, tuple[Media, ...]]:
    """The words of a message, and what is attached. Where it shares a page or a post, its address is among the words."""
    words, files = [str(said.get("text") or "")], list[Media]()
    attached = said.get("attachments")
    for each in attached if isinstance(attached, list) else []:
        whole: Mapping[str, Any] = each if isinstance(each, dict) else {}
        payload = whole.get("payload")
        payload = payload if isinstance(payload, dict) else {}
        sort, url = str(whole.get("type") or ""), payload.get("url") or whole.get("url")
        title = str(payload.get("title") or whole.get("title") or "")
        if sort in _SHARED:
            words += [part for part in (title, str(url or "")) if part and part not in words[0]]
        else:
            files += media(url, _SORTS.get(sort, "file"), title)
        if sort == "story_mention" and not words[0]:
            words[0] = MENTIONS_US
    answered = said.get("reply_to")
    story = answered.get("story") if isinstance(answered, dict) else None
    if isinstance(story, dict):
        files += media(story.get("url"), "image", mark("The story of ours that is answered"))
    text = "\n".join(part for part in words if part)
    return text[:LONGEST] or ("" if files else UNSHOWN), tuple(files[:50])


def _files(rows: Any) -> tuple[Media, ...]:
    """The attachments of a message as the Conversations API shows them."""
    found: list[Media] = []
    for row in rows if isinstance(rows, list) else []:
        for name, sort in (("image_data", "image"), ("video_data", "video"), ("file_url", "file")):
            data = row.get(name) if isinstance(row, dict) else None
            found += media(data.get("url") if isinstance(data, dict) else data, sort)
    return tuple(found[:50])
