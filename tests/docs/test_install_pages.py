"""The pages for administrators name every permission that the apps ask for, and every variable they need."""

from __future__ import annotations

import re

from bot.slack.manifest import BOT_SCOPES
from bot.teams.manifest import RESOURCE_PERMISSIONS
from tests.docs.pages import ROOT, code_spans, read, rows

SLACK = read(ROOT / "docs" / "install-on-slack.md")
TEAMS = read(ROOT / "docs" / "install-on-teams.md")


def first_cells(page: str) -> set[str]:
    """The code in the first cells of a page's tables."""
    return {span for row in rows(page) for span in code_spans(row[0])}


def test_every_scope_on_slack_is_explained_and_no_other() -> None:
    scopes = {span for span in first_cells(SLACK) if re.fullmatch(r"[a-z_.]+:[a-z.]+|commands", span)}
    assert sorted(scopes) == sorted(BOT_SCOPES)


def test_every_permission_on_teams_is_explained_and_no_other() -> None:
    asked = {span for span in first_cells(TEAMS) if span.endswith((".Group", ".Chat", ".User"))}
    assert sorted(asked) == sorted(RESOURCE_PERMISSIONS)


def test_each_value_that_teams_needs_says_where_it_is() -> None:
    named = {span for span in first_cells(TEAMS) if re.fullmatch(r"TEAMS_[A-Z_]+", span)}
    assert named == {"TEAMS_APP_ID", "TEAMS_TENANT_ID", "TEAMS_APP_PASSWORD", "TEAMS_MANAGED_IDENTITY"}
