"""The model of baton.toml: departments, people, surfaces, routes, policies, sources. Secrets are never in it.

`parse` reads the text of a file and points at the line that is wrong. Without a file, `Config()` works: eight
departments, one surface on Slack's `#floor`, the generic webhook.
"""

from bot.config.campaigns import CampaignPart, When
from bot.config.crisis import CrisisPart
from bot.config.digest import DigestPart, MailPart
from bot.config.model import TEAMS_CHANNEL, Config
from bot.config.parts import (
    AiPart,
    Approval,
    Company,
    CrmPart,
    DepartmentPart,
    DirectoryPart,
    MarkPart,
    PersonPart,
    PolicyPart,
    RetentionPart,
    Route,
    Source,
    Surface,
    VoicePart,
)
from bot.config.reading import parse
from bot.config.trackers import TrackerPart
from bot.config.values import (
    WEEKDAYS,
    Address,
    Age,
    Budget,
    Clock,
    Hours,
    Key,
    Language,
    OwnAddress,
    Rungs,
    Span,
    Zone,
    parse_hours,
)
from bot.config.web import PageAddress, Session, WebPart

__all__ = [
    "TEAMS_CHANNEL",
    "WEEKDAYS",
    "Address",
    "Age",
    "AiPart",
    "Approval",
    "Budget",
    "CampaignPart",
    "Clock",
    "Company",
    "Config",
    "CrisisPart",
    "CrmPart",
    "DepartmentPart",
    "DigestPart",
    "DirectoryPart",
    "Hours",
    "Key",
    "Language",
    "MailPart",
    "MarkPart",
    "OwnAddress",
    "PageAddress",
    "PersonPart",
    "PolicyPart",
    "RetentionPart",
    "Route",
    "Rungs",
    "Session",
    "Source",
    "Span",
    "Surface",
    "TrackerPart",
    "VoicePart",
    "WebPart",
    "When",
    "Zone",
    "parse",
    "parse_hours",
]
