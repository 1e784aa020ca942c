"""Modals and Home tabs: the stack of views each person has open, and what was entered in them."""

from __future__ import annotations

import secrets
import time
from typing import Any

from playground.app_messages import with_block_ids
from playground.changes import Change, Changes
from playground.elements import carried_over, initial_values
from playground.files import Files
from playground.ids import new_id
from playground.limits import check_view
from playground.refusal import Json, Refused
from playground.shown_files import check_view_files
from playground.store import Store
from playground.triggers import Trigger
from playground.workspace import Workspace

DEPTH = 3
_OWN_FIELDS = ("title", "submit", "close", "private_metadata", "callback_id", "external_id")


class Views:
    """Views are Slack's own JSON, with `state.values` as the person has filled them so far."""

    def __init__(self, store: Store, changes: Changes, workspace: Workspace, files: Files) -> None:
        self._store = store
        self._changes = changes
        self._workspace = workspace
        self._files = files
        self._stacks: dict[str, list[Json]] = {
            entry["user"]: entry["views"] for entry in store.all("stack") if entry["views"]
        }

    def stack(self, user: str) -> list[Json]:
        """The person's open modals, the one on top last."""
        return self._stacks.get(user, [])

    def top(self, user: str) -> Json | None:
        """The modal the person sees."""
        stack = self.stack(user)
        return stack[-1] if stack else None

    def home(self, user: str) -> Json | None:
        """What the app published for this person's Home tab."""
        return self._store.get("home", user)

    def open(self, trigger: Trigger, view: Json) -> Json:
        """Shows a first modal to whoever caused the trigger."""
        made = self._made(view, trigger.user, "modal")
        made |= {"root_view_id": made["id"], "previous_view_id": None}
        self._set(trigger.user, [made])
        return made

    def push(self, trigger: Trigger, view: Json) -> Json:
        """Puts a modal on top of the one the trigger came from; raises `push_limit_reached` above three."""
        if trigger.view_id is None or not any(v["id"] == trigger.view_id for v in self.stack(trigger.user)):
            raise Refused("not_found", "A view can be pushed only from an interaction in a modal.")
        return self.push_for(trigger.user, view)

    def push_for(self, user: str, view: Json) -> Json:
        """Puts a modal on top of the person's open one."""
        stack = self.stack(user)
        if len(stack) >= DEPTH:
            raise Refused("push_limit_reached", f"At most {DEPTH} modals lie on each other.")
        made = self._made(view, user, "modal")
        made |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
        self._set(user, [*stack, made])
        return made

    def update(self, view: Json, *, view_id: str = "", external_id: str = "", hash_: str = "") -> Json:
        """Replaces an open modal or a published Home; raises `not_found` or `hash_conflict`."""
        user, before = self._find(view_id, external_id)
        if hash_ and hash_ != before["hash"]:
            raise Refused("hash_conflict", "The view was changed meanwhile.")
        made = self._made(view, user, before["type"], replacing=before)
        if before["type"] == "home":
            return self._publish(user, made)
        self._set(user, [made if open_["id"] == before["id"] else open_ for open_ in self.stack(user)])
        return made

    def publish(self, user: str, view: Json, hash_: str = "") -> Json:
        """Replaces a person's Home tab."""
        before = self.home(user)
        if before is not None and hash_ and hash_ != before["hash"]:
            raise Refused("hash_conflict", "The view was changed meanwhile.")
        return self._publish(user, self._made(view, user, "home", replacing=before))

    def close(self, user: str, *, everything: bool = False) -> list[Json]:
        """Takes the top modal away, or all of them; answers what was taken, the top one first."""
        stack = self.stack(user)
        gone = stack if everything else stack[-1:]
        self._set(user, stack[: len(stack) - len(gone)])
        return gone[::-1]

    def enter(self, user: str, view_id: str, values: dict[str, Json]) -> Json:
        """Keeps what the person has entered so far, and answers the view with it."""
        view = self.seen(user, view_id)
        view["state"] = {"values": values}
        if view["type"] == "home":
            self._store.put("home", user, view)
        else:
            self._store.put("stack", user, {"user": user, "views": self.stack(user)})
        return view

    def seen(self, user: str, view_id: str) -> Json:
        """The top modal or the Home of this id; raises `view_not_found` when the person does not see it."""
        for view in (self.top(user), self.home(user)):
            if view is not None and view["id"] == view_id:
                return view
        raise Refused("view_not_found", f"{view_id!r} is not the view that is open.")

    def _find(self, view_id: str, external_id: str) -> tuple[str, Json]:
        for user in self._workspace.people:
            for view in (*self.stack(user), self.home(user)):
                if view and (
                    (view_id and view["id"] == view_id) or (external_id and view["external_id"] == external_id)
                ):
                    return user, view
        raise Refused("not_found", "This view is not open any more.")

    def _made(self, view: Json, user: str, kind: str, *, replacing: Json | None = None) -> Json:
        if view.get("type") != kind:
            raise Refused("invalid_arguments", messages=[f"[ERROR] must be a {kind} [json-pointer:/view/type]"])
        check_view(view)
        check_view_files(view, self._files)
        external_id = view.get("external_id") or ""
        if external_id and not (replacing and replacing["external_id"] == external_id):
            self._refuse_second(external_id)
        blocks = with_block_ids(view["blocks"])
        before = replacing["state"]["values"] if replacing else {}
        own: dict[str, Any] = {name: view.get(name) for name in _OWN_FIELDS}
        own |= {name: own[name] or "" for name in ("private_metadata", "callback_id", "external_id")}
        made = {
            "id": replacing["id"] if replacing else new_id("V"),
            "team_id": self._workspace.team.id,
            "type": kind,
            "blocks": blocks,
            **own,
            "state": {"values": carried_over(blocks, before) if before else initial_values(blocks)},
            "hash": f"{int(time.time())}.{secrets.token_hex(4)}",
            "clear_on_close": bool(view.get("clear_on_close")),
            "notify_on_close": bool(view.get("notify_on_close")),
            "submit_disabled": bool(view.get("submit_disabled")),
            "root_view_id": None,
            "previous_view_id": None,
            "app_id": self._workspace.app.id,
            "app_installed_team_id": self._workspace.team.id,
            "bot_id": self._workspace.app.bot_id,
        }
        if replacing:
            made |= {name: replacing[name] for name in ("root_view_id", "previous_view_id")}
        elif kind == "home":
            made["root_view_id"] = made["id"]
        return made

    def _refuse_second(self, external_id: str) -> None:
        try:
            self._find("", external_id)
        except Refused:
            return
        raise Refused("duplicate_external_id", f"There is an open view {external_id!r} already.")

    def _publish(self, user: str, view: Json) -> Json:
        self._store.put("home", user, view)
        self._changes.tell(Change("home", user=user, detail={"view": view}))
        return view

    def _set(self, user: str, stack: list[Json]) -> None:
        self._stacks[user] = stack
        self._store.put("stack", user, {"user": user, "views": stack})
        self._changes.tell(Change("view", user=user, detail={"view": self.top(user)}))
