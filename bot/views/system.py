"""Baton about itself: errors, confirmations, settings, what the doctor found, how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.cards import Actions, Block, Bold, Button, Card, Code, Facts, Header, Paragraph, Small, Text, Time, text
from bot.config import WEEKDAYS, Config
from bot.domain.people import Person
from bot.domain.spans import format_span
from bot.errors import UserError
from bot.ports import Counts, Finding
from bot.views.wording import count, crm_name, department_of, dotted, listed, network_name, one_line, tame, with_code

_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def error_card(error: UserError) -> Card:
    """What is wrong, what to do next, and a button for it where there is one."""
    offers = tuple(Button(offer.label, offer.command, dict(offer.args)) for offer in error.offers)
    said = text(tame(error.message))
    if error.until is not None:
        said = text(tame(error.message).removesuffix("."), " until ", Time(error.until), ".")
    blocks: tuple[Block, ...] = (Paragraph(said),)
    if error.hint:
        blocks = (*blocks, Small(with_code(error.hint)))
    return Card(one_line(error.message, 200), (*blocks, Actions(offers)) if offers else blocks)


def done_card(said: str) -> Card:
    """A confirmation in a sentence."""
    return Card(one_line(said.replace("`", ""), 200), (Paragraph(with_code(said)),))


def link_code_card(code: str, until: datetime) -> Card:
    """The code by which somebody says on another platform who they are."""
    return Card(
        "Your code for your other account",
        (
            Paragraph(text("Where your other account is, write to Baton: ", Code(f"link {code}"))),
            Small(
                text("It works once, until ", Time(until), ". Give it to nobody: whoever types it is you from then on.")
            ),
        ),
    )


def settings_card(config: Config, person: Person) -> Card:
    """What is configured, and what Baton knows of the person who asks."""
    policy, digest = config.policies, config.digest
    hours = config.company.hours or "round the clock"
    day = _DAY_NAMES[WEEKDAYS.index(digest.day)]
    rows: tuple[tuple[str, Text], ...] = (
        ("You", text(_about(person, config))),
        ("Company", text(f"{config.company.name}, {config.company.timezone}, {hours}")),
        ("Departments", text(listed(department_of(key, config) for key in config.departments))),
        ("Channels", dotted(text(f"{s.channel} ({s.purpose}, {s.platform.capitalize()})") for s in config.surfaces)),
        ("A claim lasts", text(f"{format_span(policy.lease)}, urgent {format_span(policy.lease_urgent)}")),
        ("Lead, coordinator, sponsor", text("told after " + ", ".join(format_span(span) for span in policy.overdue))),
        ("When urgent", text("after " + ", ".join(format_span(span) for span in policy.overdue_urgent))),
        ("Sources", text(", ".join(f"{name} ({source.kind})" for name, source in config.sources.items()) or "none")),
        (
            "Digest",
            text(f"{day} {digest.at:%H:%M} {digest.timezone or config.company.timezone}, to {digest.surface}"),
        ),
    )
    blocks = (
        Header("Settings"),
        Facts(rows),
        Small(text("Your department: ", Code("/baton settings department support"), ". The rest is in baton.toml.")),
        Actions((
            Button("No notices to me", "mute", {"switch": "on"}),
            Button("Notices again", "mute", {"switch": "off"}),
            Button("Check the installation", "doctor"),
        )),
    )  # fmt: skip
    return Card("Settings", blocks)


def _about(person: Person, config: Config) -> str:
    department = department_of(person.department, config) if person.department else "no department yet"
    roles = ", ".join(sorted(role.value for role in person.roles))
    return ", ".join(filter(None, (one_line(person.name, 80), department, roles, person.timezone)))


_MARKS = {"fail": "❌ Failed", "warn": "⚠️ Look at", "ok": "✅ Fine"}


def doctor_card(findings: Sequence[Finding], given_up: int = 0) -> Card:
    """What failed first, with the mend; what is fine on one line. `given_up` entries of CRMs can be written again."""
    bad = [f for state in ("fail", "warn") for f in findings if f.state == state]
    fine = [one_line(f.what, 60) for f in findings if f.state == "ok"]
    title = f"{count(len(bad), 'thing')} to mend" if bad else "Everything is fine"
    blocks: list[Block] = [Header(title)]
    for finding in bad:
        detail = f": {one_line(finding.detail, 300)}" if finding.detail else ""
        blocks.append(Paragraph(text(f"{_MARKS[finding.state]}  ", Bold(one_line(finding.what, 80)), detail)))
        if finding.mend:
            blocks.append(Small(text("Mend: ", *with_code(finding.mend))))
    if fine:
        blocks.append(Small(text(f"{_MARKS['ok']}: {', '.join(fine)}")))
    if given_up:
        blocks.append(Actions((_write_again(given_up),)))
    return Card(title, tuple(blocks))


def _write_again(given_up: int) -> Button:
    return Button(f"Write {count(given_up, 'entry', 'entries')} again", "doctor", {"replay": "replay"})


def entries_given_up_card(
    crm: str, given_up: int, numbers: Sequence[int], more: int, error: str, at: datetime, config: Config
) -> Card:
    """A CRM did not take entries in all the time there was: which, why, and what to do."""
    name, entries = crm_name(crm, config), count(given_up, "entry", "entries")
    title = f"{entries} could not be written to {name}"
    named = [f"B-{number}" for number in numbers] + ([f"{more} more"] if more else [])
    again = "Nothing is lost. Mend what it says, then have them written again; `app.py outbox list` names each, `app.py outbox replay` does the same."
    rows: list[tuple[str, Text]] = [("Of", text(listed(named)))] if named else []
    rows += [("Why", text(one_line(error, 300))), ("Given up", text(Time(at, "moment")))]
    return Card(
        title,
        (
            Header(title),
            Facts(tuple(rows)),
            Small(with_code(again)),
            Actions((_write_again(given_up), Button("Check the installation", "doctor"))),
        ),
    )


def source_out_card(name: str, kind: str, since: datetime, last_success: datetime | None, error: str) -> Card:
    """A source has failed for good; `since` is when that was clear."""
    title = f"Nothing is heard from {one_line(name, 60)}"
    last = text(Time(last_success)) if last_success is not None else text("never")
    return Card(
        title,
        (
            Header(title),
            Facts((
                ("Source", text(f"{one_line(name, 60)} ({network_name(kind)})")),
                ("Why", text(one_line(error, 300))),
                ("Last heard", last),
                ("In quarantine since", text(Time(since))),
            )),
            Small(with_code(f"Mend what it says. It is asked again by itself, now and then; `app.py sources poll {name}` asks now.")),
            Actions((Button("Check the installation", "doctor"),)),
        ),
    )  # fmt: skip


def source_back_card(name: str, kind: str, out: timedelta, new: int) -> Card:
    """A source that had failed for good works again."""
    title = f"{one_line(name, 60)} is heard again"
    came = f"{count(new, 'event')} came since" if new else "nothing new came meanwhile"
    said = text(f"{one_line(name, 60)} ({network_name(kind)}) was out for {format_span(out)}; {came}.")
    return Card(title, (Header(title), Paragraph(said)))


_STATES = {
    "floor": "on the floor",
    "held": "held",
    "waiting": "waiting",
    "echo": "say the same as another",
    "resolved": "resolved",
}


def stats_card(counts: Counts) -> Card:
    """How much there is."""
    networks = sorted(counts.posts_by_network.items(), key=lambda pair: -pair[1])
    by_network = ", ".join(f"{number:,} {network_name(network)}" for network, number in networks)
    states = counts.conversations_by_state
    told = (state for state in _STATES if state != "echo" or states.get(state))
    by_state = ", ".join(f"{states.get(state, 0):,} {_STATES[state]}" for state in told)
    dead = f", {counts.outbox_dead:,} given up: see doctor" if counts.outbox_dead else ""
    rows: tuple[tuple[str, Text], ...] = (
        ("Posts", text(f"{counts.posts:,}" + (f": {by_network}" if by_network else ""))),
        ("Conversations", text(f"{counts.conversations:,}: {by_state}")),
        ("Customers", text(f"{counts.customers:,}")),
        ("Cards", text(f"{counts.cards:,}")),
        ("To be sent", text(f"{counts.outbox_pending:,}{dead}")),
    )
    summary = f"{count(counts.posts, 'post')}, {count(counts.conversations, 'conversation')}"
    return Card(summary, (Header("How much there is"), Facts(rows)))
