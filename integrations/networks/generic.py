"""The generic webhook: any system that can send our Post as JSON, or with a mapping JSON of its own.

Signed as Standard Webhooks describe, or in a way of its own.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import from_json
from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from bot.domain.delivery import Capabilities, Challenge, Delivery, Inbound, Reject, Sent
from bot.domain.post import Author, Count, Media, Post, SourceEvent
from bot.errors import ConfigError, PermanentError
from bot.speech import mark
from integrations.http import Http
from integrations.json_text import read_json
from integrations.mapping import Mapped, Mapping
from integrations.proofs import ProofOptions, unproven
from integrations.signatures import no_secret
from integrations.source import Connector, SourceSettings


class PostKey(BaseModel):
    """The fields that name one post."""

    model_config = ConfigDict(extra="allow")

    network: str = Field(min_length=1, max_length=50, pattern=r"^[a-z0-9][a-z0-9_.-]*$")
    account: str = Field(default="", max_length=255)
    external_id: str = Field(min_length=1, max_length=512)


class MeasuredPost(PostKey):
    """The fields that name one post, with its new counts."""

    metrics: dict[str, Count]


class Written(BaseModel):
    """A post was written or edited; an edit brings the whole post as it is now."""

    kind: Literal["created", "edited"]
    post: Post


class Deleted(BaseModel):
    """A post was deleted; its key is enough."""

    kind: Literal["deleted"]
    post: PostKey


class Measured(BaseModel):
    """A post has new counts of likes, shares and the like."""

    kind: Literal["metrics"]
    post: MeasuredPost


Record = Post | Written | Deleted | Measured
"""One record of a delivery: a post, or an event that says what happened to one."""

_POST: TypeAdapter[Post] = TypeAdapter(Post)
_POSTS: TypeAdapter[list[Post]] = TypeAdapter(list[Post])
# The validators themselves: nearly every delivery passes here, and asking the adapters costs a quarter more.
_read_post, _read_posts = _POST.validator.validate_json, _POSTS.validator.validate_json
_KINDS: dict[str, type[Written | Deleted | Measured]] = {
    "created": Written,
    "edited": Written,
    "deleted": Deleted,
    "metrics": Measured,
}

# A pair of surrogates stays; half of one, and NUL, which not every database can keep, become U+FFFD.
_ESCAPES = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\u0000)|\\."
)
_RISKY = (b"\\u0000", b"\\ud", b"\\uD")

_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")

TOLERANCE = timedelta(minutes=5)
"""How far a delivery's time may be from ours, as the standard's own libraries have it."""


class GenericOptions(ProofOptions):
    """How deliveries are checked and read, and where answers go."""

    mapping: Mapping | None = None
    """Where in the deliveries of a tool is what: [listening.md](listening.md). Without it they are as
    [generic-webhook.md](generic-webhook.md) has them."""

    reply_url: str | None = None
    """Where answers are sent with POST, signed like deliveries; without it nothing can be answered."""
    reply_url_env: str | None = None
    """The variable that holds that address, where it is a secret itself."""
    longest: int = Field(default=10_000, gt=0, le=100_000)
    """The longest answer that system takes, in characters."""


class GenericWebhook(Connector):
    """`POST /hooks/generic/<name>`: one record or a list of records; see docs/generic-webhook.md."""

    kind = "generic"
    abilities = Capabilities(
        push=True,
        edits=True,
        deletes=True,
        reply=True,
        longest=10_000,
        once="key",
        why={"backfill": "The sender decides what it sends; it may send old posts at any time."},
    )
    Options = GenericOptions
    options: GenericOptions

    def __init__(self, settings: SourceSettings, http: Http) -> None:
        super().__init__(settings, http)
        self.abilities = replace(self.abilities, longest=self.options.longest)
        self._mapped = (
            Mapped(self.options.mapping, self.name, self.account) if self.options.mapping is not None else None
        )
        try:
            self._keys = verifiers(settings.secret or "")
        except (ValueError, EmptyWebhookSecretError) as error:
            where = settings.secret_env or f"the secret of sources.{settings.name}"
            mend = "Write it as the sender has it: whsec_ and base64, or any text without whsec_."
            raise ConfigError(f"{where} begins with whsec_, but what follows is not base64.", mend) from error

    @property
    def listens(self) -> bool:
        """With a mapping it is some listening tool's."""
        return self.options.mapping is not None

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Checks the signature over id, time and body; time and clock may differ by five minutes. Or as `auth` says."""
        if self.options.auth != "standard":
            return unproven(request, self.settings, self.options, now) or self._let_in(request, now)
        if request.method != "POST":
            return Reject(405, "method_not_allowed", "Deliveries are sent with POST.")
        if not self._keys:
            return no_secret(self.settings)
        message, stamp, signatures = (request.headers.get(name, "") for name in _SIGNED)
        if not (message and stamp and signatures):
            missing = ", ".join(name for name in _SIGNED if not request.headers.get(name))
            return Reject(401, "unsigned", f"Headers are missing: {missing}.")
        if not (message.isascii() and signatures.isascii()):
            return Reject(401, "bad_signature", "The headers of the signature are not plain ASCII.")
        try:
            said = request.body.decode()
        except UnicodeDecodeError:
            return Reject(400, "not_utf8", "The body is not UTF-8 text.")
        try:
            sent_at = datetime.fromtimestamp(float(stamp), UTC)
        except (ValueError, OverflowError, OSError):
            return Reject(401, "bad_signature", "The timestamp is not in seconds since 1970.")
        if abs(now - sent_at) > TOLERANCE:
            return Reject(401, "stale", f"Message timestamp too {'old' if sent_at < now else 'new'}.")
        given = [signature.encode() for signature in signatures.split(" ")]
        for key in self._keys:
            expected = key.sign(message, sent_at, said).encode()
            if any(hmac.compare_digest(expected, signature) for signature in given):
                return self._let_in(request, now, message)
        if not any(signature.startswith(b"v1,") for signature in given):
            return Reject(401, "bad_signature", "The signature is not of the form v1,<base64>.")
        return Reject(401, "bad_signature", "No matching signature found.")

    def _let_in(self, request: Inbound, now: datetime, message: str = "") -> Delivery:
        """The headers go along only where a mapping may ask for them, and without what lets others in."""
        if self._mapped is None:
            return Delivery(request.body, now, message)
        secret = {"authorization", "cookie", self.options.token_header.lower(), self.options.signature_header.lower()}
        told = {name.lower(): value for name, value in request.headers.items() if name.lower() not in secret}
        return Delivery(request.body, now, message, told)

    def refuses(self, post: Post, now: datetime) -> str | None:
        """Answers need an address to go to."""
        return None if self._reply_url() else mark("No answers can be sent to the system that delivered this post.")

    async def reply(self, post: Post, text: str, idempotency_key: str) -> Sent:
        """Hands the answer to `reply_url`, signed like deliveries; its `webhook-id` tells a repeated one."""
        url, at = self._reply_url(), datetime.now(UTC)
        if not url or not self._keys:
            raise PermanentError(f"{self.name} has no address or no secret for answers.")
        key = {"network": post.network, "account": post.account, "external_id": post.external_id}
        said = orjson.dumps({"kind": "answer", "post": key, "text": text}).decode()
        headers = {
            "content-type": "application/json",
            "webhook-id": idempotency_key,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": self._keys[0].sign(idempotency_key, at, said),
        }
        answer = await self.ask("POST", url, headers=headers, data=said.encode(), repeatable=False)
        try:
            stands = orjson.loads(answer.body or b"{}")
            return Sent(str(stands.get("external_id") or idempotency_key), stands.get("url") or None)
        except (ValueError, AttributeError):
            return Sent(idempotency_key)

    def _reply_url(self) -> str | None:
        return self.settings.secrets.get("reply_url_env") or self.options.reply_url

    def parse(self, delivery: Delivery) -> list[SourceEvent]:
        """The events of a delivery; raises `PermanentError` with the index and field of the first bad record."""
        body = delivery.body
        if b"\\u" in body and any(mark in body for mark in _RISKY):
            body = _mended(body)
        if self._mapped is not None:
            return self._read(self._mapped, body, delivery)
        many = body.lstrip()[:1] == b"["
        if b'"kind"' in body:
            return _events(body, delivery.id, many=many)
        try:
            posts = _read_posts(body) if many else [_read_post(body)]
        except ValidationError as error:
            raise PermanentError(_reason(error, None if many else 0)) from error
        return [_created(post) for post in posts]

    def _read(self, mapped: Mapped, body: bytes, delivery: Delivery) -> list[SourceEvent]:
        """By the mapping, each item for itself. A delivery in which it finds nothing is kept as it came."""
        try:
            said = read_json(body)
        except ValueError as error:
            raise PermanentError(f"The body is not JSON: {error}.") from error
        if not isinstance(said, dict | list):
            raise PermanentError("The body is neither an object nor a list.")
        try:
            items = mapped.items(said)
        except ValueError as error:
            return [self.unread(said, str(error))]
        headers = {name.lower(): value for name, value in delivery.headers.items()}
        return self.each(items, lambda item: mapped.event(item, said, headers, delivery.received_at))


def verifiers(secret: str) -> list[Webhook]:
    """The keys a secret may stand for; several secrets, as while one is being changed, are separated by spaces.

    `whsec_…` is base64, as the standard has it. Without the prefix the text itself is the key; since the standard's own
    libraries read it as base64 then, that reading is let in as well.
    """
    keys = []
    for word in secret.split():
        if word.startswith("whsec_"):
            keys.append(Webhook(word))
            continue
        try:
            decoded = base64.b64decode(word + "=" * (-len(word) % 4), validate=True)
        except (binascii.Error, ValueError):
            decoded = b""
        keys += [Webhook(key) for key in (word.encode(), decoded) if key]
    return keys


def _events(body: bytes, delivery_id: str, *, many: bool) -> list[SourceEvent]:
    """A delivery in which something may be an event rather than a plain post."""
    try:
        read = from_json(body)
    except ValueError as error:
        raise PermanentError(f"The body is not JSON: {error}.") from error
    events = []
    for index, record in enumerate(read if many else [read]):
        try:
            events.append(_event(record, f"{delivery_id}:{index}"))
        except ValidationError as error:
            raise PermanentError(_reason(error, index)) from error
        except KeyError as error:
            kinds = ", ".join(_KINDS)
            raise PermanentError(f"Record {index}, kind: {error.args[0][:40]!r} is none of {kinds}.") from error
    return events


def _event(record: Any, fallback: str) -> SourceEvent:
    """`fallback` is the revision of an edit without a time, and of counts: the delivery, which keeps its id when repeated."""
    if not (isinstance(record, dict) and "kind" in record and isinstance(record.get("post"), dict)):
        return _created(_POST.validate_python(record))
    happened = _KINDS[str(record["kind"])].model_validate(record)
    if isinstance(happened, Written):
        if happened.kind == "created":
            return _created(happened.post)
        edited_at = happened.post.edited_at
        revision = edited_at.isoformat() if edited_at is not None else fallback
        return _created(happened.post).model_copy(update={"kind": "edited", "revision": revision})
    key = happened.post
    return SourceEvent(
        kind=happened.kind,
        network=key.network,
        account=key.account,
        external_id=key.external_id,
        metrics=key.metrics if isinstance(key, MeasuredPost) else {},
        revision=fallback if isinstance(key, MeasuredPost) else "",
    )


def _created(post: Post) -> SourceEvent:
    if post.model_extra or post.author.model_extra or any(media.model_extra for media in post.media):
        post = _gathered(post)
    return SourceEvent(
        kind="created", network=post.network, account=post.account, external_id=post.external_id, post=post
    )


def _gathered(post: Post) -> Post:
    """The post with every unknown field under `raw`; those of the author and of media under `raw.author`, `raw.media`."""
    raw = {**(post.model_extra or {}), **post.raw}
    author, media = post.author, post.media
    if author.model_extra:
        raw.setdefault("author", author.model_extra)
        author = Author.model_construct(**{name: getattr(author, name) for name in Author.model_fields})
    if any(item.model_extra for item in media):
        raw.setdefault("media", [item.model_extra for item in media])
        media = tuple(Media(url=item.url, type=item.type, alt=item.alt) for item in media)
    known = {name: getattr(post, name) for name in Post.model_fields}
    return Post.model_construct(**{**known, "author": author, "media": media, "raw": raw})


def _mended(body: bytes) -> bytes:
    return _ESCAPES.sub(lambda match: b"\\ufffd" if match[1] else match[0], body)


def _reason(error: ValidationError, index: int | None) -> str:
    """What is wrong first, as the sender finds it: `Record 3, author.handle: Field required.`"""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    if first["type"] == "json_invalid":
        return f"The body is not JSON: {first['msg'].removeprefix('Invalid JSON: ')}."
    place = list(first["loc"])
    if index is None:
        if not place:
            return f"{first['msg']}."
        index = int(place.pop(0))
    field = ".".join(str(part) for part in place) or "the record"
    return f"Record {index}, {field}: {first['msg']}."
