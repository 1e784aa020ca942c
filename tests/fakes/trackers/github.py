"""A pretended GitHub: one repository with issues, labels and comments, and its webhook, as docs.github.com tells.

From rest/issues/issues, rest/issues/labels, rest/issues/comments, rest/repos/repos#get-a-repository,
rest/using-the-rest-api (troubleshooting, rate limits, getting started: User-Agent), webhooks/webhook-events-and-payloads
and webhooks/using-webhooks/validating-webhook-deliveries.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from tests.fakes.trackers.pretend import Comment, Issue, PretendTracker, Row, stamp

_REASONS = {"completed", "not_planned", "duplicate", "reopened", None}


class PretendGitHub(PretendTracker):
    """What is asked of it answers like api.github.com."""

    kind = "github"

    def __init__(self, start: Callable[[], datetime] | None = None) -> None:
        super().__init__(start)
        self.labels: set[str] = set()
        repository = r"/repos/acme/app"
        self.routes: list[tuple[str, str, Callable[..., web.Response]]] = [
            ("GET", repository, lambda request, body: self.json(self._repository())),
            ("GET", rf"{repository}/issues", self._list),
            ("POST", rf"{repository}/issues", self._create),
            ("GET", rf"{repository}/issues/(\d+)", self._get),
            ("PATCH", rf"{repository}/issues/(\d+)", self._update),
            ("POST", rf"{repository}/issues/(\d+)/labels", self._add_labels),
            ("DELETE", rf"{repository}/issues/(\d+)/labels/([^/]+)", self._remove_label),
            ("GET", rf"{repository}/issues/(\d+)/comments", self._comments),
            ("POST", rf"{repository}/issues/(\d+)/comments", self._comment),
            ("GET", r"/repositories/2/issues/(\d+)", self._moved),
        ]

    # What people do.

    def ship(self, ref: str) -> None:
        self._close(self.issue(ref), "completed")

    def decline(self, ref: str) -> None:
        self._close(self.issue(ref), "not_planned")

    def duplicate(self, ref: str) -> None:
        self._close(self.issue(ref), "duplicate")

    def plan(self, ref: str) -> None:
        self._label(self.issue(ref), "planned")

    def unplan(self, ref: str) -> None:
        self._unlabel(self.issue(ref), "planned")

    def reopen(self, ref: str) -> None:
        self._reopen(self.issue(ref))

    def _close(self, issue: Issue, reason: str) -> None:
        issue.open, issue.how = False, reason
        self.touch(issue)
        self.tell(issue, "closed")

    def _reopen(self, issue: Issue) -> None:
        issue.open, issue.how = True, "reopened"
        self.touch(issue)
        self.tell(issue, "reopened")

    def _label(self, issue: Issue, name: str) -> None:
        self.labels.add(name)
        issue.words.append(name)
        self.touch(issue)
        self.tell(issue, "labeled")

    def _unlabel(self, issue: Issue, name: str) -> None:
        issue.words.remove(name)
        self.touch(issue)
        self.tell(issue, "unlabeled")

    # What is told of it.

    def payload(self, issue: Issue, what: str) -> Row | None:
        sender = {"login": "octocat", "id": 1, "type": "User"}
        said = {"action": what, "issue": self._shown(issue), "repository": self._repository(), "sender": sender}
        if what == "moved":
            elsewhere = {"new_issue": {"number": 1}, "new_repository": {"id": 2, "full_name": "acme/attic"}}
            return {**said, "action": "transferred", "changes": elsewhere}
        return said

    def signed(self, body: bytes, secret: str, delivery: str) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/044aadd",
            "X-GitHub-Delivery": delivery,
            "X-GitHub-Event": "issues",
            "X-GitHub-Hook-ID": "292430182",
            "X-Hub-Signature-256": "sha256=" + hmac.digest(secret.encode(), body, "sha256").hex(),
        }

    # What it answers.

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        if not request.headers.get("User-Agent"):
            return self.json({"message": "Request forbidden by administrative rules."}, 403)
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            return self.json({"message": "Bad credentials", "status": "401"}, 401)
        if not self.visible:
            return _missing(self)
        path = request.rel_url.raw_path
        for method, pattern, answer in self.routes:
            if request.method == method and (match := re.fullmatch(pattern, path)):
                if match.groups() and (refused := self._fate(int(match[1]), path)) is not None:
                    return refused
                return answer(request, body, *match.groups())
        return _missing(self)

    def _fate(self, number: int, path: str) -> web.Response | None:
        """Deleted issues are 410, transferred ones are sent on, others that are not there 404."""
        issue = self.issues.get(number)
        if issue is None:
            return _missing(self)
        if issue.fate == "deleted":
            return self.json({"message": "This issue was deleted"}, 410)
        if issue.fate == "moved" and path.startswith("/repos/acme/app"):
            return self.json(
                {"message": "Moved Permanently"}, 301, Location=f"{self.url}/repositories/2/issues/{number}"
            )
        return None

    def _repository(self) -> Row:
        return {"id": 1, "full_name": "acme/app", "private": True, "has_issues": True, "archived": False}

    def _shown(self, issue: Issue) -> Row:
        return {
            "url": f"{self.url}/repos/acme/app/issues/{issue.number}",
            "repository_url": f"{self.url}/repos/acme/app",
            "html_url": f"https://github.example/acme/app/issues/{issue.number}",
            "id": 1000 + issue.number,
            "number": issue.number,
            "title": issue.title,
            "body": issue.body or None,
            "state": "open" if issue.open else "closed",
            "state_reason": issue.how or None,
            "labels": [{"id": len(name), "name": name, "color": "ededed"} for name in issue.words],
            "created_at": stamp(issue.at),
            "updated_at": stamp(issue.updated),
            "closed_at": None if issue.open else stamp(issue.updated),
            "user": {"login": "octocat"},
        }

    def _list(self, request: web.Request, body: Any) -> web.Response:
        asked = request.query
        rows = [issue for issue in self.issues.values() if not issue.fate]
        if asked.get("state", "open") != "all":
            rows = [issue for issue in rows if issue.open is (asked.get("state", "open") == "open")]
        if "since" in asked:
            rows = [issue for issue in rows if stamp(issue.updated) >= asked["since"]]
        by = {"created": lambda issue: issue.number, "updated": lambda issue: (issue.updated, issue.number)}
        rows.sort(key=by[asked.get("sort", "created")], reverse=asked.get("direction", "desc") == "desc")
        size, page = min(int(asked.get("per_page", 30)), 100), int(asked.get("page", 1))
        return self.json([self._shown(issue) for issue in rows[size * (page - 1) : size * page]])

    def _create(self, request: web.Request, body: Any) -> web.Response:
        if not (body or {}).get("title"):
            return self._invalid("title", "missing_field")
        if len(body.get("body") or "") > 65_536 or len(body["title"]) > 256:
            return self._invalid("body", "too_long")
        self.took_effect()
        self.labels |= set(body.get("labels") or ())
        return self.json(self._shown(self.opened(body["title"], body.get("body") or "", body.get("labels"))), 201)

    def _get(self, request: web.Request, body: Any, number: str) -> web.Response:
        return self.json(self._shown(self.issues[int(number)]))

    def _update(self, request: web.Request, body: Any, number: str) -> web.Response:
        issue = self.issues[int(number)]
        if body.get("state_reason") not in _REASONS or body.get("state", "open") not in {"open", "closed"}:
            return self._invalid("state_reason", "invalid")
        self.took_effect()
        if body.get("state") == "closed" and (issue.open or issue.how != body.get("state_reason")):
            self._close(issue, body.get("state_reason") or "completed")
        if body.get("state") == "open" and not issue.open:
            self._reopen(issue)
        return self.json(self._shown(issue))

    def _add_labels(self, request: web.Request, body: Any, number: str) -> web.Response:
        issue = self.issues[int(number)]
        self.took_effect()
        for name in body["labels"]:
            if name.casefold() not in {each.casefold() for each in issue.words}:
                self._label(issue, name)
        return self.json([{"name": name} for name in issue.words])

    def _remove_label(self, request: web.Request, body: Any, number: str, name: str) -> web.Response:
        issue = self.issues[int(number)]
        found = next((each for each in issue.words if each.casefold() == unquote(name).casefold()), None)
        if found is None:
            return self.json({"message": "Label does not exist"}, 404)
        self.took_effect()
        self._unlabel(issue, found)
        return self.json([{"name": each} for each in issue.words])

    def _comments(self, request: web.Request, body: Any, number: str) -> web.Response:
        since = request.query.get("since", "")
        rows = [each for each in self.issues[int(number)].comments if stamp(each.at) >= since]
        size, page = min(int(request.query.get("per_page", 30)), 100), int(request.query.get("page", 1))
        return self.json([_comment(each) for each in rows[size * (page - 1) : size * page]])

    def _comment(self, request: web.Request, body: Any, number: str) -> web.Response:
        if not (body or {}).get("body"):
            return self._invalid("body", "missing_field")
        self.took_effect()
        return self.json(_comment(self.commented(self.issues[int(number)], body["body"])), 201)

    def _moved(self, request: web.Request, body: Any, number: str) -> web.Response:
        there = {"repository_url": f"{self.url}/repos/acme/attic", "number": 1}
        there["html_url"] = "https://github.example/acme/attic/issues/1"
        return self.json({**self._shown(self.issues[int(number)]), **there})

    def _invalid(self, name: str, code: str) -> web.Response:
        errors = [{"resource": "Issue", "code": code, "field": name}]
        return self.json({"message": "Validation Failed", "errors": errors}, 422)


def _comment(comment: Comment) -> Row:
    return {"id": comment.id, "body": comment.body, "created_at": stamp(comment.at), "updated_at": stamp(comment.at)}


def _missing(server: PretendGitHub) -> web.Response:
    return server.json({"message": "Not Found", "documentation_url": "https://docs.github.com/rest"}, 404)
