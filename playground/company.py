"""The company of a new workspace, as its JSON file describes it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playground.refusal import Json


@dataclass(frozen=True)
class Team:
    """The workspace itself."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class App:
    """The one app that is installed: its ids, and its name where there is no manifest."""

    id: str
    bot_id: str
    bot_user_id: str
    name: str = "App"


@dataclass(frozen=True)
class Person:
    """Somebody who works here, or a guest."""

    id: str
    handle: str
    name: str
    title: str = ""
    department: str | None = None
    email: str = ""
    tz: str = "UTC"
    locale: str = "en-US"
    guest: bool = False


@dataclass(frozen=True)
class Usergroup:
    """A group that can be mentioned, such as a department."""

    id: str
    handle: str
    name: str
    members: tuple[str, ...] = ()


@dataclass
class Channel:
    """A channel, or a direct conversation when `people` names who is in it."""

    id: str
    name: str
    topic: str = ""
    purpose: str = ""
    creator: str = ""
    created: int = 0
    private: bool = False
    people: list[str] = field(default_factory=list)

    @property
    def is_im(self) -> bool:
        """True for a conversation of two."""
        return self.id.startswith("D")

    @property
    def kind(self) -> str:
        """What events call `channel_type`."""
        if self.is_im:
            return "im"
        return "group" if self.private else "channel"

    def as_json(self) -> Json:
        """As the store keeps it."""
        return asdict(self)


@dataclass(frozen=True)
class Company:
    """Everything a new workspace begins with; `members` are user ids by channel."""

    team: Team
    app: App
    people: tuple[Person, ...]
    usergroups: tuple[Usergroup, ...]
    channels: tuple[Channel, ...]
    members: dict[str, tuple[str, ...]]


def read_company(path: Path) -> Company:
    """Reads the file; raises `ValueError` naming the file when it is not such a company."""
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        people = tuple(person_from(entry) for entry in raw["people"])
        app = App(**raw["app"])
        channels = []
        members = {}
        for entry in raw["channels"]:
            channels.append(
                Channel(
                    id=entry["id"],
                    name=entry["name"],
                    topic=entry.get("topic", ""),
                    creator=people[0].id,
                    private=bool(entry.get("private")),
                )
            )
            named = [person.id for person in people] if entry["members"] == "all" else list(entry["members"])
            members[entry["id"]] = tuple(named + ([app.bot_user_id] if entry.get("app") else []))
        return Company(
            team=Team(**raw["team"]),
            app=app,
            people=people,
            usergroups=tuple(usergroup_from(entry) for entry in raw.get("usergroups", [])),
            channels=tuple(channels),
            members=members,
        )
    except (OSError, KeyError, TypeError, IndexError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} does not describe a company: {type(error).__name__} {error}") from error


def person_from(entry: Json) -> Person:
    """A person from JSON."""
    return Person(**entry)


def usergroup_from(entry: Json) -> Usergroup:
    """A user group from JSON."""
    return Usergroup(**{**entry, "members": tuple(entry.get("members", ()))})
