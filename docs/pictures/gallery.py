"""The page that shows every picture with a line about it: `docs/pictures/README.md`."""

from __future__ import annotations

from pathlib import Path

SECTIONS = {
    "The page": {
        "floor": "The floor, with the thread of one card open beside it",
        "phone": "The same on a narrow screen",
        "home": "Home of somebody who holds batons",
        "home-asked": "Home of somebody who is asked to take one",
    },
    "A card in each of its states": {
        "card-new": "On the floor: nobody holds its baton yet",
        "card-urgent": "Urgent, with the words that say so",
        "card-held": "Held by Ana, who took it over from Marketing; two departments gave their perspective",
        "card-asked": "A pass waits for its answer",
        "card-declined": "A pass was declined; the giver still holds it",
        "card-escalated": "Escalated to the coordinator",
        "card-crisis": "Marked as a crisis",
        "card-waiting": "Waiting for the customer",
        "card-snoozed": "Out of sight until later",
        "card-approval": "An answer waits for Legal to approve it",
        "card-answered": "Answered; the customer has written back, and the next step is the holder's again",
        "card-edited": "The customer edited their post",
        "card-deleted": "The customer deleted it: its words are gone here too",
        "card-hostile": "A post that tries to do harm: it pings nobody and formats nothing",
        "card-resolved": "Resolved, in two lines",
    },
    "What Baton answers": {
        "list": "`/baton list`",
        "list-mine": "`/baton list mine`",
        "show": "`/baton show B-17`",
        "why": "`/baton why B-17`: what it was taken for, how sure that is, and from which words",
        "customer": "`/baton customer Maya Okafor`",
        "customer-choice": "`/baton customer brand`: not sure who is meant",
        "customer-unknown": "`/baton customer …` of somebody nobody knows",
        "likely": "`/baton claim`: which one?",
        "held-by-another": "`/baton release …` of a baton that another holds",
        "mistyped": "`/baton clam B-14`",
        "help": "`/baton help`",
        "help-verb": "`/baton help claim`",
        "link": "`/baton link me`: a code that ends after ten minutes and works once",
        "stats": "`/baton stats`",
        "settings": "`/baton settings`",
        "doctor": "`/baton doctor`",
        "digest": "`/baton digest now`",
    },
    "A week of a company that has used it for a while": {
        "digest-week": "`/baton digest`: the last full week",
        "measures-mood": "`/baton measures mood`: one of the details behind its buttons",
        "measures-together": "`/baton measures together`",
        "measures-forecast": "`/baton measures forecast`: four weeks ahead, with how wrong it was",
        "measures-campaigns": "`/baton measures campaigns`: beside each other",
        "digest-week-de": "The digest for somebody who reads German",
        "digest-week-fr": "The digest for somebody who reads French",
        "home-management": "Home of somebody who leads: the last week, and the ways into its details",
    },
    "An idea that shipped": {
        "form-tell": "All who asked are told by one form: what goes out, to whom, and who gets nothing",
        "idea-shipped": "The idea's card then: how many were told, and why one was not",
    },
    "Forms": {
        "form-pass": "Pass",
        "form-discuss": "Discuss",
        "form-bare": "Discuss, without saying which conversation",
        "form-reply": "Reply: as whom, seen by whom, how much room is left, and what is answered",
        "form-resolve": "Resolve: three questions",
        "form-mistake": "A mistake is said at its field; what was typed stays",
        "form-escalate": "Escalate",
        "form-perspective": "Perspective",
        "form-note": "Note",
        "form-share": "Share what a customer said elsewhere",
        "form-decline": "Decline",
        "form-snooze": "Snooze",
        "form-customer": "Look up a customer",
        "form-more": "What a card's menu has no room for",
    },
    "What people are told directly": {
        "notice-asked": "You are asked to take a baton",
        "notice-accepted": "Your pass was accepted",
        "notice-declined": "Your pass was declined",
        "notice-wanted": "Somebody would like your baton",
        "notice-warning": "Your time is nearly over",
        "notice-ended": "Your time is over",
        "notice-approve": "Your department is asked to approve an answer",
        "notice-wrote": "The customer wrote again",
        "notice-edited": "The customer edited a post",
        "notice-deleted": "The customer deleted a post",
        "notice-escalated": "Something was escalated to you",
        "notice-crisis": "Somebody called it a crisis",
    },
}
"""Every picture by its name, and what it shows."""

WEB = {"measures-web": "The web page of measures, of the last full week"}
"""Those that are taken by `python -m docs.pictures.web`."""

TEAMS = {
    "card": "A card in a channel of a team",
    "claimed": "Claimed: the card has changed in place, for everybody",
    "pass": "A form takes the card's place for the one who presses",
    "asked": "Whoever is asked to take a baton is told in the chat with Baton",
    "crisis": "Marked as a crisis, from the card's thread",
    "reply": "A form to answer the customer",
    "resolved": "Resolved, in two lines",
    "note": "An act on any message: it becomes a note on a conversation",
    "customer": "A customer, searched from where one writes, to be put into the message",
    "digest": "`digest`: the last full week of a company with a past",
    "mood": "`Mood`, one of the details behind its buttons",
    "help": "`help`",
}
"""The same for Teams; its client knows no night."""


def written() -> str:
    """The page."""
    lines = [
        "# Everything Baton shows",
        "",
        "Taken by `make pictures` from the [demo](../try-it.md), by day and by night; your theme chooses.",
    ]
    for heading, pictures in SECTIONS.items():
        lines += ["", f"## {heading}"]
        for name, caption in pictures.items():
            lines += ["", f"{caption}:", "", *shown(name, caption)]
    lines += ["", "## On the web", "", "Taken by `python -m docs.pictures.web`."]
    for name, caption in WEB.items():
        lines += ["", f"{caption}:", "", *shown(name, caption)]
    lines += ["", "## As a mail", "", "Taken by `python -m docs.pictures.mail` of an example."]
    lines += ["", "The digest in a mailbox:", "", *shown("mail/digest", "The digest in a mailbox")]
    lines += ["", "The first sheet on paper:", "", "![The first sheet on paper](mail/paper.png)"]
    lines += [
        "",
        "## On Teams",
        "",
        "Taken by `TEAMS_PICTURES=1 make e2e-teams` from Microsoft's local client; its notes about full width are its own.",
    ]
    for name, caption in TEAMS.items():
        lines += ["", f"{caption}:", "", f"![{plain(caption)}](teams/{name}.png)"]
    return "\n".join(lines) + "\n"


def shown(name: str, caption: str) -> list[str]:
    """One picture in the reader's theme."""
    return [
        "<picture>",
        f'  <source media="(prefers-color-scheme: dark)" srcset="{name}-dark.png">',
        f'  <img alt="{plain(caption)}" src="{name}.png">',
        "</picture>",
    ]


def plain(caption: str) -> str:
    """A caption for those who cannot see the picture."""
    return caption.replace("`", "")


def write(folder: Path) -> None:
    """Write it into its folder."""
    (folder / "README.md").write_text(written(), "utf-8")
