"""Who works where on Teams: people of the sample company, their team and its channels, as the local client is told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.calls import Json

SAMPLE = Path(__file__).parents[2] / "playground" / "sample" / "company.json"
TENANT = "7e000000-0000-4000-8000-000000000001"
BOT = "28:b0000000-0000-4000-8000-000000000001"
BOT_NAME = "Baton"
TEAM = "19:acme-general@thread.tacv2"
"""The team; its General channel has the same id."""
FLOOR = "19:acme-floor@thread.tacv2"
GROUP = "19:acme-launch@thread.v2"
OWNER = "ana"
"""Whose client it is. The client takes exactly five further people."""
OTHERS = ("ben", "chloe", "elif", "grace", "jonas")


@dataclass(frozen=True)
class Person:
    """A colleague on Teams. Their user id is their directory id: the client's connector finds people by nothing else."""

    handle: str
    name: str
    email: str
    id: str

    @property
    def account(self) -> Json:
        """As an activity names who it is from."""
        return {"id": self.id, "name": self.name, "aadObjectId": self.id}

    @property
    def entry(self) -> Json:
        """As the client's configuration names them, misspelling included."""
        given, _, family = self.name.partition(" ")
        return {
            "id": self.id,
            "name": self.name,
            "userPrincipleName": self.email,
            "aadObjectId": self.id,
            "givenName": given,
            "surname": family,
            "email": self.email,
        }


def _read() -> dict[str, Person]:
    people = json.loads(SAMPLE.read_text(encoding="utf-8"))["people"]
    return {
        each["handle"]: Person(each["handle"], each["name"], each["email"], f"0a000000-0000-4000-8000-{number:012d}")
        for number, each in enumerate(people, start=1)
        if each["handle"] in (OWNER, *OTHERS)
    }


PEOPLE = _read()
"""By handle."""
OWN_CHAT = f"a:{OWNER}-and-baton"
"""The personal chat of the client's owner; the others' get their ids from the client."""


def configuration() -> Json:
    """The client's configuration file. It is read as YAML, of which JSON is a part."""
    return {
        "version": "0.1.1",
        "tenantId": TENANT,
        "bot": {"id": BOT, "name": BOT_NAME},
        "currentUser": PEOPLE[OWNER].entry,
        "users": [PEOPLE[handle].entry for handle in OTHERS],
        "personalChat": {"id": OWN_CHAT},
        "groupChat": {"id": GROUP, "name": "Launch"},
        "team": {
            "id": TEAM,
            "name": "Acme",
            "aadGroupId": "6a000000-0000-4000-8000-000000000001",
            "channels": [{"id": FLOOR, "name": "floor"}],
        },
    }


def as_seen_by(person: Person, config: Json, chat: str) -> Json:
    """The configuration that a window asks for, changed so that the window is this person's."""
    owner, entry = config["currentUser"], person.entry
    if owner["id"] == person.id:
        return config

    def swap(member: str) -> str:
        return str(owner["id"]) if member == person.id else member

    rooms = {
        kind: [{**room, "members": [swap(each) for each in room["members"]]} for room in config[kind]]
        for kind in ("groupChats", "teams")
    }
    users = [owner if each["id"] == person.id else each for each in config["users"]]
    personal = {**config["personalChat"], "id": chat}
    return {**config, **rooms, "currentUser": entry, "users": users, "personalChat": personal}
