"""The networks Baton listens to, one per file. A connector counts once it stands in this tuple."""

from integrations.networks.app_store.connector import AppStore
from integrations.networks.bluesky.connector import Bluesky
from integrations.networks.discourse.connector import Discourse
from integrations.networks.email.connector import Email
from integrations.networks.facebook.connector import Facebook
from integrations.networks.generic import GenericWebhook
from integrations.networks.google_business.connector import GoogleBusiness
from integrations.networks.google_play.connector import GooglePlay
from integrations.networks.hackernews import HackerNews
from integrations.networks.instagram.connector import Instagram
from integrations.networks.linkedin.connector import LinkedIn
from integrations.networks.mastodon.connector import Mastodon
from integrations.networks.reddit.connector import Reddit
from integrations.networks.rss.connector import Rss
from integrations.networks.stackoverflow.connector import StackOverflow
from integrations.networks.telegram.connector import Telegram
from integrations.networks.trustpilot.connector import Trustpilot
from integrations.networks.whatsapp.connector import WhatsApp
from integrations.networks.x.connector import X
from integrations.networks.youtube.connector import YouTube
from integrations.source import Connector

CONNECTORS: tuple[type[Connector], ...] = (
    AppStore,
    Bluesky,
    Discourse,
    Email,
    Facebook,
    GenericWebhook,
    GoogleBusiness,
    GooglePlay,
    HackerNews,
    Instagram,
    LinkedIn,
    Mastodon,
    Reddit,
    Rss,
    StackOverflow,
    Telegram,
    X,
    Trustpilot,
    WhatsApp,
    YouTube,
)
