"""Filling in forms: submitting and dismissing modals."""

from __future__ import annotations

import contextlib

from playground.elements import STATEFUL, complaint, is_empty, placed_elements
from playground.refusal import Json, Refused
from playground.user_api.call import Act
from playground.user_api.entering import entered


async def submit(act: Act) -> Json:
    """Submits the open modal; answers the fields that the app refuses, or the view that is open afterwards."""
    person = act.person()
    playground = act.playground
    view = playground.views.top(person.id)
    if view is None or view["id"] != act.needed("view_id"):
        raise Refused("view_not_found", f"{act.text('view_id')!r} is not the modal that is open.")
    values = await entered(act, view)
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
            # The modal is gone whatever the app makes of it, as in Slack.
            with contextlib.suppress(Refused):
                await act.interact(act.payloads.closed(person.id, gone, cleared=cleared))
    return {"view": playground.views.top(person.id)}


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
    top = views.top(user)
    # A view that was opened or closed meanwhile by another call stays as that call left it.
    still_there = any(one["id"] == view["id"] for one in views.stack(user))
    if action == "update" and still_there:
        views.update(said["view"], view_id=view["id"])
    elif action == "push" and still_there:
        views.push_for(user, said["view"])
    elif action == "clear":
        views.close(user, everything=True)
    elif action is None and top is not None and top["id"] == view["id"]:
        views.close(user)
    elif action not in {None, "update", "push"}:
        raise Refused("invalid_response", f"{action!r} is not a response_action.")
    return {"view": views.top(user)}
