"""`crm`: which CRMs there are, whether they let us in, and what would be written to each of a conversation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from bot.config import CrmPart
from bot.dispatch.grammar import read_ref
from bot.domain.record import Activity, ContactMatch, Occasion
from bot.errors import PermanentError, RetriableError, UserError
from bot.ports import Crm, CrmEntry, CrmLink, UnitOfWork
from bot.views.record_entry import entry_key, record_entry
from bot.views.wording import count, crm_name, one_line
from handlers.admin.context import Context, context_of
from handlers.admin.terminal import columns, on_a_line
from handlers.events.write_record import occasion_of, sure_match, wants_case

crm = typer.Typer(help="The company's own customer record: which there are, and what is written there.")

PATIENCE = 20.0
"""Seconds that `check` and `preview` wait for a CRM."""

LIKELY = 3
"""How many likely contacts are named where none is sure."""


@crm.callback(invoke_without_command=True)
def default(typed: typer.Context) -> None:
    """Without a further word: the list."""
    if typed.invoked_subcommand is None:
        list_crms(typed)


@crm.command("list")
def list_crms(typed: typer.Context) -> None:
    """Every CRM of baton.toml: its kind, its address, what is written there and when."""
    parts = context_of(typed).config.crm
    if not parts:
        typer.echo("no CRM: add [crm.<name>] to baton.toml")
        return
    rows = [("name", "kind", "writes when", "case", "address")]
    rows += [(name, p.kind, ", ".join(p.on) or "never", p.case, p.url or "–") for name, p in parts.items()]
    for line in columns(rows):
        typer.echo(line)


@crm.command("check")
def check(
    typed: typer.Context,
    name: Annotated[str | None, typer.Argument(help="Its name in baton.toml; none means all")] = None,
) -> None:
    """Sign in to each CRM and say who we are there. Exit code 1 when one does not let us in."""
    fine = True
    for each, well, said in asyncio.run(_check(context_of(typed), name)):
        typer.echo(f"{'ok' if well else 'fail':<5}{each}: {on_a_line(said)}")
        fine = fine and well
    if not fine:
        raise typer.Exit(1)


async def _check(context: Context, name: str | None) -> list[tuple[str, bool, str]]:
    async with context.crms() as crms:
        wanted = [one_of(crms, name)] if name is not None else list(crms.values())
        return list(await asyncio.gather(*map(_health, wanted)))


def one_of(crms: Mapping[str, Crm], name: str) -> Crm:
    """The CRM of this name; raises `UserError` naming those there are."""
    if name not in crms:
        raise UserError(f"There is no CRM “{name}”.", f"Use one of: {', '.join(crms) or 'none yet'}.")
    return crms[name]


async def _health(crm: Crm) -> tuple[str, bool, str]:
    begun = time.perf_counter()
    try:
        async with asyncio.timeout(PATIENCE):
            said = await crm.health()
    except TimeoutError:
        return crm.name, False, f"no answer in {PATIENCE:.0f} s"
    except (RetriableError, PermanentError) as error:
        return crm.name, False, str(error)
    return crm.name, True, f"{said} (in {time.perf_counter() - begun:.1f} s)"


@crm.command("preview")
def preview(typed: typer.Context, conversation: Annotated[str, typer.Argument(help="Like B-12")]) -> None:
    """What is written to each CRM of a conversation, and on whose record. Nothing is written now."""
    number = read_ref(conversation)
    if number is None:
        raise UserError(f"“{conversation}” is no conversation.", "Name it like B-12.")
    context = context_of(typed)
    if not context.config.crm:
        typer.echo("no CRM: add [crm.<name>] to baton.toml")
        return
    for index, shown in enumerate(asyncio.run(_preview(context, int(number)))):
        if index:
            typer.echo()
        for line in shown:
            typer.echo(line)


_Find = Callable[[Crm], Awaitable[Sequence[ContactMatch]]]


@dataclass(frozen=True, slots=True)
class _Draft:
    """One entry as it is or would be written; `happened` is false where its occasion has not come yet."""

    activity: Activity
    happened: bool
    kept: CrmEntry | None


async def _preview(context: Context, number: int) -> list[list[str]]:
    async with context.crms() as crms, context.storage() as storage:
        async with storage.reading() as uow:
            drafts = {
                name: await _drafts(uow, context, name, part, number) for name, part in context.config.crm.items()
            }
            sight = await uow.conversations.sight(number)
            if sight is None:
                raise UserError(f"There is no B-{number}.", "See what there is with `/baton list`.")
            record = await uow.customers.record(sight.conversation.customer_id)
            links = {name: await uow.records.link(sight.conversation.customer_id, name) for name in drafts}
        identities, name = record.identities if record is not None else (), sight.customer.name

        async def find(crm: Crm) -> Sequence[ContactMatch]:
            return await crm.find(identities, name)

        shown = []
        for key, of_this in drafts.items():
            to = await _to_whom(crms[key], links[key], find)
            title = f"{crm_name(key, context.config)}: {to}"
            shown.append([on_a_line(title), *(line for draft in of_this for line in _lines(draft))])
        return shown


async def _drafts(uow: UnitOfWork, context: Context, name: str, part: CrmPart, number: int) -> list[_Draft]:
    sight = await uow.conversations.sight(number)
    if sight is None:
        return []
    trail = await uow.conversations.trail(number)
    drafts = []
    happened: set[Occasion] = set()
    for version, event in enumerate(trail, start=1):
        occasion = occasion_of(event, part)
        if occasion is None:
            continue
        happened.add(occasion)
        key = entry_key(number, occasion, version)
        case = wants_case(part, occasion, sight.conversation)
        activity = record_entry(sight, trail[:version], occasion, key, context.config, case=case)
        drafts.append(_Draft(activity, True, await uow.records.entry(name, key)))
    for occasion in part.on:
        if occasion not in happened and occasion != "crisis":
            case = wants_case(part, occasion, sight.conversation)
            key = entry_key(number, occasion, len(trail) + 1)
            drafts.append(_Draft(record_entry(sight, trail, occasion, key, context.config, case=case), False, None))
    return drafts


async def _to_whom(crm: Crm, link: CrmLink | None, find: _Find) -> str:
    """On whose record, and how that is known."""
    if link is not None and link.contact_id is None:
        return f"nobody there, {link.how}; it is written once they are linked"
    if link is not None:
        return f"contact {link.contact_id}, {link.how}{_at(link.url)}"
    try:
        async with asyncio.timeout(PATIENCE):
            matches = await find(crm)
    except TimeoutError:
        return f"has not said in {PATIENCE:.0f} s who this is"
    except (RetriableError, PermanentError) as error:
        return f"cannot be asked who this is: {error}"
    match = sure_match(matches)
    if match is not None:
        return f"{match.contact.name}, contact {match.contact.id}, {match.why}{_at(match.contact.url)}"
    if not matches:
        return "knows nobody who may be this customer; it is written once they are linked"
    return f"knows nobody who surely is this customer. Likely: {'; '.join(map(_likely, matches[:LIKELY]))}"


def _at(url: str | None) -> str:
    return f" ({url})" if url is not None else ""


def _likely(match: ContactMatch) -> str:
    return f"{one_line(match.contact.name, 60)}, contact {match.contact.id}, {round(100 * match.confidence)} %, {match.why}"


def _lines(draft: _Draft) -> Sequence[str]:
    activity = draft.activity
    beside = " and a case" if activity.case else ""
    when = f"when it is {activity.occasion}" if activity.occasion != "idea" else "when it becomes an idea"
    if not draft.happened:
        return [f"  {when}: an entry{beside} that says, with what happens until then:", *_body(activity)]
    return [f"  {_state(draft.kept)}, an entry{beside}:", *_body(activity)]


def _state(kept: CrmEntry | None) -> str:
    if kept is None:
        return "to be written"
    match kept.state:
        case "written":
            return f"written {kept.at:%Y-%m-%d %H:%M} UTC{_at(kept.url)}"
        case "nobody":
            return "waits until it is known who this is"
        case "failed":
            return f"refused: {on_a_line(kept.error)}"
        case _:
            return f"to be written{': ' + on_a_line(kept.error) if kept.error else ''}"


def _body(activity: Activity) -> list[str]:
    lines = [
        f"    {on_a_line(activity.subject)}",
        *(f"    {on_a_line(line)}".rstrip() for line in activity.body.splitlines()),
    ]
    return [*lines, f"    ({count(len(activity.body), 'character')}, key {activity.key})"]
