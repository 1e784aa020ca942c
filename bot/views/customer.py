"""The customer's card: who this is and everything we know. What is not known is left out, not shown as a blank."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Facts,
    Header,
    Paragraph,
    Small,
    Sparkline,
    Text,
    Time,
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.customer import (
    AskedIdea,
    Customer,
    CustomerRecord,
    Identity,
    PastConversation,
    Purchase,
    RecentPost,
    Ticket,
)
from bot.domain.marks import marks_of
from bot.domain.mood import mood_of
from bot.domain.outcome import OutcomeKind
from bot.ports import CrmAnswer, DirectoryAnswer
from bot.speech import day_words, in_figures, mark, say, say_many, sentence
from bot.views.acts import act, idea_act, open_on
from bot.views.company_lines import company_lines
from bot.views.crm_lines import crm_buttons, crm_lines
from bot.views.said import customer_name, marks_line
from bot.views.wording import (
    cut,
    department_of,
    dotted,
    handle_of,
    idea_state_name,
    language_name,
    listed,
    network_name,
    one_line,
    quoted,
    short_number,
)

HANDLES = 5
HISTORY = 2
"""How many earlier conversations the card names; all of them are one click away."""

ITEMS = 3
"""How many purchases and tickets are named."""

POST = 70
"""How much of a recent post a line takes; its own card takes `WHOLE_POST`."""

WHOLE_POST = 300

_TITLES = ("title", "position", "job")
"""What CRMs call somebody's work."""

_TOLD_ELSEWHERE = frozenset({"tier", "languages", "language", "city", "country", "company", *_TITLES})
_RESOLVED = "resolved"


_DIRECTIONS = {
    "rising": mark("rising since {since}: from {names}"),
    "falling": mark("falling since {since}: from {names}"),
    "steady": mark("steady since {since}: from {names}"),
}

_WHERE = {
    "floor": mark("on the floor"),
    "held": mark("held"),
    "waiting": mark("waiting for the customer"),
    "echo": mark("says the same as others"),
}

_PLAIN = {"email", "phone"}
"""Identities that say themselves what they are."""


def customer_card(
    record: CustomerRecord,
    config: Config,
    answers: Sequence[CrmAnswer] = (),
    *,
    left_out: Sequence[str] = (),
    reader: str | None = None,
    identity: Sequence[Block] = (),
    belongs: Sequence[DirectoryAnswer] = (),
) -> Card:
    """The 360 degree card. `answers` are the CRMs', whose knowledge is in the record already; `left_out` the kinds of
    facts that are not for people of `reader`, a department; `identity` says who else they are; `belongs` what the company's
    directories say."""
    customer = record.customer
    name = customer_name(customer)
    tier = one_line(customer.tier or "", 40)
    rows = [row for row in _rows(record, config) if row[1]]
    known: tuple[Block, ...] = (Facts(tuple(rows)),) if rows else (Small(phrase("Nothing else is known yet.")),)
    blocks = (
        Header(" · ".join(filter(None, (name, say("company") if customer.kind == "company" else "", tier)))),
        *_marks(record, config),
        *company_lines(customer, belongs, config),
        *_about(customer),
        *known,
        *identity,
        *_mood(record),
        *_history(record, config),
        *_left_out(left_out, reader, config),
        *crm_lines(customer, answers, config),
        *_next(record, answers, config),
    )
    summary = say_many("{name}: {n} conversation", "{name}: {n} conversations", record.conversations_total, name=name)
    return Card(summary, blocks)


def customer_conversations_card(record: CustomerRecord, config: Config) -> Card:
    """Every conversation on record, newest first, with what came of it and who was involved."""
    name, past = customer_name(record.customer), record.conversations
    many = max(record.conversations_total, len(past))
    title = say_many("{name}: {n} conversation", "{name}: {n} conversations", many, name=name)
    blocks: list[Block] = [Header(title)]
    for one in past:
        said = _past(one, config) if one.state == _RESOLVED else _standing_of(one)
        words = one_line(one.first_text, POST)
        beside = act("show", f"B-{one.number}") if one.state != _RESOLVED else None
        blocks.append(Paragraph(dotted((said, text(quoted(words)) if words else ())), beside))
    if (more := record.conversations_total - len(past)) > 0:
        blocks.append(
            Small(phrase_many("{n} earlier conversation left out", "{n} earlier conversations left out", more))
        )
    return Card(title, (*blocks, *_back(record.customer)))


