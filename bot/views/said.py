"""What the customer said and who they are, as parts that several cards share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards import Block, Button, Link, Paragraph, Quote, Small, Span, Text, phrase, phrase_many, text
from bot.config import Config
from bot.domain.conversation import Conversation
from bot.domain.customer import Customer, Identity
from bot.domain.post import Media, StoredPost, Visibility
from bot.domain.triage import UNSURE, Reading
from bot.domain.visibility import visible_customer, visible_identity
from bot.ports import Sight
from bot.speech import in_figures, mark, say, say_many, sentence
from bot.views.acts import act, open_on
from bot.views.reading import kind_of_post
from bot.views.wording import (
    cut,
    dotted,
    handle_of,
    is_web,
    language_name,
    language_word,
    listed,
    network_name,
    one_line,
    quoted,
    short_number,
    tame,
    when,
)

ON_A_CARD = 500
"""How many characters of a post a card takes; the rest is one click away."""

_LATE = timedelta(minutes=15)
"""From this on, the time a post was heard is told beside the time it was posted."""


def latest(sight: Sight) -> StoredPost | None:
    """The post that a card quotes: the newest one that the customer has not deleted."""
    return next((post for post in reversed(sight.posts) if post.deleted_at is None), None)


def newest_words(sight: Sight) -> str:
    """What the quoted post says; empty where nothing is left of it."""
    post = latest(sight)
    return post.post.text if post is not None else ""


def customer_name(customer: Customer) -> str:
    """Their name on one line."""
    return one_line(customer.name, 80) or say("Somebody")


def for_all(sight: Sight, config: Config) -> Sight:
    """What everybody may see of the customer: a conversation's cards are read by whole channels, and passed on."""
    hidden = config.hidden_from(None)
    if not hidden:
        return sight
    customer = visible_customer(sight.customer, hidden)
    nameless = replace(sight.identity, handle="", display_name=None, followers=None, profile_url=None)
    return replace(sight, customer=customer, identity=visible_identity(sight.identity, hidden) or nameless)


def customer_line(customer: Customer, identity: Identity) -> str:
    """`Maya Okafor  @maya@example.social · 12.4k followers · customer since 2023, Gold`."""
    name, handle = customer_name(customer), handle_of(identity) if identity.handle else ""
    same = not handle or handle.lstrip("@").removeprefix("u/").lower() == name.lstrip("@").removeprefix("u/").lower()
    facts = [(handle or name) if same else f"{name}  {handle}"]
    if identity.followers:
        many = identity.followers
        number = short_number(many)
        facts.append(say_many("{number} follower", "{number} followers", many, number=number))
    since = say("customer since {year}", year=customer.since.year) if customer.since is not None else ""
    tier = one_line(customer.tier or "", 40)
    if since or tier:
        facts.append(", ".join(filter(None, (since, tier))))
    return " · ".join(facts)


def marks_line(marks: Sequence[str]) -> str:
    """`⭐ influencer, VIP`; one sign for all of them."""
    return f"⭐ {', '.join(one_line(mark, 30) for mark in marks)}" if marks else ""


def headline(c: Conversation, private: bool = False) -> str:
    """A card's first line: how pressing it is, what kind of post, where it comes from, its reference."""
    network = network_name(c.network)
    place = say("{network}, private message", network=network) if private else network
    pressing = say("🚨 Crisis") if c.crisis else say("🔴 Urgent") if c.urgent else ""
    return " · ".join(filter(None, (pressing, kind_of_post(c), place, c.ref)))


def is_private(sight: Sight) -> bool:
    """Was the quoted post written to us alone?"""
    post = latest(sight)
    return post is not None and post.post.visibility is Visibility.PRIVATE


def quotation(post: StoredPost, ref: str, limit: int = ON_A_CARD) -> tuple[Block, ...]:
    """The post's words, cut where they are long, with the way to the rest."""
    words = tame(post.post.text)
    if not words:
        return (Small(text(say("no words, only what is attached") if post.post.media else say("an empty post"))),)
    if len(words) <= limit:
        return (Quote(words, limit),)
    shown = cut(words, limit)
    left = len(words) - len(shown) + 1
    return Quote(shown, limit), Paragraph(
        phrase_many("{n} more character left out", "{n} more characters left out", left), act("show", ref)
    )


_KINDS = {"image": mark("picture"), "video": mark("video"), "audio": mark("recording")}
_FILE = mark("file")

MOST_MEDIA = 5
"""Of so many pictures and files a whole conversation names each with its address."""


