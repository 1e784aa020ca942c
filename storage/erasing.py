"""Nothing of a person is left: their posts and conversations become empty shells, all else of them is deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Delete,
    Table,
    Text,
    bindparam,
    case,
    delete,
    exists,
    func,
    null,
    or_,
    select,
    text,
    update,
)

from bot.domain.forgetting import Report, anonymous, anonymous_event, needles
from bot.domain.loops import WAITING, LoopState, Why
from bot.domain.post import Author, Post, StoredPost
from bot.domain.triage import HASHTAG
from bot.ports import HINT, PostKey
from storage import forgotten
from storage.bodies import (
    read_change,
    read_conversation,
    read_event,
    read_post,
    write_conversation,
    write_event,
    write_post,
)
from storage.digests import drop_words
from storage.engine import Connection, Row, binds
from storage.idea_erasing import erase_names
from storage.moments import stamp
from storage.names import normal_handle, pieces
from storage.settings import set_setting, setting
from storage.tables import (
    answers,
    conversations,
    copies,
    crm_entries,
    crm_links,
    customer_words,
    customers,
    identities,
    learned_from,
    lookups,
    loops,
    metadata,
    notes,
    outbox,
    outcomes,
    post_changes,
    post_versions,
    posts,
    purchases,
    signature_keys,
    signatures,
    tickets,
    trail,
    unread,
    word_pieces,
)

NOBODY = "forgotten"
"""The name and handle of whoever was forgotten."""

_id: BindParameter[Any] = bindparam("id")
_number: BindParameter[Any] = bindparam("number")

HIDES = "forgotten:ids"
"""Where this setting is, some posts are kept under hidden ids."""

_OWN = (identities, purchases, tickets, outcomes, lookups, crm_links, customer_words)
"""Tables whose rows belong to one customer."""

_EMPTIED = (conversations, trail, notes, posts, post_versions, customers, answers, copies, crm_entries, loops, unread)
_NUMBERED = (signature_keys, signatures, learned_from)
"""Tables whose rows belong to one conversation, and go with its customer."""

_KEPT = frozenset(
    {
        *("accounts", "people", "link_codes", "link_guesses"),  # colleagues
        *("counters", "settings", "lanes", "timers", "concerns", "postings", "rollups"),  # nothing of a customer
        "conversation_campaigns",  # the company's own names
        "source_tokens",  # sealed, and the company's own
        *("forgettings", "forgotten", "told"),  # the audit trail; digests; messages, which are taken back one by one
        *("outbox", "post_changes", "word_pieces", "digests"),  # looked at below
        *("learned_posts", "learned_words"),  # counts of numbers, of all customers together
        *("crises", "crisis_trail", "crisis_conversations", "crisis_postings"),  # counts, refs, and colleagues' words
        # The same, without names; whose they are is the conversation's affair.
        *("ideas", "idea_trail", "idea_conversations", "idea_votes", "idea_words", "idea_links"),
        *("forecasts", "benchmarks"),  # figures of all customers together, and of others
        # What a backup of the schema's own bookkeeping is called.
        "alembic_version",
    }
)
HANDLED = _KEPT | {table.name for table in (*_OWN, *_NUMBERED, *_EMPTIED)}
"""Tables with a rule of their own here. Of every other, rows that name the customer are deleted."""


def _naming(table: Table) -> Delete:
    """Deletes the rows that name a customer's id in any text."""
    texts = [column for column in table.c if isinstance(column.type, Text)]
    return delete(table).where(or_(*(column == _id for column in texts)))


_SWEPT = [table for table in reversed(metadata.sorted_tables) if table.name not in HANDLED]
SWEPT = frozenset(table.name for table in _SWEPT)
OTHERS = tuple(_naming(table) for table in _SWEPT)
DROP_OWN = tuple(delete(table).where(table.c.customer_id == _id) for table in _OWN)

NAMED = select(customers.c.name, customers.c.import_key, customers.c.crm_url).where(customers.c.id == _id)
KNOWN_AS = select(
    identities.c.handle,
    identities.c.norm,
    identities.c.display_name,
    identities.c.external_id,
    identities.c.profile_url,
).where(identities.c.customer_id == _id)
KNOWN_BY = select(identities.c.network, identities.c.norm).where(identities.c.customer_id == _id)
EMPTY_CUSTOMER = (
    update(customers)
    .values(name=NOBODY, since=None, attributes="{}", crm_url=None, import_key=None, merged_into=None)
    .where(customers.c.id == _id)
)
WORDS = select(customer_words.c.word).where(customer_words.c.customer_id == _id)
DROP_PIECE = delete(word_pieces).where(
    word_pieces.c.piece == bindparam("piece"),
    word_pieces.c.word == bindparam("word"),
    ~exists().where(customer_words.c.word == bindparam("word")),
)

