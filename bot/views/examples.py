"""An example of every card, from made-up data: what a new renderer is shown with, and what the snapshots hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cards import Card
from bot.domain import events as e
from bot.domain.answer import AnswerState, Draft
from bot.domain.conversation import PassRequest, Perspective, State
from bot.domain.forgetting import Forgetting, Report
from bot.domain.measures import Digest, Failure, Tally, Unheard, Window
from bot.domain.outcome import OutcomeKind
from bot.domain.policy import Lease
from bot.domain.visibility import visible
from bot.domain.writing import Written
from bot.errors import Offer, UserError
from bot.ports import Browse, Counts, Finding, Line, Match, Note
from bot.views import made_up as m
from bot.views.answer_notices import (
    answer_approved_card,
    answer_failed_card,
    answer_rejected_card,
    answer_unclear_card,
    approval_asked_card,
)
from bot.views.answers import not_here_card
from bot.views.conversation import conversation_card, forgotten_card
from bot.views.copied import notes_card
from bot.views.crm_link import crm_linked_card
from bot.views.customer import customer_card, customer_conversations_card, customer_ideas_card, customer_posts_card
from bot.views.customer_choice import customer_choice_card, customer_unknown_card
from bot.views.digest import digest_card
from bot.views.forgetting import forget_asked_card, forget_report_card
from bot.views.found import found_conversation_card, found_customer_card
from bot.views.guide import first_contact_card, help_card, help_verb_card
from bot.views.identity import identity_blocks, merged_card, somebody_elses_card, which_merge_card
from bot.views.lists import home_card, likely_card, list_card
from bot.views.notices import (
    called_from_afar_card,
    customer_wrote_card,
    deleted_card,
    discussion_call_card,
    edited_after_card,
    escalated_card,
    holding_card,
    lease_expired_card,
    lease_warning_card,
    pass_accepted_card,
    pass_asked_card,
    pass_declined_card,
    pass_wanted_card,
    woken_card,
)
from bot.views.reading import why_card
from bot.views.show import show_card
from bot.views.similar import similar_card
from bot.views.system import (
    doctor_card,
    done_card,
    entries_given_up_card,
    error_card,
    link_code_card,
    settings_card,
    source_back_card,
    source_out_card,
    stats_card,
)
from bot.views.writing import (
    not_written_card,
    suggestion_card,
    summary_card,
    translation_card,
    writing_late_card,
)

Examples = tuple[tuple[str, Card], ...]

_ASKED = PassRequest(m.ANA, "is this the new box?", m.at(10, 10), to_department="product")
_PASSING = replace(m.HELD, pass_request=_ASKED)
_CALLED = e.DiscussionCalled(
    at=m.at(10, 4), by=m.ANA, departments=("legal", "logistics"), question="which carrier was it?"
)
_LONG = m.post("The box was soft, the tape was loose and the driver was in a hurry. " * 20, 4)
_EDITED = m.post(
    "Third parcel in a row that arrives crushed. Sorry, @acme, wrong shop.", 3, edited_at=m.at(9, 12), version=1
)
_HOSTILE = m.post(
    "<!channel> *free* <https://evil.example|your bank> @everyone `rm -rf /`\u202e gnp.exe | & < > ~x~ _y_\n\n\n\n> quoted",
    5,
)
_GONE = m.post("", 3, deleted_at=m.at(9, 31))


def _conversations() -> Examples:
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
        ("conversation, a pass waits", m.sight(_PASSING)),
        ("conversation, escalated, with perspectives", m.sight(escalated)),
        ("conversation, crisis", m.sight(crisis)),
        ("conversation, waiting for the customer", m.sight(replace(m.HELD, state=State.WAITING))),
        ("conversation, snoozed", m.sight(sleeping)),
        ("conversation, back on the floor", m.sight(back)),
        ("conversation, back on the floor, still asked", m.sight(replace(back, pass_request=_ASKED))),
        ("conversation, echoed", m.sight(echoed)),
        ("conversation, resolved with its echoes", m.sight(replace(m.RESOLVED, echoes=1, spread={"reddit": 1}))),
        ("conversation, edited", m.sight(edited, _EDITED)),
        ("conversation, deleted", m.sight(gone, _GONE)),
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
        ("conversation, held, answerable", conversation_card(m.sight(m.HELD), m.CONFIG, now=m.NOW, answerable=True)),
        ("no answer from here", not_here_card(m.sight(m.HELD), "A feed is read only.")),
    )


_NOTED = (
    Note(
        "n1",
        1042,
        m.BEN,
        m.at(10, 12),
        "Spoke with the carrier, they knew.\n📎 box.jpg https://acme.example/box.jpg",
        via="teams",
    ),
    Note("n2", 1042, m.ANA, m.at(10, 13), "Then see https://shop.example/returns", via="slack"),
)


def _notices() -> Examples:
    held, passing, floor = m.sight(m.HELD), m.sight(_PASSING), m.sight(m.FLOOR)
    accepted = e.PassAccepted(at=m.at(10, 14), by=m.BEN, giver=m.ANA, lease=Lease(m.at(10, 44), m.at(10, 36)))
    declined = e.PassDeclined(at=m.at(10, 15), by=m.BEN, giver=m.ANA, why="the box is Logistics' now")
    wanted = e.PassWanted(at=m.at(10, 15), by=m.BEN, holder=m.ANA, ask="I know the customer")
    expired = e.LeaseExpired(at=m.at(10, 32), holder=m.ANA)
    raised = e.Escalated(at=m.at(9, 40), by=m.ANA, rung=2, why="three parcels, press asking")
    crisis = e.CrisisRaised(at=m.at(9, 40), by=m.JONAS, why="the stove may catch fire")
    gone = m.sight(replace(m.HELD, posts=1, deleted_posts=1, deleted_at=m.at(9, 31)), _GONE)
    c, now = m.CONFIG, m.NOW
    return (
        ("you hold it", holding_card(m.HELD)),
        ("called into the thread", discussion_call_card(floor, _CALLED, c, people=(m.JONAS,))),
        ("a note from another thread", notes_card(_NOTED[:1], c, here="slack")),
        ("notes from other threads", notes_card(_NOTED, c, here="slack")),
        ("called in from another platform", called_from_afar_card(floor, _CALLED, c)),
        ("back from its snooze", woken_card(held, c, now=now)),
        ("asked to take it", pass_asked_card(passing, _ASKED, c, now=now)),
        ("pass accepted", pass_accepted_card(held, accepted, c)),
        ("pass declined", pass_declined_card(held, declined, c)),
        ("somebody wants it", pass_wanted_card(held, wanted, c)),
        ("time nearly over", lease_warning_card(held, c, now=now)),
        ("time over", lease_expired_card(floor, expired, c, now=now)),
        ("escalated by a person", escalated_card(held, raised, c, people=(m.ELIF,))),
        ("escalated because overdue", escalated_card(floor, m.OVERDUE, c)),
        ("crisis raised", escalated_card(floor, crisis, c)),
        ("the customer wrote", customer_wrote_card(held, c, now=now)),
        ("edited after we read it", edited_after_card(m.sight(m.HELD, _EDITED), _EDITED, c, now=now)),
        ("deleted by the customer", deleted_card(gone, c, now=now)),
        *_about_answers(),
    )


def _about_answers() -> Examples:
    asked = replace(m.ANSWER, state=AnswerState.ASKED, needs=("legal",))
    stuck = m.sight(replace(m.HELD, answer=replace(m.ANSWER, state=AnswerState.FAILED)))
    approved = e.AnswerApproved(at=m.at(10, 20), by=m.BEN, answer_id="a-1", department="legal")
    rejected = e.AnswerRejected(
        at=m.at(10, 20), by=m.BEN, answer_id="a-1", author=m.ANA, text=m.ANSWER.text, why="we may not promise a date"
    )
    failed = e.AnswerFailed(at=m.at(10, 13), answer_id="a-1", why="Mastodon: the account was suspended.")
    unclear = e.AnswerUnclear(at=m.at(10, 13), answer_id="a-1", why="no answer in 20 s")
    return (
        ("asked to approve an answer", approval_asked_card(m.sight(replace(m.HELD, answer=asked)), asked, m.CONFIG)),
        ("answer approved", answer_approved_card(m.sight(replace(m.HELD, answer=m.ANSWER)), approved, m.CONFIG)),
        ("answer rejected", answer_rejected_card(m.sight(m.HELD), rejected, m.CONFIG)),
        ("answer failed", answer_failed_card(stuck, failed)),
        ("answer of unknown fate", answer_unclear_card(stuck, unclear)),
    )


def _line(number: int, words: str, name: str = "Maya Okafor", **changes: Any) -> Line:
    base = replace(m.FLOOR, number=number, urgent=False, why_urgent=None)
    return Line(replace(base, **changes), name, words)


def _lists() -> Examples:
    lines = [
        Line(m.FLOOR, "Maya Okafor", m.CRUSHED.post.text),
        Line(
            replace(m.HELD, number=1041),
            "Tom Bell",
            "Does the new app run on an old phone, or do I have to buy another one?",
        ),
        _line(1040, "Thank you, the zip holds.", "Lu Chen", echoes=41, floor_since=m.at(17, 20, day=16)),
        _line(1039, "", "Nobody Here", deleted_posts=1, deleted_at=m.NOW),
    ]
    of_me = PassRequest(m.BEN, "is this the old box?", m.at(10, 10), to_person=m.ANA)
    by_ben = replace(m.ANSWER, by=m.BEN, state=AnswerState.ASKED, needs=("support",))
    waiting = replace(m.HELD, number=1037, answer=by_ben)
    asked = [
        Line(replace(m.HELD, number=1038, pass_request=of_me), "Maya Okafor", m.CRUSHED.post.text),
        Line(waiting, "Tom Bell", "Is it true?"),
    ]
    mine = [Line(replace(m.HELD, number=1041), "Tom Bell", "Does the new app run on an old phone?")]
    week = [m.FLOOR, m.HELD, m.RESOLVED]
    now = m.NOW + timedelta(hours=1)
    nobody = replace(m.ANA_HERSELF, department=None)
    return (
        ("list", list_card(lines, Browse("open"), 57, m.CONFIG, now=m.NOW)),
        ("list, empty", list_card([], Browse("mine"), 0, m.CONFIG, now=m.NOW)),
        *_echoes(),
        ("which conversation", likely_card(m.CLAIM, lines[:3], m.CONFIG, now=m.NOW)),
        ("home", home_card(m.ANA_HERSELF, mine, asked, [lines[0], *lines[2:]], 12, week, m.CONFIG, now=now)),
        ("home, first time", home_card(nobody, [], [], [], 0, [], m.CONFIG, now=now)),
    )


def _echoes() -> Examples:
    leader = replace(m.FLOOR, echoes=41, spread={"mastodon": 30, "reddit": 11})
    ended = {"state": State.RESOLVED, "outcome": m.FIXED, "resolved_by": m.ANA, "resolved_at": m.NOW}
    echo: dict[str, Any] = {"state": State.ECHO, "echo_of": 1042}
    lines = [
        _line(
            1060, "Third parcel in a row that comes crushed. Are you even trying?", "Tom Bell", network="reddit", **echo
        ),
        _line(1059, "RT @maya: Third parcel in a row that arrives crushed. Are you even tr…", "Lu Chen", **echo),
        _line(1051, "Third parcel in a row that arrives crushed!", "Ina Berg", **(echo | ended)),
        _line(1050, "", "forgotten", forgotten=True, **(echo | {"state": State.RESOLVED})),
    ]
    first = e.Opened(
        at=m.HEARD, number=1060, customer_id="c-maya", network="reddit", account="acme", post_id="post-1", echo_of=1042
    )
    alone = m.sight(lines[0].conversation, m.FIRST)
    return (
        ("similar", similar_card(leader, lines, m.CONFIG, before=8, most=8, now=m.NOW)),
        ("similar, none", similar_card(m.FLOOR, [], m.CONFIG, before=0, most=8, now=m.NOW)),
        ("show, says the same as another", show_card(alone, (m.FIRST,), (first,), (), {}, m.CONFIG, now=m.NOW)),
    )


def _show() -> Examples:
    lease = Lease(m.at(10, 32), m.at(10, 24))
    trail = (
        e.Opened(
            at=m.HEARD, number=1042, customer_id="c-maya", network="mastodon", account="acme", post_id="post-1",
            urgent=True, why_urgent="one of our words: “crushed”", departments=("logistics", "support"),
        ),
        e.Claimed(at=m.at(9, 20), by=m.ELIF, lease=lease),
        e.PassAsked(at=m.at(9, 30), by=m.ELIF, to_department="support", ask="can you send a new one?"),
        e.PassAccepted(at=m.at(10, 2), by=m.ANA, giver=m.ELIF, lease=lease),
        _CALLED,
        e.PerspectiveGiven(at=m.at(10, 5), by=m.JONAS, department="logistics", text="carrier changed in Lyon last week"),
        e.AnswerWritten(at=m.at(10, 12), by=m.ANA, answer_id="a-1", post_id="post-3", text=m.ANSWER.text),
        e.AnswerSent(at=m.at(10, 13), answer_id="a-1", url="https://example.social/@acme/9"),
    )  # fmt: skip
    notes = (Note("n1", 1042, m.ANA, m.at(10, 12), "Spoke with the carrier, they knew."),)
    versions = {"post-3": [(m.at(9, 12), m.CRUSHED.post.text)]}
    posts = (m.FIRST, m.post("", 2, posted_at=m.at(8, 51), deleted_at=m.at(9, 31)), _EDITED)
    sight = m.sight(m.HELD, *posts)
    return (
        ("show", show_card(sight, posts, trail, notes, versions, m.CONFIG, now=m.NOW)),
        ("why here", why_card(m.FLOOR, m.MAYA, m.READING, m.SPOKE, m.CONFIG)),
    )


def _customers() -> Examples:
    stranger = replace(m.MAYA, id="c-2", name="Mia Okafor", since=None, attributes={"city": "Oslo"}, crm_url=None)
    bare = replace(m.RECORD, customer=replace(stranger, attributes={}), identities=(m.MAYA_THERE,), purchases=(),
                   purchases_total=0, tickets=(), conversations=m.RECORD.conversations[:1], conversations_total=1,
                   answered_total=0, posts_total=1, recent=(), ratings=())  # fmt: skip
    seen, left_out = visible(m.RECORD, frozenset({"purchases", "tickets", "email"}))
    slow = (replace(m.ANSWERS[0], state="late", seconds=1.5, url=None), m.ANSWERS[1])
    shut = (replace(m.ANSWERS[0], state="failed", why="the CRM does not let us in", url=None),)
    matches = (Match(m.MAYA, 0.86, "the name is nearly the same"), Match(stranger, 0.71, "the surname is the same"))
    return (
        ("customer", customer_card(m.RECORD, m.CONFIG, m.ANSWERS)),
        ("customer, hardly known", customer_card(bare, m.CONFIG)),
        ("customer, a slow CRM", customer_card(bare, m.CONFIG, slow)),
        ("customer, a CRM that refuses", customer_card(bare, m.CONFIG, shut)),
        ("customer, to some of the company", customer_card(seen, m.CONFIG, left_out=left_out, reader="marketing")),
        (
            "customer, probably two",
            customer_card(m.RECORD, m.CONFIG, identity=identity_blocks(m.MAYA, m.PROPOSALS, m.MERGES, frozenset())),
        ),
        ("customers joined", merged_card(m.MAYA, m.MERGES[0])),
        ("which merge is wrong", which_merge_card(m.MAYA, m.MERGES)),
        ("somebody else's handle", somebody_elses_card("x:maya_o", stranger, m.MAYA.id)),
        (
            "customer linked",
            crm_linked_card(m.MAYA, "main", m.CONTACT, m.CONFIG, former=True, hidden=frozenset()),
        ),
        ("customer unlinked", crm_linked_card(m.MAYA, "main", None, m.CONFIG, former=True, hidden=frozenset())),
        ("customer's conversations", customer_conversations_card(m.RECORD, m.CONFIG)),
        ("customer's posts", customer_posts_card(m.RECORD, m.CONFIG)),
        ("customer's ideas", customer_ideas_card(m.RECORD, m.CONFIG)),
        ("which customer", customer_choice_card("maja okafor", matches)),
        ("customer unknown", customer_unknown_card("zzz")),
        ("found customer", found_customer_card(matches[0], m.CONFIG)),
        ("found conversation", found_conversation_card(Line(m.FLOOR, "Maya Okafor", ""), m.CONFIG)),
    )


def _forgotten() -> Examples:
    asked = Forgetting("f-1", "c-maya", m.ANA, m.at(10, 4), m.at(10, 4, day=24), "asked for it by e-mail", 1042)
    left = ("main: it refused (notes are kept for ten years), so our entries stay there: B-1042/resolved/9",)
    report = Report({"posts": 3, "conversations": 1, "notes": 2, "cards": 2, "messages": 1, "crm": 1}, left)
    done = replace(asked, state="done", decided_by=m.BEN, report=report)
    return (
        ("conversation, forgotten", forgotten_card("B-1042")),
        ("asked to forget a customer", forget_asked_card(asked, m.CONFIG)),
        ("a customer was forgotten", forget_report_card(done, m.CONFIG)),
    )


def _digest() -> Digest:
    window = Window(datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC), "Europe/Paris")
    tally = Tally(
        heard=1204, touched=746, changed=84, resolved=610, several=231, handovers=63, bounces=12,
        first_human=timedelta(minutes=18), to_outcome=timedelta(hours=26, minutes=24),
        outcomes={
            "support": {OutcomeKind.ANSWERED: 310, OutcomeKind.FIXED: 52, OutcomeKind.NO_ACTION: 20},
            "product": {OutcomeKind.IDEA: 61, OutcomeKind.ANSWERED: 40},
            "": {OutcomeKind.PRAISE: 3},
        },
        passed={("marketing", "support"): 31, ("support", "logistics"): 20, ("sales", "support"): 12},
        days=(160, 182, 190, 171, 201, 150, 150),
    )  # fmt: skip
    before = replace(tally, heard=1115, touched=625, changed=56, several=162, first_human=timedelta(minutes=25))
    unheard = (
        Unheard(m.FLOOR, "Maya Okafor", m.CRUSHED.post.text, 12_400),
        Unheard(replace(m.FLOOR, number=1029, urgent=False), "Lu Chen", "Could the strap be a bit longer?", 310),
    )
    failures = (Failure("Trustpilot", "token expired", m.at(6, 0)),)
    return Digest(window, tally, before, unheard, failures)


def _system() -> Examples:
    error = UserError(
        "Ana holds the baton of B-1042.",
        "Join, or ask Ana to pass it to you: `pass B-1042 me`.",
        (Offer("Join", "join", (("conversation", "B-1042"),)),),
    )
    findings = (
        Finding("Database", "ok"),
        Finding("Slack", "fail", "the bot is not in #floor", "Invite it there: `/invite @Baton`."),
        Finding("Departments", "warn", "nobody leads Legal", "Name a lead under `[[people]]` in baton.toml."),
        Finding("Outbox", "ok"),
    )
    counts = Counts(
        2911,
        {"x": 2800, "mastodon": 111},
        2204,
        {"floor": 2100, "held": 4, "waiting": 1, "resolved": 99},
        1890,
        2204,
        12,
        1,
    )
    window = Window(datetime(2026, 11, 15, 23, tzinfo=UTC), datetime(2026, 11, 22, 23, tzinfo=UTC), "Europe/Paris")
    return (
        ("error", error_card(error)),
        ("done", done_card("You are in Support now.")),
        ("a code to link accounts", link_code_card("7QF2M-9XT4K", m.at(10, 24))),
        ("settings", settings_card(m.CONFIG, m.ANA_HERSELF)),
        ("doctor", doctor_card(findings)),
        ("doctor, all fine", doctor_card((Finding("Database", "ok"), Finding("Slack", "ok")))),
        ("stats", stats_card(counts)),
        (
            "source out",
            source_out_card("fediverse", "mastodon", m.at(10), m.at(8, 12), "401: The access token was revoked"),
        ),
        (
            "entries given up",
            entries_given_up_card("main", 3, [12, 40], 0, "503: it is down for maintenance", m.at(10), m.CONFIG),
        ),
        ("source out, never heard", source_out_card("blog", "rss", m.at(10), None, "it is no feed")),
        ("source back", source_back_card("fediverse", "mastodon", timedelta(hours=3, minutes=12), 34)),
        ("source back, nothing new", source_back_card("blog", "rss", timedelta(minutes=40), 0)),
        ("digest", digest_card(_digest(), m.CONFIG)),
        ("digest, nothing heard", digest_card(Digest(window, Tally()), m.CONFIG)),
        ("help", help_card(m.SPECS)),
        ("help for a verb", help_verb_card(m.CLAIM)),
        ("first contact", first_contact_card(m.SPECS)),
    )


def _written() -> Examples:
    drafted = Written(
        "We are sorry, and a new one goes out today.\n\n– Ana and the team", ("https://evil.example", "@ceo")
    )
    lines = Written("Third parcel that arrives crushed.\nWe promised a new one; it is not there yet.")
    return (
        ("a suggestion that took longer", suggestion_card("B-1042", drafted, "a new one goes out")),
        ("a summary", summary_card("B-1042", lines)),
        ("a translation", translation_card("B-1042", "en", Written("Third parcel in a row that arrives crushed."))),
        ("it is being written", writing_late_card("B-1042", "translate", {"into": "en"})),
        ("it could not be written", not_written_card("B-1042", "suggest", "The model did not answer in 30 s.")),
    )


EXAMPLES: Examples = (
    *_conversations(),
    *_notices(),
    *_lists(),
    *_show(),
    *_customers(),
    *_forgotten(),
    *_written(),
    *_system(),
)