def media_links(media: tuple[Media, ...]) -> Text:
    """Each picture or file with what its author says it shows, as a link that names its host; nothing is loaded by itself."""
    spans: list[Span] = []
    for item in media[:MOST_MEDIA]:
        kind = _KINDS.get(item.type.split("/")[0].lower(), _FILE)
        named = sentence(kind)
        # Their words stand beside the link: on it they could pass for the address of another page.
        shows = f" {quoted(one_line(item.alt, 200))}" if item.alt and item.alt.strip() else ""
        spans += [
            "  📷 " if kind == "picture" else "  📎 ",
            Link(named, item.url) if is_web(item.url) else named,
            shows,
        ]
    if len(media) > MOST_MEDIA:
        spans.append("  " + say("and {more} more", more=in_figures(len(media) - MOST_MEDIA)))
    return tuple(spans)


def attachments(media: tuple[Media, ...]) -> str:
    """`1 picture ("a crushed cardboard box"), 2 videos`; what pictures show is said in their authors' words."""
    counts = Counter(_KINDS.get(item.type.split("/")[0].lower(), _FILE) for item in media)
    alts = [quoted(one_line(item.alt, 100)) for item in media if item.alt and item.alt.strip()]
    return listed(_counted(kind, number) for kind, number in counts.items()) + (
        f" ({', '.join(alts[:3])})" if alts else ""
    )


def _counted(kind: str, number: int) -> str:
    match kind:
        case "picture":
            return say_many("{n} picture", "{n} pictures", number)
        case "video":
            return say_many("{n} video", "{n} videos", number)
        case "recording":
            return say_many("{n} recording", "{n} recordings", number)
        case _:
            return say_many("{n} file", "{n} files", number)


def around(sight: Sight, post: StoredPost) -> str:
    """What stands beside the quoted post: its attachments and what came before it."""
    parts = []
    if post.post.media:
        parts.append(attachments(post.post.media))
    earlier = sight.conversation.posts - 1 - sight.conversation.deleted_posts
    if earlier > 0:
        first = next((p for p in sight.posts if p.deleted_at is None and p.id != post.id and p.post.text.strip()), None)
        parts.append(
            say_many(
                "{n} earlier post, the first: “{words}”",
                "{n} earlier posts, the first: “{words}”",
                earlier,
                words=one_line(first.post.text, 60),
            )
            if first is not None
            else say_many("{n} earlier post", "{n} earlier posts", earlier)
        )
    return ("📷 " if post.post.media else "") + " · ".join(parts) if parts else ""


def provenance(post: StoredPost, now: datetime, config: Config, reading: Reading | None = None) -> Text:
    """`posted 09:02 · in German`, with the time it was heard when that was later.

    Where the network does not say which language it is, what triage is sure of counts.
    """
    parts: list[Text] = [phrase("posted {when}", when=when(post.post.posted_at, now, config))]
    if post.heard_at - post.post.posted_at > _LATE:
        parts.append(phrase("heard {when}", when=when(post.heard_at, now, config)))
    read = reading.language.name if reading is not None and reading.language.confidence >= UNSURE else ""
    tag = post.post.lang if language_word(post.post.lang or "") else read
    if (language := language_name(tag or "")) and language_word(tag or "") != "English":
        parts.append(phrase("in {language}", language=language))
    tools = [network_name(one_line(tool, 50)) for tool in post.post.also]
    if post.post.via:
        parts.append(phrase("via {via}", via=listed([network_name(one_line(post.post.via, 50)), *tools])))
    elif tools:
        parts.append(phrase("also via {via}", via=listed(tools)))
    if post.post.rating is not None:
        parts.append(
            phrase(
                "rated {rating} of {best}",
                rating=_stars(post.post.rating),
                best=_stars(post.post.best_possible),
            )
        )
    return dotted(parts)


def _stars(value: float) -> str:
    return in_figures(value, 0 if value == int(value) else 1)


def gone(c: Conversation, now: datetime, config: Config) -> Text:
    """That the customer deleted what they wrote; nothing of it is left to show."""
    if c.deleted_at is None:
        return ()
    at = when(c.deleted_at, now, config)
    if c.deleted_posts != 1:
        return phrase_many(
            "🗑 The customer deleted {n} post, the last at {when}",
            "🗑 The customer deleted {n} posts, the last at {when}",
            c.deleted_posts,
            when=at,
        )
    if c.posts == 1:
        return phrase("🗑 The customer deleted this post at {when}", when=at)
    return phrase("🗑 The customer deleted a post at {when}", when=at)


def open_button(sight: Sight) -> tuple[Button, ...]:
    """The button to the quoted post on its network."""
    post = latest(sight)
    return open_on(sight.conversation.network, post.post.url) if post is not None else ()


def brief(sight: Sight, limit: int = 280) -> tuple[Block, ...]:
    """Who and what in two blocks, for notices: the customer's line and the beginning of the quoted post."""
    post = latest(sight)
    line = Paragraph(text(customer_line(sight.customer, sight.identity)))
    if post is None or not post.post.text.strip():
        return (line,)
    return line, Quote(cut(tame(post.post.text), limit), limit)
