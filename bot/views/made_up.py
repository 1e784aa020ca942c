"""Made-up people, customers and posts: what the examples of the cards show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.commands import CONVERSATION, CommandSpec, Param
from bot.config import Company, Config, CrmPart, DepartmentPart
from bot.config.parts import AiPart
from bot.domain.answer import Answer, AnswerState
from bot.domain.conversation import Baton, Conversation, State
from bot.domain.customer import (
    AskedIdea,
    Customer,
    CustomerRecord,
    Identity,
    PastConversation,
    Purchase,
    Rating,
    RecentPost,
    Ticket,
)
from bot.domain.events import Escalated
from bot.domain.joining import Merge, Proposal
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import Person as Colleague
from bot.domain.people import PersonRef, Role
from bot.domain.policy import Lease
from bot.domain.post import Author, Media, Post, StoredPost, Visibility
from bot.domain.record import Contact
from bot.domain.triage import Guess, Reading, Why
from bot.ports import CrmAnswer, Sight, Way

CONFIG = Config(
    company=Company(name="Acme", timezone="Europe/Paris"),
    departments={
        key: DepartmentPart()
        for key in ("support", "product", "marketing", "sales", "legal", "logistics", "operations")
    },
    crm={"main": CrmPart(kind="tryton"), "desk": CrmPart(kind="zendesk")},
)

WITH_A_MODEL = CONFIG.model_copy(update={"ai": AiPart(model="any")})

CONTACT = Contact("42", "M. Okafor", "person", "https://crm.example/contacts/42", ("maya@mail.example",))
"""Maya in the CRM."""

ANA = PersonRef("p-ana", "Ana", "support")
BEN = PersonRef("p-ben", "Ben", "product")
ELIF = PersonRef("p-elif", "Elif", "marketing")
JONAS = PersonRef("p-jonas", "Jonas", "logistics")
ANA_HERSELF = Colleague("p-ana", "Ana", "support", "ana@acme.example", frozenset({Role.LEAD}), "Europe/Paris")

NOW = datetime(2026, 11, 17, 8, 5, tzinfo=UTC)
HEARD = NOW - timedelta(minutes=3)


def at(hour: int, minute: int = 0, day: int = 17) -> datetime:
    """An instant of that November, by the clock of the company's zone."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


MAYA = Customer(
    "c-maya",
    "Maya Okafor",
    datetime(2023, 4, 2, tzinfo=UTC),
    {"tier": "Gold", "city": "Lyon", "country": "FR", "languages": "German, French"},
    "https://crm.example/contacts/42",
)
MAYA_THERE = Identity("mastodon", "maya@example.social", followers=12_400)


def post(words: str, number: int = 1, **more: Any) -> StoredPost:
    """A post of Maya's."""
    kept = {key: more.pop(key) for key in ("version", "edited_at", "deleted_at", "heard_at") if key in more}
    written = Post(
        network="mastodon",
        account="acme",
        external_id=str(number),
        author=Author(handle="maya@example.social", followers=12_400),
        text=words,
        posted_at=more.pop("posted_at", HEARD),
        url=f"https://example.social/@maya/{number}",
        **more,
    )
    return StoredPost(id=f"post-{number}", post=written, **{"heard_at": HEARD, **kept})


FIRST = post("My parcel came open. Is anybody there?", 1, posted_at=at(8, 40))
SECOND = post("And now a second one, crushed.", 2, posted_at=at(8, 51))
CRUSHED = post(
    "Third parcel in a row that arrives crushed. Are you even trying, @acme?",
    3,
    lang="de",
    media=(Media(url="https://example.social/1.jpg", alt="a crushed cardboard box"),),
)

