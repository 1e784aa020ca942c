"""An example of every card about ideas and their issues, from made-up data."""

from __future__ import annotations

from dataclasses import replace

from bot.config import TrackerPart
from bot.domain import idea_events as e
from bot.domain.idea import IdeaState
from bot.domain.tracking import IdeaLink, TrackedIssue
from bot.ports import Asking
from bot.views import made_up as m
from bot.views.examples.ideas import EVENTS, IDEA
from bot.views.examples.scenes import Examples
from bot.views.ideas import idea_card
from bot.views.tracking import being_made_card, linked_card, unlinked_card, which_issue_card

CONFIG = m.CONFIG.model_copy(
    update={
        "trackers": {
            "app": TrackerPart(kind="github", project="acme/app", token_env="GITHUB_TOKEN"),  # noqa: S106 (a name)
            "work": TrackerPart(kind="jira", project="APP", token_env="JIRA_TOKEN"),  # noqa: S106 (a name)
        }
    }
)
"""Two trackers."""

_LINK = IdeaLink(
    idea=7,
    tracker="app",
    ref="acme/app#12",
    url="https://github.com/acme/app/issues/12",
    state=IdeaState.PLANNED,
    word="open",
    updated_at=m.at(8, day=12),
    linked_at=m.at(9, day=12),
)
_GONE = replace(_LINK, tracker="work", ref="APP-3", url="https://acme.atlassian.net/browse/APP-3", gone=True)
_ISSUE = TrackedIssue(
    ref="acme/app#12",
    url=_LINK.url,
    state=IdeaState.SHIPPED,
    word="closed",
    updated_at=m.at(8, day=12),
    title="<!channel> Gift *wrap* [here](https://evil.example) & `more`",
)
_TRAIL: e.Events = (
    *EVENTS[-2:-1],
    e.Linked(at=m.at(9, day=12), by=m.BEN, via="teams", tracker="app", ref="acme/app#12", url=_LINK.url),
    e.Linked(at=m.at(9, 1, day=12), by=m.BEN, via="teams", tracker="work", ref="APP-3", url=_GONE.url, made=True),
    e.Unlinked(at=m.at(9, 2, day=12), via="jira", tracker="work", ref="APP-3", gone=True),
)


def tracking() -> Examples:
    """The cards with their names."""
    asking = Asking(12, 11, {"mastodon": 8, "reddit": 3, "x": 1})
    card = idea_card(IDEA, asking, _TRAIL, CONFIG, now=m.NOW, links=(_LINK, _GONE))
    return (
        ("idea, with issues", card),
        ("an issue is being made", being_made_card(IDEA, "app", CONFIG)),
        ("an issue is linked", linked_card(IDEA, "app", _ISSUE, CONFIG, shown_alike=False)),
        ("an issue is linked no longer", unlinked_card(IDEA, _LINK)),
        ("which issue", which_issue_card(IDEA, (_LINK, _GONE), CONFIG)),
    )
