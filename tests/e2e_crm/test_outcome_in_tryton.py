"""What came of a conversation in the channel stands on the customer's party in a real Tryton, once, whatever stopped."""

from __future__ import annotations

import re
import time

import pytest

from tests.e2e.waiting import until
from tests.e2e_crm.channel import heard
from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.baton import Baton

pytestmark = pytest.mark.timeout(300)

WITHIN = 120.0
"""Seconds until an entry must be there once Tryton is: a failed one is tried again after longer and longer pauses."""


def entered(tryton: TrytonServer, customer: str, how_many: int = 1) -> list[str]:
    """Waits for so many notes."""
    return until(
        lambda: notes if len(notes := tryton.notes(customer)) >= how_many else None, "the notes are there", WITHIN
    )


def test_an_outcome_is_on_the_party_once_though_tryton_was_away_and_baton_killed(
    baton: Baton, tryton: TrytonServer
) -> None:
    maya = tryton.customer("Maya Okafor", "maya.once@mail.example")
    card = heard(baton, "maya.once@mail.example", "My parcel came crushed: 50%_off <b>quince</b>")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    tryton.stop()
    try:
        ana.command(f"/baton resolve {card.ref} fixed | whole parcels & <no> dents | the carrier")
        card.shows("Fixed")
        until(lambda: f"{tryton.url}/acme/rpc/: Cannot connect" in baton.log(), "Baton has tried", 30.0)
        baton.kill_bot()
    finally:
        tryton.start()
    (note,) = entered(tryton, maya)
    assert note.startswith(f"{card.ref} on E-mail: Fixed\n")
    for words in ("Wanted: whole parcels & <no> dents", "Changed: the carrier", "Ana Lima", "50%_off <b>quince</b>"):
        assert words in note
    assert re.fullmatch(rf"Baton: {card.ref}/resolved/\d+", note.splitlines()[-1])
    # Killed when the note was there but Baton may not have kept that yet.
    baton.kill_bot()
    time.sleep(5)
    assert tryton.notes(maya) == [note]


def test_each_occasion_has_a_note_of_its_own(baton: Baton, tryton: TrytonServer) -> None:
    maya = tryton.customer("Maya Okafor", "maya.twice@mail.example")
    card = heard(baton, "maya.twice@mail.example", "The strap of my bag tore: medlar")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.command(f"/baton escalate {card.ref} a lawyer writes")
    ana.command(f"/baton resolve {card.ref} fixed | a new bag | nothing")
    escalated, resolved = sorted(entered(tryton, maya, 2), key=lambda note: note.splitlines()[-1])
    assert "Why: a lawyer writes" in escalated
    assert "Wanted: a new bag" in resolved


def test_whom_two_parties_may_be_is_written_to_neither(baton: Baton, tryton: TrytonServer) -> None:
    family = [tryton.customer(name, "family@mail.example") for name in ("Ann Bell", "Tom Bell")]
    card = heard(baton, "family@mail.example", "Which of us are you: sorb?")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.command(f"/baton resolve {card.ref} answered | to know | nothing")
    maya = tryton.customer("Maya Okafor", "maya.after@mail.example")
    other = heard(baton, "maya.after@mail.example", "Something else: loquat")
    ana.press(other, "claim")
    other.shows("Ana Lima (Support) until")
    ana.command(f"/baton resolve {other.ref} answered | to know | nothing")
    # Entries go out in their order: this one is after the one that found two.
    assert entered(tryton, maya)
    assert [tryton.notes(each) for each in family] == [[], []]


def test_who_was_unknown_when_it_was_resolved_is_written_to_once_they_are_found(
    baton: Baton, tryton: TrytonServer
) -> None:
    card = heard(baton, "maya.new@mail.example", "I am new here: yarrow")
    ana = baton.person("ana")
    ana.press(card, "claim")
    card.shows("Ana Lima (Support) until")
    ana.command(f"/baton resolve {card.ref} answered | to know | nothing")
    card.shows("Answered")
    maya = tryton.customer("Maya Okafor", "maya.new@mail.example")
    # Looking the customer up finds them, and what waited for that is written.
    until(lambda: "Lyon" in ana.command(f"/baton customer {card.ref}"), "the card has Tryton's city", 60.0, 1.0)
    (note,) = entered(tryton, maya)
    assert note.startswith(f"{card.ref} on E-mail: Answered\n")


def test_what_will_be_written_and_on_whose_record_is_seen_before(baton: Baton, tryton: TrytonServer) -> None:
    maya = tryton.customer("Maya Okafor", "maya.before@mail.example")
    card = heard(baton, "maya.before@mail.example", "A word beforehand: woodruff")
    said = baton.run_app("crm", "preview", card.ref)
    assert f"Maya Okafor, contact {maya}" in said
    assert "A word beforehand: woodruff" in said
    assert tryton.notes(maya) == []
    checked = baton.run_app("crm", "check")
    assert "baton in the database acme of Acme Outdoor" in checked
    assert tryton.environment["TRYTON_PASSWORD"] not in checked + baton.log()
