"""GitLab: issues of a project and their labels; it knows no reasons for closing.

https://docs.gitlab.com/api/issues/, …/api/notes/, …/api/projects/ (what is asked and answered), …/user/project/labels/ (scoped
labels), …/user/project/integrations/webhook_events/#work-item-events and …/user/project/integrations/webhooks/ (the secret token
in X-Gitlab-Token, the signing token of Standard Webhooks, Idempotency-Key).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import quote

from standardwebhooks import Webhook
from standardwebhooks.webhooks import EmptyWebhookSecretError

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft, TrackedIssue
from bot.errors import PermanentError
from integrations.markdown import as_markdown, as_title, mark_of
from integrations.tracking import SKEW, TrackerConnector, moment_of, number_of, stamp_of

TOLERANCE = timedelta(minutes=5)
"""How far the time of a signed delivery may be from ours."""

_SIGNED = ("webhook-id", "webhook-timestamp", "webhook-signature")


class GitLab(TrackerConnector):
    """`kind = "gitlab"`, `project` = its path or number; `url` where it is not gitlab.com."""

    kind = "gitlab"
    title = "GitLab"
    usual_url = "https://gitlab.com"
    projects = re.compile(r"\d{1,12}|[\w.-]+(?:/[\w.-]+)+")
    example = "group/app"
    words: ClassVar[Mapping[IdeaState, tuple[str, ...]]] = {
        IdeaState.PLANNED: ("planned",),
        IdeaState.DECLINED: ("declined", "wontfix"),
    }

    # What a `Tracker` does.

    def ref_of(self, typed: str) -> str | None:
        """An address of an issue of the project, `group/app#12`, `#12` or `12`."""
        word = typed.strip().strip("<>").partition("|")[0]
        path = re.escape(self.project)
        address = rf"(?:{re.escape(self.url)}/{path}/-/(?:issues|work_items)/|(?:{path})?#)?(\d{{1,12}})(?:[/?#]\S*)?"
        match = re.fullmatch(address, word, re.IGNORECASE)
        return f"{self.project}#{int(match[1])}" if match is not None else None

    async def create(self, draft: IssueDraft, key: str) -> TrackedIssue:
        """An issue with our mark, which nobody sees, in its description."""
        body = f"{as_markdown(draft.body)}\n\n{mark_of(key)}"
        fields = {"title": as_title(draft.title), "description": body}
        return self._issue(await self.ask("POST", self._project("/issues"), json=fields))

    async def find(self, key: str, since: datetime) -> TrackedIssue | None:
        """Among all issues made since then."""
        params = {"created_after": stamp_of(since - SKEW), "order_by": "created_at", "sort": "desc", "scope": "all"}
        async for row in self.pages(self._project("/issues"), params):
            if mark_of(key) in str(row.get("description") or ""):
                return self._issue(row)
        return None

    async def look_up(self, ref: str) -> TrackedIssue | None:
        """The issue; one that was moved stays behind closed, and is not ours any more."""
        answer = await self.send("GET", self._place(ref), gone=True)
        if answer.status == 404:
            await self.must_see(self._project())
            return None
        row = self.read(answer)
        return None if row.get("moved_to_id") else self._issue(row)

    async def news(self, since: datetime) -> list[str]:
        """By the time of their last change."""
        params = {"updated_after": stamp_of(since), "order_by": "updated_at", "sort": "asc", "scope": "all"}
        return [self._issue(row).ref async for row in self.pages(self._project("/issues"), params)]

    async def move(self, ref: str, state: IdeaState) -> TrackedIssue:
        """Labels and state in one request, which says only what is to change."""
        row = await self.ask("GET", self._place(ref))
        has, first = {str(name).casefold() for name in row.get("labels") or ()}, self.states.first(state)
        fields: dict[str, str] = {}
        if first and first.casefold() not in has:
            fields["add_labels"] = first
        if others := [word for word in self.states.others(state) if word.casefold() in has]:
            fields["remove_labels"] = ",".join(others)
        if (row["state"] == "closed") is not state.is_over:
            fields["state_event"] = "close" if state.is_over else "reopen"
        return self._issue(await self.ask("PUT", self._place(ref), json=fields, repeatable=True) if fields else row)

    async def comment(self, ref: str, text: str, key: str, again_since: datetime | None = None) -> None:
        """With our mark; where it may stand already, it is looked for."""
        place = f"{self._place(ref)}/notes"
        if again_since is not None:
            newest = {"order_by": "created_at", "sort": "desc"}
            async for row in self.pages(place, newest):
                if mark_of(key) in str(row.get("body") or ""):
                    return
                if moment_of(row["created_at"]) < again_since - SKEW:
                    break
        await self.ask("POST", place, json={"body": f"{as_markdown(text)}\n\n{mark_of(key)}"})

    def signed(self, request: Inbound, secret: str, now: datetime) -> Delivery | Reject:
        """A secret that begins with whsec_ is a signing token, any other is sent along as it is."""
        if secret.startswith("whsec_"):
            return _signed(request, secret, now)
        given = request.headers.get("X-Gitlab-Token", "")
        if not given:
            return Reject(401, "unsigned", "The header X-Gitlab-Token is missing: enter the secret token there, too.")
        if not hmac.compare_digest(secret.encode(), given.encode("utf-8", "surrogateescape")):
            return Reject(401, "bad_signature", "The secret token there is not ours.")
        id_ = request.headers.get("Idempotency-Key") or request.headers.get("X-Gitlab-Event-UUID", "")
        return Delivery(request.body, now, id_, request.headers)

    def changed(self, said: Mapping[str, Any], delivery: Delivery) -> Iterable[str]:
        """The issue of an issue's event of this project; other events tell of none."""
        if said["object_kind"] not in {"issue", "work_item"}:
            return ()
        project = said["project"]
        known = {str(project["id"]), str(project["path_with_namespace"]).casefold()}
        if self.project.casefold() not in known:
            return ()
        return (f"{self.project}#{number_of(said['object_attributes']['iid'])}",)

    async def examine(self) -> str:
        """The project, and that it has issues."""
        row = await self.ask("GET", self._project())
        if row.get("issues_access_level") == "disabled" or row.get("archived"):
            raise PermanentError(
                f"{row['path_with_namespace']} takes no issues: it is archived, or they are turned off."
            )
        return f"{row['path_with_namespace']}: issues are read"

    # Asking.

    def authorization(self) -> dict[str, str]:
        """A personal, group or project access token."""
        return {"PRIVATE-TOKEN": self.token()}

    def refusal(self, said: Any) -> str:
        """`message` is a text, or says by field what is wrong; some answers have `error`."""
        message = said.get("message") or said.get("error") or ""
        if isinstance(message, Mapping):
            return "; ".join(f"{name}: {', '.join(map(str, why))}" for name, why in message.items())
        return str(message)

    def _project(self, rest: str = "") -> str:
        return f"/api/v4/projects/{quote(self.project, safe='')}{rest}"

    def _place(self, ref: str) -> str:
        return self._project(f"/issues/{int(ref.rpartition('#')[2])}")

    def _issue(self, row: Mapping[str, Any]) -> TrackedIssue:
        labels, closed = [str(name) for name in row.get("labels") or ()], row["state"] == "closed"
        state: IdeaState | None = self.states.of_open(labels)
        if closed:
            double = (row.get("_links") or {}).get("closed_as_duplicate_of")
            state = None if double else self.states.of_closed(labels) or IdeaState.SHIPPED
        return TrackedIssue(
            ref=f"{self.project}#{int(row['iid'])}",
            url=str(row["web_url"]),
            state=state,
            word="closed" if closed else "open",
            updated_at=moment_of(row["updated_at"]),
            title=str(row.get("title") or ""),
        )


def _signed(request: Inbound, secret: str, now: datetime) -> Delivery | Reject:
    """Standard Webhooks: HMAC over id, time and body, the time within five minutes of ours."""
    id_, stamp, signatures = (request.headers.get(name, "") for name in _SIGNED)
    if not (id_ and stamp and signatures):
        return Reject(401, "unsigned", f"Headers are missing: {', '.join(_SIGNED)}. Enter the signing token there.")
    try:
        sent_at = datetime.fromtimestamp(float(stamp), UTC)
        if abs(now - sent_at) > TOLERANCE:
            return Reject(401, "stale", f"Message timestamp too {'old' if sent_at < now else 'new'}.")
        expected = Webhook(secret).sign(id_, sent_at, request.body.decode())
    except (ValueError, OverflowError, OSError, EmptyWebhookSecretError):
        return Reject(401, "bad_signature", "The signature, its time or our signing token cannot be read.")
    given = (each.encode("utf-8", "surrogateescape") for each in signatures.split(" "))
    if not any(hmac.compare_digest(expected.encode(), each) for each in given):
        return Reject(401, "bad_signature", "The signature does not fit the body and our signing token.")
    return Delivery(request.body, now, id_, request.headers)
