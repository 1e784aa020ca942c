"""The listening tools through which Baton hears other networks, one per file. A connector counts once it stands in this tuple."""

from integrations.source import Connector

CONNECTORS: tuple[type[Connector], ...] = ()
