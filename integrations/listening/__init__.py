"""The listening tools through which Baton hears other networks, one per file. A connector counts once it stands in this tuple."""

from integrations.listening.brandwatch import Brandwatch
from integrations.listening.meltwater import Meltwater
from integrations.listening.mention import Mention
from integrations.source import Connector

CONNECTORS: tuple[type[Connector], ...] = (
    Brandwatch,
    Meltwater,
    Mention,
)
