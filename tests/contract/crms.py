"""The pretended server of every CRM connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fakes.crms.dynamics import PretendDynamics
from tests.fakes.crms.odoo import PretendOdoo
from tests.fakes.crms.pretend import PretendCrm
from tests.fakes.crms.salesforce import PretendSalesforce
from tests.fakes.crms.sap_c4c import PretendSapC4c
from tests.fakes.crms.tryton import PretendTryton
from tests.fakes.crms.zendesk import PretendZendesk

PRETENDED: Mapping[str, Callable[[], PretendCrm]] = {
    "dynamics": PretendDynamics,
    "odoo": PretendOdoo,
    "salesforce": PretendSalesforce,
    "sap_c4c": PretendSapC4c,
    "tryton": PretendTryton,
    "zendesk": PretendZendesk,
}
