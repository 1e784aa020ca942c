"""What can happen between a conversation and those that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.domain.happening import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Echoed(Happening):
    """Others said the same: on which network how many. `urgent` when one of them was, and why."""

    kind: Literal["echoed"] = "echoed"
    spread: Mapping[str, int]
    urgent: bool = False
    why_urgent: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoLeft(Happening):
    """One of those who said the same, heard on `network`, stands by itself from now on."""

    kind: Literal["echo_left"] = "echo_left"
    number: int
    network: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Separated(Happening):
    """What said the same as `leader` stands by itself from now on: a person saw a difference (`by`), the customer wrote
    something else, or it stands for the others now, since nothing is left of the leader (`heir`)."""

    kind: Literal["separated"] = "separated"
    leader: int
    heir: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaderChanged(Happening):
    """Another one stands for this one, too, from now on."""

    kind: Literal["leader_changed"] = "leader_changed"
    leader: int
