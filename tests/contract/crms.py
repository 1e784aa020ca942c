"""The pretended server of every CRM connector."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.fakes.crms.pretend import PretendCrm
from tests.fakes.crms.tryton import PretendTryton

PRETENDED: Mapping[str, Callable[[], PretendCrm]] = {
    "tryton": PretendTryton,
}
