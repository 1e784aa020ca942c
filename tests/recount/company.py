"""The company whose digest is counted again: hours of its own for one department, two roles."""

from __future__ import annotations

from datetime import time
from zoneinfo import ZoneInfo

from tests.recount.counted import Company

ZONE = "Europe/Paris"

CONFIG = f"""
[company]
name = "Acme"
timezone = "{ZONE}"
hours = "Mon-Fri 09:00-17:00"

[departments.support]
hours = "Mon-Sun 07:00-22:00"
[departments.product]
[departments.sales]
[departments.marketing]
[departments.legal]
[departments.logistics]

[[people]]
email = "elif@acme.example"
department = "marketing"
roles = ["coordinator"]
"""

COMPANY = Company(
    zone=ZoneInfo(ZONE),
    hours={
        None: (frozenset(range(5)), time(9), time(17)),
        "support": (frozenset(range(7)), time(7), time(22)),
    },
    coordinators=1,
    sponsors=0,
)
