"""The messages of the workspace: posting, editing, deleting, reacting; threads, tombstones and ephemerals."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from playground.changes import Change, Changes, Kind
from playground.company import Channel
from playground.ids import TsClock
from playground.mentions import mentioned_users
from playground.refusal import Json, Refused
from playground.store import Row, Store
from playground.workspace import Workspace

EPHEMERALS_KEPT = 400
MOST_PINS = 100
_ROOT_FIELDS = (
    "thread_ts",
    "reply_count",
    "reply_users_count",
    "latest_reply",
    "reply_users",
    "is_locked",
    "subscribed",
)


class Messages:
    """Messages are Slack's own JSON. Ephemerals live in memory and are gone after a restart, as in Slack."""

    def __init__(self, store: Store, changes: Changes, workspace: Workspace) -> None:
        self._store = store
        self._changes = changes
        self._workspace = workspace
        self.clock = TsClock(store.newest_ts())
        self._ephemerals: dict[str, OrderedDict[tuple[str, str], Json]] = {}

    def find(self, channel: str, ts: str) -> Json:
        """The message of that time; raises `message_not_found`."""
        row = self._store.message(channel, ts)
        if row is None:
            raise Refused("message_not_found", f"There is no message {ts} in {channel}.")
        return row.message()

    def row(self, channel: str, ts: str) -> Row | None:
        """The message as stored."""
        return self._store.message(channel, ts)

    def post(
        self,
        channel: Channel,
        message: Json,
        *,
        thread_ts: str | None = None,
        broadcast: bool = False,
        metadata: Json | None = None,
    ) -> Json:
        """Posts `message` (author and content) and answers it with its time. Replies go under the thread's first
        message; a time that is no message of this channel raises `thread_not_found`."""
        root = self._root(channel.id, thread_ts) if thread_ts else None
        ts = self.clock.next()
        message = {"type": "message", **message, "ts": ts, "team": self._workspace.team.id}
        top = root is None or broadcast
        if root is not None:
            message["thread_ts"] = root["ts"]
            message["parent_user_id"] = root.get("user", "")
            if broadcast:
                message["subtype"] = "thread_broadcast"
        author = message["user"]
        members = self._workspace.members(channel.id)
        mentioned = mentioned_users(message, members, self._workspace) - {author}
        with self._store.writing():
            self._store.add_message(
                channel.id, message, metadata, author=author, top=top, thread_ts=root["ts"] if root else None
            )
            if mentioned:
                self._store.set_mentions(channel.id, ts, mentioned)
            if root is not None:
                self._count_replies(channel.id, root)
        self._changes.tell(Change("message", channel=channel.id, message=message, user=author))
        return message

    def change(self, channel: Channel, message: Json, previous: Json, *, user: str) -> None:
        """Replaces a message that exists; `user` did it."""
        members = self._workspace.members(channel.id)
        mentioned = mentioned_users(message, members, self._workspace) - {message.get("user", "")}
        with self._store.writing():
            self._store.change_message(channel.id, message)
            if mentioned:
                self._store.set_mentions(channel.id, message["ts"], mentioned)
        self._changes.tell(Change("message_changed", channel=channel.id, message=message, previous=previous, user=user))

    def set_metadata(self, channel: str, ts: str, metadata: Json | None) -> None:
        """Replaces a message's metadata."""
        self._store.change_metadata(channel, ts, metadata)

    def delete(self, channel: Channel, ts: str, *, user: str) -> None:
        """Deletes a message. One that has replies leaves a tombstone for its thread to hang on."""
        previous = self.find(channel.id, ts)
        if previous.get("subtype") == "tombstone":
            raise Refused("message_not_found", f"The message {ts} is deleted already.")
        if previous.get("reply_count"):
            tombstone = {
                "type": "message",
                "subtype": "tombstone",
                "text": "This message was deleted.",
                "user": "USLACKBOT",
                "hidden": True,
                "ts": ts,
                "team": self._workspace.team.id,
                **{name: previous[name] for name in _ROOT_FIELDS if name in previous},
            }
            with self._store.writing():
                self._unpin(channel.id, ts)
                self._store.change_message(channel.id, tombstone)
                self._store.change_metadata(channel.id, ts, None)
            change = Change("message_changed", channel=channel.id, message=tombstone, previous=previous, user=user)
            self._changes.tell(change)
            return
        with self._store.writing():
            self._unpin(channel.id, ts)
            self._store.remove_message(channel.id, ts)
            root_ts = previous.get("thread_ts")
            root = self._store.message(channel.id, root_ts) if root_ts and root_ts != ts else None
            if root is not None:
                self._count_replies(channel.id, root.message())
        self._changes.tell(
            Change("message_deleted", channel=channel.id, message={"ts": ts}, previous=previous, user=user)
        )

    def react(self, channel: Channel, ts: str, name: str, user: str, *, remove: bool = False) -> None:
        """Adds or takes back a reaction; raises `already_reacted` or `no_reaction`."""
        message = self.find(channel.id, ts)
        reactions: list[dict[str, Any]] = message.get("reactions", [])
        found = next((reaction for reaction in reactions if reaction["name"] == name), None)
        has = found is not None and user in found["users"]
        if remove and not has:
            raise Refused("no_reaction", f"There is no :{name}: of yours on this message.")
        if not remove and has:
            raise Refused("already_reacted", f"You have reacted with :{name}: already.")
        if found is None:
            found = {"name": name, "users": [], "count": 0}
            reactions.append(found)
        found["users"] = [u for u in found["users"] if u != user] if remove else [*found["users"], user]
        found["count"] = len(found["users"])
        message["reactions"] = [reaction for reaction in reactions if reaction["count"]]
        if not message["reactions"]:
            del message["reactions"]
        self._store.change_message(channel.id, message)
        kind: Kind = "reaction_removed" if remove else "reaction_added"
        self._changes.tell(Change(kind, channel=channel.id, message=message, user=user, detail={"reaction": name}))

    # pins

    def pin(self, channel: Channel, ts: str, user: str) -> None:
        """Pins a message to its channel; raises `already_pinned`, `not_pinnable` or `too_many_pins`."""
        message = self.find(channel.id, ts)
        if message.get("subtype") == "tombstone":
            raise Refused("not_pinnable", "A deleted message cannot be pinned.")
        pinned = self.pinned(channel.id)
        if ts in pinned:
            raise Refused("already_pinned", "The message is pinned already.")
        if len(pinned) >= MOST_PINS:
            raise Refused("too_many_pins", f"A channel has at most {MOST_PINS} pins.")
        message |= {"pinned_to": [channel.id], "pinned_info": {"channel": channel.id, "pinned_by": user}}
        with self._store.writing():
            self._store.change_message(channel.id, message)
            self._store.put("pins", channel.id, {"ts": [ts, *pinned]})
        self._changes.tell(Change("pin_added", channel=channel.id, message=message, user=user))

    def pinned(self, channel: str) -> list[str]:
        """The times of a channel's pinned messages, the one pinned last first."""
        return list((self._store.get("pins", channel) or {}).get("ts", ()))

    def _unpin(self, channel: str, ts: str) -> None:
        pinned = self.pinned(channel)
        if ts in pinned:
            self._store.put("pins", channel, {"ts": [other for other in pinned if other != ts]})

    # what only one person sees

    def whisper(self, channel: Channel, user: str, message: Json, *, thread_ts: str | None = None) -> Json:
        """Shows a message to one person only, until the playground stops."""
        whispered = {"type": "message", **message, "ts": self.clock.next(), "team": self._workspace.team.id}
        whispered["is_ephemeral"] = True
        if thread_ts:
            whispered["thread_ts"] = thread_ts
        kept = self._ephemerals.setdefault(user, OrderedDict())
        kept[(channel.id, whispered["ts"])] = whispered
        while len(kept) > EPHEMERALS_KEPT:
            kept.popitem(last=False)
        self._changes.tell(Change("ephemeral", channel=channel.id, message=whispered, user=user))
        return whispered

    def whispered(self, channel: str, user: str) -> list[Json]:
        """The ephemerals this person sees in this channel, oldest first."""
        return [m for (where, _), m in self._ephemerals.get(user, {}).items() if where == channel]

    def find_whispered(self, channel: str, ts: str, user: str) -> Json | None:
        """The ephemeral of that time, if this person has it."""
        return self._ephemerals.get(user, OrderedDict()).get((channel, ts))

    def change_whispered(self, channel: str, ts: str, user: str, message: Json | None) -> None:
        """Replaces an ephemeral, or takes it away when `message` is None."""
        kept = self._ephemerals.get(user, OrderedDict())
        previous = kept.get((channel, ts))
        if previous is None:
            return
        if message is None:
            del kept[(channel, ts)]
            self._changes.tell(Change("ephemeral_deleted", channel=channel, message=previous, user=user))
            return
        kept[(channel, ts)] = message
        self._changes.tell(Change("ephemeral_changed", channel=channel, message=message, user=user))

    # threads

    def _root(self, channel: str, thread_ts: str) -> Json:
        row = self._store.message(channel, thread_ts)
        if row is None:
            raise Refused("thread_not_found", f"There is no message {thread_ts} in {channel} to answer.")
        message = row.message()
        above = message.get("thread_ts")
        return self._root(channel, above) if above and above != message["ts"] else message

    def _count_replies(self, channel: str, root: Json) -> None:
        count, latest, users = self._store.replied(channel, root["ts"])
        for name in _ROOT_FIELDS:
            root.pop(name, None)
        if count:
            root |= {
                "thread_ts": root["ts"],
                "reply_count": count,
                "reply_users_count": len(users),
                "latest_reply": latest,
                "reply_users": users[:5],
                "is_locked": False,
                "subscribed": False,
            }
        self._store.change_message(channel, root)
