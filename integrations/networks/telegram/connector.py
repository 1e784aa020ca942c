"""Messages to a Telegram bot, delivered or polled. https://core.telegram.org/bots/api"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import orjson

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Polled, Reject, Sent
from bot.domain.post import Post, SourceEvent
from bot.errors import PermanentError, RetriableError, UnknownResultError
from integrations.json_text import read_json
from integrations.networks.telegram.messages import address, read_message
from integrations.signatures import no_secret
from integrations.source import Connector, Options, written

_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_MOST = 100
"""Updates that one `getUpdates` brings at most."""

_WRITTEN = {"message": False, "edited_message": True, "channel_post": False, "edited_channel_post": True}
"""The kinds of updates that are messages, and whether they are edits."""

_NO_MESSAGES = frozenset({
    "my_chat_member", "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost",
    "message_reaction", "message_reaction_count", "poll", "poll_answer", "callback_query",
    "inline_query", "chosen_inline_result", "shipping_query", "pre_checkout_query", "purchased_paid_media",
})  # fmt: skip
"""Updates in which nobody says anything."""

_REFUSALS = {
    "blocked by the user": "The customer has blocked the bot.",
    "user is deactivated": "The customer's account no longer exists.",
    "can't initiate conversation": "The customer has not started a chat with the bot.",
    "bot was kicked": "The bot was removed from this chat.",
    "bot is not a member": "The bot is not in this chat.",
    "chat not found": "This chat no longer exists, or the bot was never in it.",
    "not enough rights": "The bot is not allowed to write in this chat.",
    "topic_closed": "The topic is closed.",
    "message is too long": "The text is longer than the 4,096 characters that Telegram takes.",
    "message text is empty": "The text is empty.",
}
"""What Telegram's refusals mean, by a part of their descriptions."""


class TelegramOptions(Options):
    """Which bot it is."""

    token_env: str = ""
    """Name of the environment variable with the bot's token, as BotFather gave it."""


