"""How well words tell posts about disasters from ordinary ones, event by event; and how often they take a complaint for one.

Nothing is trained, so that every event is as new to the words as the next; the worst of them is told beside the whole.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

from integrations.ai.local.crisis import CrisisWords
from integrations.ai.local.vocabulary import generic
from tests.triage.data import GOEMOTIONS, airline, crisis, needed
from tests.triage.report import Line

INFORMATIVE = "Related and informative"
SEED = 6


def measure(data: Path) -> list[Line]:
    """Precision and recall, the worst event's recall, and false alarms among complaints and among talk."""
    reports = [post for post in crisis(data) if post.informativeness == INFORMATIVE]
    posts = [post.text for post in airline(data)]
    talk = _talk(data)
    choice = random.Random(SEED)
    half = len(reports) // 2
    ordinary = choice.sample(posts, half) + choice.sample(talk, len(reports) - half)

    found = Counter(post.event for post in reports if _alarm(post.text))
    every = Counter(post.event for post in reports)
    true, false = found.total(), sum(map(_alarm, ordinary))
    complaints = [post.text for post in airline(data) if post.mood == "negative"]
    return [
        Line("crisis", "precision %", 100 * true / max(1, true + false), 92),
        Line("crisis", "recall %", 100 * true / len(reports), 65),
        Line("crisis", "recall of the worst event %", min(100 * found[event] / every[event] for event in every)),
        Line(
            "crisis",
            "false alarms, complaints %",
            100 * sum(map(_alarm, complaints)) / len(complaints),
            3,
            better="lower",
        ),
        Line("crisis", "false alarms, talk %", 100 * sum(map(_alarm, talk)) / len(talk), better="lower"),
    ]


def _alarm(text: str) -> bool:
    return CrisisWords().likelihood(generic().look(text)) >= 0.5


def _talk(data: Path) -> list[str]:
    """Comments from everyday conversations, those held back for testing."""
    lines = (needed(data, GOEMOTIONS) / "test.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]
