"""The company that Baton is measured in: its departments, its people on Slack, its configuration."""

from __future__ import annotations

from typing import Any

from tests.fakes.teams_talk import Colleague

TEAM = "T0BENCH001"
TENANT = "4d9f4c5e-8b32-4a51-a9a6-2f3d7c1b0e88"
FLOOR = "C0BENCHFL1"
SOURCE = "bench"

DEPARTMENTS = ("support", "product", "sales", "marketing", "legal", "logistics")

_NAMES = (
    "Ana Lima", "Ben Okoro", "Chloé Martin", "Dev Patel", "Elif Kaya", "Finn Berg",
    "Grace Kim", "Hugo Silva", "Ines Novak", "Jonas Weber", "Kira Sato", "Leo Rossi",
)  # fmt: skip
USERS = tuple(f"U0BENCH{at:03d}" for at in range(len(_NAMES)))

CONFIG = "\n".join(
    (
        '[company]\nname = "Bench"',
        *(f'[departments.{key}]\nname = "{key.capitalize()}"' for key in DEPARTMENTS),
        *(
            f'[[people]]\nemail = "{name.split()[0].lower()}@bench.example"\ndepartment = "{DEPARTMENTS[at // 2]}"'
            for at, name in enumerate(_NAMES)
        ),
        f'[[surfaces]]\nname = "floor"\nchannel = "{FLOOR}"',
        '[[surfaces]]\nname = "management"\nchannel = "C0BENCHMG1"\npurpose = "management"',
        f'[sources.{SOURCE}]\nkind = "generic"\nsecret_env = "BATON_HOOK_SECRET"',
    )
)
"""As baton.toml; times are the usual ones, so that no lease ends while it is measured."""


def teams_people() -> list[Colleague]:
    """The same people on Teams."""
    return [
        Colleague(
            name,
            f"29:1BENCH{at:03d}",
            f"00000000-0000-4000-8000-{at:012d}",
            f"{name.split(maxsplit=1)[0].lower()}@bench.example",
            TENANT,
        )
        for at, name in enumerate(_NAMES)
    ]


def slack_users() -> list[dict[str, Any]]:
    """The people as `users.list` gives them."""
    return [
        {
            "id": user,
            "team_id": TEAM,
            "name": name.split()[0].lower(),
            "tz": "Europe/Paris",
            "profile": {"real_name": name, "email": f"{name.split()[0].lower()}@bench.example"},
        }
        for user, name in zip(USERS, _NAMES, strict=True)
    ]
