"""The networks Baton listens to, one per file. A connector counts once it stands in this tuple."""

from integrations.networks.bluesky import Bluesky
from integrations.networks.discourse import Discourse
from integrations.networks.email import Email
from integrations.networks.generic import GenericWebhook
from integrations.networks.hackernews import HackerNews
from integrations.networks.mastodon import Mastodon
from integrations.networks.rss import Rss
from integrations.networks.stackoverflow import StackOverflow
from integrations.networks.telegram import Telegram
from integrations.networks.youtube import YouTube
from integrations.source import Connector

CONNECTORS: tuple[type[Connector], ...] = (
    Bluesky,
    Discourse,
    Email,
    GenericWebhook,
    HackerNews,
    Mastodon,
    Rss,
    StackOverflow,
    Telegram,
    YouTube,
)