class Telegram(Connector):
    """`kind = "telegram"`: with `secret_env` it takes deliveries at `/hooks/telegram/<name>`, without it asks for them.

    `account` is the bot's username; `url` another server of the Bot API than Telegram's own.
    """

    kind = "telegram"
    Options = TelegramOptions
    options: TelegramOptions
    needs = ("token_env",)
    abilities = Capabilities(
        push=True,
        poll=True,
        reply=True,
        edits=True,
        longest=4096,
        budget=(30, timedelta(seconds=1)),
        why={
            "backfill": "Telegram keeps what a bot has not fetched for 24 hours, and shows it nothing older.",
            "deletes": "Telegram does not tell bots when a message is deleted, and bots cannot ask.",
            "once": "Telegram takes no key with a message, and a bot cannot read what it has written.",
        },
    )

    def capabilities(self) -> Capabilities:
        """A bot is either delivered to or asks: Telegram refuses the one while the other is set up."""
        pushed = bool(self.settings.secret or self.settings.secret_env)
        return replace(self.abilities, push=pushed, poll=not pushed)

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Compares the secret that Telegram was given with `setWebhook`. There is no time in it, and no signature."""
        if request.method != "POST":
            return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
        if not self.settings.secret:
            return no_secret(self.settings)
        given = request.headers.get(_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self.settings.secret.encode()):
            return Reject(401, "bad_secret", f"{_HEADER} is not the secret of this source.")
        return Delivery(request.body, now)

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """One update, or an answer to `getUpdates`."""
        return self._read(_updates(delivery.body, self.name), delivery.received_at)

    async def poll(self, cursor: str | None, limit: int) -> Polled:
        """What waits at Telegram. It forgets what was fetched once a later update is asked for: after it was kept here."""
        asked = min(limit, _MOST)
        params = {
            "limit": str(asked),
            "timeout": "0",
            "allowed_updates": orjson.dumps(list(_WRITTEN)).decode(),
            **({"offset": cursor} if cursor else {}),
        }
        updates = await self._call("GET", "getUpdates", params=params)
        if not isinstance(updates, list):
            raise RetriableError(f"{self.name}: Telegram answers without a list of updates.")
        events = self._read(updates, datetime.now(UTC))
        numbers = [update["update_id"] for update in updates if isinstance(update, dict) and "update_id" in update]
        after = str(max(numbers) + 1) if numbers else cursor or ""
        return Polled(tuple(events), after, timedelta(0) if len(updates) >= asked else None)

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Answer a message, or write into its chat when it is gone. Nothing in the text is read as formatting."""
        chat, _, number = post.external_id.partition("/")
        message: dict[str, Any] = {
            "chat_id": int(chat),
            "text": text,
            "reply_parameters": {"message_id": int(number), "allow_sending_without_reply": True},
            "link_preview_options": {"is_disabled": True},
        }
        if topic := post.raw.get("message_thread_id"):
            message["message_thread_id"] = topic
        try:
            sent = await self._call("POST", "sendMessage", json=message)
        except _MovedError as moved:
            # The group became a supergroup, where its earlier messages have no numbers.
            there = {"chat_id": moved.chat, "text": text, "link_preview_options": message["link_preview_options"]}
            sent = await self._call("POST", "sendMessage", json=there)
        match sent:
            case {"message_id": int(written_as), "chat": {"id": int(where)}}:
                return Sent(f"{where}/{written_as}", address(sent["chat"], written_as))
        raise UnknownResultError(f"{self.name}: Telegram took the answer without saying where it stands.")

    def _read(self, updates: list[Any], received_at: datetime) -> list[SourceEvent]:
        return self.each(updates, partial(self._event, received_at=received_at))

    def _event(self, update: dict[str, Any], received_at: datetime) -> SourceEvent | None:
        kind = next((name for name in _WRITTEN if name in update), None)
        if kind is None:
            if _NO_MESSAGES & update.keys():
                return None
            raise ValueError(f"updates of this kind are not known: {', '.join(sorted(update.keys() - {'update_id'}))}")
        our_id = self.settings.secrets.get("token_env", "").partition(":")[0]
        read = read_message(update[kind], received_at, ours=(our_id, (self.settings.account or "").lstrip("@").lower()))
        if read is None:
            return None
        post = Post(network=self.network, account=self.account, **read.fields)
        return written(post, edited=_WRITTEN[kind], revision=read.revision if _WRITTEN[kind] else "")

    async def _call(self, verb: str, method: str, **request: Any) -> Any:
        token = self.secret("token_env")
        base = (self.settings.url or "https://api.telegram.org").rstrip("/")
        answer = await self.ask(
            verb, f"{base}/bot{token}/{method}", expected=(400, 401, 403, 404, 409, 413, 429), **request
        )
        try:
            said = read_json(answer.body)
        except ValueError:
            said = None
        if not isinstance(said, dict) or "ok" not in said:
            what = f"{self.name}: {method} was answered with {answer.status}, but not by Telegram."
            raise UnknownResultError(what) if verb == "POST" and answer.status < 300 else PermanentError(what)
        if said["ok"] is True:
            return said.get("result")
        raise self._refusal(answer.status, str(said.get("description") or ""), said.get("parameters") or {})

    def _refusal(self, status: int, description: str, more: Mapping[str, Any]) -> Exception:
        """What Telegram's `description` means; `more` are the parameters by which it says what would help."""
        if status == 429:
            wait = more.get("retry_after")
            return RetriableError(
                f"{self.name}: Telegram takes no more for now.", float(wait) if isinstance(wait, int | float) else None
            )
        if isinstance(more.get("migrate_to_chat_id"), int):
            return _MovedError(more["migrate_to_chat_id"])
        if status in {401, 404}:
            return PermanentError(f"{self.name}: Telegram does not know this token. Check {self.options.token_env}.")
        if status == 409 and "webhook" in description.lower():
            return PermanentError(
                f"{self.name}: Telegram delivers this bot's messages to an address. Call deleteWebhook, or set secret_env."
            )
        if status == 409:
            return RetriableError(f"{self.name}: somebody else asks for this bot's messages at the same time.")
        for part, meaning in _REFUSALS.items():
            if part in description.lower():
                return PermanentError(meaning)
        return PermanentError(f"Telegram refuses: {description or status}")


class _MovedError(PermanentError):
    """The group is now the supergroup `chat`."""

    def __init__(self, chat: int) -> None:
        super().__init__("This group has become a supergroup.")
        self.chat = chat


def _updates(body: bytes, name: str) -> list[Any]:
    try:
        said = read_json(body)
    except ValueError as error:
        raise PermanentError(f"{name}: the body is not JSON: {error}.") from error
    match said:
        case {"ok": True, "result": [*updates]}:
            return updates
        case {"update_id": _}:
            return [said]
    raise PermanentError(f"{name}: the body is no update, as it has no update_id.")
