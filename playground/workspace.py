"""The workspace: its team, app, people, groups and channels, and who is in which channel."""

from __future__ import annotations

import time
from collections.abc import Iterable

from playground.changes import Change, Changes
from playground.company import App, Channel, Company, Person, Team, Usergroup, person_from, usergroup_from
from playground.ids import new_id
from playground.refusal import Json, Refused
from playground.store import Store


class Workspace:
    """Who and what is there. Read from memory, written through to the store."""

    def __init__(self, store: Store, changes: Changes, company: Company) -> None:
        self._store = store
        self._changes = changes
        if store.get("team", "team") is None:
            _found(store, company)
        self.team = Team(**_known(store.get("team", "team")))
        self.app = App(**_known(store.get("app", "app")))
        self.people: dict[str, Person] = {entry["id"]: person_from(entry) for entry in store.all("person")}
        self.usergroups: list[Usergroup] = [usergroup_from(entry) for entry in store.all("usergroup")]
        self.channels: dict[str, Channel] = {entry["id"]: Channel(**entry) for entry in store.all("channel")}
        self._members: dict[str, set[str]] = {channel: set() for channel in self.channels}
        for channel, user in store.members():
            self._members.setdefault(channel, set()).add(user)
        self._handles = {person.handle.casefold(): person for person in self.people.values()}
        self._names = {channel.name: channel for channel in self.channels.values() if not channel.is_im}

    # people

    def person(self, who: str) -> Person:
        """The person of that id or handle; raises `user_not_found`."""
        found = self.people.get(who) or self._handles.get(who.lstrip("@").casefold())
        if found is None:
            raise Refused("user_not_found", f"Nobody here is {who!r}.")
        return found

    def by_handle(self, handle: str) -> Person | None:
        """The person of that handle."""
        return self._handles.get(handle.casefold())

    def is_user(self, user: str) -> bool:
        """True for people and for the app's bot user."""
        return user in self.people or user == self.app.bot_user_id

    def groups_of(self, user: str) -> list[str]:
        """The ids of the user groups this person belongs to."""
        return [group.id for group in self.usergroups if user in group.members]

    # channels

    def channel(self, which: str) -> Channel:
        """The channel of that id or name; raises `channel_not_found`."""
        found = self.channels.get(which) or self._names.get(which.removeprefix("#"))
        if found is None:
            raise Refused("channel_not_found", f"There is no channel {which!r}.")
        return found

    def named(self, name: str) -> Channel | None:
        """The channel of that name."""
        return self._names.get(name)

    def members(self, channel: str) -> list[str]:
        """Who is in the channel, in a fixed order, the app last."""
        bot = self.app.bot_user_id
        return sorted(self._members.get(channel, ()), key=lambda user: (user == bot, user))

    def is_member(self, channel: str, user: str) -> bool:
        """True when this user is in the channel."""
        return user in self._members.get(channel, ())

    def app_is_in(self, channel: str) -> bool:
        """True when the app is in the channel."""
        return self.is_member(channel, self.app.bot_user_id)

    def sees(self, channel: Channel, user: str) -> bool:
        """Public channels are open to read for everyone but guests, others for who is in them."""
        if self.is_member(channel.id, user):
            return True
        person = self.people.get(user)
        return channel.kind == "channel" and not (person is not None and person.guest)

    def channels_of(self, user: str) -> list[Channel]:
        """The channels and direct conversations this user sees in the list."""
        return [channel for channel in self.channels.values() if self.sees(channel, user)]

    def join(self, channel: Channel, user: str, *, inviter: str | None = None) -> bool:
        """Puts the user into the channel; false when already there."""
        if self.is_member(channel.id, user):
            return False
        with self._store.writing():
            self._store.add_member(channel.id, user)
            if inviter:
                self._store.put("invited", f"{channel.id}/{user}", {"by": inviter})
        self._members.setdefault(channel.id, set()).add(user)
        detail: Json = {"inviter": inviter} if inviter else {}
        self._changes.tell(Change("member_joined_channel", channel=channel.id, user=user, detail=detail))
        self._changes.tell(Change("channels"))
        return True

    def create(self, name: str, *, creator: str, private: bool = False) -> Channel:
        """Makes a channel with its creator in it, which is told as an arrival, as in Slack; raises `name_taken`."""
        if name in self._names:
            raise Refused("name_taken", f"There is a channel #{name} already.")
        channel = Channel(id=new_id("C"), name=name, creator=creator, created=int(time.time()), private=private)
        self._keep(channel, (creator,))
        self._names[name] = channel
        self._changes.tell(Change("member_joined_channel", channel=channel.id, user=creator))
        self._changes.tell(Change("channels"))
        return channel

    def is_new_to(self, channel: str, user: str) -> bool:
        """True when somebody brought this user into the channel, and they have not looked at it since."""
        return self._store.get("invited", f"{channel}/{user}") is not None

    def looked_at(self, channel: str, user: str, ts: str) -> None:
        """The user has read the channel up to `ts`."""
        with self._store.writing():
            self._store.mark_read(channel, user, ts)
            self._store.drop("invited", f"{channel}/{user}")

    def direct(self, user: str, other: str) -> Channel:
        """The direct conversation of two, made when there was none yet."""
        pair = sorted((user, other))
        for channel in self.channels.values():
            if channel.people == pair:
                return channel
        channel = Channel(id=new_id("D"), name="directmessage", creator=user, created=int(time.time()), people=pair)
        self._keep(channel, pair)
        self._changes.tell(Change("channels"))
        return channel

    def set_topic(self, channel: Channel, topic: str) -> None:
        """Changes the channel's topic."""
        channel.topic = topic
        self._describe(channel)

    def set_purpose(self, channel: Channel, purpose: str) -> None:
        """Changes what the channel says it is for."""
        channel.purpose = purpose
        self._describe(channel)

    def _describe(self, channel: Channel) -> None:
        self._store.put("channel", channel.id, channel.as_json())
        self._changes.tell(Change("channels"))

    def _keep(self, channel: Channel, members: Iterable[str]) -> None:
        with self._store.writing():
            self._store.put("channel", channel.id, channel.as_json())
            for user in members:
                self._store.add_member(channel.id, user)
        self.channels[channel.id] = channel
        self._members[channel.id] = set(members)


def _found(store: Store, company: Company) -> None:
    """Writes a new workspace. People with a department come first, as everything lists them in this order."""
    created = int(time.time())
    with store.writing():
        store.put("team", "team", vars(company.team))
        store.put("app", "app", vars(company.app))
        for person in sorted(company.people, key=lambda person: person.department is None):
            store.put("person", person.id, vars(person))
        for group in company.usergroups:
            store.put("usergroup", group.id, vars(group))
        for channel in company.channels:
            channel.created = created
            store.put("channel", channel.id, channel.as_json())
            for user in company.members[channel.id]:
                store.add_member(channel.id, user)


def _known(document: Json | None) -> Json:
    if document is None:
        raise RuntimeError("the workspace's file has no team or app")
    return document
