"""Baton about itself: errors, confirmations, settings, what the doctor found, how much there is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.cards import (
    Actions,
    Block,
    Bold,
    Button,
    Card,
    Code,
    Facts,
    Header,
    Paragraph,
    Small,
    Text,
    Time,
    phrase,
    phrase_many,
    text,
)
from bot.config import WEEKDAYS, Config
from bot.domain.people import Person, Role
from bot.domain.spans import format_span
from bot.errors import UserError
from bot.ports import Counts, Finding
from bot.speech import day_words, in_figures, mark, say, say_many, sentence
from bot.views.tracking import project_name
from bot.views.wording import (
    crm_name,
    department_of,
    dotted,
    language_name,
    listed,
    network_name,
    one_line,
    tame,
    with_code,
)


def error_card(error: UserError) -> Card:
    """What is wrong, what to do next, and a button for it where there is one."""
    offers = tuple(Button(offer.label, offer.command, dict(offer.args)) for offer in error.offers)
    said = text(tame(error.message))
    if error.until is not None:
        said = phrase(
            "{sentence} until {when}.", sentence=tame(error.message).removesuffix("."), when=Time(error.until)
        )
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
        say("Your code for your other account"),
        (
            Paragraph(phrase("Where your other account is, write to Baton: {code}", code=Code(f"link {code}"))),
            Small(
                phrase(
                    "It works once, until {when}. Give it to nobody: whoever types it is you from then on.",
                    when=Time(until),
                )
            ),
        ),
    )


_PURPOSES = {"floor": mark("floor"), "management": mark("management"), "operators": mark("operators")}


def settings_card(config: Config, person: Person) -> Card:
    """What is configured, and what Baton knows of the person who asks."""
    policy, digest = config.policies, config.digest
    hours = config.company.hours or say("round the clock")
    # The first of June 2026 was a Monday.
    day = day_words(date(2026, 6, 1 + WEEKDAYS.index(digest.day)), "EEEE")
    rows: tuple[tuple[str, Text], ...] = (
        (say("You"), text(_about(person, config))),
        (say("Company"), text(f"{config.company.name}, {config.company.timezone}, {hours}")),
        (say("Departments"), text(listed(department_of(key, config) for key in config.departments))),
        (
            say("Channels"),
            dotted(
                text(f"{s.channel} ({sentence(_PURPOSES[s.purpose])}, {s.platform.capitalize()})")
                for s in config.surfaces
            ),
        ),
        (
            say("A claim lasts"),
            phrase("{span}, urgent {urgent}", span=format_span(policy.lease), urgent=format_span(policy.lease_urgent)),
        ),
        (
            say("Lead, coordinator, sponsor"),
            phrase("told after {spans}", spans=", ".join(format_span(span) for span in policy.overdue)),
        ),
        (
            say("When urgent"),
            phrase("after {spans}", spans=", ".join(format_span(span) for span in policy.overdue_urgent)),
        ),
        (
            say("Sources"),
            text(", ".join(f"{name} ({source.kind})" for name, source in config.sources.items()) or say("none")),
        ),
        *(
            [(say("Issue trackers"), text(listed(project_name(name, config) for name in config.trackers)))]
            if config.trackers
            else []
        ),
        (
            say("Digest"),
            phrase(
                "{day} {at} {timezone}, to {surface}",
                day=day,
                at=f"{digest.at:%H:%M}",
                timezone=digest.timezone or config.company.timezone,
                surface=digest.surface,
            ),
        ),
    )
    blocks = (
        Header(say("Settings")),
        Facts(rows),
        Small(phrase(
            "Your department: {department}; your language: {language}. The rest is in baton.toml.",
            department=Code("/baton settings department support"),
            language=Code("/baton settings language de"),
        )),
        Actions((
            Button(say("No notices to me"), "mute", {"switch": "on"}),
            Button(say("Notices again"), "mute", {"switch": "off"}),
            Button(say("Check the installation"), "doctor"),
        )),
    )  # fmt: skip
    return Card(say("Settings"), blocks)


def _about(person: Person, config: Config) -> str:
    department = department_of(person.department, config) if person.department else say("no department yet")
    roles = ", ".join(sentence(_ROLES[role]) for role in sorted(person.roles))
    language = language_name(person.language)
    return ", ".join(filter(None, (one_line(person.name, 80), department, roles, person.timezone, language)))


_ROLES = {
    Role.LEAD: mark("lead"),
    Role.COORDINATOR: mark("coordinator"),
    Role.SPONSOR: mark("sponsor"),
    Role.ADMIN: mark("admin"),
}


_MARKS = {"fail": mark("❌ Failed"), "warn": mark("⚠️ Look at"), "ok": mark("✅ Fine")}


def doctor_card(findings: Sequence[Finding], given_up: int = 0) -> Card:
    """What failed first, with the mend; what is fine on one line. `given_up` entries of CRMs can be written again."""
    bad = [f for state in ("fail", "warn") for f in findings if f.state == state]
    fine = [one_line(sentence(f.what), 60) for f in findings if f.state == "ok"]
    title = say_many("{n} thing to mend", "{n} things to mend", len(bad)) if bad else say("Everything is fine")
    blocks: list[Block] = [Header(title)]
    for finding in bad:
        detail = f": {one_line(finding.detail, 300)}" if finding.detail else ""
        blocks.append(
            Paragraph(text(f"{sentence(_MARKS[finding.state])}  ", Bold(one_line(sentence(finding.what), 80)), detail))
        )
        if finding.mend:
            blocks.append(Small(phrase("Mend: {mend}", mend=with_code(finding.mend))))
    if fine:
        well = _MARKS["ok"]
        blocks.append(Small(text(f"{sentence(well)}: {', '.join(fine)}")))
    if given_up:
        blocks.append(Actions((_write_again(given_up),)))
    return Card(title, tuple(blocks))


def _write_again(given_up: int) -> Button:
    return Button(
        say_many("Write {n} entry again", "Write {n} entries again", given_up), "doctor", {"replay": "replay"}
    )


def entries_given_up_card(
    crm: str, given_up: int, numbers: Sequence[int], more: int, error: str, at: datetime, config: Config
) -> Card:
    """A CRM did not take entries in all the time there was: which, why, and what to do."""
    title = say_many(
        "{n} entry could not be written to {crm}",
        "{n} entries could not be written to {crm}",
        given_up,
        crm=crm_name(crm, config),
    )
    named = [f"B-{number}" for number in numbers] + ([say("{more} more", more=in_figures(more))] if more else [])
    again = say(
        "Nothing is lost. Mend what it says, then have them written again; `app.py outbox list` names each, `app.py outbox replay` does the same."
    )
    rows: list[tuple[str, Text]] = [(say("Of"), text(listed(named)))] if named else []
    rows += [(say("Why"), text(one_line(error, 300))), (say("Given up"), text(Time(at, "moment")))]
    return Card(
        title,
        (
            Header(title),
            Facts(tuple(rows)),
            Small(with_code(again)),
            Actions((_write_again(given_up), Button(say("Check the installation"), "doctor"))),
        ),
    )


def source_out_card(name: str, kind: str, since: datetime, last_success: datetime | None, error: str) -> Card:
    """A source has failed for good; `since` is when that was clear."""
    title = say("Nothing is heard from {name}", name=one_line(name, 60))
    last = text(Time(last_success)) if last_success is not None else phrase("never")
    return Card(
        title,
        (
            Header(title),
            Facts((
                (say("Source"), text(f"{one_line(name, 60)} ({network_name(kind)})")),
                (say("Why"), text(one_line(error, 300))),
                (say("Last heard"), last),
                (say("In quarantine since"), text(Time(since))),
            )),
            Small(with_code(say("Mend what it says. It is asked again by itself, now and then; `app.py sources poll {name}` asks now.", name=name))),
            Actions((Button(say("Check the installation"), "doctor"),)),
        ),
    )  # fmt: skip


def source_back_card(name: str, kind: str, out: timedelta, new: int) -> Card:
    """A source that had failed for good works again."""
    title = say("{name} is heard again", name=one_line(name, 60))
    out_for = {"name": one_line(name, 60), "network": network_name(kind), "span": format_span(out)}
    said = (
        phrase_many(
            "{name} ({network}) was out for {span}; {n} event came since.",
            "{name} ({network}) was out for {span}; {n} events came since.",
            new,
            **out_for,
        )
        if new
        else phrase("{name} ({network}) was out for {span}; nothing new came meanwhile.", **out_for)
    )
    return Card(title, (Header(title), Paragraph(said)))


_STATES = {
    "floor": mark("{many} on the floor"),
    "held": mark("{many} held"),
    "waiting": mark("{many} waiting"),
    "echo": mark("{many} say the same as another"),
    "resolved": mark("{many} resolved"),
}


def stats_card(counts: Counts) -> Card:
    """How much there is."""
    networks = sorted(counts.posts_by_network.items(), key=lambda pair: -pair[1])
    by_network = ", ".join(f"{in_figures(number)} {network_name(network)}" for network, number in networks)
    states = counts.conversations_by_state
    told = (state for state in _STATES if state != "echo" or states.get(state))
    by_state = ", ".join(say(_STATES[state], many=in_figures(states.get(state, 0))) for state in told)
    waiting = in_figures(counts.outbox_pending)
    to_send = (
        say("{waiting}, {dead} given up: see doctor", waiting=waiting, dead=in_figures(counts.outbox_dead))
        if counts.outbox_dead
        else waiting
    )
    rows: tuple[tuple[str, Text], ...] = (
        (say("Posts"), text(f"{in_figures(counts.posts)}" + (f": {by_network}" if by_network else ""))),
        (say("Conversations"), text(f"{in_figures(counts.conversations)}: {by_state}")),
        (say("Customers"), text(in_figures(counts.customers))),
        (say("Cards"), text(in_figures(counts.cards))),
        (say("To be sent"), text(to_send)),
    )
    summary = ", ".join((
        say_many("{n} post", "{n} posts", counts.posts),
        say_many("{n} conversation", "{n} conversations", counts.conversations),
    ))  # fmt: skip
    return Card(summary, (Header(say("How much there is")), Facts(rows)))