_POST = (posts.c.id, posts.c.network, posts.c.account, posts.c.external_id, posts.c.body)
THEIRS = select(*_POST).where(posts.c.customer_id == _id, text("posts.customer_id IS NOT NULL"))
SPOKEN = select(*_POST).where(posts.c.conversation == _number, text("posts.conversation IS NOT NULL"))
COPIES = select(*_POST).where(posts.c.same_as == _id, text("posts.same_as IS NOT NULL"))
EMPTY_POST = (
    update(posts)
    .values(
        binds("external_id", "body", "deleted_at")
        | {"root_id": None, "parent_id": None, "edited_at": None, "version": 0}
    )
    .where(posts.c.id == bindparam("its_id"))
)
DROP_VERSIONS = delete(post_versions).where(post_versions.c.post_id == bindparam("its_id"))
_network: BindParameter[Any] = bindparam("network")
_account: BindParameter[Any] = bindparam("account")
_external: BindParameter[Any] = bindparam("external_id")
DROP_CHANGES = delete(post_changes).where(
    post_changes.c.network == _network, post_changes.c.account == _account, post_changes.c.external_id == _external
)
EARLY = select(post_changes.c.id, post_changes.c.body).where(text("post_changes.done_at IS NULL"))
DROP_CHANGE = delete(post_changes).where(post_changes.c.id == bindparam("its_id"))
ANSWERING = select(posts.c.id, posts.c.body).where(
    posts.c.network == _network, or_(posts.c.parent_id == _external, posts.c.root_id == _external)
)
RENAME = update(posts).values(binds("root_id", "parent_id", "body")).where(posts.c.id == bindparam("its_id"))

STANDS = select(posts.c.id).where(
    posts.c.network == _network, posts.c.account == _account, posts.c.external_id == _external
)
DROP_POST = delete(posts).where(posts.c.id == bindparam("its_id"))

BODY = select(conversations.c.body).where(conversations.c.number == _number)
EMPTY_BODY = (
    update(conversations)
    # A topic that is a hashtag is the customer's own word.
    .values(
        **binds("body"), topic=case((conversations.c.topic.startswith(HASHTAG), null()), else_=conversations.c.topic)
    )
    .where(conversations.c.number == bindparam("its_number"))
)
TRAIL = select(trail.c.seq, trail.c.body).where(trail.c.number == _number)
EMPTY_EVENT = (
    update(trail)
    .values(binds("body"))
    .where(trail.c.number == bindparam("its_number"), trail.c.seq == bindparam("its_seq"))
)
NOTED = select(func.count()).where(notes.c.number == _number, notes.c.deleted_at.is_(None))
EMPTY_NOTES = (
    update(notes)
    .values(text="", deleted_at=func.coalesce(notes.c.deleted_at, bindparam("at")))
    .where(notes.c.number == bindparam("its_number"))
)
DROP_COPIES = delete(copies).where(copies.c.note_id.in_(select(notes.c.id).where(notes.c.number == _number)))
UNANSWER = update(answers).values(external_id=None).where(answers.c.number == bindparam("its_number"))
# It still counts whether they were told. What was said to them is gone, as is why not.
EMPTY_LOOPS = (
    update(loops)
    .values(text="", language="", detail="", answer_id=None)
    .where(loops.c.number == bindparam("its_number"))
)
NEVER_TOLD = (
    update(loops)
    .values(state=LoopState.UNTOLD.value, why=Why.FORGOTTEN.value, at=bindparam("its_at"))
    .where(loops.c.number == bindparam("its_number"), or_(*(loops.c.state == each.value for each in WAITING)))
)
DROP_ENTRIES = delete(crm_entries).where(crm_entries.c.number == _number)
DROP_NUMBERED = tuple(delete(table).where(table.c.number == _number) for table in _NUMBERED)

