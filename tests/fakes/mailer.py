"""A mail server in memory: keeps what it took, and fails in the ways a real one does."""

from __future__ import annotations

from collections import deque

from bot.errors import BatonError, UnknownResultError
from bot.ports import Mail, Mailer


class FakeMailer(Mailer):
    """`failures` are raised by the next calls, one each; an `UnknownResultError` after the mail was taken."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.failures: deque[BatonError] = deque()
        self.unwell: BatonError | None = None

    async def send(self, mail: Mail) -> str:
        failure = self.failures.popleft() if self.failures else None
        if failure is None or isinstance(failure, UnknownResultError):
            self.mails.append(mail)
        if failure is not None:
            raise failure
        return f"{mail.key}@mail.test"

    async def health(self) -> str:
        if self.unwell is not None:
            raise self.unwell
        return "mail.test takes mails"

    def to(self, address: str) -> list[Mail]:
        """What this address got, oldest first."""
        return [mail for mail in self.mails if mail.to == address]
