"""Filling in forms: submitting and dismissing modals."""

from __future__ import annotations

import copy
from typing import Any

from playground.elements import STATEFUL, Placed, chosen_state, complaint, is_empty, placed_elements
from playground.refusal import Json, Refused
from playground.user_api.acting import external_options
from playground.user_api.call import Act


async def submit(act: Act) -> Json:
    """Submits the open modal; answers the fields that the app refuses, or the view that is open afterwards."""
    person = act.person()
    playground = act.playground
    view = playground.views.top(person.id)
    if view is None or view["id"] != act.needed("view_id"):
        raise Refused("view_not_found", f"{act.text('view_id')!r} is not the modal that is open.")
    values = await _entered(act, view)
    _refuse_what_the_client_would(view, values)
    view = playground.views.enter(person.id, view["id"], values)
    ack = await act.interact(act.payloads.submission(person.id, view))
    return _follow(act, person.id, view, ack.said)


async def close(act: Act) -> Json:
    """Dismisses the top modal, or all of them where it says `clear_on_close`."""
    person = act.person()
    playground = act.playground
    view = playground.views.top(person.id)
    if view is None or view["id"] != act.needed("view_id"):
        raise Refused("view_not_found", f"{act.text('view_id')!r} is not the modal that is open.")
    cleared = bool(view["clear_on_close"])
    for gone in playground.views.close(person.id, everything=cleared):
        if gone["notify_on_close"]:
            await act.interact(act.payloads.closed(person.id, gone, cleared=cleared))
    return {"view": playground.views.top(person.id)}


async def _entered(act: Act, view: Json) -> dict[str, Json]:
    """`state.values` with what the caller entered; the rest keeps its value."""
    values: dict[str, Json] = copy.deepcopy(view["state"]["values"])
    given = act.value("values")
    if given is None:
        return values
    if not isinstance(given, dict):
        raise Refused("invalid_arguments", "values is an object.")
    given = given.get("state", given)
    given = given.get("values", given) if isinstance(given.get("values", ""), dict) else given
    fields = [placed for placed in placed_elements(view["blocks"]) if placed.element["type"] in STATEFUL]
    for name, value in given.items():
        for placed, chosen in _meant(fields, name, value):
            offered = await external_options(act, placed, _bare(chosen), view=view)
            state = chosen_state(placed.element, chosen, lambda _, wanted, known=offered: known.get(wanted))  # type: ignore[misc]
            values.setdefault(placed.block_id, {})[placed.action_id] = state
    return values


def _meant(fields: list[Placed], name: str, value: Any) -> list[tuple[Placed, Any]]:
    """Which fields a key of `values` names: a block with its actions, a block with its one field, or an action."""
    in_block = [placed for placed in fields if placed.block_id == name]
    if in_block and isinstance(value, dict):
        by_action = {placed.action_id: placed for placed in in_block}
        if value and set(value) <= set(by_action):
            return [(by_action[action_id], chosen) for action_id, chosen in value.items()]
    if len(in_block) == 1:
        return [(in_block[0], value)]
    by_action_id = [placed for placed in fields if placed.action_id == name]
    if len(by_action_id) == 1:
        return [(by_action_id[0], value)]
    if in_block or by_action_id:
        raise Refused("ambiguous_field", f"{name!r} names several fields: say the block and the action.")
    raise Refused("unknown_field", f"The form has no field {name!r}.")


def _bare(chosen: Any) -> Any:
    """The chosen option out of a state in Slack's own form."""
    if isinstance(chosen, dict):
        for field in ("selected_option", "selected_options"):
            if field in chosen:
                return chosen[field]
    return chosen


def _refuse_what_the_client_would(view: Json, values: dict[str, Json]) -> None:
    if view.get("submit") is None and not any(block["type"] == "input" for block in view["blocks"]):
        raise Refused("no_submit", "This modal has no submit button.")
    missing, wrong = [], {}
    for placed in placed_elements(view["blocks"]):
        if not placed.is_input or placed.element["type"] not in STATEFUL:
            continue
        state = values.get(placed.block_id, {}).get(placed.action_id, {})
        if is_empty(state):
            if not placed.block.get("optional"):
                missing.append(placed.block_id)
        elif (sentence := complaint(placed.element, state)) is not None:
            wrong[placed.block_id] = sentence
    if missing:
        raise Refused("missing_fields", f"Please fill in: {', '.join(missing)}.", extra={"fields": missing})
    if wrong:
        raise Refused("invalid_fields", "; ".join(wrong.values()), extra={"fields": wrong})


def _follow(act: Act, user: str, view: Json, said: Json) -> Json:
    """Does what the app's acknowledgement asks: show errors, change, add or clear modals; otherwise close this one."""
    views = act.playground.views
    action = said.get("response_action")
    if action == "errors":
        errors = said.get("errors")
        if not isinstance(errors, dict) or not errors:
            raise Refused("invalid_response", "response_action errors needs errors by block_id.")
        unknown = set(errors) - {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        if unknown:
            raise Refused("invalid_response", f"No input block is called {', '.join(sorted(unknown))}.")
        return {"errors": errors, "view": view}
    if action in {"update", "push"} and not isinstance(said.get("view"), dict):
        raise Refused("invalid_response", f"response_action {action} needs a view.")
    # A view that was opened or closed meanwhile by another call stays as that call left it.
    still_open = any(open_["id"] == view["id"] for open_ in views.stack(user))
    if action == "update" and still_open:
        views.update(said["view"], view_id=view["id"])
    elif action == "push" and still_open:
        views.push_for(user, said["view"])
    elif action == "clear":
        views.close(user, everything=True)
    elif action is None and views.top(user) is not None and views.top(user)["id"] == view["id"]:  # type: ignore[index]
        views.close(user)
    elif action not in {None, "update"}:
        raise Refused("invalid_response", f"{action!r} is not a response_action.")
    return {"view": views.top(user)}
