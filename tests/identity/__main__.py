"""Prints what came of each seed: `python -m tests.identity 101 202`, with `-v` also what went wrong."""

from __future__ import annotations

import sys

from tests.identity.judging import measure
from tests.identity.people import make_people
from tests.identity.test_judging import JUDGING, TUNING


def main(words: list[str]) -> None:
    """Measure the seeds that are named, or all."""
    for seed in [int(word) for word in words if word.isdigit()] or [TUNING, *JUDGING]:
        people = make_people(seed)
        score = measure(people)
        shared = f"{people.sharing_names:.1%} share a name, {people.sharing_mailboxes:.1%} a mailbox"
        sys.stdout.write(f"seed {seed}: {people.persons} people, {people.companies} companies, {shared} · {score}\n")
        if "-v" in words:
            sys.stdout.write("".join(f"  {line}\n" for line in (*score.wrong, *(f"missed {m}" for m in score.missed))))


if __name__ == "__main__":
    main(sys.argv[1:])
