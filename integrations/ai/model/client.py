"""One question to a model, through the `openai` package: within the budget and the time there is, with errors in our words.

The API is that of https://platform.openai.com/docs/api-reference/chat/create, as many servers offer it. What a server does not
take (a schema, the newer name of a limit) is left out of its next requests.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import openai
import structlog
from openai import AsyncOpenAI
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import PermanentError, RetriableError
from integrations.ai.model.ledger import Ledger
from integrations.ai.model.rest import Rest
from integrations.ai.model.settings import ModelSettings
from integrations.http import BUSY, retry_after
from integrations.json_text import read_json
from integrations.redaction import redact

_log = structlog.get_logger("baton")

AT_ONCE = 4
"""So many questions are under way at a time."""

THINKING = 4_000
"""Tokens that a model may use beside those of its answer: some count their thoughts among them."""

_PER_TOKEN = 3
"""Characters for which a token is reckoned before the server says how many it were."""


class DeclinedError(PermanentError):
    """The model, or whoever watches over it, would not answer this."""


class SpoiltError(RetriableError):
    """An answer came that is none: cut off, empty, or not in the form of the API."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Message(_Part):
    content: str | None = None
    refusal: str | None = None


class _Choice(_Part):
    message: _Message
    finish_reason: str | None = None


class _Usage(_Part):
    total_tokens: int | None = None


class _Completion(_Part):
    choices: list[_Choice]
    usage: _Usage | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: `system` are our instructions, `user` the fenced words of others; the answer has about `tokens` at most.

    With a `schema` the answer is JSON of that form, as far as the server takes schemas.
    """

    system: str
    user: str
    tokens: int
    schema: Mapping[str, Any] | None = None


_Form = Literal["json_schema", "json_object", "text"]
_AS_JSON = "\n\nAnswer with JSON alone, of this schema:\n"
"""What stands below the instructions for a server that takes no schema."""

_FORMS: tuple[_Form, ...] = ("json_schema", "json_object", "text")


class ModelClient:
    """Asks one model. `close` when it is no longer needed."""

    def __init__(self, settings: ModelSettings, ledger: Ledger, rest: Rest | None = None) -> None:
        self.settings = settings
        self.ledger = ledger
        self._rest = rest or Rest()
        # Asking again is for whoever knows how long somebody has been waiting.
        self._openai = AsyncOpenAI(
            api_key=settings.key or "none", base_url=settings.url, timeout=settings.timeout, max_retries=0
        )
        self._free = asyncio.Semaphore(AT_ONCE)
        self._form = 0
        self._limit = "max_completion_tokens"

    @property
    def takes_schemas(self) -> bool:
        """Does the server take schemas, as far as it has been asked?"""
        return _FORMS[self._form] == "json_schema"

    async def close(self) -> None:
        """Drop the connections."""
        await self._openai.close()

    async def ask(self, question: Question) -> str:
        """The words of the answer.

        Raises `BudgetError`, `RetriableError` (with the seconds after which to ask again, where the server says), `SpoiltError`,
        `DeclinedError` or `PermanentError`.
        """
        if missing := self.settings.missing:
            raise PermanentError(f"{missing} is not set.")
        self._rest.must_be_over()
        async with self._free:
            self._rest.must_be_over()
            while True:
                form, limit = self._form, self._limit
                try:
                    return await self._once(question, _FORMS[form], limit)
                except openai.APIStatusError as error:
                    if not self._leave_out(error, question, form, limit):
                        raise self._failed(error) from None
                except (openai.OpenAIError, TimeoutError, OSError) as error:
                    raise self._failed(error) from None

    async def _once(self, question: Question, form: _Form, limit: str) -> str:
        system = question.system
        if question.schema is not None and form != "json_schema":
            system += _AS_JSON + json.dumps(question.schema)
        taken = (len(system) + len(question.user)) // _PER_TOKEN + question.tokens
        self.ledger.spend(taken)
        request: dict[str, Any] = {
            "model": self.settings.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": question.user}],
            limit: question.tokens + THINKING,
            **_response_format(question.schema, form),
        }
        try:
            async with asyncio.timeout(self.settings.timeout):
                raw = await self._openai.chat.completions.with_raw_response.create(**request)
        except openai.APIStatusError:
            # What a server refuses costs nothing; what took too long may.
            self.ledger.settle(taken, 0)
            raise
        answer = _read(raw.http_response.content)
        if answer.usage is not None and answer.usage.total_tokens is not None:
            self.ledger.settle(taken, max(0, answer.usage.total_tokens))
        self._rest.worked()
        return _words(answer)

    def _leave_out(self, error: openai.APIStatusError, question: Question, form: int, limit: str) -> bool:
        """Is it something in the request that this server does not know, and can be asked without?"""
        if error.status_code not in {400, 404, 415, 422, 500, 501}:
            return False
        said = f"{error.param or ''} {error.message}".lower()
        if "max_completion_tokens" in said and limit == "max_completion_tokens":
            self._limit = "max_tokens"
            return True
        about_form = any(word in said for word in ("response_format", "json_schema", "json_object", "schema"))
        if question.schema is not None and about_form and form + 1 < len(_FORMS):
            self._form = max(self._form, form + 1)
            _log.info("model_takes_no_schema", model=self.settings.model, asked_for=_FORMS[self._form])
            return True
        return False

    def _failed(self, error: Exception) -> PermanentError | RetriableError:
        """The error in our words, without the key."""
        failure = _translated(error, self.settings)
        self._rest.failed(str(failure), failure.retry_after if isinstance(failure, RetriableError) else None)
        return failure


def _response_format(schema: Mapping[str, Any] | None, form: _Form) -> dict[str, Any]:
    if schema is None or form == "text":
        return {}
    if form == "json_object":
        return {"response_format": {"type": "json_object"}}
    described = {"name": "answer", "strict": True, "schema": dict(schema)}
    return {"response_format": {"type": "json_schema", "json_schema": described}}


def _read(body: bytes) -> _Completion:
    try:
        return _Completion.model_validate(read_json(body))
    except (ValidationError, ValueError, RecursionError):
        raise SpoiltError("The model's answer is not in the form of the API.") from None


def _words(answer: _Completion) -> str:
    choice = answer.choices[0] if answer.choices else None
    if choice is None:
        raise SpoiltError("The model gave no answer.")
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise DeclinedError("The model would not answer this.")
    if choice.finish_reason == "length":
        raise SpoiltError("The model's answer was cut off at its longest.")
    if not (choice.message.content or "").strip():
        raise SpoiltError("The model's answer is empty.")
    return choice.message.content or ""


def _translated(error: Exception, settings: ModelSettings) -> PermanentError | RetriableError:
    if isinstance(error, openai.APITimeoutError | TimeoutError):
        return RetriableError(f"The model did not answer in {settings.timeout:g} s.")
    if not isinstance(error, openai.APIStatusError):
        return RetriableError(f"The model cannot be reached at {redact(settings.url)}.")
    said = redact(error.message, [settings.key])[:300]
    if error.status_code in {401, 403}:
        return PermanentError(f"The model's server does not take OPENAI_API_KEY: {said}")
    if error.status_code == 404:
        return PermanentError(f"The model's server knows no “{settings.model}”: {said}")
    if error.status_code in BUSY or error.status_code == 409:
        after = retry_after(error.response.headers.get("Retry-After"), datetime.now(UTC))
        return RetriableError(f"The model's server answered {error.status_code}: {said}", after)
    return PermanentError(f"The model's server answered {error.status_code}: {said}")
