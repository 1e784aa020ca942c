"""Finding what a person means on the screen, and asking the app what its external selects offer."""

from __future__ import annotations

from typing import Any

from playground.elements import Placed, offers, placed_elements
from playground.payloads import Place
from playground.refusal import Json, Refused
from playground.user_api.call import Act


async def options(act: Act) -> Json:
    """What an external select offers for a query."""
    if act.text("view_id"):
        view = act.playground.views.seen(act.person().id, act.needed("view_id"))
        placed = find_element(view["blocks"], act.needed("action_id"), block_id=act.text("block_id"))
        said = await _ask(act, placed, act.text("query"), view=view)
    else:
        place = act.place()
        placed = find_element(blocks_of(place.message), act.needed("action_id"), block_id=act.text("block_id"))
        said = await _ask(act, placed, act.text("query"), place=place)
    groups = [group for group in said.get("option_groups") or [] if isinstance(group, dict)]
    return {"options": _options_in(said), **({"option_groups": groups} if groups else {})}


async def external_options(act: Act, placed: Placed, value: Any, **where: Any) -> dict[str, Json]:
    """The options, by value, that an external select would have offered for what was chosen."""
    if "external" not in placed.element["type"]:
        return {}
    offered: dict[str, Json] = {}
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict) and "text" in one and "value" in one:
            offered[str(one["value"])] = one
        elif isinstance(one, str) and one:
            for query in (one, ""):
                if one not in offered:
                    said = await _ask(act, placed, query, **where)
                    offered |= {str(option.get("value")): option for option in _options_in(said)}
    return offered


def known_value(act: Act, element: Json, value: Any) -> Any:
    """The ids of people and channels that were named otherwise; raises when there is nobody and nothing of that name."""
    kind = element["type"]
    if isinstance(value, list):
        return [known_value(act, element, one) for one in value]
    if not isinstance(value, str) or not value:
        return value
    workspace = act.playground.workspace
    if kind in {"users_select", "multi_users_select"}:
        return value if workspace.is_user(value) else workspace.person(value).id
    if kind.endswith(("conversations_select", "channels_select")):
        return workspace.channel(value).id
    return value


def find_element(blocks: list[Json], action_id: str, *, value: Any = None, block_id: str = "") -> Placed:
    """The element a person means. Where several share an `action_id`, `value` tells them apart.

    The app may have drawn the blocks anew under the person's finger: then the one with the same value is meant.
    """
    everywhere = [p for p in placed_elements(blocks) if p.action_id == action_id]
    named = [p for p in everywhere if block_id in {"", p.block_id}] or (everywhere if value is not None else [])
    if not named:
        raise Refused("action_not_found", f"Nothing here has the action_id {action_id!r}.")
    fitting = named if value is None else [p for p in named if offers(p.element, value)]
    if not fitting:
        raise Refused("action_not_found", f"No {action_id!r} here has or offers {value!r}.")
    if len({str(p.element.get("value")) for p in fitting}) > 1:
        raise Refused("ambiguous_action", f"Several elements are {action_id!r}: say the value of the one you mean.")
    return fitting[0]


def blocks_of(message: Json) -> list[Json]:
    """All blocks of a message, those of its attachments included."""
    nested = [block for attachment in message.get("attachments", []) for block in attachment.get("blocks", [])]
    return [*message.get("blocks", []), *nested]


async def _ask(act: Act, placed: Placed, query: str, *, view: Json | None = None, place: Place | None = None) -> Json:
    if "external" not in placed.element["type"]:
        raise Refused("action_not_found", f"{placed.action_id!r} does not ask the app for options.")
    payload = act.payloads.suggestion(act.person().id, placed, query, view=view, place=place)
    manifest = act.playground.manifest.current
    ack = await act.hand_over("interactive", payload, manifest.options_url or manifest.interactivity_url)
    return ack.said


def _options_in(said: Json) -> list[Json]:
    groups = [group for group in said.get("option_groups") or [] if isinstance(group, dict)]
    found = said.get("options") or [option for group in groups for option in group.get("options", [])]
    return [option for option in found if isinstance(option, dict)]
