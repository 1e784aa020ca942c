"""Every kind of source there is: the networks themselves, and the tools that listen to them."""

from integrations.listening import CONNECTORS as LISTENING
from integrations.networks import CONNECTORS as NETWORKS
from integrations.source import Connector

CONNECTORS: tuple[type[Connector], ...] = (*NETWORKS, *LISTENING)
