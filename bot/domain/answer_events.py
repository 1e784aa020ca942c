"""What can happen to an answer: drafted, written, approved or not, sent or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from bot.domain.happening import Happening
from bot.domain.people import PersonRef
from bot.domain.templates import Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted(Happening):
    """Somebody wrote a draft of an answer; it replaces an earlier one."""

    kind: Literal["drafted"] = "drafted"
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerWritten(Happening):
    """The holder answered a post; it goes out at once, or when the departments of `needs` have approved it, one by one."""

    kind: Literal["answer_written"] = "answer_written"
    answer_id: str
    post_id: str
    text: str
    needs: tuple[str, ...] = ()
    idea: int | None = None
    """It tells the customer that this idea, for which they asked, has shipped."""
    template: Filled | None = None
    """It goes out as this text of the network's, filled in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerApproved(Happening):
    """A department approved an answer."""

    kind: Literal["answer_approved"] = "answer_approved"
    answer_id: str
    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRejected(Happening):
    """A department did not approve the answer of `author`; its text is a draft again."""

    kind: Literal["answer_rejected"] = "answer_rejected"
    answer_id: str
    author: PersonRef
    text: str
    why: str
    idea: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSent(Happening):
    """The answer stands on its network, where it can be read at `url`; `by` is set when a colleague looked and said so."""

    kind: Literal["answer_sent"] = "answer_sent"
    answer_id: str
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerFailed(Happening):
    """The answer certainly did not arrive, for this reason."""

    kind: Literal["answer_failed"] = "answer_failed"
    answer_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerUnclear(Happening):
    """Nobody knows whether the answer arrived: it is not sent again by itself."""

    kind: Literal["answer_unclear"] = "answer_unclear"
    answer_id: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRepeated(Happening):
    """The holder sends an answer again that failed, or did not arrive as they saw."""

    kind: Literal["answer_repeated"] = "answer_repeated"
    answer_id: str
