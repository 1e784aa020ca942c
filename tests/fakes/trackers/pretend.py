"""What every pretended tracker shares: its issues, what people do with them, and the webhooks that tell of it."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm

SECRET = "the secret of the webhook"
TOKEN = "token-of-the-tracker-4711"

Row = dict[str, Any]


@dataclass(slots=True)
class Comment:
    """A comment, with what its tracker keeps beside the words."""

    id: int
    body: str
    at: datetime
    beside: Any = None


@dataclass(slots=True)
class Issue:
    """An issue as its tracker keeps it; `words` are labels, `how` why it was closed or the status it is in."""

    number: int
    title: str
    body: str
    at: datetime
    updated: datetime
    open: bool = True
    how: str = ""
    words: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    fate: str = ""
    """`deleted` or `moved`."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A webhook on its way."""

    body: bytes
    headers: Mapping[str, str]


class PretendTracker(LoopbackCrm):
    """Base of the pretended trackers. `hook` is where webhooks go; `waiting` are those that `deliver` sends.

    Its clock goes on by a second with every change: `start` is where it begins.
    """

    kind = ""
    project = "acme/app"

    def __init__(self, start: Callable[[], datetime] | None = None) -> None:
        super().__init__()
        self.token = TOKEN
        self.secret = SECRET
        self.hook = ""
        self.waiting: list[Sending] = []
        self.sent: list[Sending] = []
        self.issues: dict[int, Issue] = {}
        self.visible = True
        """Whether the token has access to the project."""
        self._start = start or (lambda: datetime.now(UTC))
        self._numbers = itertools.count(1)
        self._changes = 0

    @property
    def settings(self) -> Row:
        """What stands under `[trackers.<name>]`."""
        variables = {"token_env": "TRACKER_TOKEN", "secret_env": "TRACKER_SECRET"}
        return {"kind": self.kind, "url": self.url, "project": self.project, **variables}

    @property
    def environment(self) -> dict[str, str]:
        """The secrets by variable."""
        return {"TRACKER_TOKEN": TOKEN, "TRACKER_SECRET": self.secret}

    def now(self) -> datetime:
        """The time there, in whole seconds."""
        return self._start().replace(microsecond=0) + timedelta(seconds=self._changes)

    # What is in it.

    def ref(self, number: int) -> str:
        """What Baton calls an issue."""
        return f"{self.project}#{number}"

    def number(self, ref: str) -> int:
        """The number of an issue."""
        return int("".join(char for char in ref.rpartition("#")[2].rpartition("-")[2] if char.isdigit()))

    def refs(self) -> list[str]:
        """Every issue, the oldest first."""
        return [self.ref(number) for number in self.issues]

    def issue(self, ref: str) -> Issue:
        """One of them."""
        return self.issues[self.number(ref)]

    def comments(self, ref: str) -> list[str]:
        """What was written under it."""
        return [comment.body for comment in self.issue(ref).comments]

    def opened(self, title: str, body: str = "", words: list[str] | None = None) -> Issue:
        """A new issue, whoever opened it."""
        self._changes += 1
        issue = Issue(next(self._numbers), title, body, self.now(), self.now(), words=list(words or []))
        self.issues[issue.number] = issue
        self.tell(issue, "opened")
        return issue

    def commented(self, issue: Issue, body: str, beside: Any = None) -> Comment:
        """A new comment, whoever wrote it."""
        self._changes += 1
        comment = Comment(self.next_id(), body, self.now(), beside)
        issue.comments.append(comment)
        issue.updated = self.now()
        return comment

    def touch(self, issue: Issue) -> None:
        """It was changed."""
        self._changes += 1
        issue.updated = self.now()

    # What people do.

    def add(self, title: str, *words: str) -> str:
        """A person opens an issue."""
        return self.ref(self.opened(title, words=list(words)).number)

    def ship(self, ref: str) -> None:
        """A person closes it: it is done."""
        raise NotImplementedError

    def decline(self, ref: str) -> None:
        """A person closes it: it will not be done."""
        raise NotImplementedError

    def duplicate(self, ref: str) -> None:
        """A person closes it: it is another one's double."""
        raise NotImplementedError

    def plan(self, ref: str) -> None:
        """A person says that it will be done."""
        raise NotImplementedError

    def unplan(self, ref: str) -> None:
        """A person says that it is not planned after all."""
        raise NotImplementedError

    def reopen(self, ref: str) -> None:
        """A person opens it again."""
        raise NotImplementedError

    def rename(self, ref: str, title: str) -> None:
        """A person gives it another title."""
        issue = self.issue(ref)
        issue.title = title
        self.touch(issue)
        self.tell(issue, "edited")

    def delete(self, ref: str) -> None:
        """A person deletes it."""
        issue = self.issue(ref)
        issue.fate = "deleted"
        self.tell(issue, "deleted")

    def move_away(self, ref: str) -> None:
        """A person moves it to another project."""
        issue = self.issue(ref)
        issue.fate = "moved"
        self.touch(issue)
        self.tell(issue, "moved")

    # What is told of it.

    def tell(self, issue: Issue, what: str) -> None:
        """A webhook is to be sent."""
        payload = self.payload(issue, what)
        if payload is not None:
            body = json.dumps(payload).encode()
            self.waiting.append(Sending(body, self.signed(body, self.secret, str(uuid.uuid4()))))

    def payload(self, issue: Issue, what: str) -> Row | None:
        """What the webhook says; None where there is none."""
        raise NotImplementedError

    def signed(self, body: bytes, secret: str, delivery: str) -> dict[str, str]:
        """The headers of a delivery."""
        raise NotImplementedError

    async def deliver(self) -> list[int]:
        """Send what waits, in order; gives the statuses."""
        waiting, self.waiting = self.waiting, []
        return [await self.send(each) for each in waiting]

    async def send(self, sending: Sending) -> int:
        """Send one, however often."""
        self.sent.append(sending)
        async with (
            aiohttp.ClientSession() as session,
            session.post(self.hook, data=sending.body, headers=dict(sending.headers)) as answer,
        ):
            await answer.read()
            return answer.status

    # What it answers.

    def json(self, what: Any, status: int = 200, **headers: str) -> web.Response:
        """An answer."""
        return web.json_response(what, status=status, headers=headers)


def stamp(at: datetime) -> str:
    """A time as most write it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
