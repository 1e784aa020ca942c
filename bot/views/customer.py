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
    phrase,
    phrase_many,
    text,
)
from bot.config import Config
from bot.domain.customer import Customer, CustomerRecord
from bot.domain.marks import marks_of
from bot.domain.mood import mood_of
from bot.ports import CrmAnswer, DirectoryAnswer
from bot.speech import day_words, mark, say, say_many
from bot.views.acts import act, idea_act, open_on
from bot.views.company_lines import company_lines
from bot.views.crm_lines import crm_buttons, crm_lines
from bot.views.customer_lines import (
    ITEMS,
    POST,
    RESOLVED,
    idea_line,
    known_rows,
    open_conversations,
    past_ideas,
    past_line,
    post_line,
    standing_line,
)
from bot.views.said import customer_name, marks_line
from bot.views.wording import department_of, dotted, language_name, listed, one_line, quoted

HISTORY = 2
"""How many earlier conversations the card names; all of them are one click away."""

WHOLE_POST = 300
"""How much of a post the card of all posts shows."""

_TITLES = ("title", "position", "job")
"""What CRMs call somebody's work."""

_TOLD_ELSEWHERE = frozenset({"tier", "languages", "language", "city", "country", "company", *_TITLES})

_DIRECTIONS = {
    "rising": mark("rising since {since}: from {names}"),
    "falling": mark("falling since {since}: from {names}"),
    "steady": mark("steady since {since}: from {names}"),
}


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
    rows = [row for row in known_rows(record, config) if row[1]]
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
        said = past_line(one, config) if one.state == RESOLVED else standing_line(one)
        words = one_line(one.first_text, POST)
        beside = act("show", f"B-{one.number}") if one.state != RESOLVED else None
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
        blocks.append(Paragraph(post_line(post, WHOLE_POST), page[0] if page else None))
    return Card(title, (*blocks, *_back(record.customer)))


def customer_ideas_card(record: CustomerRecord, config: Config) -> Card:
    """What they asked for."""
    name, past = customer_name(record.customer), past_ideas(record)
    title = say_many(
        "{name} asked for {n} thing", "{name} asked for {n} things", len(record.ideas) + len(past), name=name
    )
    lines = [Paragraph(idea_line(one), idea_act("show", f"I-{one.number}", say("Show"))) for one in record.ideas]
    lines += [Paragraph(past_line(one, config)) for one in past]
    return Card(title, (Header(title), *lines, *_back(record.customer)))


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


def _history(record: CustomerRecord, config: Config) -> tuple[Block, ...]:
    """The resolved conversations, newest first, one line each."""
    past = [past for past in record.conversations if past.state == RESOLVED][:HISTORY]
    if not past:
        return ()
    lines: Text = (Bold(say("Before")),)
    for one in past:
        lines = (*lines, "\n", *past_line(one, config))
    return (Paragraph(lines),)


def _next(record: CustomerRecord, answers: Sequence[CrmAnswer], config: Config) -> tuple[Block, ...]:
    """What is open first, then what the card has no room for, then the CRM."""
    buttons = [
        act("show", f"B-{past.number}", say("Show B-{number}", number=past.number))
        for past in open_conversations(record)[:ITEMS]
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
    if record.ideas or past_ideas(record):
        buttons.append(_part(record.customer, say("Ideas"), "ideas"))
    if config.crm:
        buttons.append(Button(say("Link…"), "link", {"customer": record.customer.id}))
    buttons += crm_buttons(record.customer, answers, config)
    return (Actions(tuple(buttons)),) if buttons else ()


def _part(customer: Customer, label: str, part: str) -> Button:
    return Button(label, "customer", {"id": customer.id, "part": part})
