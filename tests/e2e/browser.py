"""The machine's Chromium, without a window, for the end-to-end tests and the pictures."""

from __future__ import annotations

import os
import shutil

from playwright.sync_api import Browser, Playwright


def launch(playwright: Playwright) -> Browser:
    """A browser: the one that `CHROMIUM` names, else the machine's own, else Playwright's."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    arguments = ["--no-sandbox", "--disable-background-networking"]
    return playwright.chromium.launch(args=arguments, executable_path=found)
