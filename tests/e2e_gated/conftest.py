"""With a failure: what Baton printed, and what stands on the cards."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from tests.e2e_gated.scene import Scene


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Adds Baton's log and the card of the network in question."""
    report = yield
    scene = item.funcargs.get("scene")
    if report.failed and isinstance(scene, Scene):
        report.sections.append(("Baton's log", scene.baton.log()[-6000:]))
        cards = [card.text() for name, card in scene.card.items() if name in item.name]
        report.sections.append(("the cards", "\n".join(cards)))
    return report
