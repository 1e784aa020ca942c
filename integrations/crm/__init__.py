"""Where outcomes are recorded, one customer record system per file. A connector counts once it stands in this tuple."""

from integrations.crm.dynamics import Dynamics
from integrations.crm.hubspot import HubSpot
from integrations.crm.odoo import Odoo
from integrations.crm.oracle import Oracle
from integrations.crm.rest import Rest
from integrations.crm.salesforce import Salesforce
from integrations.crm.sap_c4c import SapC4c
from integrations.crm.sap_v2 import SapV2
from integrations.crm.tryton import Tryton
from integrations.crm.zendesk import Zendesk
from integrations.record import CrmConnector

CONNECTORS: tuple[type[CrmConnector], ...] = (
    Dynamics,
    HubSpot,
    Odoo,
    Oracle,
    Rest,
    Salesforce,
    SapC4c,
    SapV2,
    Tryton,
    Zendesk,
)
