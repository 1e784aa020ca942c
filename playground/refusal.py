"""How a request is refused: Slack's error word, and what a person needs to understand it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A request that Slack would refuse.

    `error` is Slack's error word, `detail` a sentence for people, `messages` what Slack puts under
    `response_metadata.messages`, `extra` further fields of the answer.
    """

    def __init__(
        self,
        error: str,
        detail: str = "",
        *,
        messages: Sequence[str] = (),
        status: int = 200,
        retry_after: int | None = None,
        extra: Json | None = None,
    ) -> None:
        super().__init__(detail or error)
        self.error = error
        self.detail = detail or error.replace("_", " ")
        self.messages = tuple(messages)
        self.status = status
        self.retry_after = retry_after
        self.extra = extra or {}

    def as_web_api_answer(self) -> Json:
        """The body that Slack's Web API answers."""
        answer: Json = {"ok": False, "error": self.error, **self.extra}
        if self.messages:
            answer["response_metadata"] = {"messages": list(self.messages)}
        return answer

    def as_user_api_answer(self) -> Json:
        """The body that the user API answers."""
        detail = "; ".join((self.detail, *self.messages))
        return {"ok": False, "error": self.error, "detail": detail, **self.extra}
