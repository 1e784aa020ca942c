"""HTTP delivery: signed requests to the addresses in the manifest, as Slack sends them."""

from __future__ import annotations

import ipaddress
import json
import secrets
import time
from urllib.parse import urlencode, urlsplit

import aiohttp

from playground.delivery.envelope import Ack, DeliveryFailed, Envelope, not_reached, signature, timed_out
from playground.refusal import Json
from playground.store import encode

_MOST_ANSWER_BYTES = 1_000_000


class HttpPush:
    """Posts to the app. Only to this machine: the playground must not send a pretended company's talk elsewhere."""

    def __init__(self, signing_secret: str, verification_token: str, ack_seconds: float) -> None:
        self._secret = signing_secret
        self._token = verification_token
        self._ack_seconds = ack_seconds
        self._session: aiohttp.ClientSession | None = None
        self._verified: set[str] = set()

    async def close(self) -> None:
        """Closes the connections that are kept open."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, envelope: Envelope) -> Ack:
        """Posts an envelope's payload and waits for the answer; raises `DeliveryFailed`."""
        if envelope.kind == "events_api" and envelope.url not in self._verified:
            await self._verify(envelope.url)
        headers = {}
        if envelope.retry:
            headers = {"X-Slack-Retry-Num": str(envelope.retry), "X-Slack-Retry-Reason": envelope.retry_reason}
        if envelope.kind == "events_api":
            return await self._post(envelope.url, encode(envelope.payload), "application/json", headers)
        form = envelope.payload if envelope.kind == "slash_commands" else {"payload": encode(envelope.payload)}
        return await self._post(envelope.url, urlencode(form), "application/x-www-form-urlencoded", headers)

    async def _verify(self, url: str) -> None:
        challenge = secrets.token_urlsafe(24)
        body = encode({"token": self._token, "challenge": challenge, "type": "url_verification"})
        ack = await self._post(url, body, "application/json", {})
        answered = ack.payload.get("challenge") if isinstance(ack.payload, dict) else ack.payload
        if not isinstance(answered, str) or answered.strip() != challenge:
            detail = f"{url} did not answer the challenge of url_verification."
            raise DeliveryFailed("dispatch_failed", "http_error", detail)
        self._verified.add(url)

    async def _post(self, url: str, body: str, content_type: str, headers: dict[str, str]) -> Ack:
        if not is_local(url):
            raise not_reached(
                f"The manifest names {url or 'no address'}; the playground delivers only to this machine."
            )
        raw = body.encode()
        timestamp = str(int(time.time()))
        headers = {
            **headers,
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self._secret, timestamp, raw),
        }
        if self._session is None:
            self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        timeout = aiohttp.ClientTimeout(total=self._ack_seconds)
        try:
            request = self._session.post(url, data=raw, headers=headers, timeout=timeout, allow_redirects=False)
            async with request as response:
                return await _read_ack(response)
        except TimeoutError:
            raise timed_out(self._ack_seconds) from None
        except (aiohttp.ClientError, OSError) as error:
            raise not_reached(f"{url} could not be reached: {error}") from error


def is_local(url: str) -> bool:
    """True for http(s) addresses on the loopback interface."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or parts.hostname is None:
        return False
    if parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname).is_loopback
    except ValueError:
        return False


async def _read_ack(response: aiohttp.ClientResponse) -> Ack:
    if response.status != 200:
        retriable = response.headers.get("X-Slack-No-Retry") != "1"
        detail = f"The app answered HTTP {response.status}."
        raise DeliveryFailed("dispatch_failed", "http_error", detail, retriable=retriable)
    text = (await response.content.read(_MOST_ANSWER_BYTES)).decode("utf-8", "replace")
    if "json" in response.content_type or text.lstrip().startswith("{"):
        try:
            parsed: Json | str = json.loads(text) if text.strip() else ""
        except ValueError:
            parsed = text
        return Ack(parsed)
    return Ack(text)
