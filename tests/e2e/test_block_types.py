"""Slack's own TypeScript types judge what the renderer emits: every example card as message and Home, and a form."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from bot.commands import Origin
from bot.slack.forms import Carried, modal, shown
from bot.slack.limits import Json
from bot.slack.render import home, message
from bot.slack.spans import Spelling
from bot.views import EXAMPLES
from tests.bot.slack.forms import EVERY_KIND

JS = Path(__file__).parent / "js"
SPELLING = Spelling({"p-1": "U1"})
CARRIED = Carried(Origin("slack", "T1", "C1", "1.0", "2.0", by="button"), {})


def literal(value: Json) -> str:
    """A TypeScript literal; JSON is one but for two line separators, which `json` escapes."""
    return json.dumps(value, indent=1)


def typescript() -> str:
    """A module in which the compiler compares every example with the type Slack gives it."""
    lines = ['import type { HomeView, KnownBlock, ModalView } from "@slack/types";', ""]
    for name, card in EXAMPLES:
        lines += [
            f"// {name}",
            f"((_: KnownBlock[]) => undefined)({literal(message(card, SPELLING)['blocks'])});",
            f"((_: HomeView) => undefined)({literal(home(card, SPELLING))});",
        ]
    for view in (modal(EVERY_KIND, CARRIED, SPELLING), shown(EXAMPLES[0][1], CARRIED, SPELLING)):
        lines.append(f"((_: ModalView) => undefined)({literal(view)});")
    return "\n".join(lines) + "\n"


def check(folder: Path, source: str) -> subprocess.CompletedProcess[str]:
    """Compile a module against the installed types, without emitting anything."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "node_modules").symlink_to(JS / "node_modules", target_is_directory=True)
    (folder / "blocks.ts").write_text(source, encoding="utf-8")
    options = {
        "strict": True,
        "noEmit": True,
        "module": "nodenext",
        "target": "es2022",
        "skipLibCheck": True,
        "types": [],
    }
    settings = {"compilerOptions": options, "files": ["blocks.ts"]}
    (folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    compiler = JS / "node_modules" / ".bin" / "tsc"
    return subprocess.run([compiler, "--project", folder], capture_output=True, text=True, timeout=110, check=False)


def test_every_block_that_is_emitted_is_one_that_slack_knows(tmp_path: Path) -> None:
    checked = check(tmp_path / "all", typescript())
    assert checked.returncode == 0, checked.stdout[:4000]


def test_the_compiler_does_tell_a_block_that_slack_does_not_know(tmp_path: Path) -> None:
    wrong = typescript().replace('"type": "rich_text_quote"', '"type": "rich_text_shout"', 1)
    checked = check(tmp_path / "wrong", wrong)
    assert checked.returncode != 0
    assert "rich_text_shout" in checked.stdout
