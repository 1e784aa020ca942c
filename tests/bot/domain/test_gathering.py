"""One record from Baton's and the CRMs', without doubles; and the mood in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customer import Customer, CustomerRecord, PastConversation, Purchase, Rating, Ticket
from bot.domain.gathering import gather
from bot.domain.mood import Mood, mood_of
from bot.domain.record import Contact, ContactHistory

AT = datetime(2026, 3, 2, tzinfo=UTC)


def day(number: int) -> datetime:
    return AT + timedelta(days=number)


OURS = CustomerRecord(
    Customer("c", "Maya", attributes={"tier": "Gold"}),
    purchases=(Purchase("SO-7", "Trail 40", day(3), 129.0, "EUR"), Purchase("x1", "A mug", day(1), 9.0, "EUR")),
    purchases_total=2,
    tickets=(Ticket("#8812", "crushed parcel", "open", day(4)), Ticket("own-1", "a lost glove", "open", day(2))),
)
THEIRS = ContactHistory(
    Contact("c-1", "Maya Okafor", attributes={"tier": "Silver", "city": "Lyon"}),
    purchases=(Purchase("so-7", "Trail 40", day(3), 129.0, "EUR"), Purchase("so-9", "A tent", day(5), 300.0, "EUR")),
    purchases_total=9,
    tickets=(Ticket("8812", "crushed parcel", "closed", day(4)), Ticket("77", "A Lost Glove", "closed", day(2))),
)


def test_what_both_have_stands_once_as_the_crm_has_it() -> None:
    whole = gather(OURS, [THEIRS])
    assert [purchase.what for purchase in whole.purchases] == ["A tent", "Trail 40", "A mug"]
    assert [(ticket.key, ticket.status) for ticket in whole.tickets] == [("8812", "closed"), ("77", "closed")]


def test_totals_are_not_counted_twice_where_both_tell_of_the_same() -> None:
    assert gather(OURS, [THEIRS]).purchases_total == 9
    apart = ContactHistory(Contact("c-1", "Maya"), (Purchase("z", "A bell", day(9)),), 4)
    assert gather(OURS, [apart]).purchases_total == 6


def test_batons_own_word_for_a_customer_comes_first() -> None:
    assert dict(gather(OURS, [THEIRS]).customer.attributes) == {"tier": "Gold", "city": "Lyon"}


purchases = st.lists(
    st.builds(Purchase, st.sampled_from("abcdef"), st.just("x")), max_size=6, unique_by=lambda p: p.key
)


@given(purchases, st.lists(purchases, max_size=3))
def test_no_order_is_lost_and_none_stands_twice(own: list[Purchase], others: list[list[Purchase]]) -> None:
    record = CustomerRecord(Customer("c", "Maya"), purchases=tuple(own), purchases_total=len(own))
    histories = [ContactHistory(Contact("k", "Maya"), tuple(each)) for each in others]
    whole = gather(record, histories)
    keys = [purchase.key for purchase in whole.purchases]
    assert sorted(keys) == sorted({purchase.key for each in (own, *others) for purchase in each})
    assert whole.purchases_total >= len(keys)


def mood(*said: tuple[str | None, float | None]) -> Mood | None:
    """The mood of conversations with these outcomes and ratings, oldest first."""
    past = [PastConversation(n, "mastodon", day(n), "resolved", outcome) for n, (outcome, _) in enumerate(said)]
    ratings = [Rating(n, stars, 5) for n, (_, stars) in enumerate(said) if stars is not None]
    return mood_of(CustomerRecord(Customer("c", "Maya"), conversations=tuple(reversed(past)), ratings=tuple(ratings)))


def test_too_little_is_no_mood() -> None:
    assert mood() is None
    assert mood(("praise", None), ("fixed", None), ("answered", None), (None, None)) is None


def test_a_mood_says_what_it_is_made_of() -> None:
    found = mood(("praise", None), ("answered", 3.0), ("no_action", None), ("fixed", None), ("fixed", 1.0))
    assert found is not None
    assert found.values == (1.0, 0.0, -0.5, -1.0)
    assert (found.ratings, found.praises, found.mended) == (2, 1, 1)
    assert (found.direction, found.since) == ("falling", day(0))


@pytest.mark.parametrize(
    ("stars", "direction"), [((1.0, 2.0, 5.0), "rising"), ((4.0, 1.0, 4.0), "steady"), ((5.0, 5.0, 1.0), "falling")]
)
def test_it_rises_falls_or_stays(stars: tuple[float, ...], direction: str) -> None:
    found = mood(*(("answered", each) for each in stars))
    assert found is not None
    assert found.direction == direction


@given(st.lists(st.tuples(st.sampled_from([None, "praise", "fixed", "idea"]), st.none() | st.floats(0, 5))))
def test_every_value_is_between_bad_and_good(said: list[tuple[str | None, float | None]]) -> None:
    found = mood(*said)
    if found is not None:
        assert all(-1 <= value <= 1 for value in found.values)
        assert len(found.values) == found.ratings + found.praises + found.mended


def test_what_they_wrote_counts_where_they_rated_nothing_and_before_how_it_ended() -> None:
    def past(number: int, score: float | None, outcome: str | None = None) -> PastConversation:
        return PastConversation(number, "mastodon", day(number), "resolved", outcome, score=score)

    conversations = (past(3, None), past(2, 0.4), past(1, -0.8, "praise"), past(0, 0.5))
    found = mood_of(CustomerRecord(Customer("c", "Maya"), conversations=conversations, ratings=(Rating(0, 1.0, 5),)))
    assert found is not None
    assert found.values == (-1.0, -0.8, 0.4)
    assert (found.ratings, found.read, found.praises) == (1, 2, 0)
