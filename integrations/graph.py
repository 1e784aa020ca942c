"""What Meta's networks share: the Graph API, its deliveries, its errors. https://developers.facebook.com/docs/graph-api

Deliveries: https://developers.facebook.com/docs/graph-api/webhooks/getting-started
Errors: https://developers.facebook.com/docs/graph-api/guides/error-handling
Limits: https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

from __future__ import annotations

import hmac
import re
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.domain.delivery import Challenge, Delivery, Inbound, Reject
from bot.errors import PermanentError, RetriableError, UnknownResultError, quoted
from bot.speech import say
from integrations.http import BUSY, Answer, retry_after
from integrations.json_text import read_json
from integrations.signatures import digest, unsigned
from integrations.source import Connector, Options

GRAPH = "https://graph.facebook.com"
VERSION = "v25.0"
"""Of 18 February 2026, there until 29 July 2028: https://developers.facebook.com/docs/graph-api/changelog/versions"""

SIGNATURE = "X-Hub-Signature-256"

TOKEN_ENDED = frozenset({102, 190})
"""The access token is not taken (any longer)."""

LIMITED = frozenset({4, 17, 32, 341, 613, *range(80000, 80015)})
"""Too many calls, of the app, the user, the Page or the business use case: nothing was done, later it will be."""

UNWELL = frozenset({1, 2})
"""Meta is not well. A request that changes something may have taken effect."""

WINDOW_OVER = frozenset({2018278, 2018065, 2534022})
"""Subcodes: a message is sent after the time in which the network takes one."""

_ESTIMATES = ("X-Business-Use-Case-Usage", "X-App-Usage", "X-Page-Usage")
_PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[\w.$:=+@~-]+)+", re.ASCII)
_MOST_AGAIN = 3
"""So often a page may come again before the list is left."""


