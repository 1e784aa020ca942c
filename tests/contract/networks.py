"""The pretended server of every network that an API must be applied for, and of every listening tool."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fakes.networks.app_store import PretendAppStore
from tests.fakes.networks.brandwatch import PretendBrandwatch
from tests.fakes.networks.facebook import PretendFacebook
from tests.fakes.networks.google_business import GoogleBusiness
from tests.fakes.networks.google_play import GooglePlay
from tests.fakes.networks.instagram import PretendInstagram
from tests.fakes.networks.linkedin import PretendLinkedIn
from tests.fakes.networks.meltwater import PretendMeltwater
from tests.fakes.networks.mention import PretendMention
from tests.fakes.networks.pretend import PretendNetwork
from tests.fakes.networks.reddit import PretendReddit
from tests.fakes.networks.trustpilot import PretendTrustpilot
from tests.fakes.networks.whatsapp import WhatsApp
from tests.fakes.networks.x import PretendX

PRETENDED: Mapping[str, Callable[[], PretendNetwork]] = {
    "app_store": PretendAppStore,
    "brandwatch": PretendBrandwatch,
    "facebook": PretendFacebook,
    "google_business": GoogleBusiness,
    "google_play": GooglePlay,
    "instagram": PretendInstagram,
    "linkedin": PretendLinkedIn,
    "meltwater": PretendMeltwater,
    "mention": PretendMention,
    "reddit": PretendReddit,
    "trustpilot": PretendTrustpilot,
    "whatsapp": WhatsApp,
    "x": PretendX,
}
