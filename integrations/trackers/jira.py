"""Jira: issues of a project, their workflow's statuses, and the resolution. Cloud, and Data Center with an access token.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/ (issues, issue-search, issue-comments, projects),
…/cloud/jira/platform/apis/document/structure/ (the document format of texts), …/cloud/jira/platform/webhooks/ (X-Hub-Signature over
the raw body for webhooks that an administrator registered with a secret, X-Atlassian-Webhook-Identifier), …/cloud/jira/platform/
rate-limiting/ (Retry-After); https://developer.atlassian.com/server/jira/platform/rest/ (Data Center: version 2, plain texts).
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from bot.domain.delivery import Delivery, Inbound, Reject
from bot.domain.idea import IdeaState
from bot.domain.tracking import IssueDraft, TrackedIssue
from bot.errors import GoneError, PermanentError, RetriableError
from integrations.tracking import TrackerConnector, TrackerOptions, moment_of, signed_by_hmac

_FIELDS = "summary,status,resolution,updated,labels"
_PAGES = 10
_DOUBLE = frozenset({"duplicate", "cloned"})
_CATEGORIES = {IdeaState.PLANNED: "indeterminate", IdeaState.SHIPPED: "done", IdeaState.DECLINED: "done"}
_UNFIT = re.compile(r"([{}\[\]|!*_^~+?\\-])")
"""What begins a macro, a link, a picture or a format in the texts of Data Center."""


class JiraOptions(TrackerOptions):
    """What Jira wants to know besides."""

    user: str = ""
    """E-mail address of the account whose API token it is, on Jira Cloud; left out, the token is one of Data Center."""
    issue_type: str = "Task"
    """What issues are made as."""


class Jira(TrackerConnector):
    """`kind = "jira"`, `project` = its key, `url` = https://acme.atlassian.net. Our mark is a label."""

    kind = "jira"
    title = "Jira"
    projects = re.compile(r"[A-Z][A-Z0-9_]{1,30}")
    example = "APP"
    needs = ("token_env", "url")
    Options = JiraOptions
    options: JiraOptions
    words: ClassVar[Mapping[IdeaState, tuple[str, ...]]] = {
        IdeaState.SHIPPED: ("Done",),
        IdeaState.DECLINED: ("Won't Do", "Won't Fix", "Declined", "Rejected"),
    }
    lag: ClassVar[timedelta] = timedelta(seconds=30)
    """So long Jira's search may not know a new issue."""

    # What a `Tracker` does.

    def ref_of(self, typed: str) -> str | None:
        """An address of an issue of the project, or its key `APP-12`."""
        word = typed.strip().strip("<>").partition("|")[0]
        match = re.fullmatch(
            rf"(?:{re.escape(self.url)}/browse/)?({self.project}-\d{{1,12}})(?:[/?#]\S*)?", word, re.IGNORECASE
        )
        return match[1].upper() if match is not None else None

    async def create(self, draft: IssueDraft, key: str) -> TrackedIssue:
        """An issue with our label; its workflow decides in which status it begins."""
        fields = {
            "project": {"key": self.project},
            "issuetype": {"name": self.options.issue_type},
            "summary": " ".join(draft.title.split())[:255],
            "description": self._text(draft.body),
            "labels": ["baton", _label(key)],
        }
        made = await self.ask("POST", self._api("/issue"), json={"fields": fields})
        return await self._get(str(made["key"]))

    async def find(self, key: str, since: datetime) -> TrackedIssue | None:
        """By our label. What the search does not know yet may be there all the same: then it is asked again later."""
        async for row in self._search(f'project = "{self.project}" AND labels = "{_label(key)}"'):
            return self._issue(row)
        if (age := datetime.now(UTC) - since) < self.lag:
            raise RetriableError("Jira's search may not know the issue yet.", (self.lag - age).total_seconds())
        return None

    async def look_up(self, ref: str) -> TrackedIssue | None:
        """The issue; one that was moved to another project answers with its new key, and is not ours any more."""
        answer = await self.send("GET", self._place(ref), params={"fields": _FIELDS}, gone=True)
        if answer.status == 404:
            await self.must_see(self._api(f"/project/{self.project}"))
            return None
        issue = self._issue(self.read(answer))
        return issue if issue.ref == ref else None

    async def news(self, since: datetime) -> list[str]:
        """By the time of their last change, which is asked for as a length of time: Jira reads moments in the user's own zone."""
        minutes = max(1, int((datetime.now(UTC) - since).total_seconds() // 60) + 1)
        asked = f'project = "{self.project}" AND updated >= "-{minutes}m" ORDER BY updated ASC'
        found = [self._issue(row) async for row in self._search(asked)]
        return [issue.ref for issue in found if issue.updated_at >= since]

    async def move(self, ref: str, state: IdeaState) -> TrackedIssue:
        """By a transition that leads to a status of that state, with the resolution where its screen asks for one."""
        issue = await self._get(ref)
        if issue.state is self.shown(state):
            return issue
        offered = await self.ask("GET", f"{self._place(ref)}/transitions", params={"expand": "transitions.fields"})
        chosen = self._transition(offered.get("transitions") or (), state)
        if chosen is None:
            there = ", ".join(str(each["to"]["name"]) for each in offered.get("transitions") or ()) or "none"
            raise PermanentError(
                f"The workflow of {ref} leads from “{issue.word}” to no status that is {state.value} (it offers: {there}). "
                f"Name one in states of trackers.{self.name}, or move it there by hand."
            )
        body: dict[str, Any] = {"transition": {"id": chosen["id"]}}
        if state.is_over and "resolution" in (chosen.get("fields") or {}):
            body["fields"] = {"resolution": {"name": self._resolution(chosen, state)}}
        # The same again is refused, since its status offers another way then; so it is looked at first.
        await self.send("POST", f"{self._place(ref)}/transitions", json=body)
        return await self._get(ref)

    async def comment(self, ref: str, text: str, key: str, again_since: datetime | None = None) -> None:
        """With our key beside it, as a property; where it may stand already, it is looked for."""
        place = f"{self._place(ref)}/comment"
        if again_since is not None:
            newest = {"orderBy": "-created", "maxResults": "100", "expand": "properties"}
            found = await self.ask("GET", place, params=newest)
            beside = [each.get("properties") or () for each in found.get("comments") or ()]
            if any(
                (p.get("value") or {}).get("key") == key for each in beside for p in each if p.get("key") == "baton"
            ):
                return
        properties = [{"key": "baton", "value": {"key": key}}]
        await self.ask("POST", place, json={"body": self._text(text), "properties": properties})

    def signed(self, request: Inbound, secret: str, now: datetime) -> Delivery | Reject:
        """The signature covers the body alone: what is played again is looked up again, and changes nothing."""
        return signed_by_hmac(request, secret, "X-Hub-Signature", "X-Atlassian-Webhook-Identifier", now)

    def changed(self, said: Mapping[str, Any], delivery: Delivery) -> Iterable[str]:
        """The issue of an issue's event, and the key that it had before, where it was moved; of this project alone."""
        if not str(said["webhookEvent"]).startswith("jira:issue_"):
            return ()
        keys = [str(said["issue"]["key"])]
        items = (said.get("changelog") or {}).get("items") or ()
        keys += [str(item.get("fromString")) for item in items if item.get("field") == "Key"]
        return [key for key in keys if self.ref_of(key) == key]

    async def examine(self) -> str:
        """The project, and who we are there."""
        row = await self.ask("GET", self._api(f"/project/{self.project}"))
        me = await self.ask("GET", self._api("/myself"))
        return f"{row['key']} ({row.get('name')}) as {me.get('displayName') or me.get('name')}"

    # Asking.

    def authorization(self) -> dict[str, str]:
        """Basic with the account's address on Cloud, a bearer token on Data Center."""
        if not self.options.user:
            return {"Authorization": f"Bearer {self.token()}", "Accept": "application/json"}
        basic = b64encode(f"{self.options.user}:{self.token()}".encode()).decode()
        return {"Authorization": f"Basic {basic}", "Accept": "application/json"}

    def refusal(self, said: Any) -> str:
        """`errorMessages`, and what is wrong with which field."""
        fields = [f"{name}: {why}" for name, why in (said.get("errors") or {}).items()]
        return "; ".join([*map(str, said.get("errorMessages") or ()), *fields])

    async def _search(self, jql: str) -> AsyncIterator[Mapping[str, Any]]:
        """Cloud pages by tokens, Data Center by numbers."""
        cloud = bool(self.options.user)
        params = {"jql": jql, "fields": _FIELDS, "maxResults": "100"}
        for _ in range(_PAGES):
            said = await self.ask("GET", self._api("/search/jql" if cloud else "/search"), params=params)
            rows = said.get("issues") or ()
            for row in rows:
                yield row
            after = said.get("nextPageToken") if cloud else said.get("startAt", 0) + len(rows)
            if not rows or not after or (not cloud and after >= said.get("total", 0)):
                return
            params["nextPageToken" if cloud else "startAt"] = str(after)

    async def _get(self, ref: str) -> TrackedIssue:
        return self._issue(await self.ask("GET", self._place(ref), params={"fields": _FIELDS}))

    def _transition(self, offered: Iterable[Mapping[str, Any]], state: IdeaState) -> Mapping[str, Any] | None:
        """The one to a status that is named for the state, in the order of the names; else to one of its category."""
        ways = list(offered)
        for word in self.states.words.get(state, ()):
            if (way := next((each for each in ways if _leads_to(each, word)), None)) is not None:
                return way
        category, others = _CATEGORIES.get(state, "new"), self.states.others(state)
        fitting = [way for way in ways if way["to"]["statusCategory"]["key"] == category]
        own = [way for way in fitting if not any(_leads_to(way, word) for word in others)]
        # To “Done”, but with another resolution: where the screen asks for one, that says which it is.
        asking = [way for way in fitting if state.is_over and "resolution" in (way.get("fields") or {})]
        return next(iter([*own, *asking]), None)

    def _resolution(self, way: Mapping[str, Any], state: IdeaState) -> str:
        """One that the screen allows; where it tells none, the first word."""
        allowed = [str(each.get("name")) for each in way["fields"]["resolution"].get("allowedValues") or ()]
        words = self.states.words.get(state, ()) or ("Done",)
        return next((name for word in words for name in allowed if name.casefold() == word.casefold()), words[0])

    def _text(self, text: str) -> Any:
        """A document on Cloud, where nothing in a text node means anything; on Data Center a text with its signs escaped."""
        if not self.options.user:
            return _UNFIT.sub(r"\\\1", text).replace("://", ":\N{WORD JOINER}//")
        paragraphs = [part.strip() for part in text.replace("\r", "").split("\n") if part.strip()]
        content = [{"type": "paragraph", "content": [{"type": "text", "text": part}]} for part in paragraphs]
        return {"type": "doc", "version": 1, "content": content}

    def _api(self, rest: str) -> str:
        return f"/rest/api/{'3' if self.options.user else '2'}{rest}"

    def _place(self, ref: str) -> str:
        if re.fullmatch(rf"{self.project}-\d{{1,12}}", ref) is None:
            raise GoneError(f"“{ref}” is no issue of {self.project}.")
        return self._api(f"/issue/{ref}")

    def _issue(self, row: Mapping[str, Any]) -> TrackedIssue:
        fields = row["fields"]
        status, category = str(fields["status"]["name"]), fields["status"]["statusCategory"]["key"]
        resolution = str((fields.get("resolution") or {}).get("name") or "")
        state: IdeaState | None = self.states.of_open([status])
        if category == "done":
            state = self.states.of_closed([resolution, status]) or IdeaState.SHIPPED
            state = None if resolution.casefold() in _DOUBLE else state
        elif category == "indeterminate" and state is IdeaState.NEW:
            state = IdeaState.PLANNED
        return TrackedIssue(
            ref=str(row["key"]),
            url=f"{self.url}/browse/{row['key']}",
            state=state,
            word=status,
            updated_at=moment_of(fields["updated"]),
            title=str(fields.get("summary") or ""),
        )


def _leads_to(way: Mapping[str, Any], status: str) -> bool:
    return str(way["to"]["name"]).casefold() == status.casefold()


def _label(key: str) -> str:
    return f"baton-{re.sub(r'[^A-Za-z0-9-]', '-', key)}"