def customer_posts_card(record: CustomerRecord, config: Config) -> Card:
    """What they wrote last on each network."""
    name = customer_name(record.customer)
    title = say_many("{name}: {n} post", "{name}: {n} posts", record.posts_total, name=name)
    blocks: list[Block] = [Header(title), Small(phrase("The newest on each network:"))]
    for post in record.recent:
        page = open_on(post.network, post.url)
        blocks.append(Paragraph(_post(post, WHOLE_POST), page[0] if page else None))
    return Card(title, (*blocks, *_back(record.customer)))


def customer_ideas_card(record: CustomerRecord, config: Config) -> Card:
    """What they asked for."""
    name, past = customer_name(record.customer), _past_ideas(record)
    title = say_many(
        "{name} asked for {n} thing", "{name} asked for {n} things", len(record.ideas) + len(past), name=name
    )
    lines = [Paragraph(_idea(one), idea_act("show", f"I-{one.number}", say("Show"))) for one in record.ideas]
    lines += [Paragraph(_past(one, config)) for one in past]
    return Card(title, (Header(title), *lines, *_back(record.customer)))


def _idea(asked: AskedIdea) -> Text:
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


def _back(customer: Customer) -> tuple[Block, ...]:
    return (Actions((Button(say("The whole customer"), "customer", {"id": customer.id}),)),)


def _left_out(left_out: Sequence[str], reader: str | None, config: Config) -> tuple[Block, ...]:
    """`2 kinds of facts are not shown to Marketing`: that something is missing, not what."""
    if not left_out:
        return ()
    if reader is None:
        return (
            Small(
                phrase_many(
                    "{n} kind of facts is not shown to you.", "{n} kinds of facts are not shown to you.", len(left_out)
                )
            ),
        )
    whom = department_of(reader, config)
    return (
        Small(
            phrase_many(
                "{n} kind of facts is not shown to {whom}.",
                "{n} kinds of facts are not shown to {whom}.",
                len(left_out),
                whom=whom,
            )
        ),
    )


def _marks(record: CustomerRecord, config: Config) -> tuple[Block, ...]:
    marks = marks_of(config.mark_rules, record.customer, record.identities, record.praises_total)
    return (Paragraph(text(marks_line(marks))),) if marks else ()


def _mood(record: CustomerRecord) -> tuple[Block, ...]:
    """The chart, and what it is made of; none where too little is known."""
    mood = mood_of(record)
    if mood is None:
        return ()
    made = [
        say_many("{n} rating", "{n} ratings", mood.ratings) if mood.ratings else "",
        say_many("{n} conversation", "{n} conversations", mood.read) if mood.read else "",
        say_many("{n} word of praise", "{n} words of praise", mood.praises) if mood.praises else "",
        say_many("{n} thing we had to mend", "{n} things we had to mend", mood.mended) if mood.mended else "",
    ]
    said = say(
        _DIRECTIONS[mood.direction],
        since=day_words(mood.since, "MMMM yyyy"),
        names=listed(filter(None, made)),
    )
    # As stars from 1 to 5: bars begin at nothing, and there is no bar for less than that.
    return (Sparkline(say("Mood"), tuple(3 + 2 * value for value in mood.values), said),)


def _about(customer: Customer) -> tuple[Block, ...]:
    """`Head of purchasing at Acme · Lyon, FR · speaks German, French · customer since 2023`."""
    known = {key: one_line(value, 80) for key, value in customer.attributes.items()}
    parts = [
        _work(next((known[key] for key in _TITLES if known.get(key)), ""), known.get("company", "")),
        ", ".join(filter(None, (known.get("city"), known.get("country")))),
        say("speaks {spoken}", spoken=_spoken(spoken))
        if (spoken := known.get("languages") or known.get("language"))
        else "",
        say("customer since {year}", year=customer.since.year) if customer.since is not None else "",
        *(f"{key.replace('_', ' ')}: {value}" for key, value in known.items() if key not in _TOLD_ELSEWHERE and value),
    ]
    said = " · ".join(filter(None, parts))
    return (Paragraph(text(one_line(said, 400))),) if said else ()


