"""Messages to a number on the WhatsApp Business Platform, delivered by its Cloud API, and answers to them.

https://developers.facebook.com/documentation/business-messaging/whatsapp
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from bot.domain.delivery import Capabilities, Delivery, Sent
from bot.domain.post import Post, SourceEvent
from bot.domain.templates import Filled, Template
from bot.errors import PermanentError, UnknownResultError
from bot.speech import mark
from integrations.graph import GraphConnector, GraphOptions, text_id
from integrations.http import Http
from integrations.networks.whatsapp.account import approved, lacking
from integrations.networks.whatsapp.messages import parts_of, read_message, reasons, recipient
from integrations.networks.whatsapp.refusals import BUSY, ILL, REFUSALS, why_failed
from integrations.networks.whatsapp.templates import as_sent
from integrations.source import SourceSettings, written

_NEWS = ("event", "decision", "new_quality_score", "alert_type")
_GOOD_NEWS = frozenset({"APPROVED", "UNARCHIVED", "UNFLAGGED", "REINSTATED", "VERIFIED_ACCOUNT", "UPGRADE", "GREEN"})
_OURS = frozenset({"smb_message_echoes", "smb_app_state_sync"})
_SAYS_NOTHING = frozenset({"reaction", "request_welcome"})
_ARRIVED = frozenset({"sent", "delivered", "read", "played"})


class WhatsAppOptions(GraphOptions):
    """Which number it is, and of which account."""

    phone_number_id: str = ""
    """The id of the telephone number at Meta, not the number itself. Messages to other numbers are not taken."""
    business_account_id: str = ""
    """The id of the WhatsApp Business account (WABA), whose templates are offered."""


class WhatsApp(GraphConnector):
    """`kind = "whatsapp"`: delivered to at `/hooks/whatsapp/<name>`; `secret_env` is the secret of the app at Meta."""

    kind = "whatsapp"
    Options = WhatsAppOptions
    options: WhatsAppOptions
    needs = ("secret_env", "verify_token_env", "token_env", "phone_number_id", "business_account_id")
    objects = frozenset({"whatsapp_business_account"})
    scopes = ("whatsapp_business_messaging", "whatsapp_business_management")
    refusals, limited, unwell = REFUSALS, BUSY, ILL
    abilities = Capabilities(
        push=True,
        reply=True,
        edits=True,
        deletes=True,
        templates=True,
        longest=4096,
        reply_window=timedelta(hours=24),
        window_renews=True,
        budget=(80, timedelta(seconds=1)),
        why={
            "backfill": "The Cloud API shows no messages that it has delivered.",
            "once": "WhatsApp takes no key with a message. Its later word on it tells that an answer arrived, where it comes.",
        },
    )

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self._number, self._account = self.options.phone_number_id, self.options.business_account_id

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """Each message, each word on what we sent, and whatever else happened to the account."""
        items = [item for happening in self.happenings(delivery.body) for item in parts_of(happening)]
        return self.each(items, partial(self._event, received_at=delivery.received_at))

    def _event(self, item: dict[str, Any], received_at: datetime) -> SourceEvent | None:
        match item:
            case {"message": message, "to": to}:
                return self._heard(message, item["contact"], to, received_at)
            case {"status": status, "to": to}:
                return self._became(status) if to == (self._number or to) else None
            case {"field": str(field), "value": {**value}}:
                news = next((str(value[name]) for name in _NEWS if value.get(name)), "")
                said = " ".join(filter(None, (field, news, reasons(value.get("errors")))))
                return None if news in _GOOD_NEWS or field in _OURS else self.unread(item, said)
        raise ValueError("deliveries of this shape are not known")

    def _heard(self, message: dict[str, Any], contact: dict[str, Any], to: str, at: datetime) -> SourceEvent | None:
        kind = message["type"]
        if kind in _SAYS_NOTHING or (kind == "system" and message["system"]["type"] == "customer_identity_changed"):
            return None
        if to != (self._number or to):
            raise ValueError(f"it is for another number of the account, with the id {to}")
        if kind == "system":  # They have another number: who writes from there is somebody new.
            raise ValueError(str(message["system"].get("body") or message["system"]["type"]))
        if kind == "revoke":
            return self.deleted(text_id(message["revoke"]["original_message_id"])[:512])
        edit = message["edit"] if kind == "edit" else None
        fields = read_message(message, contact, at, content=edit["message"] if edit else None)
        id_ = text_id(edit["original_message_id"] if edit else message["id"])[:512]
        fields["edited_at"] = fields["posted_at"] if edit else None
        post = Post(network=self.network, account=self.account, external_id=id_, **fields)
        return written(post, edited=edit is not None, revision=str(message["id"]) if edit else "")

    def _became(self, status: dict[str, Any]) -> SourceEvent | None:
        """What we sent arrived; or it did not, though WhatsApp had taken it."""
        id_, key = text_id(status["id"])[:512], str(status.get("biz_opaque_callback_data") or "")
        if status["status"] in _ARRIVED:
            return self.fate(id_, key) if key else None
        if status["status"] != "failed":
            raise ValueError(f"messages that are {status['status']} are not known")
        return self.fate(id_, key, why_failed(status.get("errors")))

    def refuses(self, post: Post, now: datetime) -> str | None:
        """After the customer's last message there are 24 hours for an answer in our own words."""
        if now - post.posted_at <= timedelta(hours=24):
            return None
        return mark("WhatsApp takes answers for 24 hours after the customer's last message, and those are over.")

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Into the chat, as an answer to this message."""
        return await self._send(post, {"type": "text", "text": {"body": text}}, idempotency_key)

    async def templates(self, post: Post) -> Sequence[Template]:
        """Those of the account that are approved, and that words alone fill in."""
        return [each.template for each in await approved(self, self._account)]

    async def reply_with(self, post: Post, filled: Filled, text: str, idempotency_key: str) -> Sent:
        """The template as it is approved now; refused where that is another text than the one that was chosen."""
        known = {(e.template.name, e.template.language): e for e in await approved(self, self._account)}
        listed = known.get((filled.name, filled.language))
        if listed is None or listed.template.filled(filled.values).strip() != text.strip():
            raise PermanentError(mark("The template was changed or withdrawn meanwhile. Choose it again."))
        return await self._send(post, {"type": "template", "template": as_sent(listed, filled)}, idempotency_key)

    async def _send(self, post: Post, message: dict[str, Any], key: str) -> Sent:
        whole = {"messaging_product": "whatsapp", "biz_opaque_callback_data": key, **message}
        whole |= {**recipient(post.author.external_id or "", post.raw), "context": {"message_id": post.external_id}}
        said = await self.graph("POST", f"/{self._number}/messages", json=whole)
        match said:
            case {"messages": [{"id": id_}, *_]}:
                return Sent(text_id(id_))
        raise UnknownResultError(f"{self.name}: the answer to a message names none.")

    async def missing(self) -> Sequence[str]:
        """Permissions, the state of the number, the subscription to the account, templates."""
        lines = [*await super().missing(), *await lacking(self, self._number, self._account)]
        return list(dict.fromkeys(lines))
