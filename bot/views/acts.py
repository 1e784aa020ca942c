"""Buttons for the verbs: one place where a label, a verb and the names of its arguments meet."""

from __future__ import annotations

from typing import Literal

from bot.cards import Button
from bot.domain.origins import stands_on
from bot.speech import mark, say, sentence
from bot.views.wording import is_web, network_name, one_line
from bot.words import web_address

VERBS = frozenset(
    [
        "help",
        "link",
        "list",
        "show",
        "similar",
        "separate",
        "why",
        "rollup",
        "claim",
        "renew",
        "release",
        "pass",
        "accept",
        "decline",
        "join",
        "discuss",
        "note",
        "perspective",
        "escalate",
        "crisis",
        "idea",
        "ideas",
        "ship",
        "tell",
        "track",
        "untrack",
        "reply",
        "draft",
        "suggest",
        "summarise",
        "translate",
        "approve",
        "reject",
        "resend",
        "sent",
        "resolve",
        "wait",
        "reopen",
        "snooze",
        "mute",
        "customer",
        "merge",
        "unmerge",
        "forget",
        "export",
        "digest",
        "measures",
        "stats",
        "settings",
        "doctor",
    ]
)
"""The verbs that a button may run."""

# The words on a button; `…` says that a form opens.
_LABELS = {
    "claim": mark("Claim"),
    "renew": mark("Keep it"),
    "release": mark("Give it back"),
    "pass": mark("Pass…"),
    "accept": mark("Accept"),
    "decline": mark("Decline…"),
    "join": mark("Join"),
    "discuss": mark("Discuss…"),
    "note": mark("Note…"),
    "perspective": mark("Perspective…"),
    "escalate": mark("Escalate…"),
    "idea": mark("Idea…"),
    "reply": mark("Reply…"),
    "draft": mark("Draft…"),
    "suggest": mark("Suggest…"),
    "summarise": mark("Summarise"),
    "translate": mark("Translate"),
    "reject": mark("Reject…"),
    "resend": mark("Send again"),
    "sent": mark("It arrived"),
    "resolve": mark("Resolve…"),
    "wait": mark("Wait for the customer"),
    "reopen": mark("Reopen"),
    "snooze": mark("Snooze…"),
    "customer": mark("Customer"),
    "show": mark("Show"),
    "similar": mark("Similar"),
    "separate": mark("Separate"),
    "why": mark("Why here"),
}


def act(verb: str, ref: str, label: str = "", style: Literal["default", "primary", "danger"] = "default") -> Button:
    """A button that runs a verb on a conversation."""
    return Button(label or sentence(_LABELS[verb]), verb, {"conversation": ref}, style)


def crisis_act(
    what: str, ref: str, label: str, style: Literal["default", "primary", "danger"] = "default", **args: str
) -> Button:
    """A button that does something about a crisis."""
    return Button(label, "crisis", {"what": what, "crisis": ref, **args}, style)


def idea_act(
    what: str, ref: str, label: str, style: Literal["default", "primary", "danger"] = "default", **args: str
) -> Button:
    """A button that does something with an idea."""
    return Button(label, "idea", {"what": what, "idea": ref, **args}, style)


def open_on(network: str, url: str | None) -> tuple[Button, ...]:
    """The button that opens the post where it was written; none when its address is not a web page.

    It names the network only where the address is the network's own, and else the host: a button does not show where it leads.
    """
    if url is None or not is_web(url):
        return ()
    if not stands_on(network, url):
        # As it is registered: letters of other scripts look like those of a known host.
        found = web_address(url)
        return (Button(say("Open {network}", network=one_line(found[1], 60)), url=url),) if found is not None else ()
    label = (
        say("Open the page")
        if network in {"rss", "web", "atom"}
        else say("Open on {network}", network=network_name(network))
    )
    return (Button(label, url=url),)