READING = Reading(
    language=Guess("de", 0.97),
    mood=Guess("negative", 0.91),
    score=-0.74,
    urgency=Guess("urgent", 0.8),
    intents=(Guess("complaint", 0.93), Guess("question", 0.52)),
    departments=(Guess("logistics", 0.82), Guess("support", 0.64), Guess("product", 0.31)),
    topics=(Guess("delivery", 0.88), Guess("damage", 0.79)),
    urgent_for="one of our words: “crushed”",
)
SPOKE = (
    Why("intents", "complaint", (("mood", 2.8), ("about damage", 0.7))),
    Why("intents", "question", (("?", 2.2), ("are you", 0.7))),
    Why("mood", "negative", (("crushed", 0.9), ("even trying", 0.6), ("third", 0.4), ("row", 0.1))),
    Why("departments", "logistics", (("parcel", 2.5), ("crushed", 1.2)), (("row", 1.4),)),
    Why("departments", "support", (("trying", 0.4),), (("crushed", -1.6),)),
    Why("topics", "delivery", (("parcel", 3.0),)),
    Why("topics", "damage", (("crushed", 2.0),)),
)

FLOOR = Conversation(
    number=1042,
    customer_id="c-maya",
    network="mastodon",
    account="acme",
    opened_at=HEARD,
    floor_since=HEARD,
    urgent=True,
    why_urgent="one of our words: “crushed”",
    departments=("logistics", "support"),
    reading=READING,
    posts=3,
)

LEASE = Lease(until=at(10, 32), warn_at=at(10, 24))

HELD = replace(
    FLOOR,
    state=State.HELD,
    baton=Baton(ANA, at(10, 2), LEASE),
    route=("marketing", "support"),
    touched=("marketing", "support"),
    first_human_at=at(9, 20),
)

ANSWER = Answer(
    "a-1",
    "post-3",
    "We are sorry, Maya. A new one is on its way, in a sturdier box.",
    ANA,
    at(10, 12),
    AnswerState.SENDING,
)
WAY = Way("@acme@example.social", Visibility.PUBLIC, 500, "graphemes", 23, len)

OVERDUE = Escalated(at=at(9, 17), rung=1, why="nobody has taken it up", overdue=True)

FIXED = Outcome(OutcomeKind.FIXED, "parcels that arrive whole", "carrier switched back")

RESOLVED = replace(
    HELD,
    state=State.RESOLVED,
    baton=None,
    outcome=FIXED,
    resolved_by=ANA,
    resolved_at=HEARD + timedelta(minutes=72),
    touched=("support", "logistics"),
)


def sight(conversation: Conversation, *posts: StoredPost, notes: int = 0) -> Sight:
    """A conversation of Maya's, with her posts."""
    return Sight(conversation, MAYA, MAYA_THERE, posts or (FIRST, SECOND, CRUSHED), notes)


RECORD = CustomerRecord(
    customer=MAYA,
    identities=(MAYA_THERE, Identity("bluesky", "maya.o")),
    purchases=(Purchase("o-6", "Trail 40 backpack", datetime(2026, 10, 12, tzinfo=UTC), 149.0, "EUR"),),
    purchases_total=6,
    tickets=(Ticket("#8812", "crushed parcel", "closed", datetime(2026, 11, 3, tzinfo=UTC)),),
    conversations=(
        PastConversation(1042, "mastodon", HEARD, "floor", first_text="Third parcel in a row"),
        PastConversation(
            987, "mastodon", datetime(2026, 11, 3, tzinfo=UTC), "resolved", "fixed", "a whole parcel", "nothing", "Ana",
            ("support",),
        ),
        PastConversation(
            611, "bluesky", datetime(2025, 12, 20, tzinfo=UTC), "resolved", "idea", "gift wrap", "nothing", "Ben", ("product",)
        ),
    ),
    conversations_total=9,
    answered_total=7,
    posts_total=21,
    recent=(
        RecentPost("mastodon", HEARD, "Third parcel in a row that arrives crushed. Are you even trying, @acme?", 1042,
                   "https://example.social/@maya/3"),
        RecentPost("bluesky", datetime(2025, 12, 20, tzinfo=UTC), "Would love a gift wrap option", 611),
    ),
    ratings=(Rating(1042, 1, 5), Rating(611, 5, 5)),
    ideas=(AskedIdea(7, "Gift wrap at checkout", "planned", (611,)),),
)  # fmt: skip

ANSWERS = (
    CrmAnswer("main", "known", 0.41, NOW, url="https://crm.example/contacts/42", how="linked by Ana"),
    CrmAnswer("desk", "nobody", 0.2, NOW),
)

