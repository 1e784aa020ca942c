"""`[[campaigns]]` of baton.toml: which posts belong to a campaign or an event."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field

from bot.config.parts import Part
from bot.domain.campaigns import Campaign, account_name, address, fold, hashtag


def _name(name: str) -> str:
    if not fold(name) or any(not char.isprintable() for char in name):
        raise ValueError("a campaign's name is a line that people can read")
    return name.strip()


def _hashtag(tag: str) -> str:
    if hashtag(tag) is None:
        raise ValueError(f'“{tag}” is not a hashtag; write it like "#spring" or "spring"')
    return tag.strip()


def _link(link: str) -> str:
    if address(link) is None or any(sign in link for sign in "?#@ "):
        raise ValueError(f'“{link}” is not a page; write it like "acme.example/spring", without ? and #')
    return link.strip()


def _account(name: str) -> str:
    if not account_name(name):
        raise ValueError(f'“{name}” is not an account; write it like "@acme"')
    return name.strip()


def _when(value: object) -> date | datetime:
    """TOML has days and moments of its own; others write them in quotation marks."""
    if isinstance(value, date):
        return value
    try:
        words = str(value).strip()
        return date.fromisoformat(words) if len(words) <= len("2026-11-20") else datetime.fromisoformat(words)
    except ValueError as error:
        raise ValueError(f"“{value}” is not a day; write it like 2026-11-20, or 2026-11-20T09:00") from error


When = Annotated[date | datetime, BeforeValidator(_when)]
Tag = Annotated[str, AfterValidator(_hashtag)]
Page = Annotated[str, AfterValidator(_link)]
Named = Annotated[str, AfterValidator(_account)]


class CampaignPart(Part):
    """A campaign or an event, and which posts belong to it: those with one of its hashtags, links or accounts, on its networks
    and in its time. A post may belong to several. [campaigns.md](campaigns.md) says more."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    name: Annotated[str, AfterValidator(_name)] = Field(min_length=1, max_length=60)
    """What cards, routes, lists and measures call it."""
    hashtags: tuple[Tag, ...] = ()
    """`"#spring"`: how they are written, large or small, makes no difference."""
    links: tuple[Page, ...] = ()
    """Pages that a post links to, with all that is below them: `"acme.example/spring"`."""
    accounts: tuple[Named, ...] = ()
    """Accounts that a post mentions, our account that it came to, or the name of the source that delivered it."""
    networks: tuple[str, ...] = ()
    """Only posts on one of these networks; empty: on any."""
    since: When | None = Field(default=None, alias="from")
    """Its first day, or the moment it begins: `2026-11-20`, `2026-11-20T09:00`, in the company's zone where none is said."""
    until: When | None = None
    """Its last day, which still belongs to it, or the moment it is over."""

    @property
    def says_nothing(self) -> bool:
        """Would every post belong to it?"""
        rules = (self.hashtags, self.links, self.accounts, self.networks)
        return not any(rules) and self.since is None and self.until is None

    def span(self, zone: str) -> tuple[datetime | None, datetime | None]:
        """When it begins and when it is over."""
        return _begin(self.since, zone), _begin(self.until, zone, days=1)

    def rule(self, zone: str) -> Campaign:
        """As the domain takes it; days are those of this zone."""
        since, until = self.span(zone)
        return Campaign(
            self.name,
            frozenset(filter(None, map(hashtag, self.hashtags))),
            tuple(found for link in self.links if (found := address(link)) is not None),
            frozenset(map(account_name, self.accounts)),
            frozenset(map(fold, self.networks)),
            since,
            until,
        )


def _begin(when: date | datetime | None, zone: str, *, days: int = 0) -> datetime | None:
    """The moment, or the beginning of the day so many days after it."""
    if when is None:
        return None
    if isinstance(when, datetime):
        return when if when.tzinfo is not None else when.replace(tzinfo=ZoneInfo(zone))
    return datetime.combine(when + timedelta(days=days), time(0), ZoneInfo(zone))
