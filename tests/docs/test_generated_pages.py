"""The pages that are made from the code are up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.generated import GENERATED


@pytest.mark.parametrize("path", GENERATED, ids=lambda path: str(path.name))
def test_a_generated_page_is_what_would_be_generated_now(path: Path) -> None:
    assert path.read_text("utf-8") == GENERATED[path](), "run: make docs"