class GraphOptions(Options):
    """How the Graph API is asked."""

    token_env: str = ""
    """Name of the environment variable with the access token."""
    verify_token_env: str = ""
    """Name of the environment variable with the verify token, a word of your own that you enter beside the address at Meta."""
    app_id: str = ""
    """The app's number; with it `doctor` can ask which permissions the token has."""
    version: str = VERSION
    """The version of the Graph API."""


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a delivery tells of: of the account `to`, in the field that was subscribed to; `sent_at` by Meta's clock.

    Of messages (`entry[].messaging`, and `entry[].standby` where another app has the conversation) the field is that name.
    """

    to: str
    field: str
    value: Any
    sent_at: datetime | None


class GraphConnector(Connector):
    """Base of the connectors to Meta's networks.

    `objects` are the names that a delivery may have as its `object`; `scopes` the permissions by Meta's names that it needs.
    """

    Options: type[GraphOptions] = GraphOptions
    options: GraphOptions
    objects: frozenset[str] = frozenset()
    scopes: tuple[str, ...] = ()
    refusals: Mapping[int, str] = {}
    """What the network's own error codes and subcodes mean, in words for whoever answers; a subcode goes first."""
    limited: frozenset[int] = LIMITED
    unwell: frozenset[int] = UNWELL
    proves = True
    """Whether requests carry `appsecret_proof`."""

    # Deliveries.

    def verify(self, request: Inbound, now: datetime) -> Challenge | Delivery | Reject:
        """Answers Meta's question whether we know the verify token (GET), and checks the signature of a delivery (POST)."""
        if request.method == "GET":
            return self._verification(request)
        refused = unsigned(request, self.settings, SIGNATURE, before="sha256=")
        if refused is not None and refused.error == "bad_signature":
            # Meta signs the body with every character beyond ASCII escaped, and says so: something on the way here, or Meta
            # itself, may write them out.
            refused = unsigned(
                replace(request, body=_escaped(request.body)), self.settings, SIGNATURE, before="sha256="
            )
        return refused or Delivery(request.body, now)

    def _verification(self, request: Inbound) -> Challenge | Reject:
        asked, known = request.query, self.settings.secrets.get("verify_token_env", "")
        if not known:
            where = self.options.verify_token_env or f"sources.{self.name}.verify_token_env in baton.toml"
            return Reject(403, "no_verify_token", f"This source has no verify token yet. Set {where}.")
        given = asked.get("hub.verify_token", "").encode("utf-8", "surrogatepass")
        if asked.get("hub.mode") != "subscribe" or not hmac.compare_digest(given, known.encode()):
            return Reject(403, "bad_verify_token", "hub.verify_token is not the verify token of this source.")
        if not (challenge := asked.get("hub.challenge", "")):
            return Reject(403, "no_challenge", "hub.challenge is missing.")
        return Challenge(challenge[:200])

    def happenings(self, body: bytes) -> list[Any]:
        """What a delivery tells of, one by one: a `Happening`, or what cannot be one, as it came.

        Raises `PermanentError` where the body is no delivery of Meta's.
        """
        try:
            said = read_json(body)
        except ValueError as error:
            raise PermanentError(f"{self.name}: the body is not JSON: {error}.") from error
        deliveries = said if isinstance(said, list) else [said]  # Some of Meta's samples are lists.
        if not all(isinstance(each, dict) and "object" in each for each in deliveries):
            raise PermanentError(f"{self.name}: the body is no delivery of Meta's, as it names no object.")
        return [happening for each in deliveries for happening in self._within(each)]

    def _within(self, delivery: dict[str, Any]) -> list[Any]:
        entries = delivery.get("entry")
        if str(delivery["object"]) not in self.objects or not isinstance(entries, list):
            return [delivery]
        return [happening for entry in entries for happening in _in_entry(entry)]

    # Requests.

    @property
    def base(self) -> str:
        """Where the Graph API is, with the version."""
        return f"{(self.settings.url or self.server).rstrip('/')}/{self.options.version}"

    @property
    def server(self) -> str:
        """The vendor's own server."""
        return GRAPH

    async def token(self, refused: str = "") -> str:
        """The access token; another than `refused` where there is one. Tokens of Pages and system users do not end."""
        return self.secret("token_env")

    async def graph(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: Any = None, absent: bool = False
    ) -> Any:
        """What the Graph API answers; None for what is not there, where that is no error (`absent`).

        Raises as every request does, with what Meta's error means. Where a POST may have taken effect nobody knows
        (`UnknownResultError`).
        """
        if not _PATH.fullmatch(path):
            # Ids of posts may come from elsewhere, as a listening tool tells what a post answers.
            raise PermanentError(f"{self.name}: {quoted(path[:200])} is no path of the Graph API.")
        token = await self.token()
        answer, said = await self._once(method, path, token, params, json)
        if _token_ended(answer, said) and (fresh := await self.token(refused=token)) != token:
            answer, said = await self._once(method, path, fresh, params, json)
        if answer.status < 300 and said is not None and not _error(said):
            return said
        if absent and _is_gone(answer, said):
            return None
        if not _error(said) and answer.status < 300:
            sort = UnknownResultError if method == "POST" else RetriableError
            raise sort(f"{self.name}: {method} {path} was answered with {answer.status}, unreadably.")
        raise self.refusal(method, answer, _error(said))

    async def _once(
        self, method: str, path: str, token: str, params: Mapping[str, str] | None, json: Any
    ) -> tuple[Answer, Any]:
        proof = digest(self.settings.secret, token.encode()) if self.proves and self.settings.secret else ""
        asked = {**(params or {}), **({"appsecret_proof": proof} if proof else {})}
        while True:
            answer = await self.ask(
                method,
                self.base + path,
                params=asked,
                json=json,
                headers={"Authorization": f"Bearer {token}"},
                secrets=(token, proof),
                # Whatever the status: what is wrong stands in the body.
                expected=range(400, 600) if method == "POST" else (400, 401, 403, 404, 429),
            )
            said = _read(answer)
            wait = _wait(answer)
            limited = answer.status == 429 or _code(said) in self.limited
            if self.waits is None or wait is None or not limited:
                return answer, said
            await self.waits(RetriableError(f"{self.name}: Meta takes no more for now.", wait))

    async def pages(self, path: str, params: Mapping[str, str], most: int = 40) -> AsyncIterator[list[Any]]:
        """The pages of a list in Meta's order, `most` at most. One that comes again, as the cursor was ignored, is left out."""
        asked, known, again = dict(params), set[str](), 0
        for _ in range(most):
            said = await self.graph("GET", path, params=asked)
            page = said if isinstance(said, dict) else {}
            data, after = page.get("data"), _after(page)
            again += after in known
            if not isinstance(data, list) or not data or again > _MOST_AGAIN:
                return
            if after not in known:
                yield data
            if after is None:
                return
            known.add(after)
            asked["after"] = after

    # What went wrong.

    def refusal(self, method: str, answer: Answer, error: Mapping[str, Any]) -> Exception:
        """What Meta's error means: is it for now, may it have been done, or what is to be mended?"""
        code, subcode = _number(error.get("code")), _number(error.get("error_subcode"))
        words = _words(error) or str(answer.status)
        known = self.refusals.get(subcode) or self.refusals.get(code)
        if known is not None:
            return PermanentError(f"{say(known)} {quoted(words)}")
        if subcode in WINDOW_OVER:
            return PermanentError(say("The time in which Meta takes a message is over. {words}", words=quoted(words)))
        if code in self.limited or answer.status == 429:
            return RetriableError(say("Meta takes no more for now. {words}", words=quoted(words)), _wait(answer))
        if code in self.unwell or error.get("is_transient") is True or answer.status in BUSY:
            undone = method != "POST" or answer.status in {429, 503}
            sort = RetriableError if undone else UnknownResultError
            return sort(say("Meta is not well at the moment. {words}", words=quoted(words)), _wait(answer))
        if code in TOKEN_ENDED or answer.status == 401:
            return PermanentError(self._ended(words))
        if code in {3, 10} or 200 <= code < 300:
            return PermanentError(say("Meta says that a permission is missing. {words}", words=quoted(words)))
        return PermanentError(say("Meta refuses. {words}", words=quoted(words)))

    def _ended(self, words: str) -> str:
        where, said = self.options.token_env or "token_env", quoted(words)
        return say("Meta takes the access token no longer. Set a new one in {where}. {words}", where=where, words=said)

    async def missing(self) -> Sequence[str]:
        """What Meta says is missing: the token's end, and permissions that it was not given."""
        try:
            token = await self.token()
            # The app's own token may ask about any of the app's tokens.
            app, secret = self.options.app_id, self.settings.secret
            asks = f"{app}|{secret}" if app and secret else token
            answer, said = await self._once("GET", "/debug_token", asks, {"input_token": token}, None)
            if error := _error(said):
                raise self.refusal("GET", answer, error)
            about = said.get("data") if isinstance(said, dict) else None
            lines = self._lacking(about if isinstance(about, dict) else {})
        except PermanentError as error:
            return (str(error),)
        return lines

    def needed_scopes(self) -> tuple[str, ...]:
        """The permissions that this source needs."""
        return self.scopes

    def _lacking(self, about: Mapping[str, Any]) -> list[str]:
        if about.get("is_valid") is False:
            return [self._ended(_words(_error(about)) or "is_valid: false")]
        given = about.get("scopes")
        if not isinstance(given, list):
            return []
        return [
            say("The access token has no permission {scope}. Grant it to the app and set the new token.", scope=scope)
            for scope in self.needed_scopes()
            if scope not in given
        ]


