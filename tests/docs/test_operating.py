"""What the operator's page says of limits, times and kinds of work is what the code does."""

from __future__ import annotations

import inspect
import re
from datetime import timedelta

from handlers import carrying_out
from integrations.doorway import LONGEST
from integrations.serving import ENDING
from storage.inbox import GroupInbox
from storage.patience import Patience
from storage.worker import RECORDING, Pace, Worker
from tests.docs.pages import ROOT, code_spans, read, rows

PAGE = " ".join(read(ROOT / "docs" / "operate.md").split())


def default(function: object, name: str) -> float:
    """The default of a parameter."""
    return float(inspect.signature(function).parameters[name].default)  # type: ignore[arg-type]


def test_every_kind_of_work_is_listed() -> None:
    handled = {
        getattr(getattr(carrying_out, module), constant)
        for module, constant in re.findall(r"^ +(\w+)\.([A-Z_]+): \w", inspect.getsource(carrying_out), re.MULTILINE)
    }
    listed = {span for row in rows(read(ROOT / "docs" / "operate.md")) for span in code_spans(row[0])}
    assert len(handled) >= 7
    assert sorted(handled - listed) == []


def test_times_and_limits_are_those_of_the_code() -> None:
    assert f"for up to {default(Worker.stop, 'grace') + RECORDING + ENDING:g} seconds" in PAGE
    assert f"within about {Pace().lease:g} seconds" in PAGE
    assert f"pauses of up to {('no', 'one', 'two', 'three', 'four', 'five')[int(Patience().cap / 60)]} minutes" in PAGE
    assert Patience().age == timedelta(days=1)
    assert "for a day; cards, notes and outcomes for a week" in PAGE
    assert LONGEST == 1_000_000
    assert "limited to 1 MB each" in PAGE
    assert f"more than {default(GroupInbox.__init__, 'limit'):,.0f} posts wait" in PAGE
