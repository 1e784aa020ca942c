"""Acting on what the app shows: buttons and menus in messages, modals and Home, and shortcuts."""

from __future__ import annotations

from playground.elements import STATEFUL, chosen_fields, chosen_state, initial_values
from playground.refusal import Json, Refused
from playground.user_api.asking import blocks_of, external_options, find_element, known_value
from playground.user_api.call import Act
from playground.user_api.entering import entered


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


async def _click_in_message(act: Act) -> Json:
    person, place, value = act.person(), act.place(), act.value("value")
    blocks = blocks_of(place.message)
    placed = find_element(blocks, act.needed("action_id"), value=value, block_id=act.text("block_id"))
    value = known_value(act, placed.element, value)
    offered = await external_options(act, placed, value, place=place)
    fields = chosen_fields(placed, value, offered)
    values = act.playground.message_states.values(person.id, place.channel.id, place.ts, initial_values(blocks))
    if placed.element["type"] in STATEFUL:
        values.setdefault(placed.block_id, {})[placed.action_id] = chosen_state(placed.element, value, offered)
    await act.interact(act.payloads.block_action_in_message(person.id, place, placed, fields, values))
    return {}


async def _click_in_view(act: Act) -> Json:
    person, value = act.person(), act.value("value")
    view = act.playground.views.seen(person.id, act.needed("view_id"))
    placed = find_element(view["blocks"], act.needed("action_id"), value=value, block_id=act.text("block_id"))
    value = known_value(act, placed.element, value)
    offered = await external_options(act, placed, value, view=view)
    fields = chosen_fields(placed, value, offered)
    values = await entered(act, view)
    if placed.element["type"] in STATEFUL:
        values.setdefault(placed.block_id, {})[placed.action_id] = chosen_state(placed.element, value, offered)
    view = act.playground.views.enter(person.id, view["id"], values)
    if placed.is_input and not placed.block.get("dispatch_action"):
        return {}
    await act.interact(act.payloads.block_action_in_view(person.id, view, placed, fields))
    return {}
