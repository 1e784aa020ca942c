"""Methods that open, change and publish views."""

from __future__ import annotations

from playground.refusal import Json, Refused
from playground.triggers import Trigger
from playground.web_api.call import Call, Method


def views_open(call: Call) -> Json:
    """Opens a modal for whoever caused the trigger."""
    view = call.view()
    return {"ok": True, "view": call.playground.views.open(_trigger(call), view)}


def views_push(call: Call) -> Json:
    """Puts a modal on the one from which the trigger came."""
    view = call.view()
    return {"ok": True, "view": call.playground.views.push(_trigger(call), view)}


def views_update(call: Call) -> Json:
    """Changes an open view."""
    view_id, external_id = call.text("view_id"), call.text("external_id")
    if not view_id and not external_id:
        raise Refused("invalid_arguments", messages=["[ERROR] missing required field: view_id"])
    view = call.playground.views.update(call.view(), view_id=view_id, external_id=external_id, hash_=call.text("hash"))
    return {"ok": True, "view": view}


def views_publish(call: Call) -> Json:
    """Sets a person's Home tab."""
    user = call.needed("user_id", "invalid_arguments")
    if user not in call.playground.workspace.people:
        raise Refused("user_not_found", f"There is no user {user!r}.")
    return {"ok": True, "view": call.playground.views.publish(user, call.view(), call.text("hash"))}


def _trigger(call: Call) -> Trigger:
    return call.playground.triggers.redeem(call.needed("trigger_id", "invalid_arguments"))


METHODS = {
    "views.open": Method(views_open),
    "views.push": Method(views_push),
    "views.update": Method(views_update),
    "views.publish": Method(views_publish),
}
