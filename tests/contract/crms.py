"""The pretended server of every CRM connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fakes.crms.dynamics import PretendDynamics
from tests.fakes.crms.hubspot import PretendHubSpot
from tests.fakes.crms.odoo import PretendOdoo
from tests.fakes.crms.oracle import PretendOracle
from tests.fakes.crms.pretend import PretendCrm
from tests.fakes.crms.rest import PretendRest
from tests.fakes.crms.salesforce import PretendSalesforce
from tests.fakes.crms.sap_c4c import PretendSapC4c
from tests.fakes.crms.sap_v2 import PretendSapV2
from tests.fakes.crms.tryton import PretendTryton
from tests.fakes.crms.zendesk import PretendZendesk

PRETENDED: Mapping[str, Callable[[], PretendCrm]] = {
    "dynamics": PretendDynamics,
    "hubspot": PretendHubSpot,
    "odoo": PretendOdoo,
    "oracle": PretendOracle,
    "rest": PretendRest,
    "salesforce": PretendSalesforce,
    "sap_c4c": PretendSapC4c,
    "sap_v2": PretendSapV2,
    "tryton": PretendTryton,
    "zendesk": PretendZendesk,
}
