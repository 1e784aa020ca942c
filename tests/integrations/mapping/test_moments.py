"""Times as other systems write them."""

from __future__ import annotations

import contextlib
import time
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.mapping.moments import moment

AT = datetime(2026, 11, 22, 9, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        1795338900, 1795338900000, 1795338900000000, 1795338900.0, "1795338900", "1795338900000", "1795338900.000",
        "2026-11-22T09:15:00Z", "2026-11-22T09:15:00+00:00", "2026-11-22T10:15:00+0100", "2026-11-22 10:15:00 +01:00",
        "2026-11-22T09:15:00.0000000Z", "2026-11-22T09:15:00.100907-00:00", "2026-11-22 09:15:00 UTC", "2026-11-22T09:15",
        "Sun, 22 Nov 2026 09:15:00 +0000", "Sun, 22 Nov 2026 09:15:00 GMT", "  2026-11-22T09:15:00Z ", "20261122T091500Z",
    ],
    ids=repr,
)  # fmt: skip
def test_a_time_in_any_usual_form_is_read(written: Any) -> None:
    assert moment(written).replace(microsecond=0) == AT


def test_a_time_without_a_zone_has_the_one_that_is_set() -> None:
    assert moment("2026-11-22T10:15:00", zone=ZoneInfo("Europe/Berlin")) == AT
    assert moment("22/11/2026 10.15", "%d/%m/%Y %H.%M", ZoneInfo("Europe/Berlin")) == AT


@pytest.mark.parametrize(
    "written", ["", "yesterday", True, None, [], {}, "9" * 400, 1e300, float("nan"), "12", "٢٠٢٦-١١-٢٢x"]
)
def test_what_is_no_time_is_refused(written: Any) -> None:
    with pytest.raises(ValueError, match="is no time"):
        moment(written)


@given(st.one_of(st.text(max_size=40), st.integers(), st.floats()))
def test_nothing_breaks_it(written: Any) -> None:
    with contextlib.suppress(ValueError):
        assert moment(written).tzinfo is not None


@pytest.mark.parametrize("length", [1_000, 100_000])
def test_what_is_too_long_to_be_a_time_is_refused_at_once(length: int) -> None:
    begun = time.process_time()
    with pytest.raises(ValueError, match="no time"):
        moment(f"a{' ' * length}b")
    assert time.process_time() - begun < 1