_like: BindParameter[str] = bindparam("like")
DROP_UNREAD = delete(unread).where(
    or_(
        *(func.lower(column).like(_like, escape="\\") for column in (unread.c.body, unread.c.external_id, unread.c.why))
    )
)
_FINISHED = text("outbox.state IN ('done', 'dead')")
# A hint tells nobody anything but what its source would say when asked.
_FREE = text(f"(outbox.state IN ('done', 'dead') OR (outbox.kind = '{HINT}' AND outbox.state IN ('ready', 'waiting')))")
# A bare lower() leaves what is not ASCII alone on SQLite: the needle is looked for as it is, too.
DROP_WORK = delete(outbox).where(
    _FREE,
    or_(
        *(
            condition
            for column in (outbox.c.payload, outbox.c.error)
            for condition in (
                func.lower(column).like(_like, escape="\\"),
                column.like(bindparam("as_is"), escape="\\"),
            )
        )
    ),
)
DROP_ABOUT = delete(outbox).where(
    _FINISHED, or_(outbox.c.payload.like(bindparam("comma")), outbox.c.payload.like(bindparam("brace")))
)


async def erase(connection: Connection, customer_ids: Sequence[str], numbers: Sequence[int], at: datetime) -> Report:
    """In one transaction; whom nothing is left of, nothing is erased of."""
    ids = [{"id": each} for each in customer_ids]
    names = await _names(connection, ids)
    known = [(network, norm) for network, norm in await connection.many(KNOWN_BY, ids)]
    keys = [(forgotten.BY_KEY, key) for _, key, _ in await connection.many(NAMED, ids) if key]
    await forgotten.remember(connection, [*known, *keys], at)
    found = {row[0]: row for row in await connection.many(THEIRS, ids)}
    found |= {row[0]: row for row in await connection.many(SPOKEN, [{"number": number} for number in numbers])}
    # What is there of posts that came by several ways names their authors by its id at most.
    copies = await connection.many(COPIES, [{"id": id_} for id_ in found])
    erased = [row for row in found.values() if not _is_shell(read_post(row[4]))]
    names |= {name for row in erased if row[0] for name in await _of_author(row, customer_ids, connection)}
    searched = needles(names)
    await _posts(connection, [*erased, *copies], searched, at)
    noted = await _conversations(connection, numbers, at)
    await _work(connection, numbers, searched, names)
    await erase_names(connection, searched)
    drop_words(connection)
    await _record(connection, ids)
    return Report().and_erased(posts=len(erased), conversations=len(numbers), notes=noted)


async def _names(connection: Connection, ids: Sequence[Mapping[str, Any]]) -> set[str]:
    rows: list[Row] = [*await connection.many(NAMED, ids), *await connection.many(KNOWN_AS, ids)]
    return {name for row in rows for name in row if name} - {NOBODY}


async def _of_author(row: Row, customer_ids: Sequence[str], connection: Connection) -> set[str]:
    """By what names the person wrote one of their posts."""
    its = await connection.one(_WHOSE, {"its_id": row[0]})
    if its is None or its[0] not in customer_ids:
        return set()
    author = read_post(row[4]).author
    every = (author.handle, author.display_name, author.email, author.phone, author.external_id, author.profile_url)
    return {name for name in every if name}


_WHOSE = select(posts.c.customer_id).where(posts.c.id == bindparam("its_id"))


async def _posts(connection: Connection, rows: Sequence[Row], searched: Sequence[str], at: datetime) -> None:
    for id_, network, account, external_id, body in rows:
        key = (network, account, external_id)
        hidden = hidden_id(key) if _contains(external_id, searched) else external_id
        shell = _shell(read_post(body), hidden)
        connection.later(
            EMPTY_POST, {"its_id": id_, "external_id": hidden, "body": write_post(shell), "deleted_at": stamp(at)}
        )
        connection.later(DROP_VERSIONS, {"its_id": id_})
        connection.later(DROP_CHANGES, {"network": network, "account": account, "external_id": external_id})
        if hidden != external_id:
            set_setting(connection, HIDES, "yes")
            await _rename(connection, key, hidden)


def hidden_id(key: PostKey) -> str:
    """What stands for a post's id that names its author: the same for the same post."""
    return f"{NOBODY}:{hashlib.sha256(chr(0).join(key).encode()).hexdigest()}"


def _contains(id_: str, searched: Sequence[str]) -> bool:
    return any(name.lower() in id_.lower() for name in searched)


