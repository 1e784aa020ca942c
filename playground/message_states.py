"""What people have chosen in the menus of messages: known to Slack's clients only, so kept in memory."""

from __future__ import annotations

from collections import OrderedDict

from playground.refusal import Json

KEPT = 1000


class MessageStates:
    """The `state.values` of messages, by person."""

    def __init__(self) -> None:
        self._values: OrderedDict[tuple[str, str, str], dict[str, Json]] = OrderedDict()

    def values(self, user: str, channel: str, ts: str, initial: dict[str, Json]) -> dict[str, Json]:
        """What this person sees chosen; `initial` is what the message itself says. May be changed in place."""
        key = (user, channel, ts)
        chosen = self._values.pop(key, {})
        now = {
            block_id: {action_id: chosen.get(block_id, {}).get(action_id, state) for action_id, state in states.items()}
            for block_id, states in initial.items()
        }
        self._values[key] = now
        while len(self._values) > KEPT:
            self._values.popitem(last=False)
        return now
