"""All parties of a real Tryton brought to Baton, though the import was killed in the middle: each once, and linked."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections import Counter

import pytest

from tests.e2e.demo import APP, ROOT
from tests.e2e.waiting import until
from tests.e2e_crm.channel import heard
from tests.e2e_crm.tryton_server import TrytonServer
from tests.e2e_networks.baton import Baton

pytestmark = pytest.mark.timeout(300)

PARTIES = 900
AT_ONCE = 100


def entered(tryton: TrytonServer) -> list[str]:
    """Several hundred parties with an address each, every tenth with none; gives their ids."""
    made: list[str] = []
    for start in range(0, PARTIES, AT_ONCE):
        values = []
        for n in range(start, start + AT_ONCE):
            way = {"type": "email", "value": f"import{n}@crowd.example"}
            values.append({"name": f"Crowd Person {n}", "contact_mechanisms": [["create", [way] if n % 10 else []]]})
        made += map(str, tryton.call("model.party.party.create", values))
    return made


def done(baton: Baton) -> int:
    """How many contacts are brought, as the import remembers for the next time."""
    states = list((baton.data_dir / "import").glob("crm-tryton-*.json"))
    return int(json.loads(states[0].read_text("utf-8"))["done"]) if states else 0


def rows(baton: Baton, query: str) -> list[tuple[str, ...]]:
    with sqlite3.connect(f"file:{baton.data_dir / 'baton.db'}?mode=ro", uri=True) as database:
        return list(database.execute(query))


def killed_on_the_way(baton: Baton) -> int:
    """Begins the import and kills it once a page is stored; gives how many contacts it remembers."""
    words = [*APP, "customers", "import", "--from-crm", "tryton"]
    process = subprocess.Popen(words, cwd=ROOT, env=dict(baton.environment), stderr=subprocess.PIPE, text=True)
    until_when = time.monotonic() + 100
    while not done(baton) and process.poll() is None and time.monotonic() < until_when:
        time.sleep(0.002)
    process.kill()
    _, said = process.communicate()
    assert process.returncode < 0, said
    return done(baton)


def test_every_party_is_a_customer_once_though_the_import_was_killed(baton: Baton, tryton: TrytonServer) -> None:
    parties = entered(tryton)
    card = heard(baton, "import7@crowd.example", "I wrote before all of us came: catkin")
    before = killed_on_the_way(baton)
    assert 0 < before < PARTIES
    said = baton.run_app("customers", "import", "--from-crm", "tryton")
    counts = {name: int(value) for name, value in (line.rsplit(" ", 1) for line in said.splitlines())}
    assert counts["new"] + counts["updated"] == counts["customers"] >= PARTIES
    assert done(baton) == 0
    keys = Counter(key for (key,) in rows(baton, "SELECT import_key FROM customers WHERE import_key LIKE 'tryton:%'"))
    assert {keys[f"tryton:{party}"] for party in parties} == {1}
    linked = [contact for (contact,) in rows(baton, "SELECT contact_id FROM crm_links WHERE how = 'imported'")]
    assert set(parties) <= set(linked)
    # Whoever wrote before is the same customer now: by the address, which nobody else has.
    ana = baton.person("ana")
    until(
        lambda: "Crowd Person 7" in ana.command(f"/baton customer {card.ref}"), "the customer has the name", 120.0, 1.0
    )
    again = baton.run_app("customers", "import", "--from-crm", "tryton")
    assert "new 0" in again.splitlines()
