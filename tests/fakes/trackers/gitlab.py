"""A pretended GitLab: one project with issues, labels and notes, and its webhook, as docs.gitlab.com tells.

From api/issues, api/notes, api/projects, api/rest (401, 404, 422), user/project/integrations/webhooks (headers, secret token,
signing token) and user/project/integrations/webhook_events#work-item-events. Scoped labels put each other out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web
from standardwebhooks import Webhook

from tests.fakes.trackers.pretend import Issue, PretendTracker, Row, stamp

SIGNING = "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q="
"""A signing token as GitLab makes them."""


class PretendGitLab(PretendTracker):
    """What is asked of it answers like gitlab.com. With a `secret` that begins with whsec_ its deliveries are signed."""

    kind = "gitlab"

    def __init__(self, start: Callable[[], datetime] | None = None) -> None:
        super().__init__(start)
        self.secret = SIGNING
        self.doubles: set[int] = set()
        project = r"/api/v4/projects/acme%2Fapp"
        self.routes: list[tuple[str, str, Callable[..., web.Response]]] = [
            ("GET", project, lambda request, body: self.json(self._project())),
            ("GET", rf"{project}/issues", self._list),
            ("POST", rf"{project}/issues", self._create),
            ("GET", rf"{project}/issues/(\d+)", lambda request, body, number: self.json(self._shown(number))),
            ("PUT", rf"{project}/issues/(\d+)", self._update),
            ("GET", rf"{project}/issues/(\d+)/notes", self._notes),
            ("POST", rf"{project}/issues/(\d+)/notes", self._note),
        ]

    # What people do.

    def ship(self, ref: str) -> None:
        self._change(self.issue(ref), "close", state_event="close")

    def decline(self, ref: str) -> None:
        self._change(self.issue(ref), "close", state_event="close", add_labels="wontfix")

    def duplicate(self, ref: str) -> None:
        self.doubles.add(self.number(ref))
        self._change(self.issue(ref), "close", state_event="close")

    def plan(self, ref: str) -> None:
        self._change(self.issue(ref), "update", add_labels="Planned")

    def unplan(self, ref: str) -> None:
        self._change(self.issue(ref), "update", remove_labels="Planned")

    def reopen(self, ref: str) -> None:
        self.doubles.discard(self.number(ref))
        self._change(self.issue(ref), "reopen", state_event="reopen", remove_labels="wontfix")

    def _change(self, issue: Issue, action: str, **fields: str) -> None:
        removed = {name.casefold() for name in fields.get("remove_labels", "").split(",")}
        issue.words = [name for name in issue.words if name.casefold() not in removed]
        for name in filter(None, fields.get("add_labels", "").split(",")):
            scope = name.rpartition("::")[0]
            issue.words = [each for each in issue.words if not scope or each.rpartition("::")[0] != scope]
            if name not in issue.words:
                issue.words.append(name)
        if "state_event" in fields:
            issue.open = fields["state_event"] == "reopen"
        self.touch(issue)
        self.tell(issue, action)

    # What is told of it.

    def payload(self, issue: Issue, what: str) -> Row | None:
        """An issue's event. GitLab tells of no deleted issue; a moved one is closed."""
        if what == "deleted":
            return None
        action = {"opened": "open", "edited": "update", "moved": "close"}.get(what, what)
        labels = [{"id": 206, "title": name, "color": "#ffffff", "type": "ProjectLabel"} for name in issue.words]
        return {
            "object_kind": "issue",
            "event_type": "issue",
            "user": {"id": 1, "name": "Administrator", "username": "root", "email": "[REDACTED]"},
            "project": {
                "id": 7,
                "name": "App",
                "path_with_namespace": "acme/app",
                "web_url": "https://gitlab.example/acme/app",
            },
            "object_attributes": {
                "id": 3000 + issue.number,
                "iid": issue.number,
                "title": issue.title,
                "action": action,
                "state": "opened" if issue.open else "closed",
                "updated_at": issue.updated.strftime("%Y-%m-%d %H:%M:%S UTC"),
                "labels": labels,
                "url": f"https://gitlab.example/acme/app/-/issues/{issue.number}",
            },
            "labels": labels,
            "changes": {},
        }

    def signed(self, body: bytes, secret: str, delivery: str) -> dict[str, str]:
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitLab/18.9.0-pre",
            "Idempotency-Key": delivery,
            "X-Gitlab-Event": "Issue Hook",
            "X-Gitlab-Webhook-UUID": "6a2a59a3-8a4a-4b3a-9b1d-0a5b4f4cf5f1",
            "X-Gitlab-Event-UUID": "13792a34-cac6-4fda-95a8-c58e00a3954e",
            "X-Gitlab-Instance": "https://gitlab.example",
        }
        if not self.secret.startswith("whsec_"):
            return {**headers, "X-Gitlab-Token": secret}
        key = secret if secret.startswith("whsec_") else "whsec_YW5vdGhlciBzZWNyZXQ="
        at = datetime.fromtimestamp(int(self.signing_time()), UTC)
        return {
            **headers,
            "webhook-id": delivery,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(key).sign(delivery, at, body.decode()),
        }

    def signing_time(self) -> float:
        """Seconds since 1970 when a delivery is signed."""
        return self._start().timestamp()

    # What it answers.

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if request.headers.get("PRIVATE-TOKEN") != self.token:
            return self.json({"message": "401 Unauthorized"}, 401)
        path = request.rel_url.raw_path
        if not self.visible:
            return self.json({"message": "404 Project Not Found"}, 404)
        for method, pattern, answer in self.routes:
            if request.method == method and (match := re.fullmatch(pattern, path)):
                numbers = [int(each) for each in match.groups()]
                if numbers and (numbers[0] not in self.issues or self.issues[numbers[0]].fate == "deleted"):
                    return self.json({"message": "404 Issue Not Found"}, 404)
                return answer(request, body, *numbers)
        return self.json({"error": "404 Not Found"}, 404)

    def _project(self) -> Row:
        return {"id": 7, "path_with_namespace": "acme/app", "archived": False, "issues_access_level": "enabled"}

    def _shown(self, number: int) -> Row:
        issue = self.issues[number]
        double = "https://gitlab.example/api/v4/projects/7/issues/75" if number in self.doubles else None
        return {
            "id": 3000 + number,
            "iid": number,
            "project_id": 7,
            "title": issue.title,
            "description": issue.body,
            "state": "opened" if issue.open and issue.fate != "moved" else "closed",
            "labels": issue.words,
            "created_at": stamp(issue.at),
            "updated_at": stamp(issue.updated),
            "moved_to_id": 999 if issue.fate == "moved" else None,
            "web_url": f"{self.url}/acme/app/-/issues/{number}",
            "_links": {"self": f"{self.url}/api/v4/projects/7/issues/{number}", "closed_as_duplicate_of": double},
        }

    def _list(self, request: web.Request, body: Any) -> web.Response:
        asked = request.query
        rows = [issue for issue in self.issues.values() if issue.fate != "deleted"]
        rows = [issue for issue in rows if stamp(issue.at) >= asked.get("created_after", "")]
        rows = [issue for issue in rows if stamp(issue.updated) >= asked.get("updated_after", "")]
        rows.sort(key=lambda issue: issue.updated if asked.get("order_by") == "updated_at" else issue.at)
        if asked.get("sort", "desc") == "desc":
            rows.reverse()
        return self._page(request, [self._shown(issue.number) for issue in rows])

    def _page(self, request: web.Request, rows: list[Row]) -> web.Response:
        size, page = min(int(request.query.get("per_page", 20)), 100), int(request.query.get("page", 1))
        return self.json(rows[size * (page - 1) : size * page])

    def _create(self, request: web.Request, body: Any) -> web.Response:
        if not (body or {}).get("title"):
            return self.json({"message": {"title": ["can't be blank"]}}, 400)
        if len(body["title"]) > 255:
            return self.json({"message": {"title": ["is too long (maximum is 255 characters)"]}}, 400)
        self.took_effect()
        words = [name for name in body.get("labels", "").split(",") if name]
        issue = self.opened(body["title"], _carried_out(body.get("description") or ""), words)
        return self.json(self._shown(issue.number), 201)

    def _update(self, request: web.Request, body: Any, number: int) -> web.Response:
        fields = {name: body[name] for name in ("add_labels", "remove_labels", "state_event") if name in (body or {})}
        if not fields:
            return self.json(
                {"error": "title, description, … are missing, at least one parameter must be provided"}, 400
            )
        self.took_effect()
        self._change(self.issues[number], fields.get("state_event", "update"), **fields)
        return self.json(self._shown(number))

    def _notes(self, request: web.Request, body: Any, number: int) -> web.Response:
        rows = sorted(self.issues[number].comments, key=lambda each: (each.at, each.id), reverse=True)
        return self._page(request, [{"id": each.id, "body": each.body, "created_at": stamp(each.at)} for each in rows])

    def _note(self, request: web.Request, body: Any, number: int) -> web.Response:
        if not (body or {}).get("body"):
            return self.json({"error": "body is missing"}, 400)
        self.took_effect()
        comment = self.commented(self.issues[number], _carried_out(body["body"]))
        return self.json({"id": comment.id, "body": comment.body, "created_at": stamp(comment.at)}, 201)


def _carried_out(text: str) -> str:
    """Quick actions: a line that begins with one is carried out, and not kept."""
    return "\n".join(line for line in text.splitlines() if not re.match(r"/\w", line))