CLAIM = CommandSpec(
    "claim",
    "Take the baton: the next step is yours for a while",
    ("claim B-12", "claim B-12 for 2h"),
    (CONVERSATION, Param("span", "span", "For how long", "Like 30m, 2h or 1d", required=False)),
    aliases=("take",),
    slash="/claim",
)

PROPOSALS = (Proposal("c-maya", "c-mayo", 0.86, "same name, same site", "maya.o", "bluesky:maya.o"),)
MERGES = (
    Merge("m-1", "c-maya", "c-mo", "same e-mail", at(9, 3), names=("Maya Okafor", "mo77")),
    Merge("m-2", "c-maya", "c-m", "same order number", at(9, 30), ANA, "slack", names=("Maya Okafor", "M. Okafor")),
)

SPECS = (
    CLAIM,
    *(
        CommandSpec(name, summary, (f"{name} B-12", name), (CONVERSATION,))
        for name, summary in (
            ("list", "What is where: floor, mine, waiting, asked, or a department"),
            ("show", "The whole conversation: posts, trail, notes"),
            ("similar", "Who else says the same: one card stands for all of them"),
            ("separate", "Give one of those that say the same a card of its own"),
            ("why", "Why it is here: what triage found, how sure it is, and which words spoke for it"),
            ("rollup", "What is rolled up where more arrives than a channel takes; keep it so, or end it"),
            ("renew", "Keep the baton for longer"),
            ("release", "Give the baton back to the floor"),
            ("pass", "Ask a person or a department to take the baton; you hold it until they accept"),
            ("accept", "Take the baton you were asked to take"),
            ("decline", "Refuse a pass, with a reason; the giver keeps the baton"),
            ("join", "Take part beside the holder"),
            ("discuss", "Call departments into the thread, with a question"),
            ("note", "Write a comment"),
            ("perspective", "Say in a line what your department sees in it; it stays on the card"),
            ("escalate", "Raise it to the lead, the coordinator, the sponsor, or call it a crisis"),
            ("crisis", "Propose a crisis, open its room, keep its timeline, give the all-clear; alone, it shows them"),
            ("idea", "Raise an idea from a conversation; with an idea's number: vote, plan, ship, decline"),
            ("ideas", "What customers ask for, most asked for first"),
            ("ship", "An idea is done: customers can have it"),
            ("tell", "Those who asked for an idea hear that it shipped"),
            ("track", "Give an idea an issue in the tracker: a new one, or one that there is"),
            ("untrack", "An issue of the tracker is no longer linked with an idea; the issue stays as it is"),
            ("reply", "Answer the customer: a form shows what goes out, where, and who will see it"),
            ("draft", "Write an answer for whoever holds the baton to send"),
            ("suggest", "An answer drafted by a model, in a form where you change and send it"),
            ("summarise", "What a conversation is about, in a few lines by a model"),
            ("translate", "What the customer wrote last, in a language you read, by a model"),
            ("approve", "Approve an answer that waits for your department"),
            ("reject", "Do not approve an answer, with a reason; it goes back to its author"),
            ("resend", "Send the answer again that did not arrive"),
            ("sent", "Say that an answer arrived of which nobody knew"),
            ("resolve", "Close it: the outcome, what the customer wanted, what we changed"),
            ("wait", "The next step is the customer's; it comes back to you when they write"),
            ("reopen", "Put it back on the floor"),
            ("snooze", "Out of sight until then, or until the customer writes"),
            ("mute", "No notices to you; cards and threads stay as they are"),
            ("link", "Add a handle to a customer, or make your accounts on two platforms one"),
            ("merge", "Two customers are one; unmerge undoes it"),
            ("unmerge", "Undo that two customers are one"),
            ("customer", "Who this is and everything we know"),
            ("forget", "Erase a customer on their request; a second person confirms"),
            ("export", "A customer's data, on their request"),
            ("digest", "The weekly digest"),
            ("measures", "The details behind the digest: times, mood, networks and more, of any week"),
            ("stats", "How much there is, in a few numbers"),
            ("settings", "What is configured"),
            ("doctor", "What is wrong with the installation, and how to mend it"),
            ("help", "What Baton can do"),
        )
    ),
)
