"""How much personal data is found, in made-up posts of many countries; how much is found in ordinary posts; how fast."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from time import process_time

from integrations.personal_data import find
from tests.triage.data import GOEMOTIONS, airline, needed
from tests.triage.personal_examples import ORDINARY, Example, examples
from tests.triage.report import Line

_PART = "personal data"
_COUNT = 12_000


def measure(data: Path) -> list[Line]:
    """Recall by kind on made-up examples, false finds on given posts, and posts a second."""
    made = examples(_COUNT)
    right, all_of = Counter[str](), Counter[str]()
    for example in made:
        all_of[example.kind] += 1
        right[example.kind] += is_found(example)
    lines = [Line(_PART, "found, of all kinds, %", 100 * right.total() / all_of.total(), 97)]
    lines += [Line(_PART, f"found: {kind}, %", 100 * right[kind] / all_of[kind]) for kind in all_of]
    for name, texts in (
        ("airline posts", [post.text for post in airline(data)]),
        ("GoEmotions", _comments(data)),
        ("posts with numbers", list(ORDINARY)),
    ):
        false = sum(bool(find(text)) for text in texts)
        lines.append(Line(_PART, f"{name} with a find, %", 100 * false / len(texts), 1, better="lower"))
    texts = [post.text for post in airline(data)]
    begun = process_time()
    for text in texts:
        find(text)
    return [*lines, Line(_PART, "posts a second", len(texts) / (process_time() - begun), 15_000)]


def is_found(example: Example) -> bool:
    """Is at least the place found, whole, as what it is?"""
    kind = example.kind.removesuffix(" beside a word").removesuffix(" disguised")
    return any(
        each.kind == kind and each.start <= example.start and each.end >= example.end for each in find(example.text)
    )


def _comments(data: Path) -> list[str]:
    lines = (needed(data, GOEMOTIONS) / "test.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[0] for line in lines]
