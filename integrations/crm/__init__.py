"""Where outcomes are recorded, one customer record system per file. A connector counts once it stands in this tuple."""

from integrations.crm.tryton import Tryton
from integrations.record import CrmConnector

CONNECTORS: tuple[type[CrmConnector], ...] = (Tryton,)
