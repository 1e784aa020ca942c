"""A pretended Jira Cloud: one project with a workflow, labels and comments, and its webhook, as developer.atlassian.com tells.

From cloud/jira/platform/rest/v3 (issues: create, get, transitions; issue-comments; issue-search: search/jql; projects; myself),
cloud/jira/platform/apis/document/structure (ADF; plain strings are refused), cloud/jira/platform/webhooks and
cloud/jira/platform/rate-limiting. `server` answers as Data Center does: version 2, plain texts, a bearer token, `/search`.

The workflow has To Do, In Progress, Done and Won't Do; those that are closed carry a resolution.
"""

from __future__ import annotations

import hmac
import json
import re
from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import web

from tests.fakes.trackers.pretend import Issue, PretendTracker, Row

USER = "baton@acme.example"
CATEGORIES = {
    "To Do": "new", "In Progress": "indeterminate", "Done": "done",
    "Being looked at": "new", "Roadmap": "indeterminate", "Not now": "done",
}  # fmt: skip
"""Statuses and their categories."""

RESOLUTIONS = ["Done", "Won't Do", "Duplicate", "Not now"]


class PretendJira(PretendTracker):
    """What is asked of it answers like acme.atlassian.net."""

    kind = "jira"
    project = "APP"

    def __init__(self, start: Callable[[], datetime] | None = None) -> None:
        super().__init__(start)
        self.server = False
        self.unsearchable: set[int] = set()
        """Issues that the search does not know yet."""
        self.resolutions: dict[int, str] = {}
        self.routes: list[tuple[str, str, Callable[..., web.Response]]] = [
            ("GET", r"/project/APP", lambda request, body: self.json({"id": "10000", "key": "APP", "name": "The app"})),
            ("GET", r"/myself", lambda request, body: self.json({"accountId": "5b10", "displayName": "Baton"})),
            ("POST", r"/issue", self._create),
            ("GET", r"/search/jql", self._search),
            ("GET", r"/search", self._search),
            ("GET", r"/issue/APP-(\d+)", lambda request, body, number: self.json(self._shown(number))),
            ("GET", r"/issue/APP-(\d+)/transitions", self._transitions),
            ("POST", r"/issue/APP-(\d+)/transitions", self._transition),
            ("GET", r"/issue/APP-(\d+)/comment", self._comments),
            ("POST", r"/issue/APP-(\d+)/comment", self._comment),
        ]

    @property
    def settings(self) -> Row:
        return {**super().settings, **({} if self.server else {"user": USER})}

    def ref(self, number: int) -> str:
        return f"APP-{number}"

    # What people do.

    def ship(self, ref: str) -> None:
        self._go(self.issue(ref), "Done", "Done")

    def decline(self, ref: str) -> None:
        self._go(self.issue(ref), "Done", "Won't Do")

    def duplicate(self, ref: str) -> None:
        self._go(self.issue(ref), "Done", "Duplicate")

    def plan(self, ref: str) -> None:
        self._go(self.issue(ref), "In Progress")

    def unplan(self, ref: str) -> None:
        self._go(self.issue(ref), "To Do")

    def reopen(self, ref: str) -> None:
        self._go(self.issue(ref), "To Do")

    def _go(self, issue: Issue, status: str, resolution: str = "") -> None:
        issue.how, issue.open = status, CATEGORIES[status] != "done"
        self.resolutions[issue.number] = resolution if not issue.open else ""
        self.touch(issue)
        self.tell(issue, "edited")

    # What is told of it.

    def payload(self, issue: Issue, what: str) -> Row | None:
        event = {"opened": "jira:issue_created", "deleted": "jira:issue_deleted"}.get(what, "jira:issue_updated")
        shown = self._shown(issue.number)
        said: Row = {"timestamp": int(issue.updated.timestamp() * 1000), "webhookEvent": event, "issue": shown}
        if what == "moved":
            was, now = self.ref(issue.number), f"ATTIC-{issue.number}"
            change = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": was, "to": None, "toString": now}
            return {**said, "issue": {**shown, "key": now}, "changelog": {"id": 10124, "items": [change]}}
        return said

    def signed(self, body: bytes, secret: str, delivery: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": "Atlassian HttpClient unknown / JIRA",
            "X-Atlassian-Webhook-Identifier": delivery,
            "X-Hub-Signature": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex(),
        }

    # What it answers.

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        basic = f"Basic {b64encode(f'{USER}:{self.token}'.encode()).decode()}"
        if request.headers.get("Authorization") != (f"Bearer {self.token}" if self.server else basic):
            return self.json(
                {"message": "Client must be authenticated to access this resource.", "status-code": 401}, 401
            )
        path, version = request.rel_url.raw_path, "/rest/api/2" if self.server else "/rest/api/3"
        if not path.startswith(version):
            return self.json({"errorMessages": ["The requested resource was removed."]}, 410)
        if not self.visible and "/myself" not in path:
            return self._refused(404, "No project could be found with key 'APP'.")
        for method, pattern, answer in self.routes:
            if request.method == method and (match := re.fullmatch(pattern, path.removeprefix(version))):
                numbers = [int(each) for each in match.groups()]
                if numbers and (numbers[0] not in self.issues or self.issues[numbers[0]].fate == "deleted"):
                    return self._refused(404, "Issue does not exist or you do not have permission to see it.")
                return answer(request, body, *numbers)
        return self._refused(404, "null for uri")

    def _refused(self, status: int, message: str = "", **errors: str) -> web.Response:
        return self.json({"errorMessages": [message] if message else [], "errors": errors}, status)

    def _shown(self, number: int) -> Row:
        issue = self.issues[number]
        status = issue.how or "To Do"
        resolution = self.resolutions.get(number)
        return {
            "id": str(10_000 + number),
            "key": f"ATTIC-{number}" if issue.fate == "moved" else self.ref(number),
            "self": f"{self.url}/rest/api/3/issue/{10_000 + number}",
            "fields": {
                "summary": issue.title,
                "status": {"name": status, "statusCategory": {"key": CATEGORIES[status], "name": status}},
                "resolution": {"name": resolution} if resolution else None,
                "labels": issue.words,
                "updated": _stamp(issue.updated),
                "project": {"key": "APP"},
            },
        }

    def _create(self, request: web.Request, body: Any) -> web.Response:
        fields = (body or {}).get("fields") or {}
        summary = fields.get("summary") or ""
        if not summary or len(summary) > 255 or "\n" in summary:
            return self._refused(400, summary="You must specify a summary of the issue.")
        if fields.get("project") != {"key": "APP"} or fields.get("issuetype") != {"name": "Task"}:
            return self._refused(400, issuetype="Specify a valid issue type")
        if any(" " in label for label in fields.get("labels") or ()):
            return self._refused(400, labels="The label contains spaces which is invalid.")
        text = self._text(fields.get("description"))
        if text is None:
            return self._refused(400, description="Operation value must be an Atlassian Document")
        self.took_effect()
        issue = self.opened(summary, text, fields.get("labels"))
        return self.json({"id": str(10_000 + issue.number), "key": self.ref(issue.number)}, 201)

    def _text(self, given: Any) -> str | None:
        if self.server:
            return given if isinstance(given, str) else None
        document = isinstance(given, dict) and given.get("type") == "doc" and given.get("version") == 1
        return json.dumps(given) if document and _fits(given["content"]) else None

    def _search(self, request: web.Request, body: Any) -> web.Response:
        """Of the language, what it is asked: a project, a label, how long ago it was changed."""
        jql = request.query.get("jql", "")
        label = re.search(r'labels = "([^"]+)"', jql)
        ago = re.search(r'updated >= "-(\d+)m"', jql)
        if 'project = "APP"' not in jql or not (label or ago):
            return self._refused(400, "The value does not exist for the field.")
        rows = [each for each in self.issues.values() if not each.fate and each.number not in self.unsearchable]
        if label:
            rows = [issue for issue in rows if label[1] in issue.words]
        if ago:
            since = datetime.now(UTC) - timedelta(minutes=int(ago[1]))
            rows = [issue for issue in rows if issue.updated >= since]
        begins = int(request.query.get("nextPageToken" if not self.server else "startAt", 0))
        page = [self._shown(issue.number) for issue in rows[begins : begins + 5]]
        if self.server:
            return self.json({"issues": page, "startAt": begins, "total": len(rows)})
        more = {"nextPageToken": str(begins + 5)} if begins + 5 < len(rows) else {"isLast": True}
        return self.json({"issues": page, **more})

    def _transitions(self, request: web.Request, body: Any, number: int) -> web.Response:
        status = self.issues[number].how or "To Do"
        return self.json({"transitions": [self._way(name) for name in CATEGORIES if name != status]})

    def _way(self, status: str) -> Row:
        allowed = {"required": True, "allowedValues": [{"name": each} for each in RESOLUTIONS]}
        fields = {"resolution": allowed} if CATEGORIES[status] == "done" else {}
        number = str(11 + 10 * list(CATEGORIES).index(status))
        to = {"name": status, "statusCategory": {"key": CATEGORIES[status]}}
        return {"id": number, "name": f"To {status}", "to": to, "fields": fields}

    def _transition(self, request: web.Request, body: Any, number: int) -> web.Response:
        issue = self.issues[number]
        ways = {self._way(name)["id"]: name for name in CATEGORIES if name != (issue.how or "To Do")}
        status = ways.get(str(body["transition"]["id"]))
        if status is None:
            return self._refused(400, "It seems that you have tried to perform a workflow operation that is not valid.")
        resolution = ((body.get("fields") or {}).get("resolution") or {}).get("name", "")
        if CATEGORIES[status] == "done" and resolution not in RESOLUTIONS:
            return self._refused(400, resolution="Resolution is required.")
        if CATEGORIES[status] != "done" and resolution:
            return self._refused(
                400, resolution="Field 'resolution' cannot be set. It is not on the appropriate screen."
            )
        self.took_effect()
        self._go(issue, status, resolution)
        return web.Response(status=204)

    def _comments(self, request: web.Request, body: Any, number: int) -> web.Response:
        rows = list(self.issues[number].comments)
        if request.query.get("orderBy") == "-created":
            rows.reverse()
        beside = request.query.get("expand") == "properties"
        shown = [{"id": str(each.id), **({"properties": each.beside or []} if beside else {})} for each in rows]
        return self.json({"comments": shown[: int(request.query.get("maxResults", 50))], "total": len(rows)})

    def _comment(self, request: web.Request, body: Any, number: int) -> web.Response:
        text = self._text((body or {}).get("body"))
        if text is None:
            return self._refused(400, comment="Comment body is not valid!")
        self.took_effect()
        comment = self.commented(self.issues[number], text, (body or {}).get("properties"))
        return self.json({"id": str(comment.id)}, 201)


def _fits(content: Any) -> bool:
    """Paragraphs of texts; an empty text is no node."""
    return all(
        each.get("type") == "paragraph"
        and all(text.get("type") == "text" and text.get("text") for text in each["content"])
        for each in content
    )


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
