"""GitHub: issues of a repository, their labels and the reason why they were closed.

https://docs.github.com/en/rest/issues/issues, …/rest/issues/comments, …/rest/issues/labels (what is asked and answered),
…/rest/using-the-rest-api/rate-limits-for-the-rest-api (403 and 429), …/webhooks/webhook-events-and-payloads#issues and
…/webhooks/using-webhooks/validating-webhook-deliveries (X-Hub-Signature-256 over the raw body, X-GitHub-Delivery).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import quote

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft, TrackedIssue
from bot.errors import PermanentError
from integrations.http import Answer
from integrations.markdown import as_markdown, as_title, mark_of
from integrations.tracking import SKEW, TrackerConnector, moment_of, number_of, signed_by_hmac, stamp_of

_REASONS = {IdeaState.SHIPPED: "completed", IdeaState.DECLINED: "not_planned"}
_SAID = {"completed": "closed", "not_planned": "closed as not planned", "duplicate": "closed as a duplicate"}


class GitHub(TrackerConnector):
    """`kind = "github"`, `project` = owner/repository; `url` is that of the API, for GitHub Enterprise https://HOST/api/v3."""

    kind = "github"
    title = "GitHub"
    usual_url = "https://api.github.com"
    projects = re.compile(r"[A-Za-z0-9-]{1,39}/[A-Za-z0-9._-]{1,100}")
    example = "acme/app"
    words: ClassVar[Mapping[IdeaState, tuple[str, ...]]] = {
        IdeaState.PLANNED: ("planned",),
        IdeaState.SHIPPED: ("completed",),
        IdeaState.DECLINED: ("not_planned", "wontfix"),
    }

    # What a `Tracker` does.

    def ref_of(self, typed: str) -> str | None:
        """An address of an issue of the repository, `acme/app#12`, `#12` or `12`."""
        word = typed.strip().strip("<>").partition("|")[0]
        match = re.fullmatch(
            r"(?:https?://[^/\s]+/)?(?:([^/\s#]+/[^/\s#]+)(?:/issues/|#)|#)?(\d{1,12})(?:[/?#]\S*)?", word
        )
        if match is None or (match[1] or self.project).casefold() != self.project.casefold():
            return None
        return f"{self.project}#{int(match[2])}"

    async def create(self, draft: IssueDraft, key: str) -> TrackedIssue:
        """An issue with our mark, which nobody sees, in its body."""
        fields = {"title": as_title(draft.title), "body": f"{as_markdown(draft.body)}\n\n{mark_of(key)}"}
        return self._issue(await self.ask("POST", self._repository("/issues"), json=fields))

    async def find(self, key: str, since: datetime) -> TrackedIssue | None:
        """Among all issues since then: unlike GitHub's search, their list knows an issue from its first moment on."""
        params = {"state": "all", "since": stamp_of(since - SKEW), "sort": "created", "direction": "desc"}
        async for row in self.pages(self._repository("/issues"), params):
            if mark_of(key) in str(row.get("body") or ""):
                return self._issue(row)
        return None

    async def look_up(self, ref: str) -> TrackedIssue | None:
        """The issue; a transferred one answers with its new place, and is not ours any more."""
        answer = await self.send("GET", self._place(ref), gone=True)
        if answer.status in {404, 410}:
            if answer.status == 404:
                await self.must_see(self._repository())
            return None
        row = self.read(answer)
        if "pull_request" in row:
            raise PermanentError(f"{ref} is a pull request: link the issue that it closes.")
        issue = self._issue(row)
        here = str(row.get("repository_url", "")).casefold().endswith(f"/repos/{self.project}".casefold())
        return issue if here and issue.ref == ref else None

    async def news(self, since: datetime) -> list[str]:
        """By the time of their last change."""
        params = {"state": "all", "since": stamp_of(since), "sort": "updated", "direction": "asc"}
        return [self._issue(row).ref async for row in self.pages(self._repository("/issues"), params)]

    async def move(self, ref: str, state: IdeaState) -> TrackedIssue:
        """Labels first, then open or closed: the last request says how it stands."""
        row = await self.ask("GET", self._place(ref))
        has = {str(label["name"]).casefold(): str(label["name"]) for label in row.get("labels") or ()}
        for word in self.states.others(state):
            if (name := has.get(word.casefold())) is not None:
                await self.send("DELETE", f"{self._place(ref)}/labels/{quote(name, safe='')}", gone=True)
        label = self._label(state)
        if label and label.casefold() not in has:
            await self.ask("POST", f"{self._place(ref)}/labels", json={"labels": [label]}, repeatable=True)
        fields = {"state": "closed", "state_reason": _REASONS[state]} if state.is_over else {"state": "open"}
        return self._issue(await self.ask("PATCH", self._place(ref), json=fields, repeatable=True))

    async def comment(self, ref: str, text: str, key: str, again_since: datetime | None = None) -> None:
        """With our mark; where it may stand already, it is looked for."""
        place = f"{self._place(ref)}/comments"
        if again_since is not None:
            async for row in self.pages(place, {"since": stamp_of(again_since - SKEW)}):
                if mark_of(key) in str(row.get("body") or ""):
                    return
        await self.ask("POST", place, json={"body": f"{as_markdown(text)}\n\n{mark_of(key)}"})

    def signed(self, request: Inbound, secret: str, now: datetime) -> Delivery | Reject:
        """The signature covers the body alone: what is played again is looked up again, and changes nothing."""
        return signed_by_hmac(request, secret, "X-Hub-Signature-256", "X-GitHub-Delivery", now)

    def changed(self, said: Mapping[str, Any], delivery: Delivery) -> Iterable[str]:
        """The issue of an `issues` event of this repository; other events tell of none."""
        if delivery.headers.get("X-GitHub-Event") != "issues":
            return ()
        if str(said["repository"]["full_name"]).casefold() != self.project.casefold():
            return ()
        return (f"{self.project}#{number_of(said['issue']['number'])}",)

    async def examine(self) -> str:
        """The repository, that it has issues, and that it is not archived."""
        row = await self.ask("GET", self._repository())
        if not row.get("has_issues", True) or row.get("archived"):
            raise PermanentError(
                f"{row.get('full_name')} takes no issues: it is archived, or they are turned off there."
            )
        return f"{row.get('full_name')}: issues are read" + (
            "" if self.settings.secret_env else "; no webhook secret is set"
        )

    # Asking.

    def authorization(self) -> dict[str, str]:
        """A personal access token, or that of an installed app."""
        version = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        return {**version, "Authorization": f"Bearer {self.token()}"}

    def refusal(self, said: Any) -> str:
        """`message`, and what is wrong with which field."""
        errors = [
            str(each.get("message") or f"{each.get('field')}: {each.get('code')}") for each in said.get("errors") or ()
        ]
        return "; ".join([str(said.get("message") or ""), *errors])

    def limited(self, answer: Answer) -> float | None:
        """403 or 429 with Retry-After, or with no requests left until a moment in seconds since 1970."""
        try:
            if (after := answer.headers.get("Retry-After")) is not None:
                return float(after)
            if answer.headers.get("X-RateLimit-Remaining") == "0":
                return max(1.0, float(answer.headers["X-RateLimit-Reset"]) - datetime.now(UTC).timestamp())
        except (ValueError, KeyError):
            return 60.0
        return None

    def _repository(self, rest: str = "") -> str:
        return f"/repos/{self.project}{rest}"

    def _place(self, ref: str) -> str:
        return self._repository(f"/issues/{int(ref.rpartition('#')[2])}")

    def _label(self, state: IdeaState) -> str:
        """The label for a state; the reasons for closing are none."""
        word = self.states.first(state)
        return "" if word.casefold() in _SAID else word

    def _issue(self, row: Mapping[str, Any]) -> TrackedIssue:
        labels = [str(label["name"]) if isinstance(label, Mapping) else str(label) for label in row.get("labels") or ()]
        reason = str(row.get("state_reason") or "completed")
        closed = row["state"] == "closed"
        return TrackedIssue(
            ref=f"{self.project}#{int(row['number'])}",
            url=str(row["html_url"]),
            state=self.states.of_closed([*labels, reason]) if closed else self.states.of_open(labels),
            word=_SAID.get(reason, "closed") if closed else "open",
            updated_at=moment_of(row["updated_at"]),
            title=str(row.get("title") or ""),
        )
