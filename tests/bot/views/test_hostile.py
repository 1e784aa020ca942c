"""Outside text stays outside text: nothing a customer writes becomes a format, a link, a mention, a label or a verb."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.cards import Actions, Card, Facts, Form, Header, Menu, Paragraph, Quote, Small, Span
from bot.domain.answer import Answer, AnswerState, Draft
from bot.domain.benchmarks import Benchmark
from bot.domain.campaign_measures import CampaignCount, Reach
from bot.domain.company_measures import Differing, Leaning, Sides, Views
from bot.domain.conversation import Conversation
from bot.domain.customer import PastConversation, Purchase, Ticket
from bot.domain.events import AnswerFailed, AnswerRejected, AnswerSent, AnswerUnclear, AnswerWritten, Opened
from bot.domain.idea_news import IdeaNews, NamedIdea
from bot.domain.measures import Failure, Unheard
from bot.domain.outcome import Outcome, OutcomeKind
from bot.domain.post import Media, Visibility
from bot.domain.record import Contact
from bot.domain.shifts import Row, Shifts
from bot.domain.stories import KINDS, Candidate, Story, Worth
from bot.ports import Browse, CrmLink, CrmOffer, Line, Match, Rollup, Sight, Tallies
from bot.views import (
    PARTS,
    Desk,
    Seen,
    answer_failed_card,
    answer_rejected_card,
    answer_unclear_card,
    approval_asked_card,
    conversation_card,
    crm_link_form,
    crm_linked_card,
    customer_card,
    customer_choice_card,
    customer_unknown_card,
    customer_wrote_card,
    deleted_card,
    digest_card,
    edited_after_card,
    entries_given_up_card,
    escalated_card,
    home_card,
    lease_warning_card,
    list_card,
    measures_card,
    not_here_card,
    reply_form,
    rollup_card,
    rollup_list_card,
    show_card,
)
from bot.views import made_up as m
from bot.views.acts import VERBS
from bot.views.examples.digests import made_up_measures
from bot.views.examples.homes import QUIET
from bot.views.examples.outlook import FORESIGHT
from bot.views.wording import tame

MARK = "MALLORY"
UNRULY = re.compile("[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\x00-\x08\x0b-\x1f\x7f]")

PIECES = (
    "<!channel>", "<@U123>", "@everyone", "*bold*", "_italic_", "`code`", "~strike~", "```", "> quoted",
    "<https://evil.example|bank>", "[bank](https://evil.example)", "&lt;", "&", "\n", "\r\n\r\n\r\n", "\t", "\u202e",
    "\u2066", "\u2028", "\x00", "\x1b[31m", "e" + "\u0301" * 30, "👩‍👩‍👧", "</at>", "{{TIME(x)}}", "|", "B-1", " ",
)  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES) | st.text(max_size=20), max_size=8).map(lambda p: MARK + "".join(p) + MARK)
HANDLE = HOSTILE.map(lambda words: words[:250])


def hostile_sight(words: str) -> Sight:
    """A conversation in which everything that comes from outside is hostile."""
    customer = replace(m.MAYA, name=words, attributes={"tier": words, "city": words, words: words}, crm_url=words)
    identity = replace(m.MAYA_THERE, handle=words[:250], display_name=words, profile_url="javascript:alert(1)")
    post = m.post(
        words, 7, lang="x-" + words[:20], media=(Media(url="https://a.example/1", type=words[:90], alt=words),)
    )
    post = post.model_copy(update={"post": post.post.model_copy(update={"url": "javascript:" + words})})
    conversation = replace(m.FLOOR, why_urgent=f"danger: “{words[:60]}”")
    return Sight(conversation, customer, identity, (m.FIRST, post))


def hostile_cards(words: str) -> Iterator[Card]:
    sight = hostile_sight(words)
    c, now, config = sight.conversation, m.NOW, m.CONFIG
    past = PastConversation(1, "mastodon", m.HEARD, "resolved", words, words, words, "Ana", ("support",), words)
    record = replace(
        m.RECORD, customer=sight.customer, identities=(sight.identity,), conversations=(past,),
        purchases=(Purchase("1", words, None, 3.0, words),), tickets=(Ticket(words, words, words),),
    )  # fmt: skip
    outcome = Outcome(OutcomeKind.FIXED, words, words)
    resolved = replace(sight, conversation=replace(m.RESOLVED, outcome=outcome))
    opened = Opened(
        at=m.HEARD,
        number=1,
        customer_id="c",
        network="mastodon",
        account="",
        post_id="p",
        urgent=True,
        why_urgent=words,
    )
    line = Line(c, words, words)
    wrote = AnswerWritten(at=now, by=m.ANA, answer_id="a-1", post_id="post-7", text=words)
    stands = AnswerSent(at=now, answer_id="a-1", url="javascript:" + words)
    held = replace(sight, conversation=m.HELD)
    yield conversation_card(sight, config, now=now)
    yield conversation_card(resolved, config, now=now)
    yield show_card(sight, sight.posts, [opened], (), {"post-7": [(now, words)]}, config, now=now)
    yield list_card([line], Browse(), 1, config, now=now)
    yield customer_card(record, config)
    yield customer_choice_card(words, [Match(sight.customer, 0.5, words)])
    yield customer_unknown_card(words)
    yield customer_wrote_card(held, config, now=now)
    yield edited_after_card(held, sight.posts[-1], config, now=now)
    yield deleted_card(held, config, now=now)
    yield lease_warning_card(held, config, now=now)
    yield escalated_card(held, m.OVERDUE, config)
    for answer in answers(words):
        answered = replace(held, conversation=replace(m.HELD, answer=answer))
        yield conversation_card(answered, config, now=now, answerable=True)
        yield show_card(answered, sight.posts, [wrote, stands], (), {}, config, now=now, answerable=True)
        yield approval_asked_card(answered, answer, config)
        yield answer_failed_card(answered, AnswerFailed(at=now, answer_id="a-1", why=words))
        yield answer_unclear_card(answered, AnswerUnclear(at=now, answer_id="a-1", why=words))
        yield home_card(m.ANA_HERSELF, hostile_desk(answered.conversation, words), QUIET, config, now=now)
    drafted = replace(m.HELD, draft=Draft(words, m.JONAS, now))
    yield conversation_card(replace(held, conversation=drafted), config, now=now, answerable=True)
    rejected = AnswerRejected(at=now, by=m.BEN, answer_id="a-1", author=m.ANA, text=words, why=words)
    yield answer_rejected_card(held, rejected, config)
    yield not_here_card(held, "No answers.")
    yield Card("form", hostile_form(words).intro)
    contact = Contact(words, words, "person", words, (words,), attributes={"company": words})
    link = CrmLink("c", "main", words, None, words, now)
    offers = (CrmOffer("main", "failed", why=words), CrmOffer("desk", "found", linked=contact))
    yield Card("form", crm_link_form(sight.customer, offers, {"main": link}, config).intro)
    yield crm_linked_card(sight.customer, "main", contact, config, former=True, hidden=frozenset())
    yield entries_given_up_card("main", 1, [12], 0, words, now, config)
    yield from hostile_measures(words)
    line, found = Line(c, words, words), {words: 3}
    rollup = Rollup("r-1", "floor", m.HEARD, about=(words, words))
    tallies = Tallies(3, {"mastodon": 3}, found, found, {"en": 3}, (c.number,), 1, (line, 1))
    yield rollup_card(rollup, tallies, [line], config, now=now)
    yield rollup_list_card(rollup, [line], config, total=1, before=0, most=10, urgent=True, now=now)


def hostile_desk(asked: Conversation, words: str) -> Desk:
    """Everything that lies before somebody is said by a hostile customer."""
    line = Line(asked, words, words)
    floor = Line(m.FLOOR, words, words)
    return Desk((line,), 1, (line,), (floor,), 1)


def hostile_measures(words: str) -> Iterator[Card]:
    """The digest and all its details, of a week of hostile words."""
    week = made_up_measures()
    row = Row(words, 300, 280, 0.5, 0.1, 100.0, 0.3, volume_shifted=True, mood_shifted=True)
    ended = replace(m.RESOLVED, outcome=Outcome(OutcomeKind.FIXED, words, words))
    idea = NamedIdea(1, words, "shipped", 5)
    leaning = Leaning("c-1", words, 3, 0)
    measured = replace(
        week,
        digest=replace(
            week.digest, unheard=(Unheard(m.FLOOR, words, words, 5),), failures=(Failure("Source x", words, m.NOW),)
        ),
        shifts=Shifts(row, week.shifts.networks, (row, row)),
        stories=tuple(Story(kind, Candidate(Worth(1, angry=2), ended, words, words)) for kind in KINDS),
        views=Views(5, 5, (Differing(1, {"support": words, "legal": words}),)),
        ideas=IdeaNews(1, {"shipped": 1}, (idea,), (idea,), (idea,)),
        sides=Sides(1, 1, (leaning,), (leaning,)),
    )
    yield digest_card(measured, m.CONFIG)
    seen = Seen(measured, m.CONFIG, frozenset(), m.NOW)
    campaign = CampaignCount("Spring", 3, 3, 2, networks=(Reach("x", 3, 3, 5),))
    figure = Benchmark(words, words, "touched.share", 41, "%", words, words, "javascript:" + words, words)
    more = {"campaigns": (campaign,), "benchmarks": [figure], "forecast": FORESIGHT}
    yield from (measures_card(part, replace(seen, more=more.get(part.key))) for part in PARTS)


def answers(words: str) -> Iterator[Answer]:
    """Our own words in every state, and what the network says of them: both may be anything."""
    for state in AnswerState:
        needs = ("support",) if state is AnswerState.ASKED else ()
        url = "javascript:" + words
        yield replace(m.ANSWER, text=words, by=m.BEN, state=state, needs=needs, why=words, url=url)


def hostile_form(words: str) -> Form:
    """The form to answer a hostile customer, on an account of a hostile name."""
    sight = hostile_sight(words)
    answered = replace(m.HELD, answer=replace(m.ANSWER, text=words, state=AnswerState.SENT))
    way = replace(m.WAY, account=words, audience=Visibility.PRIVATE)
    return reply_form(answered, sight.customer, sight.posts, way, m.CONFIG, draft=words, needs=("legal",), now=m.NOW)


def spans_of(card: Card) -> Iterator[Span]:
    for block in card.blocks:
        match block:
            case Paragraph() | Small():
                yield from block.text
            case Facts():
                for _, value in block.rows:
                    yield from value
            case _:
                pass


@given(HOSTILE)
def test_is_only_ever_plain_text_or_a_quotation(words: str) -> None:
    for card in hostile_cards(words):
        for span in spans_of(card):
            assert isinstance(span, str) or MARK not in repr(span)
        for block in card.blocks:
            if isinstance(block, Facts):
                assert not any(MARK in label for label, _ in block.rows)


@given(HOSTILE)
def test_never_labels_a_button_nor_chooses_a_verb_or_a_page(words: str) -> None:
    for card in hostile_cards(words):
        for block in card.blocks:
            items = block.items if isinstance(block, Actions) else ()
            beside = (block.beside,) if isinstance(block, Paragraph) and block.beside is not None else ()
            buttons = [b for item in items for b in (item.options if isinstance(item, Menu) else (item,))]
            for button in (*buttons, *beside):
                assert MARK not in button.label
                assert button.command in VERBS or (button.url or "").startswith("https://")
                assert MARK not in (button.url or "")


@given(HOSTILE)
def test_neither_turns_the_line_around_nor_floods_the_card(words: str) -> None:
    for card in hostile_cards(words * 20):
        shown = [span for span in spans_of(card) if isinstance(span, str)]
        shown += [block.text for block in card.blocks if isinstance(block, Header | Quote)]
        assert not UNRULY.search("".join([card.summary, *shown]))
        assert "\n" not in card.summary
        assert sum(map(len, shown)) < 6000


@given(HOSTILE)
def test_never_names_a_form_nor_chooses_what_it_sends(words: str) -> None:
    form = hostile_form(words)
    said = (form.title, form.command, form.submit, *form.args.values())
    assert not any(MARK in part for part in (*said, *(f.label + f.hint for f in form.fields)))


@given(st.text(max_size=300))
def test_taming_twice_is_taming_once(words: str) -> None:
    assert tame(tame(words)) == tame(words)
