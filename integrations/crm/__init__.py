"""Where outcomes are recorded, one customer record system per file. A connector counts once it stands in this tuple."""

from integrations.crm.dynamics.connector import Dynamics
from integrations.crm.hubspot.connector import HubSpot
from integrations.crm.odoo.connector import Odoo
from integrations.crm.oracle.connector import Oracle
from integrations.crm.rest.connector import Rest
from integrations.crm.salesforce.connector import Salesforce
from integrations.crm.sap_c4c.connector import SapC4c
from integrations.crm.sap_v2 import SapV2
from integrations.crm.tryton.connector import Tryton
from integrations.crm.zendesk.connector import Zendesk
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
