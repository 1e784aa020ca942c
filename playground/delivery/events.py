"""The Events API: turns what happens into event envelopes, delivers them, and repeats what was not acknowledged."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Coroutine, Iterator
from typing import Any

from playground.changes import Change
from playground.counters import Counters
from playground.delivery.courier import Courier
from playground.delivery.envelope import DeliveryFailed, Envelope
from playground.ids import TsClock, new_id
from playground.manifest import ManifestFile
from playground.mentions import links_in, mentions_app
from playground.refusal import Json
from playground.workspace import Workspace

_log = logging.getLogger("playground.events")
_SUBSCRIPTIONS = {"channel": "message.channels", "group": "message.groups", "im": "message.im"}


class EventFeed:
    """Listens to the workspace's changes and tells the app of those that its manifest subscribes to."""

    def __init__(
        self,
        workspace: Workspace,
        manifest: ManifestFile,
        courier: Courier,
        clock: TsClock,
        counters: Counters,
        *,
        token: str,
        retry_seconds: tuple[float, ...],
    ) -> None:
        self._workspace = workspace
        self._manifest = manifest
        self._courier = courier
        self._clock = clock
        self._counters = counters
        self._token = token
        self._retry_seconds = retry_seconds
        self._tasks: set[asyncio.Task[Any]] = set()

    def hear(self, change: Change) -> None:
        """Starts the delivery of whatever events follow from a change."""
        for subscription, event in self._events(change):
            if self._manifest.current.wants(subscription):
                self._start(self._deliver(self._envelope(event)))

    async def deliver(self, subscription: str, event: Json) -> None:
        """Delivers one event and comes back when the app has acknowledged it or was given up."""
        if self._manifest.current.wants(subscription):
            await self._deliver(self._envelope(event))

    async def close(self) -> None:
        """Gives up on what is still to be delivered."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _deliver(self, payload: Json) -> None:
        reason = ""
        for attempt in range(len(self._retry_seconds) + 1):
            url = self._manifest.current.events_url
            envelope = Envelope("events_api", payload, url, accepts_answer=False, retry=attempt, retry_reason=reason)
            if attempt:
                self._counters.retries += 1
            try:
                await self._courier.hand_over(envelope)
                return
            except DeliveryFailed as failure:
                if not failure.retriable:
                    return
                reason = failure.reason
            if attempt < len(self._retry_seconds):
                await asyncio.sleep(self._retry_seconds[attempt])
        _log.info("event %s was given up after %d deliveries", payload["event_id"], len(self._retry_seconds) + 1)

    def _envelope(self, event: Json) -> Json:
        team, app = self._workspace.team, self._workspace.app
        return {
            "token": self._token,
            "team_id": team.id,
            "context_team_id": team.id,
            "context_enterprise_id": None,
            "api_app_id": app.id,
            "event": event,
            "type": "event_callback",
            "event_id": new_id("Ev"),
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": app.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": f"4-{new_id('')}",
        }

    def _events(self, change: Change) -> Iterator[tuple[str, Json]]:
        if change.kind == "app_home_opened":
            yield "app_home_opened", {"type": "app_home_opened", "user": change.user, **change.detail}
            return
        if not change.channel or not self._workspace.app_is_in(change.channel):
            return
        if change.kind == "message":
            yield from self._posted(change)
        elif change.kind in {"message_changed", "message_deleted"}:
            yield from self._altered(change)
        elif change.kind in {"reaction_added", "reaction_removed"}:
            yield change.kind, self._reacted(change)
        elif change.kind == "member_joined_channel":
            yield change.kind, self._joined(change)

    def _posted(self, change: Change) -> Iterator[tuple[str, Json]]:
        channel = self._workspace.channels[change.channel]
        message = change.message
        event = {**message, "channel": channel.id, "event_ts": message["ts"], "channel_type": channel.kind}
        yield _SUBSCRIPTIONS[channel.kind], event
        by_app = message.get("bot_id") is not None
        if by_app:
            return
        if not channel.is_im and mentions_app(message["text"], self._workspace):
            mention = {key: value for key, value in event.items() if key not in {"channel_type", "subtype"}}
            yield "app_mention", {**mention, "type": "app_mention"}
        domains = self._manifest.current.unfurl_domains
        links = [
            {"domain": domain, "url": url} for url in links_in(message["text"]) for domain in domains if domain in url
        ]
        if links:
            yield (
                "link_shared",
                {
                    "type": "link_shared",
                    "channel": channel.id,
                    "is_bot_user_member": True,
                    "user": message["user"],
                    "message_ts": message["ts"],
                    **({"thread_ts": message["thread_ts"]} if "thread_ts" in message else {}),
                    "links": links,
                    "event_ts": message["ts"],
                },
            )

    def _altered(self, change: Change) -> Iterator[tuple[str, Json]]:
        channel = self._workspace.channels[change.channel]
        ts = self._clock.next()
        event: Json = {
            "type": "message",
            "subtype": change.kind,
            "previous_message": change.previous,
            "channel": channel.id,
            "hidden": True,
            "ts": ts,
            "event_ts": ts,
            "channel_type": channel.kind,
        }
        if change.kind == "message_changed":
            event["message"] = change.message
        else:
            event["deleted_ts"] = change.previous["ts"]
        yield _SUBSCRIPTIONS[channel.kind], event

    def _reacted(self, change: Change) -> Json:
        return {
            "type": change.kind,
            "user": change.user,
            "reaction": change.detail["reaction"],
            "item": {"type": "message", "channel": change.channel, "ts": change.message["ts"]},
            "item_user": change.message.get("user", ""),
            "event_ts": self._clock.next(),
        }

    def _joined(self, change: Change) -> Json:
        return {
            "type": "member_joined_channel",
            "user": change.user,
            "channel": change.channel,
            "channel_type": "G" if self._workspace.channels[change.channel].private else "C",
            "team": self._workspace.team.id,
            **change.detail,
            "event_ts": self._clock.next(),
        }
