"""How often the right department is among the first suggested, for complaints to airlines with the generic words."""

from __future__ import annotations

from pathlib import Path

from integrations.ai.local.departments import Departments
from integrations.ai.local.vocabulary import generic
from tests.triage.data import airline
from tests.triage.report import Line

RIGHT = {
    "Customer Service Issue": "support",
    "Late Flight": "operations",
    "Cancelled Flight": "operations",
    "longlines": "operations",
    "Lost Luggage": "logistics",
    "Damaged Luggage": "logistics",
    "Flight Booking Problems": "sales",
    "Flight Attendant Complaints": "people",
    "Bad Flight": "product",
}
"""Which department looks after each reason for complaint; others are left out."""


def measure(data: Path) -> list[Line]:
    """Hit@1 and hit@2 of the departments every company has."""
    departments, words = Departments(), generic()
    ranks = []
    for post in airline(data):
        if post.mood == "negative" and post.reason in RIGHT:
            ranked = [guess.name for guess in departments.rank(words.look(post.text))]
            ranks.append(ranked.index(RIGHT[post.reason]))
    return [
        Line("departments", "hit@1 %", 100 * sum(rank < 1 for rank in ranks) / len(ranks), 60),
        Line("departments", "hit@2 %", 100 * sum(rank < 2 for rank in ranks) / len(ranks), 78),
    ]
