"""What Slack refuses of messages and views, with Slack's error words.

Sources: the Block Kit reference (docs.slack.dev/reference/block-kit) for counts and lengths, and Slack's answers for the
wording of `response_metadata.messages`. The cumulative limit of a message is not documented; it was measured by users at
about 13,200 characters (slackapi/bolt-js issue 2509).
"""

from __future__ import annotations

from playground.limits.blocks import BLOCKS, INPUT_ELEMENTS, check_blocks, text_characters
from playground.limits.rules import (
    Fields,
    Problems,
    anything,
    boolean,
    check_object,
    only,
    plain_text,
    required,
    string,
)
from playground.refusal import Json, Refused
from playground.store import encode

TEXT_CHARACTERS = 40_000
MESSAGE_BLOCKS = 50
MESSAGE_BLOCK_CHARACTERS = 13_200
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000

_VIEW: Fields = {
    "private_metadata": string(3000, least=0),
    "callback_id": string(255, least=0),
    "external_id": string(255, least=0),
}
_MODAL: Fields = {
    "type": only("modal"),
    "title": required(plain_text(24)),
    "submit": plain_text(24),
    "close": plain_text(24),
    "clear_on_close": boolean,
    "notify_on_close": boolean,
    "submit_disabled": boolean,
    **_VIEW,
}
# Home has no title and no buttons of its own; Slack takes them and shows nothing.
_HOME: Fields = {"type": only("home"), "title": anything, "submit": anything, "close": anything, **_VIEW}
_NOT_CHECKED_HERE = frozenset({"blocks"})
_NOT_IN_VIEWS = frozenset({"markdown", "table", "file", "carousel", "card", "data_visualization", "data_table"})


def check_message_blocks(blocks: list[Json], pointer: str = "/blocks") -> None:
    """Raises `invalid_blocks` with every problem found, or `msg_blocks_too_long`."""
    problems = Problems()
    check_blocks(blocks, pointer, problems, most=MESSAGE_BLOCKS)
    if problems.found:
        raise Refused(
            "invalid_blocks",
            messages=problems.as_messages(),
            extra={"errors": [str(problem) for problem in problems.found]},
        )
    if sum(text_characters(block) for block in blocks) > MESSAGE_BLOCK_CHARACTERS:
        detail = f"The texts of all blocks together may have about {MESSAGE_BLOCK_CHARACTERS} characters."
        raise Refused("msg_blocks_too_long", detail)


def check_view(view: Json) -> None:
    """Raises `invalid_arguments` with every problem found, or `view_too_large`."""
    if len(encode(view).encode()) > VIEW_BYTES:
        raise Refused("view_too_large", f"A view may have {VIEW_BYTES} bytes.")
    problems = Problems()
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not all(isinstance(block, dict) for block in blocks):
        problems.add("missing required field: blocks", "/view")
        blocks = []
    fields = _MODAL if view.get("type") == "modal" else _HOME
    check_object(view, fields, "/view", problems, also=_NOT_CHECKED_HERE)
    check_blocks(blocks, "/view/blocks", problems, most=VIEW_BLOCKS, refused=_NOT_IN_VIEWS)
    has_inputs = any(block.get("type") == "input" for block in blocks)
    if view.get("type") == "modal" and has_inputs and not view.get("submit"):
        problems.add("`submit` is required when there is an input block", "/view")
    if problems.found:
        raise Refused("invalid_arguments", messages=problems.as_messages())


__all__ = ["BLOCKS", "INPUT_ELEMENTS", "TEXT_CHARACTERS", "check_message_blocks", "check_view"]
