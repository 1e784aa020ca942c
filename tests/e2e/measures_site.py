"""The product with a past, its web page, and a provider to sign in with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.demo import ROOT, Demo
from tests.e2e.identity_provider import beside
from tests.fakes.openid import OpenIdProvider

TEAM = "T0ACME0001"
USERS = {"U0ANALIMA1": "Ana Lima", "U0PATGUEST": "Pat Reed", "U0NOBODY00": "Nobody"}


@dataclass
class MeasuresSite:
    """Where the page is, and who runs it."""

    demo: Demo
    provider: OpenIdProvider

    @property
    def url(self) -> str:
        """The page."""
        return f"{self.demo.door.base}/measures"


@contextmanager
def measures_site(folder: Path, conversations: int = 3_000, weeks: int = 12) -> Iterator[MeasuresSite]:
    """A demo whose people sign in with Slack; the past is made up anew each time."""
    with beside(OpenIdProvider("slack", TEAM, users=USERS)) as provider:
        demo = Demo(
            folder,
            BATON_CONFIG=str(folder / "baton.toml"),
            SLACK_CLIENT_ID=provider.client,
            SLACK_CLIENT_SECRET=provider.secret,
            SLACK_TEAM_ID=TEAM,
            SLACK_OPENID_ISSUER=provider.issuer,
        )
        made = MeasuresSite(demo, provider)
        provider.back = f"{made.url}/signed-in/slack"
        folder.mkdir(parents=True, exist_ok=True)
        sample = (ROOT / "playground" / "sample" / "baton.toml").read_text("utf-8")
        (folder / "baton.toml").write_text(f'{sample}\n[web]\naddress = "{made.url}"\n', "utf-8")
        demo.run_app("seed", "--conversations", str(conversations), "--weeks", str(weeks))
        with demo:
            yield made