def text_id(value: Any) -> str:
    """An id, which comes as text or as a number; raises `ValueError` for anything else, and for an empty one."""
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
        return str(value).strip()
    raise ValueError("an id is missing")


def moment(value: Any) -> datetime:
    """A time as Meta writes it: seconds or milliseconds since 1970, or ISO 8601 like 2026-02-03T04:05:06+0000."""
    if isinstance(value, str) and not value.strip().isdigit():
        read = datetime.fromisoformat(value)
        return read if read.tzinfo is not None else read.replace(tzinfo=UTC)
    seconds = float(value)
    return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)


def _after(page: Mapping[str, Any]) -> str | None:
    """The cursor of the next page; None on the last one, which names no `next`."""
    paging = page.get("paging")
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) and after else None


def _in_entry(entry: Any) -> Iterable[Any]:
    """The happenings of one entry. What has none of the known lists is given as it came."""
    if not isinstance(entry, dict):
        return [entry]
    to, at = str(entry.get("id") or ""), _maybe_moment(entry.get("time"))
    found: list[Any] = []
    changes = entry.get("changes", [entry] if "field" in entry else None)
    if isinstance(changes, list):
        found += [
            Happening(to, str(each["field"]), each.get("value"), at)
            if isinstance(each, dict) and "field" in each
            else each
            for each in changes
        ]
    for name in ("messaging", "standby"):
        if isinstance(entry.get(name), list):
            found += [Happening(to, name, each, at) for each in entry[name]]
    listed = isinstance(changes, list) or any(isinstance(entry.get(name), list) for name in ("messaging", "standby"))
    return found if listed else [entry]


