"""A company that sends its weekly digest to surfaces on Slack and Teams, to colleagues and by mail."""

from __future__ import annotations

from datetime import datetime

from bot.config import Config, Surface
from handlers.digest_kept import KIND
from handlers.jobs.weekly_digest import DigestTick
from tests.bot.views.plain import plain
from tests.fakes.platform import FakePlatform
from tests.handlers.company import Company, post
from tests.handlers.outbox import Drained

BOARD, TEAM = "19:board@thread.tacv2", "#management"
DUE = datetime.fromisoformat("2026-03-02T07:00Z")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def sent_to(**digest: object) -> Config:
    """Mondays at eight in Paris; `[mail]` names a server."""
    return Config.model_validate(
        {
            "surfaces": [
                Surface(name="floor", channel="#floor"),
                Surface(name="management", channel=TEAM, purpose="management"),
                Surface(name="board", channel=BOARD, platform="teams", purpose="management"),
            ],
            "digest": {"timezone": "Europe/Paris", **digest},
            "mail": {"host": "mail.test", "sender": "baton@acme.example"},
        }
    )


EVERYBODY = sent_to(
    surfaces=["management", "board"], people=["rita@acme.example", "omar@acme.example"], mail=["ceo@acme.example"]
)


class Office(Company):
    """On Slack and Teams, with a mail server; it has run since Sunday and heard one conversation."""

    teams: FakePlatform

    async def open(self) -> Office:
        await self.staff()
        self.teams = FakePlatform(self.clock, "teams")
        self.platforms["teams"] = self.teams
        await self.tick()
        await self.hear(post("a", "third parcel that arrives crushed"))
        await self.work()
        return self

    async def tick(self) -> Drained:
        await DigestTick(self.storage, self.config, self.clock)()
        return await self.work()

    async def monday(self) -> Drained:
        self.clock.at = at("2026-03-02T07:00:10Z")
        return await self.tick()

    async def dead(self) -> list[str]:
        return [letter.error for letter in await self.dead_letters.dead(kind=KIND)]

    def shown(self) -> dict[str, list[str]]:
        """What each recipient has, by who they are."""
        slack, teams = self.platform, self.teams
        found = {
            "management": [plain(each.card) for each in slack.shown_in("C-management")],
            "board": [plain(each.card) for each in teams.shown_in(BOARD)],
            "rita": [plain(each.card) for each in slack.shown_in("D-rita")],
            "omar": [plain(each.card) for each in slack.shown_in("D-omar")],
            "ceo": [each.text for each in self.mailer.to("ceo@acme.example")],
        }
        return {who: shown for who, shown in found.items() if shown}

    def counted(self) -> dict[str, int]:
        return {who: len(shown) for who, shown in self.shown().items()}


ONE_EACH = {"management": 1, "board": 1, "rita": 1, "omar": 1, "ceo": 1}
