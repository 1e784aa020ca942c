"""What a person has entered in a view: merges given values into `state.values`, whichever way they are named."""

from __future__ import annotations

import copy
from typing import Any

from playground.elements import STATEFUL, Placed, bare_value, chosen_state, placed_elements
from playground.refusal import Json, Refused
from playground.user_api.asking import external_options, known_value
from playground.user_api.call import Act


async def entered(act: Act, view: Json) -> dict[str, Json]:
    """`state.values` with the call's `values`; what is not named keeps what it has."""
    values: dict[str, Json] = copy.deepcopy(view["state"]["values"])
    given = act.value("values")
    if given is None:
        return values
    fields = [placed for placed in placed_elements(view["blocks"]) if placed.element["type"] in STATEFUL]
    for name, value in _unwrapped(given, fields).items():
        for placed, chosen in _meant(fields, name, value):
            known = known_value(act, placed.element, bare_value(placed.element, chosen))
            offered = await external_options(act, placed, known, view=view)
            state = chosen_state(placed.element, known, offered)
            values.setdefault(placed.block_id, {})[placed.action_id] = state
    return values


def _unwrapped(given: Any, fields: list[Placed]) -> Json:
    """Takes off the `state` and `values` around Slack's own form, unless a field is called so."""
    names = {name for placed in fields for name in (placed.block_id, placed.action_id)}
    for wrapper in ("state", "values"):
        if isinstance(given, dict) and set(given) == {wrapper} and wrapper not in names:
            given = given[wrapper]
    if not isinstance(given, dict):
        raise Refused("invalid_arguments", "values is an object.")
    return given


def _meant(fields: list[Placed], name: str, value: Any) -> list[tuple[Placed, Any]]:
    """Which fields a key of `values` names: a block with its actions, a block with its one field, or an action."""
    in_block = [placed for placed in fields if placed.block_id == name]
    if in_block and isinstance(value, dict):
        by_action = {placed.action_id: placed for placed in in_block}
        if set(value) <= set(by_action):
            return [(by_action[action_id], chosen) for action_id, chosen in value.items()]
    if len(in_block) == 1:
        return [(in_block[0], value)]
    by_action_id = [placed for placed in fields if placed.action_id == name]
    if len(by_action_id) == 1:
        return [(by_action_id[0], value)]
    if in_block or by_action_id:
        raise Refused("ambiguous_field", f"{name!r} names several fields: say the block and the action.")
    raise Refused("unknown_field", f"The form has no field {name!r}.")
