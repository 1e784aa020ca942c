"""What is known of a customer, in lines: handles, purchases, tickets, conversations, posts, what they asked for."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import Bold, Text, Time, phrase, phrase_many, text
from bot.config import Config
from bot.domain.customer import AskedIdea, CustomerRecord, Identity, PastConversation, Purchase, RecentPost, Ticket
from bot.domain.outcome import OutcomeKind
from bot.speech import in_figures, mark, say, sentence
from bot.views.wording import (
    cut,
    department_of,
    dotted,
    handle_of,
    idea_state_name,
    listed,
    network_name,
    one_line,
    quoted,
    short_number,
)

HANDLES = 5

ITEMS = 3
"""How many purchases and tickets are named."""

POST = 70
"""How much of a recent post a line takes, in characters."""

RESOLVED = "resolved"

_WHERE = {
    "floor": mark("on the floor"),
    "held": mark("held"),
    "waiting": mark("waiting for the customer"),
    "echo": mark("says the same as others"),
}

_PLAIN = {"email", "phone"}
"""Identities that say themselves what they are."""


def idea_line(asked: AskedIdea) -> Text:
    """`I-7 · gift wrap at checkout · planned · B-611`."""
    where = listed(f"B-{number}" for number in asked.conversations[-ITEMS:])
    return dotted(
        (
            text(Bold(f"I-{asked.number}"), f" · {one_line(asked.title, 120)}"),
            text(idea_state_name(asked.state)),
            text(say("told")) if asked.told else (),
            text(where),
        )
    )


def known_rows(record: CustomerRecord, config: Config) -> list[tuple[str, Text]]:
    """A line for each kind of thing that may be known; empty where it is not."""
    return [
        (say("Handles"), _handles(record.identities)),
        (say("Bought"), _bought(record)),
        (say("Tickets"), _tickets(record)),
        (say("With us"), _with_us(record, config)),
        (say("Asked for"), _asked_for(record)),
        (say("Lately"), _lately(record)),
        (say("Now"), _now(record)),
    ]


def _handles(identities: Sequence[Identity]) -> Text:
    # Those who are one may each have it.
    different: dict[tuple[str, str], Identity] = {}
    for identity in identities:
        different.setdefault((identity.network, identity.handle.casefold()), identity)
    identities = tuple(different.values())
    named = [text(_handle(identity)) for identity in identities[:HANDLES]]
    if (more := len(identities) - HANDLES) > 0:
        named.append(phrase("{more} more", more=in_figures(more)))
    return dotted(named)


def _handle(identity: Identity) -> str:
    """`@maya on Mastodon (1.2k followers)`."""
    handle, network = handle_of(identity), network_name(identity.network)
    shown = handle if identity.network in _PLAIN else say("{handle} on {network}", handle=handle, network=network)
    if identity.followers is None or identity.followers <= 1:
        return shown
    return say("{handle} ({number} followers)", handle=shown, number=short_number(identity.followers))


def _bought(record: CustomerRecord) -> Text:
    named = []
    for purchase in record.purchases[:ITEMS]:
        bought = text(" (", Time(purchase.at, "day"), ")") if purchase.at is not None else ()
        priced = ", ".join(filter(None, (one_line(purchase.what, 60), _price(purchase))))
        named.append(text(priced, *bought))
    worth = _worth(record) if record.purchases_total > 1 else ""
    if record.purchases_total > len(named) or worth:
        many = record.purchases_total
        named.append(
            phrase_many("{n} purchase, {worth} in all", "{n} purchases, {worth} in all", many, worth=worth)
            if worth
            else phrase_many("{n} purchase in all", "{n} purchases in all", many)
        )
    return dotted(named)


def _worth(record: CustomerRecord) -> str:
    """Their worth together, where each and its price is known and all are in one currency."""
    amounts = [purchase.amount for purchase in record.purchases if purchase.amount is not None]
    currencies = {purchase.currency for purchase in record.purchases}
    if len(amounts) < record.purchases_total or len(currencies) != 1:
        return ""
    return _price(Purchase("", "", None, sum(amounts), currencies.pop()))


def _price(purchase: Purchase) -> str:
    if purchase.amount is None:
        return ""
    amount = in_figures(purchase.amount, 2 if round(purchase.amount % 1, 2) % 1 else 0)
    return (
        say("{currency} {amount}", currency=one_line(purchase.currency, 8), amount=amount)
        if purchase.currency
        else amount
    )


def _tickets(record: CustomerRecord) -> Text:
    named = [
        text(f"{one_line(ticket.key, 20)} {one_line(ticket.subject, 60)}", *_standing(ticket))
        for ticket in record.tickets[:ITEMS]
    ]
    if (more := len(record.tickets) - ITEMS) > 0:
        named.append(phrase("{more} more", more=in_figures(more)))
    return dotted(named)


def _standing(ticket: Ticket) -> Text:
    """`, open since 2 Nov`; `, closed (2 Nov)`, since then the date may mean the ticket's beginning or its end."""
    status = one_line(ticket.status, 20)
    said = f", {status}" if status else ""
    if ticket.at is None:
        return text(said)
    at = Time(ticket.at, "day")
    return (
        phrase(", {status} since {at}", status=status, at=at)
        if status.lower() == "open"
        else text(f"{said} (", at, ")")
    )


