"""Acting on what the app shows: buttons and menus, shortcuts, and menus that ask the app for options."""

from __future__ import annotations

from typing import Any

from playground.elements import STATEFUL, Placed, chosen_fields, chosen_state, initial_values, offers, placed_elements
from playground.payloads import Place
from playground.refusal import Json, Refused
from playground.user_api.call import Act


async def click(act: Act) -> Json:
    """Uses an element of a message, of the open modal or of Home."""
    if act.text("view_id"):
        return await _click_in_view(act)
    return await _click_in_message(act)


async def shortcut(act: Act) -> Json:
    """Chooses a shortcut: of a message where `ts` is given, otherwise a global one."""
    person, callback_id = act.person(), act.needed("callback_id")
    on_message = bool(act.text("ts"))
    manifest = act.playground.manifest.current
    kind = "message" if on_message else "global"
    known = any(s.callback_id == callback_id and s.type == kind for s in manifest.shortcuts)
    if manifest.declared and not known:
        raise Refused("unknown_shortcut", f"The manifest has no {kind} shortcut {callback_id!r}.")
    if on_message:
        place = act.place()
        if place.ephemeral:
            raise Refused("message_not_found", "An ephemeral message has no shortcuts.")
        payload = act.payloads.message_shortcut(person.id, place, callback_id)
    else:
        payload = act.payloads.global_shortcut(person.id, callback_id)
    await act.interact(payload)
    return {}


async def options(act: Act) -> Json:
    """What an external select offers for a query."""
    if act.text("view_id"):
        view = act.playground.views.seen(act.person().id, act.needed("view_id"))
        placed = find_element(view["blocks"], act.needed("action_id"), block_id=act.text("block_id"))
        return {"options": await ask_options(act, placed, act.text("query"), view=view)}
    place = act.place()
    placed = find_element(_blocks(place.message), act.needed("action_id"), block_id=act.text("block_id"))
    return {"options": await ask_options(act, placed, act.text("query"), place=place)}


async def ask_options(
    act: Act, placed: Placed, query: str, *, view: Json | None = None, place: Place | None = None
) -> list[Json]:
    """Asks the app for the options of an external select."""
    payload = act.payloads.suggestion(act.person().id, placed, query, view=view, place=place)
    manifest = act.playground.manifest.current
    ack = await act.hand_over("interactive", payload, manifest.options_url or manifest.interactivity_url)
    said = ack.said
    groups = said.get("option_groups") or []
    found = said.get("options") or [option for group in groups for option in group.get("options", [])]
    return [option for option in found if isinstance(option, dict)]


def find_element(blocks: list[Json], action_id: str, *, value: Any = None, block_id: str = "") -> Placed:
    """The element a person means. Where several share an `action_id`, `value` tells them apart."""
    named = [p for p in placed_elements(blocks) if p.action_id == action_id and block_id in {"", p.block_id}]
    if not named:
        raise Refused("action_not_found", f"Nothing here has the action_id {action_id!r}.")
    fitting = named if value is None else [p for p in named if offers(p.element, value)]
    if not fitting:
        raise Refused("action_not_found", f"No {action_id!r} here has or offers {value!r}.")
    if len(fitting) > 1 and len({str(p.element.get("value")) for p in fitting}) > 1:
        raise Refused("ambiguous_action", f"Several elements are {action_id!r}: say the value of the one you mean.")
    return fitting[0]


async def external_options(act: Act, placed: Placed, value: Any, **where: Any) -> dict[str, Json]:
    """The options, by value, that an external select would have offered for what was chosen."""
    if "external" not in placed.element["type"]:
        return {}
    chosen = value if isinstance(value, list) else [value]
    offered: dict[str, Json] = {}
    for one in chosen:
        if isinstance(one, dict) and "text" in one and "value" in one:
            offered[str(one["value"])] = one
        elif isinstance(one, str) and one:
            for option in await ask_options(act, placed, one, **where):
                offered[str(option.get("value"))] = option
            if one not in offered:
                offered |= {str(o.get("value")): o for o in await ask_options(act, placed, "", **where)}
    return offered


async def _click_in_message(act: Act) -> Json:
    person, place, value = act.person(), act.place(), act.value("value")
    blocks = _blocks(place.message)
    placed = find_element(blocks, act.needed("action_id"), value=value, block_id=act.text("block_id"))
    offered = await external_options(act, placed, value, place=place)
    fields = chosen_fields(placed, value, lambda _, wanted: offered.get(wanted))
    values = act.playground.message_states.values(person.id, place.channel.id, place.ts, initial_values(blocks))
    if placed.element["type"] in STATEFUL:
        state = chosen_state(placed.element, value, lambda _, wanted: offered.get(wanted))
        values.setdefault(placed.block_id, {})[placed.action_id] = state
    await act.interact(act.payloads.block_action_in_message(person.id, place, placed, fields, values))
    return {}


async def _click_in_view(act: Act) -> Json:
    person, value = act.person(), act.value("value")
    view = act.playground.views.seen(person.id, act.needed("view_id"))
    placed = find_element(view["blocks"], act.needed("action_id"), value=value, block_id=act.text("block_id"))
    offered = await external_options(act, placed, value, view=view)
    fields = chosen_fields(placed, value, lambda _, wanted: offered.get(wanted))
    if placed.element["type"] in STATEFUL:
        values = view["state"]["values"]
        state = chosen_state(placed.element, value, lambda _, wanted: offered.get(wanted))
        values.setdefault(placed.block_id, {})[placed.action_id] = state
        view = act.playground.views.enter(person.id, view["id"], values)
    if placed.is_input and not placed.block.get("dispatch_action"):
        return {}
    await act.interact(act.payloads.block_action_in_view(person.id, view, placed, fields))
    return {}


def _blocks(message: Json) -> list[Json]:
    nested = [block for attachment in message.get("attachments", []) for block in attachment.get("blocks", [])]
    return [*message.get("blocks", []), *nested]
