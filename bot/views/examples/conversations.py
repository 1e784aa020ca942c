"""Cards of conversations in every state, and of one with all that happened."""

from __future__ import annotations

from dataclasses import replace

from bot.cards import Card
from bot.domain import events as e
from bot.domain.answer import AnswerState, Draft
from bot.domain.conversation import Perspective, State
from bot.domain.policy import Lease
from bot.ports import Note, Sight
from bot.views import made_up as m
from bot.views.answers import not_here_card
from bot.views.conversation import conversation_card
from bot.views.examples.scenes import ASKED, CALLED, EDITED, GONE, PASSING, Examples
from bot.views.show import show_card
from bot.views.why import why_card

_LONG = m.post("The box was soft, the tape was loose and the driver was in a hurry. " * 20, 4)
_HOSTILE = m.post(
    "<!channel> *free* <https://evil.example|your bank> @everyone `rm -rf /`\u202e gnp.exe | & < > ~x~ _y_\n\n\n\n> quoted",
    5,
)


def conversations() -> Examples:
    """A conversation in every state."""
    escalated = replace(
        m.HELD, rung=2, escalated_at=m.at(9, 40), escalated_why="three parcels, press asking", told=(1, 2),
        joined=(m.JONAS,), discussing=("legal",),
        perspectives={
            "logistics": Perspective("carrier changed in Lyon last week", m.JONAS, m.at(9, 30)),
            "product": Perspective("the new box is 2 mm thinner", m.BEN, m.at(9, 35)),
        },
    )  # fmt: skip
    crisis = replace(m.FLOOR, crisis=True, why_urgent="the stove may catch fire", departments=("product",))
    sleeping = replace(m.FLOOR, urgent=False, why_urgent=None, snoozed_until=m.at(9, 0, day=18))
    edited = replace(m.FLOOR, posts=1, edited_at=m.at(9, 12))
    gone = replace(m.FLOOR, posts=1, deleted_posts=1, deleted_at=m.at(9, 31))
    back = replace(m.FLOOR, route=("marketing", "support"), floor_since=m.at(10, 32), bounces=1, touched=("support",))
    echoed = replace(m.FLOOR, echoes=41, spread={"mastodon": 30, "reddit": 11})
    approval = replace(m.ANSWER, state=AnswerState.ASKED, needs=("legal",))
    failed = replace(m.ANSWER, state=AnswerState.FAILED, why="Mastodon: the account was suspended.")
    unclear = replace(m.ANSWER, state=AnswerState.UNCLEAR, why="no answer in 20 s")
    sent = replace(m.ANSWER, state=AnswerState.SENT, url="https://example.social/@acme/9")
    states = (
        ("conversation, on the floor", m.sight(m.FLOOR)),
        ("conversation, held", m.sight(m.HELD, notes=3)),
        ("conversation, a pass waits", m.sight(PASSING)),
        ("conversation, escalated, with perspectives", m.sight(escalated)),
        ("conversation, crisis", m.sight(crisis)),
        ("conversation, waiting for the customer", m.sight(replace(m.HELD, state=State.WAITING))),
        ("conversation, snoozed", m.sight(sleeping)),
        ("conversation, back on the floor", m.sight(back)),
        ("conversation, back on the floor, still asked", m.sight(replace(back, pass_request=ASKED))),
        ("conversation, echoed", m.sight(echoed)),
        ("conversation, resolved with its echoes", m.sight(replace(m.RESOLVED, echoes=1, spread={"reddit": 1}))),
        ("conversation, edited", m.sight(edited, EDITED)),
        ("conversation, deleted", m.sight(gone, GONE)),
        ("conversation, long", m.sight(replace(m.FLOOR, posts=1, urgent=False, why_urgent=None), _LONG)),
        ("conversation, hostile", m.sight(replace(m.FLOOR, posts=1), _HOSTILE)),
        ("conversation, resolved", m.sight(m.RESOLVED)),
        (
            "conversation, a drafted answer",
            m.sight(replace(m.HELD, draft=Draft("We are sorry.", m.JONAS, m.at(10, 5)))),
        ),
        ("conversation, an answer waits for approval", m.sight(replace(m.HELD, answer=approval))),
        ("conversation, an answer goes out", m.sight(replace(m.HELD, answer=m.ANSWER))),
        ("conversation, an answer was sent", m.sight(replace(m.HELD, state=State.WAITING, answer=sent))),
        ("conversation, an answer failed", m.sight(replace(m.HELD, answer=failed))),
        ("conversation, an answer of unknown fate", m.sight(replace(m.HELD, answer=unclear))),
    )
    return (
        *((name, conversation_card(sight, m.CONFIG, now=m.NOW, answerable="answer" in name)) for name, sight in states),
        (
            "conversation, held, to be answered there",
            conversation_card(
                m.sight(m.HELD), m.CONFIG, now=m.NOW, refusal="The network takes no answers from programs."
            ),
        ),
        ("conversation, held, answerable", conversation_card(m.sight(m.HELD), m.CONFIG, now=m.NOW, answerable=True)),
        *((f"{name}, a model at hand", _with_a_model(sight)) for name, sight in (*states[:3], states[5])),
        ("no answer from here", not_here_card(m.sight(m.HELD), "A feed is read only.")),
    )


def _with_a_model(sight: Sight) -> Card:
    """A card of a customer whose language colleagues do not read, with everything that a menu can hold."""
    foreign = replace(sight, conversation=replace(sight.conversation, reading=m.READING, posts=4))
    return conversation_card(foreign, m.WITH_A_MODEL, now=m.NOW, answerable=True)


def shown() -> Examples:
    """One with all that happened, and why it is where it is."""
    lease = Lease(m.at(10, 32), m.at(10, 24))
    trail = (
        e.Opened(
            at=m.HEARD, number=1042, customer_id="c-maya", network="mastodon", account="acme", post_id="post-1",
            urgent=True, why_urgent="one of our words: “crushed”", departments=("logistics", "support"),
        ),
        e.Claimed(at=m.at(9, 20), by=m.ELIF, lease=lease),
        e.PassAsked(at=m.at(9, 30), by=m.ELIF, to_department="support", ask="can you send a new one?"),
        e.PassAccepted(at=m.at(10, 2), by=m.ANA, giver=m.ELIF, lease=lease),
        CALLED,
        e.PerspectiveGiven(at=m.at(10, 5), by=m.JONAS, department="logistics", text="carrier changed in Lyon last week"),
        e.AnswerWritten(at=m.at(10, 12), by=m.ANA, answer_id="a-1", post_id="post-3", text=m.ANSWER.text),
        e.AnswerSent(at=m.at(10, 13), answer_id="a-1", url="https://example.social/@acme/9"),
    )  # fmt: skip
    notes = (Note("n1", 1042, m.ANA, m.at(10, 12), "Spoke with the carrier, they knew."),)
    versions = {"post-3": [(m.at(9, 12), m.CRUSHED.post.text)]}
    posts = (m.FIRST, m.post("", 2, posted_at=m.at(8, 51), deleted_at=m.at(9, 31)), EDITED)
    sight = m.sight(m.HELD, *posts)
    return (
        ("show", show_card(sight, posts, trail, notes, versions, m.CONFIG, now=m.NOW)),
        ("why here", why_card(m.FLOOR, m.MAYA, m.READING, m.SPOKE, m.CONFIG)),
    )
