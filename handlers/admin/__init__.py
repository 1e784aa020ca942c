"""The subcommands of app.py, one per file. One counts once it stands in this tuple."""

from collections.abc import Callable

import typer

from handlers.admin.crm import crm
from handlers.admin.customers import customers
from handlers.admin.learning import learning
from handlers.admin.manifest import manifests
from handlers.admin.migrate import migrate
from handlers.admin.outbox import outbox
from handlers.admin.people import people
from handlers.admin.replay import replay
from handlers.admin.routes import routes
from handlers.admin.sources import sources
from handlers.admin.stats import stats
from handlers.admin.triage import triage

SUBCOMMANDS: tuple[tuple[str, typer.Typer | Callable[..., None]], ...] = (
    ("migrate", migrate),
    ("replay", replay),
    ("stats", stats),
    ("customers", customers),
    ("people", people),
    ("crm", crm),
    ("manifest", manifests),
    ("outbox", outbox),
    ("sources", sources),
    ("routes", routes),
    ("triage", triage),
    ("learning", learning),
)
"""Name and function, or name and a group of its own. Each finds a `Context` as typer's `obj`."""