def _work(title: str, company: str) -> str:
    """`Head of purchasing at Acme`, or what of it is known."""
    return (
        say("{title} at {company}", title=title, company=company)
        if title and company
        else say("at {company}", company=company)
        if company
        else title
    )


def _spoken(languages: str) -> str:
    """`de, fr` → `German, French`; names stay as they are."""
    return ", ".join(language_name(each.strip()) or each.strip() for each in languages.split(",") if each.strip())


def _rows(record: CustomerRecord, config: Config) -> list[tuple[str, Text]]:
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


def _past_ideas(record: CustomerRecord) -> list[PastConversation]:
    """What ended as an idea before ideas were kept, and is none of those."""
    kept = {number for asked in record.ideas for number in asked.conversations}
    ended = [past for past in record.conversations if past.outcome == OutcomeKind.IDEA.value and past.wanted]
    return [past for past in ended if past.number not in kept]


def _asked_for(record: CustomerRecord) -> Text:
    """`gift wrap at checkout (planned)`."""
    asked = [f"{one_line(each.title, 80)} ({idea_state_name(each.state)})" for each in record.ideas]
    asked += [one_line(past.wanted, 80) for past in _past_ideas(record)]
    wanted = list(dict.fromkeys(asked))
    more = [say("{more} more", more=in_figures(len(wanted) - ITEMS))] if len(wanted) > ITEMS else []
    return text(listed([*wanted[:ITEMS], *more])) if wanted else ()


def _lately(record: CustomerRecord) -> Text:
    """What they wrote last on each network."""
    return dotted(_post(post, POST) for post in record.recent[:ITEMS])


def _post(post: RecentPost, limit: int) -> Text:
    words = cut(one_line(post.text, limit), limit)
    said = f": {quoted(words)}" if words else ""
    network, at = network_name(post.network), Time(post.at, "day")
    if post.private:
        return (*phrase("{network}, private, {when}", network=network, when=at), *((said,) if said else ()))
    return text(f"{network}, ", at, said)


def _open(record: CustomerRecord) -> list[PastConversation]:
    return [past for past in record.conversations if past.state != _RESOLVED]


def _now(record: CustomerRecord) -> Text:
    return dotted(map(_standing_of, _open(record)[:ITEMS]))


def _standing_of(past: PastConversation) -> Text:
    ref = Bold(f"B-{past.number}")
    if past.state == "held" and past.who:
        return phrase("{ref} held by {who}", ref=ref, who=one_line(past.who, 40))
    where = _WHERE.get(past.state)
    return text(ref, f" {sentence(where) if where is not None else past.state}")


def _history(record: CustomerRecord, config: Config) -> tuple[Block, ...]:
    """The resolved conversations, newest first, one line each."""
    past = [past for past in record.conversations if past.state == _RESOLVED][:HISTORY]
    if not past:
        return ()
    lines: Text = (Bold(say("Before")),)
    for one in past:
        lines = (*lines, "\n", *_past(one, config))
    return (Paragraph(lines),)


def _past(past: PastConversation, config: Config) -> Text:
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


def _next(record: CustomerRecord, answers: Sequence[CrmAnswer], config: Config) -> tuple[Block, ...]:
    """What is open first, then what the card has no room for, then the CRM."""
    buttons = [
        act("show", f"B-{past.number}", say("Show B-{number}", number=past.number)) for past in _open(record)[:ITEMS]
    ]
    if len(record.conversations) > 1:
        buttons.append(_part(record.customer, say("Conversations"), "conversations"))
    elif not buttons and record.conversations:
        buttons.append(
            act(
                "show",
                f"B-{record.conversations[0].number}",
                say("Show B-{number}", number=record.conversations[0].number),
            )
        )
    if record.recent:
        buttons.append(_part(record.customer, say("Posts"), "posts"))
    if record.ideas or _past_ideas(record):
        buttons.append(_part(record.customer, say("Ideas"), "ideas"))
    if config.crm:
        buttons.append(Button(say("Link…"), "link", {"customer": record.customer.id}))
    buttons += crm_buttons(record.customer, answers, config)
    return (Actions(tuple(buttons)),) if buttons else ()


def _part(customer: Customer, label: str, part: str) -> Button:
    return Button(label, "customer", {"id": customer.id, "part": part})