def _maybe_moment(value: Any) -> datetime | None:
    try:
        return moment(value)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def _escaped(body: bytes) -> bytes:
    r"""The text with everything beyond ASCII as \uXXXX, with small hexadecimal digits, halves of a pair each for itself."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return body
    return text.translate(_ESCAPES).encode("ascii")


class _Escapes(dict[int, str]):
    """What is written for each character. Strangers choose the bodies for which this is tried: it has to be quick."""

    def __missing__(self, code: int) -> str:
        if code >= 0x10000:
            over = code - 0x10000
            return f"\\u{0xD800 + (over >> 10):04x}\\u{0xDC00 + (over & 0x3FF):04x}"
        self[code] = written = chr(code) if code < 0x80 else f"\\u{code:04x}"
        return written


_ESCAPES = _Escapes()


def _read(answer: Answer) -> Any:
    try:
        return read_json(answer.body)
    except ValueError:
        return None


def _error(said: Any) -> dict[str, Any]:
    error = said.get("error") if isinstance(said, dict) else None
    return error if isinstance(error, dict) else {}


def _code(said: Any) -> int:
    return _number(_error(said).get("code"))


def _token_ended(answer: Answer, said: Any) -> bool:
    return answer.status == 401 or _code(said) in TOKEN_ENDED


def _number(value: Any) -> int:
    try:
        return int(value or 0)
    except (ValueError, TypeError, OverflowError):
        return 0


def _is_gone(answer: Answer, said: Any) -> bool:
    """There is nothing of this id, or it is not for us to see: code 100 with subcode 33, or 404."""
    error = _error(said)
    return answer.status == 404 or (_number(error.get("code")) == 100 and _number(error.get("error_subcode")) == 33)


def _words(error: Mapping[str, Any]) -> str:
    """Meta's own words, with the numbers that its support asks for."""
    said = error.get("error_user_msg") or error.get("message") or ""
    data = error.get("error_data")
    details = data.get("details", "") if isinstance(data, dict) else ""
    numbers = "/".join(str(error[name]) for name in ("code", "error_subcode", "fbtrace_id") if error.get(name))
    return " ".join(str(part) for part in (said, details, f"({numbers})" if numbers else "") if part)


def _wait(answer: Answer) -> float | None:
    """Seconds until Meta takes more: what it says itself, or the minutes it estimates; None where it says nothing."""
    asked = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
    minutes = [found for name in _ESTIMATES for found in _estimates(answer.headers.get(name, ""))]
    return asked if asked is not None else max(minutes) * 60 if any(minutes) else None


def _estimates(header: str) -> list[float]:
    try:
        said = read_json(header.encode()) if header else {}
    except ValueError:
        return []
    lists = said.values() if isinstance(said, dict) else ()
    rows = [row for rows in lists if isinstance(rows, list) for row in rows if isinstance(row, dict)]
    waits = [row.get("estimated_time_to_regain_access") for row in rows]
    return [float(wait) for wait in waits if isinstance(wait, int | float)]
