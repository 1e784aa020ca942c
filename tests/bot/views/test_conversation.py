"""What the conversation's card says and offers, state by state."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.cards import Actions, Button, Card, Menu
from bot.config import Config
from bot.config.parts import AiPart
from bot.domain.answer import AnswerState, Draft
from bot.domain.conversation import Baton, Conversation, Perspective, State
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.people import PersonRef
from bot.domain.post import StoredPost, Visibility
from bot.domain.triage import Guess
from bot.views import conversation_card
from bot.views import made_up as m
from tests.bot.views.plain import plain
from tests.bot.views.test_examples import buttons_of


def shown(conversation: Conversation, *posts: StoredPost, now: datetime = m.NOW, notes: int = 0) -> str:
    return plain(card_of(conversation, *posts, now=now, notes=notes))


def card_of(conversation: Conversation, *posts: StoredPost, now: datetime = m.NOW, notes: int = 0) -> Card:
    return conversation_card(m.sight(conversation, *posts, notes=notes), m.CONFIG, now=now)


def row(card: Card) -> list[str]:
    """Labels of the buttons, without those of the menu."""
    actions = card.blocks[-1]
    assert isinstance(actions, Actions)
    return [item.label for item in actions.items if isinstance(item, Button)]


def menu(card: Card) -> list[str]:
    actions = card.blocks[-1]
    assert isinstance(actions, Actions)
    return [option.command for item in actions.items if isinstance(item, Menu) for option in item.options]


def test_says_who_is_told_next_and_when_by_the_policies() -> None:
    assert "on the floor since 09:02 · goes to Logistics' lead at 09:17" in shown(m.FLOOR)
    calm = replace(m.FLOOR, urgent=False)
    assert "goes to Logistics' lead at 13:02" in shown(calm)
    assert "goes to the coordinator at 09:47" in shown(replace(m.FLOOR, rung=1, told=(1,)))
    first = next(iter(m.CONFIG.departments))
    assert f"goes to {first.capitalize()}'s lead" in shown(replace(m.FLOOR, departments=()))


def test_says_nothing_of_a_next_rung_when_all_are_told() -> None:
    assert "goes to" not in shown(replace(m.FLOOR, rung=3, told=(1, 2, 3)))


def test_urgency_is_said_in_words_and_absent_when_there_is_none() -> None:
    assert "🔴 Urgent" in shown(m.FLOOR)
    assert "rgent" not in shown(replace(m.FLOOR, urgent=False, why_urgent=None))


def test_holder_and_route_are_on_the_baton_line() -> None:
    assert "Ana (Support) until 10:32 · Marketing → Support" in shown(m.HELD)
    assert "→" not in shown(replace(m.HELD, route=("support",), departments=()))


def test_other_days_are_told_with_their_day_and_long_past_ones_by_it_alone() -> None:
    assert "on the floor since 17 Nov 09:02" in shown(m.FLOOR, now=m.NOW + timedelta(days=1))
    old = m.post("long ago", 3, posted_at=m.NOW.replace(year=2015, month=2, day=24))
    assert "posted 24 Feb 2015 · heard 09:02" in shown(replace(m.FLOOR, posts=1), old)


def test_offers_what_the_state_allows() -> None:
    assert row(card_of(m.FLOOR))[0] == "Claim"
    assert row(card_of(m.HELD))[:4] == ["Open on Mastodon", "Pass…", "Resolve…", "Join"]
    assert row(card_of(replace(m.HELD, state=State.WAITING)))[:2] == ["Take it up", "Resolve…"]
    assert row(card_of(m.RESOLVED)) == ["Reopen", "Show"]


def test_who_may_be_answered_from_here_is_answered_first_and_there_is_one_way_to_answer_at_a_time() -> None:
    def offered(state: AnswerState | None, needs: tuple[str, ...] = ()) -> list[str]:
        answer = replace(m.ANSWER, state=state, needs=needs) if state is not None else None
        sight = m.sight(replace(m.HELD, answer=answer))
        card = conversation_card(sight, m.CONFIG, now=m.NOW, answerable=True)
        return [b.label for b in buttons_of(card) if b.command in {"reply", "resend", "sent", "approve", "reject"}]

    assert offered(None) == offered(AnswerState.SENT) == ["Reply…"]
    assert offered(AnswerState.SENDING) == []
    assert offered(AnswerState.ASKED, ("legal",)) == ["Approve", "Reject…", "Change answer…"]
    assert offered(AnswerState.FAILED) == ["Send again", "Change it…", "I answered there…"]
    assert offered(AnswerState.UNCLEAR) == ["It arrived", "Send again"]


def test_nobody_is_offered_to_answer_where_the_network_takes_none() -> None:
    for conversation in (m.FLOOR, m.HELD, replace(m.HELD, state=State.WAITING)):
        assert not {b.command for b in buttons_of(card_of(conversation))} & {"reply", "draft"}


def test_what_is_asked_and_what_was_answered_are_told_once_resolved_no_more() -> None:
    asked = replace(m.ANSWER, state=AnswerState.ASKED, needs=("legal", "product"), approved=(m.BEN,))
    said = shown(replace(m.HELD, answer=asked))
    assert "Waits for Legal to approve*: the answer of Ana (Support), Ben approved" in said
    assert "┃ We are sorry, Maya." in said
    assert "We are sorry" not in shown(replace(m.RESOLVED, answer=asked, draft=Draft("We are sorry", m.ANA, m.NOW)))


def test_every_open_state_lets_anyone_escalate_note_and_give_a_perspective() -> None:
    for conversation in (
        m.FLOOR,
        m.HELD,
        replace(m.HELD, state=State.WAITING),
        replace(m.FLOOR, snoozed_until=m.at(12)),
    ):
        assert {"escalate", "note", "perspective"} <= set(menu(card_of(conversation)))


def test_an_unknown_address_of_a_post_is_not_offered() -> None:
    for url in ("javascript:alert(1)", "file:///etc/passwd", "https://a.example/ b", None):
        stored = m.CRUSHED.model_copy(update={"post": m.CRUSHED.post.model_copy(update={"url": url})})
        assert not [label for label in row(card_of(m.FLOOR, stored)) if label.startswith("Open")]


def test_quotes_the_newest_post_and_counts_the_earlier_ones() -> None:
    said = shown(m.FLOOR)
    assert "┃ Third parcel" in said
    assert "2 earlier posts, the first: “My parcel came open." in said
    assert "earlier" not in shown(replace(m.FLOOR, posts=1), m.CRUSHED)


def test_quotes_what_is_left_when_the_newest_post_was_deleted() -> None:
    gone = m.post("", 3, deleted_at=m.at(9, 31))
    said = shown(replace(m.FLOOR, deleted_posts=1, deleted_at=m.at(9, 31)), m.FIRST, m.SECOND, gone)
    assert "┃ And now a second one, crushed." in said
    assert "🗑 The customer deleted a post at 09:31" in said
    assert "1 earlier post," in said


def test_no_word_of_a_deleted_conversation_is_left() -> None:
    gone = m.post("", 3, deleted_at=m.at(9, 31))
    said = shown(replace(m.FLOOR, posts=1, deleted_posts=1, deleted_at=m.at(9, 31)), gone)
    assert "crushed" not in said
    assert "┃" not in said
    assert "🗑 The customer deleted this post at 09:31" in said


def test_a_long_post_is_cut_and_the_rest_counted() -> None:
    said = shown(replace(m.FLOOR, posts=1), m.post("word " * 300, 3))
    assert "more characters left out   [ Show ]" in said


def test_a_private_message_is_marked() -> None:
    private = m.CRUSHED.model_copy(
        update={"post": m.CRUSHED.post.model_copy(update={"visibility": Visibility.PRIVATE})}
    )
    assert "Mastodon, private message" in shown(m.FLOOR, private)


def test_says_english_of_no_post_and_other_languages_by_name() -> None:
    def language(tag: str) -> str:
        return shown(replace(m.FLOOR, posts=1), m.post("hello", 3, lang=tag))

    assert "English" not in language("en-GB")
    assert "in Portuguese" in language("pt-BR")
    assert "und" not in language("und").split("posted")[1].splitlines()[0]


def test_a_rating_is_told_with_the_best_that_was_possible() -> None:
    def rated(**rating: float) -> str:
        return shown(replace(m.FLOOR, posts=1), m.post("hello", 3, **rating))

    assert "rated 2 of 5" in rated(rating=2)
    assert "rated 8.5 of 10" in rated(rating=8.5)
    assert "rated 4 of 10" in rated(rating=4, best_rating=10)
    assert "rated 0 of 5" in rated(rating=0)


def test_a_post_without_words_says_so() -> None:
    assert "an empty post" in shown(replace(m.FLOOR, posts=1), m.post(" ", 3))


def test_a_crisis_shows_its_reason_once() -> None:
    assert shown(replace(m.FLOOR, crisis=True, why_urgent="it may burn")).count("it may burn") == 1


def test_more_perspectives_than_fit_are_counted() -> None:
    views = {f"d{n}": Perspective("a view", m.BEN, m.NOW) for n in range(6)}
    assert "2 more perspectives with Show" in shown(replace(m.FLOOR, perspectives=views))


def test_notes_are_counted() -> None:
    assert "1 note in the thread" in shown(m.HELD, notes=1)
    assert "note in" not in shown(m.HELD)


def test_resolved_takes_two_lines_beside_its_buttons() -> None:
    said = shown(m.RESOLVED).splitlines()[1:]
    assert said == [
        "✅ *B-1042* Fixed in 1 h 12 by Ana (Support) with Logistics",
        "  Maya Okafor · wanted: parcels that arrive whole · changed: carrier switched back",
        "[ Reopen ]  [ Show ]",
    ]


def test_an_outcome_that_is_a_thing_comes_after_a_time() -> None:
    idea = Outcome(OutcomeKind.IDEA, "gift wrap", "nothing")
    assert "Idea after 1 h 12 by Ana" in shown(replace(m.RESOLVED, outcome=idea))


def test_someone_without_a_department_is_named_alone() -> None:
    leo = PersonRef("p-leo", "Leo Rossi")
    held = replace(m.HELD, baton=Baton(leo, m.at(10, 2), m.LEASE), route=("support", "Leo Rossi"))
    assert "Leo Rossi until 10:32 · Support → Leo Rossi" in shown(held)


WRITTEN = ("suggest", "summarise", "translate")


def menu_of(c: Conversation, config: Config, *posts: StoredPost) -> list[str]:
    return menu(conversation_card(m.sight(c, *posts), config, now=m.NOW))


@pytest.mark.parametrize("c", [m.FLOOR, m.HELD, replace(m.HELD, state=State.WAITING)])
def test_the_menu_offers_what_a_model_writes_where_one_is_configured(c: Conversation) -> None:
    long = replace(c, posts=4)
    assert set(WRITTEN) <= set(menu_of(long, m.WITH_A_MODEL))
    assert not set(WRITTEN) & set(menu_of(long, m.CONFIG))
    silent = m.CONFIG.model_copy(update={"ai": AiPart(model="any", writes=False)})
    assert not set(WRITTEN) & set(menu_of(long, silent))


def test_a_short_one_in_a_language_that_colleagues_read_needs_no_summary_and_no_translation() -> None:
    english = replace(m.FLOOR, posts=1, reading=replace(m.READING, language=Guess("en", 0.9)))
    offered = menu_of(english, m.WITH_A_MODEL)
    assert [verb for verb in WRITTEN if verb in offered] == ["suggest"]


def test_what_the_customer_deleted_is_neither_answered_nor_translated_by_a_model() -> None:
    gone = m.post("", 3, deleted_at=m.at(9, 31))
    offered = menu_of(replace(m.FLOOR, posts=1, deleted_posts=1, deleted_at=m.at(9, 31)), m.WITH_A_MODEL, gone)
    assert not set(WRITTEN) & set(offered)


def test_every_open_card_says_why_it_is_here_from_its_menu() -> None:
    for c in (m.FLOOR, m.HELD, replace(m.HELD, state=State.WAITING)):
        assert menu_of(c, m.CONFIG)[-2:] == ["why", "show"]