def _is_shell(post: Post) -> bool:
    """Whether nothing of it is left already. Its author's name tells nothing: anybody may be called so."""
    return post == _shell(post, post.external_id)


def _shell(post: Post, external_id: str) -> Post:
    return Post(
        network=post.network,
        account=post.account,
        external_id=external_id,
        author=Author(handle=NOBODY),
        text="",
        posted_at=post.posted_at,
        visibility=post.visibility,
        via=post.via,
    )


async def _rename(connection: Connection, key: PostKey, hidden: str) -> None:
    """Posts of others that answer it name it by its hidden id."""
    network, _, external_id = key
    rows = await connection.all(ANSWERING, {"network": network, "external_id": external_id})
    for id_, body in rows:
        post = read_post(body)
        root = hidden if post.root_id == external_id else post.root_id
        parent = hidden if post.parent_id == external_id else post.parent_id
        renamed = post.model_copy(update={"root_id": root, "parent_id": parent})
        connection.later(RENAME, {"its_id": id_, "root_id": root, "parent_id": parent, "body": write_post(renamed)})


async def drop_again(connection: Connection, again: Sequence[StoredPost]) -> frozenset[str]:
    """Posts whose ids name their author are not known by them any more: what is delivered once more is dropped here."""
    if not again or await setting(connection, HIDES) is None:
        return frozenset()
    dropped: set[str] = set()
    for stored in again:
        network, account, _ = stored.post.key
        key = {"network": network, "account": account, "external_id": hidden_id(stored.post.key)}
        if await connection.one(STANDS, key) is not None:
            connection.later(DROP_POST, {"its_id": int(stored.id)})
            connection.later(DROP_CHANGES, {**key, "external_id": stored.post.external_id})
            dropped.add(stored.id)
    return frozenset(dropped)


async def _conversations(connection: Connection, numbers: Sequence[int], at: datetime) -> int:
    noted = 0
    for number in numbers:
        row = await connection.one(BODY, {"number": number})
        if row is None:
            continue
        body = write_conversation(anonymous(read_conversation(row[0])))
        connection.later(EMPTY_BODY, {"its_number": number, "body": body})
        events = await connection.all(TRAIL, {"number": number})
        connection.later_many(
            EMPTY_EVENT,
            [
                {"its_number": number, "its_seq": seq, "body": write_event(anonymous_event(read_event(event)))}
                for seq, event in events
            ],
        )
        counted = await connection.one(NOTED, {"number": number})
        noted += int(counted[0]) if counted is not None else 0
        connection.later(DROP_COPIES, {"number": number})
        connection.later(EMPTY_NOTES, {"its_number": number, "at": stamp(at)})
        connection.later(UNANSWER, {"its_number": number})
        connection.later(EMPTY_LOOPS, {"its_number": number})
        connection.later(NEVER_TOLD, {"its_number": number, "its_at": stamp(at)})
        for statement in (DROP_ENTRIES, *DROP_NUMBERED):
            connection.later(statement, {"number": number})
    return noted


async def _work(connection: Connection, numbers: Sequence[int], searched: Sequence[str], names: Iterable[str]) -> None:
    """Finished work, what could not be read, and edits that came before their posts."""
    for number in numbers:
        connection.later(DROP_ABOUT, {"comma": f'%"number":{number},%', "brace": f'%"number":{number}}}%'})
    for name in searched:
        like = f"%{_escaped(name)}%"
        connection.later(DROP_UNREAD, {"like": like.lower()})
        connection.later(DROP_WORK, {"like": like.lower(), "as_is": like})
    handles = {normal_handle(name) for name in names}
    for id_, body in await connection.all(EARLY):
        post = read_change(body).post if body else None
        if post is not None and normal_handle(post.author.handle) in handles:
            connection.later(DROP_CHANGE, {"its_id": id_})


def _escaped(name: str) -> str:
    return name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


async def _record(connection: Connection, ids: Sequence[Mapping[str, Any]]) -> None:
    words = {word for (word,) in await connection.many(WORDS, ids)}
    for its in ids:
        for statement in (*OTHERS, *DROP_OWN, EMPTY_CUSTOMER):
            connection.later(statement, its)
    # Only words that nobody else bears.
    connection.later_many(DROP_PIECE, [{"piece": piece, "word": word} for word in words for piece in pieces(word)])
