"""An idea and its issues as people see them: the line on its card, the form that links one, and what is said after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.cards import Actions, Bold, Button, Card, Choice, Field, Form, Link, Paragraph, Small, Text, phrase, text
from bot.config import Config
from bot.domain.idea import Idea
from bot.domain.tracking import IdeaLink, TrackedIssue
from bot.speech import say
from bot.views.acts import idea_act
from bot.views.idea_forms import idea_title
from bot.views.wording import dotted, is_web, one_line, quoted

_MOST = 4
"""So many issues are shown on a card."""

_TRACKERS = {"github": "GitHub", "gitlab": "GitLab", "jira": "Jira"}


def tracker_name(name: str, config: Config) -> str:
    """What people read for a tracker of baton.toml: its make."""
    part = config.trackers.get(name)
    kind = part.kind if part is not None else name
    return _TRACKERS.get(kind, one_line(kind, 40).capitalize())


def project_name(name: str, config: Config) -> str:
    """`GitHub acme/app`."""
    part = config.trackers.get(name)
    return f"{tracker_name(name, config)} {one_line(part.project, 80)}" if part is not None else one_line(name, 40)


def issue_rows(links: Sequence[IdeaLink], config: Config) -> list[tuple[str, Text]]:
    """`Issue: GitHub acme/app#12 · open`, a row for each."""
    rows = []
    for link in links[:_MOST]:
        word = say("gone") if link.gone else one_line(link.word, 40)
        rows.append((say("Issue"), dotted([_named(link.tracker, link.ref, link.url, config), text(word)])))
    return rows


def _named(tracker: str, ref: str, url: str, config: Config) -> Text:
    label = f"{tracker_name(tracker, config)} {one_line(ref, 80)}"
    return text(Link(label, url)) if is_web(url) else text(label)


def link_button(idea: Idea) -> Button:
    """Opens the form that links an issue."""
    return Button(say("Link an issue…"), "track", {"idea": idea.ref})


def track_form(idea: Idea, trackers: Sequence[str], config: Config) -> Form:
    """Which issue; left empty, one is made."""
    issue = Field(
        "issue",
        say("Issue"),
        hint=say("`#12`, or its address; left empty, a new one is made"),
        required=False,
        longest=500,
    )
    choices = tuple(Choice(name, one_line(project_name(name, config), 75)) for name in trackers)
    where = Field("tracker", say("Where"), "choice", choices=choices, default=trackers[0] if trackers else "")
    return Form(
        title=say("Issue for {ref}", ref=idea.ref),
        command="track",
        submit=say("Link"),
        fields=((where, issue) if len(trackers) > 1 else (issue,)),
        args={"idea": idea.ref, **({"tracker": trackers[0]} if len(trackers) == 1 else {})},
        intro=(Paragraph(text(idea_title(idea))),),
    )


def being_made_card(idea: Idea, tracker: str, config: Config) -> Card:
    """An issue will be there in a moment."""
    said = say("An issue for {ref} is being made in {where}.", ref=idea.ref, where=project_name(tracker, config))
    return _card(idea, said, text(said))


def linked_card(idea: Idea, tracker: str, issue: TrackedIssue, config: Config, *, shown_alike: bool) -> Card:
    """The issue is the idea's; where they are in different states, that is said, for people to decide."""
    named = _named(tracker, issue.ref, issue.url, config)
    title = one_line(issue.title, 120)
    said = say("{issue} is linked with {ref}.", issue=one_line(issue.ref, 80), ref=idea.ref)
    lines: list[Text] = [phrase("{issue} is linked with {idea}.", issue=named, idea=Bold(idea_title(idea)))]
    if title:
        lines.append(text(quoted(title)))
    if not shown_alike:
        there, here = one_line(issue.word, 40), idea.state.said
        lines.append(text(say("It is {there} there, and the idea is {here} here.", there=there, here=here)))
    return _card(idea, said, *lines)


def unlinked_card(idea: Idea, link: IdeaLink) -> Card:
    """The issue is not the idea's any more."""
    said = say("{issue} is no longer linked with {ref}.", issue=one_line(link.ref, 80), ref=idea.ref)
    again = Button(say("Undo"), "track", {"idea": idea.ref, "issue": link.ref, "tracker": link.tracker})
    return _card(idea, said, text(said), more=(again,))


def which_issue_card(idea: Idea, links: Iterable[IdeaLink], config: Config) -> Card:
    """Which of them is to be parted from the idea?"""
    said = say("Which issue is not that of {ref}?", ref=idea.ref)
    lines = [
        Paragraph(
            _named(link.tracker, link.ref, link.url, config),
            Button(say("Unlink"), "untrack", {"idea": idea.ref, "issue": link.ref}),
        )
        for link in links
    ]
    return Card(said, (Paragraph(text(said)), *lines))


def _card(idea: Idea, said: str, first: Text, *lines: Text, more: Sequence[Button] = ()) -> Card:
    show = idea_act("show", idea.ref, say("Show {ref}", ref=idea.ref))
    return Card(one_line(said, 200), (Paragraph(first), *(Small(line) for line in lines), Actions((show, *more))))
