"""The pages that are made from the code."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from integrations.post_schema import as_text
from tests.docs.commands_page import commands_page
from tests.docs.configuration_page import configuration_page
from tests.docs.crms_page import crms_page
from tests.docs.directories_page import directories_page
from tests.docs.networks_page import networks_page
from tests.docs.pages import ROOT

GENERATED: Mapping[Path, Callable[[], str]] = {
    ROOT / "docs" / "configuration.md": configuration_page,
    ROOT / "docs" / "commands.md": commands_page,
    ROOT / "docs" / "networks.md": networks_page,
    ROOT / "docs" / "crms.md": crms_page,
    ROOT / "docs" / "directories.md": directories_page,
    ROOT / "docs" / "post.schema.json": as_text,
}
