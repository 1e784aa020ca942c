"""Marks: whoever all of a rule applies to bears it."""

from __future__ import annotations

import pytest

from bot.config import Config, parse
from bot.domain.customer import Customer, Identity
from bot.domain.marks import marks_of

RULES = """
[[marks]]
name = "influencer"
followers = 10000

[[marks]]
name = "VIP"
tiers = ["gold", "Platinum"]

[[marks]]
name = "press"
attributes = { segment = ["Press", "media"] }
followers = 500

[[marks]]
name = "advocate"
praises = 3
kind = "person"
"""


@pytest.fixture(scope="module")
def config() -> Config:
    return parse(RULES)


@pytest.mark.parametrize(
    ("customer", "followers", "praises", "marks"),
    [
        (Customer("1", "Maya"), (10_000,), 0, ("influencer",)),
        (Customer("1", "Maya"), (9_999, None), 2, ()),
        (Customer("1", "Maya"), (12, 20_000), 0, ("influencer",)),
        (Customer("1", "Maya", attributes={"tier": "Gold"}), (), 0, ("VIP",)),
        (Customer("1", "Maya", attributes={"segment": "press"}), (500,), 0, ("press",)),
        (Customer("1", "Maya", attributes={"segment": "press"}), (499,), 0, ()),
        (Customer("1", "Maya", attributes={"tier": "PLATINUM"}), (10_000,), 3, ("influencer", "VIP", "advocate")),
        (Customer("1", "Acme GmbH", kind="company"), (), 9, ()),
        (Customer("1", "Maya"), (), 0, ()),
    ],
)
def test_who_bears_which(
    config: Config, customer: Customer, followers: tuple[int | None, ...], praises: int, marks: tuple[str, ...]
) -> None:
    identities = [Identity("x", f"maya{at}", followers=count) for at, count in enumerate(followers)]
    assert marks_of(config.mark_rules, customer, identities, praises) == marks


def test_without_rules_nobody_bears_any() -> None:
    assert marks_of(Config().mark_rules, Customer("1", "Maya", attributes={"tier": "Gold"}), [], 99) == ()
