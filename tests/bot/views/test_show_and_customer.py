"""The whole conversation and the customer's card: what is cut is said, what is unknown is left out."""

from __future__ import annotations

from dataclasses import replace

from bot.domain import events as e
from bot.domain.conversation import Conversation
from bot.domain.customer import AskedIdea, CustomerRecord, Identity, PastConversation, Ticket
from bot.ports import Match, Note
from bot.views import customer_card, customer_choice_card, customer_ideas_card, show_card
from bot.views import made_up as m
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of


def test_says_how_much_of_a_long_conversation_is_left_out() -> None:
    posts = [m.post(f"post number {n}", n) for n in range(1, 21)]
    trail = [e.Joined(at=m.NOW, by=m.BEN) for _ in range(40)]
    notes = [Note(str(n), 1, m.ANA, m.NOW, f"note number {n}") for n in range(20)]
    said = plain(show_card(m.sight(m.HELD, *posts), posts, trail, notes, {}, m.CONFIG, now=m.NOW))
    assert "14 posts between them left out" in said
    assert "25 earlier steps left out" in said
    assert "12 earlier notes left out" in said
    assert "┃ post number 1\n" in said
    assert "┃ post number 20" in said
    assert "post number 9" not in said


def test_offers_its_holder_the_next_step_and_everybody_else_to_join() -> None:
    sight = m.sight(m.HELD, m.post("hello", 1))
    labels = [
        [button.label for button in buttons_of(show_card(sight, [], [], [], {}, m.CONFIG, now=m.NOW, me=me))]
        for me in (m.ANA, m.BEN)
    ]
    assert labels[0][:2] == ["Pass…", "Resolve…"]
    assert labels[1][0] == "Join"


def test_shows_what_an_edited_post_said_before() -> None:
    edited = m.post("now", 1, edited_at=m.at(9, 12), version=2)
    versions = {"post-1": [(m.at(9, 10), "first"), (m.at(9, 12), "second")]}
    said = plain(show_card(m.sight(m.HELD, edited), [edited], [], [], versions, m.CONFIG, now=m.NOW))
    assert "until 09:12 it said; 1 earlier change before that:\n┃ second" in said


def test_shows_no_earlier_text_of_a_deleted_post() -> None:
    gone = m.post("", 1, deleted_at=m.at(9, 31), version=1)
    conversation = replace(m.FLOOR, posts=1, deleted_posts=1, deleted_at=m.at(9, 31))
    opened = e.Opened(
        at=m.NOW,
        number=1,
        customer_id="c",
        network="x",
        account="",
        post_id="post-1",
        urgent=True,
        why_urgent="danger: “burnt”",
    )
    versions = {"post-1": [(m.at(9, 10), "burnt")]}
    said = plain(show_card(m.sight(conversation, gone), [gone], [opened], [], versions, m.CONFIG, now=m.NOW))
    assert "burnt" not in said
    assert "urgent, danger" in said


def test_offers_the_step_that_the_state_allows() -> None:
    def first(conversation: Conversation) -> str:
        sight = m.sight(conversation)
        return next(buttons_of(show_card(sight, [], [], [], {}, m.CONFIG, now=m.NOW))).command

    assert [first(c) for c in (m.FLOOR, m.HELD, m.RESOLVED)] == ["claim", "join", "reopen"]


def test_leaves_out_what_is_not_known() -> None:
    bare = CustomerRecord(replace(m.MAYA, since=None, attributes={}, crm_url=None), (Identity("x", "maya"),))
    without_crm = m.CONFIG.model_copy(update={"crm": {}})
    said = plain(customer_card(bare, without_crm)).splitlines()
    assert said == ["(Maya Okafor: 0 conversations)", "# Maya Okafor", "Handles  @maya on X"]


def test_says_where_a_person_works_and_names_an_address_once() -> None:
    identities = (Identity("email", "maya@mail.example"), Identity("x", "maya"), Identity("email", "Maya@mail.example"))
    maya = replace(m.MAYA, attributes={"position": "Head of purchasing", "company": "Acme", "segment": "trade"})
    said = plain(customer_card(CustomerRecord(maya, identities), m.CONFIG))
    assert "Head of purchasing at Acme · customer since 2023 · segment: trade" in said
    assert "Handles  maya@mail.example · @maya on X\n" in said


def test_totals_are_whole_where_lists_are_cut() -> None:
    identities = tuple(Identity("x", f"maya{n}") for n in range(7))
    said = plain(customer_card(replace(m.RECORD, identities=identities), m.CONFIG))
    assert "6 purchases in all" in said
    assert "9 conversations · 21 posts · 7 answered" in said
    assert "@maya4 on X · 2 more" in said


def test_unknown_attributes_are_told_by_their_own_names() -> None:
    customer = replace(m.MAYA, attributes={"shoe_size": "38", "tier": "Gold"})
    said = plain(customer_card(replace(m.RECORD, customer=customer), m.CONFIG))
    assert "shoe size: 38" in said
    assert "tier" not in said


def test_what_they_asked_for_are_ideas_and_what_ended_as_one_before_there_were_any() -> None:
    def past(number: int, outcome: str, wanted: str) -> PastConversation:
        return PastConversation(number, "x", m.NOW, "resolved", outcome, wanted, "nothing")

    before = (past(1, "idea", "dark mode"), past(2, "fixed", "a parcel"), past(3, "idea", "dark mode"))
    ideas = (AskedIdea(7, "Gift wrap", "planned", (4, 5)),)
    record = replace(m.RECORD, conversations=(*before, past(4, "idea", "gift wrapping")), ideas=ideas)
    said = plain(customer_card(record, m.CONFIG))
    assert "Asked for  Gift wrap (planned) and dark mode\n" in said
    alone = plain(customer_ideas_card(record, m.CONFIG))
    assert "asked for 3 things" in alone
    assert "*I-7* · Gift wrap · planned · B-4 and B-5" in alone
    assert "gift wrapping" not in alone


def test_a_choice_of_customers_looks_each_up_by_its_id() -> None:
    card = customer_choice_card("maya", [Match(m.MAYA, 0.864, "the same name")])
    assert [(b.command, b.args) for b in buttons_of(card)] == [("customer", {"id": "c-maya"})]
    assert "the same name, 86 % sure" in plain(card)


def test_an_open_ticket_says_since_when_and_another_one_its_date() -> None:
    tickets = (Ticket("T-1", "zip", "Open", m.at(9)), Ticket("T-2", "strap", "closed", m.at(9)), Ticket("T-3", "lid"))
    said = plain(customer_card(replace(m.RECORD, tickets=tickets), m.CONFIG))
    assert "T-1 zip, Open since 17 Nov · T-2 strap, closed (17 Nov) · T-3 lid" in said


def test_an_open_conversation_says_who_holds_it() -> None:
    held = PastConversation(7, "x", m.NOW, "held", who="Ana Lima")
    free = PastConversation(8, "x", m.NOW, "floor")
    said = plain(customer_card(replace(m.RECORD, conversations=(free, held)), m.CONFIG))
    assert "B-8 on the floor · B-7 held by Ana Lima" in said.replace("*", "")