def _with_us(record: CustomerRecord, config: Config) -> Text:
    if not record.conversations_total:
        return ()
    parts = [
        phrase_many("{n} conversation", "{n} conversations", record.conversations_total),
        phrase_many("{n} post", "{n} posts", record.posts_total)
        if record.posts_total > record.conversations_total
        else (),
        phrase("{n} answered", n=in_figures(record.answered_total))
        if record.answered_total
        else phrase("none answered"),
    ]
    last = next((past for past in record.conversations if past.outcome), None)
    if last is not None:
        parts.append(
            phrase(
                "last: {outcome}, {when}{by}",
                outcome=_outcome(last),
                when=Time(last.opened_at, "day"),
                by=_by(last, config),
            )
        )
    return dotted(parts)


def past_ideas(record: CustomerRecord) -> list[PastConversation]:
    """What ended as an idea before ideas were kept, and is none of those."""
    kept = {number for asked in record.ideas for number in asked.conversations}
    ended = [past for past in record.conversations if past.outcome == OutcomeKind.IDEA.value and past.wanted]
    return [past for past in ended if past.number not in kept]


def _asked_for(record: CustomerRecord) -> Text:
    """`gift wrap at checkout (planned)`."""
    asked = [f"{one_line(each.title, 80)} ({idea_state_name(each.state)})" for each in record.ideas]
    asked += [one_line(past.wanted, 80) for past in past_ideas(record)]
    wanted = list(dict.fromkeys(asked))
    more = [say("{more} more", more=in_figures(len(wanted) - ITEMS))] if len(wanted) > ITEMS else []
    return text(listed([*wanted[:ITEMS], *more])) if wanted else ()


def _lately(record: CustomerRecord) -> Text:
    """What they wrote last on each network."""
    return dotted(post_line(post, POST) for post in record.recent[:ITEMS])


def post_line(post: RecentPost, limit: int) -> Text:
    """`Mastodon, 2 Nov: “third parcel that arrives crushed”`."""
    words = cut(one_line(post.text, limit), limit)
    said = f": {quoted(words)}" if words else ""
    network, at = network_name(post.network), Time(post.at, "day")
    if post.private:
        return (*phrase("{network}, private, {when}", network=network, when=at), *((said,) if said else ()))
    return text(f"{network}, ", at, said)


def open_conversations(record: CustomerRecord) -> list[PastConversation]:
    """Those that are not resolved."""
    return [past for past in record.conversations if past.state != RESOLVED]


def _now(record: CustomerRecord) -> Text:
    return dotted(map(standing_line, open_conversations(record)[:ITEMS]))


def standing_line(past: PastConversation) -> Text:
    """`B-12 held by Ana`."""
    ref = Bold(f"B-{past.number}")
    if past.state == "held" and past.who:
        return phrase("{ref} held by {who}", ref=ref, who=one_line(past.who, 40))
    where = _WHERE.get(past.state)
    return text(ref, f" {sentence(where) if where is not None else past.state}")


def past_line(past: PastConversation, config: Config) -> Text:
    """What came of a conversation, when and by whom; what they wanted, and what changed."""
    parts = [
        phrase(
            "B-{number} {outcome}, {when}{by}",
            number=past.number,
            outcome=_outcome(past),
            when=Time(past.opened_at, "day"),
            by=_by(past, config),
        )
    ]
    if past.wanted:
        parts.append(phrase("wanted: {wanted}", wanted=one_line(past.wanted, 80)))
    if past.changed:
        parts.append(phrase("changed: {changed}", changed=one_line(past.changed, 80)))
    return dotted(parts)


def _outcome(past: PastConversation) -> str:
    if past.outcome is None:
        return say("resolved")
    try:
        return OutcomeKind(past.outcome).label
    except ValueError:
        return one_line(past.outcome, 40)


def _by(past: PastConversation, config: Config) -> str:
    if not past.who:
        return ""
    departments = listed(department_of(key, config) for key in past.departments) if past.departments else ""
    return f" ({one_line(past.who, 40)}{', ' + departments if departments else ''})"
