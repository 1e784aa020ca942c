"""What Slack refuses of messages and views."""

from __future__ import annotations

from playground.refusal import Json

TEXT_CHARACTERS = 40_000


def check_message_blocks(blocks: list[Json], pointer: str = "/blocks") -> None:
    """Accepts all blocks for now."""


def check_view(view: Json) -> None:
    """Accepts all views for now."""
