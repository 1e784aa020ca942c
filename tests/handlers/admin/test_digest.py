"""`digest` prints the measures of a week for programs, and says which week it means."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from bot.config import Config
from bot.errors import UserError
from handlers.admin.digest import Format, refuse_terminal, window_of
from handlers.polling import key_of
from tests.bot.page.reading import read
from tests.fakes.clock import SystemClock
from tests.handlers.admin.commands import Installed

PARIS = Config.model_validate({"company": {"timezone": "Europe/Paris", "hours": "Mon-Fri 09:00-17:00"}})
KEYS = ("window", "heard", "touched", "changed", "unheard", "sentiment", "ideas", "outcomes", "failures")


class Monday(SystemClock):
    """Stands on a Monday morning."""

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 7, tzinfo=UTC)


def installed(folder: Path) -> Installed:
    return Installed(folder, config=PARIS, clock=Monday())


async def printed(of: Installed, *words: str) -> dict[str, Any]:
    result = await of.run("digest", *words)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


async def test_the_keys_that_programs_rely_on_are_there(tmp_path: Path) -> None:
    of = installed(tmp_path)
    empty = await printed(of)
    assert set(KEYS) <= empty.keys()
    assert empty["heard"]["count"] == 0
    assert (await of.run("seed", "--conversations", "900", "--weeks", "8")).exit_code == 0
    found = await printed(of, "--format", "json")
    assert set(KEYS) <= found.keys()
    assert found["heard"]["count"] == sum(found["heard"]["days"]) > 20
    assert found["heard"]["count"] >= found["touched"]["count"] >= found["changed"]["count"]
    assert found["unheard"]["count"] == found["heard"]["count"] - found["touched"]["count"]
    assert len(found["unheard"]["best"]) == 5
    assert sum(row["heard"] for row in found["sentiment"]["networks"]) == found["heard"]["count"]
    assert found["outcomes"]["written"] == found["outcomes"]["resolved"]
    times = found["times"]["first_human"]["now"]
    assert times["business_median_seconds"] < times["median_seconds"] <= times["p90_seconds"]


async def test_a_source_that_fails_is_named_as_failing(tmp_path: Path) -> None:
    of = installed(tmp_path)
    async with of.storage() as storage, storage.writing() as uow:
        await uow.set_setting(key_of("demo"), '{"failures": 3, "error": "HTTP 500"}')
    failures = (await printed(of))["failures"]
    assert [failure["what"] for failure in failures] == ["Source demo"]
    assert failures[0]["why"] == "HTTP 500"


@pytest.mark.parametrize(
    ("week", "start", "end"),
    [
        ("", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026-W47", "2026-11-16T00:00+01:00", "2026-11-23T00:00+01:00"),
        ("2026W13", "2026-03-23T00:00+01:00", "2026-03-30T00:00+02:00"),
        ("2026-w43", "2026-10-19T00:00+02:00", "2026-10-26T00:00+01:00"),
    ],
)
def test_a_week_goes_from_monday_to_sunday_in_the_company_s_zone(
    tmp_path: Path, week: str, start: str, end: str
) -> None:
    window = window_of(week, installed(tmp_path))
    assert (window.start, window.end) == (datetime.fromisoformat(start), datetime.fromisoformat(end))
    assert window.timezone == "Europe/Paris"


@pytest.mark.parametrize("week", ["47", "2026-47", "2025-W53", "2026-W00", "last"])
def test_what_is_no_week_is_said_to_be_none(tmp_path: Path, week: str) -> None:
    with pytest.raises(UserError, match="no week"):
        window_of(week, installed(tmp_path))


# For people


async def test_html_is_one_file_with_all_its_pictures(tmp_path: Path) -> None:
    of = installed(tmp_path)
    await seeded(of)
    page = tmp_path / "digest.html"
    result = await of.run("digest", "--format", "html", "--output", str(page))
    assert (result.exit_code, result.stdout) == (0, f"Written to {page}.\n")
    found = read(page.read_text("utf-8"))
    assert found.all("html")[0]["lang"] == "en"
    assert "16 to 22 Nov" in found.text
    assert found.all("img")
    for tag, attributes in found.elements:
        for name in ("src", "srcset"):
            assert attributes.get(name, "data:").startswith("data:"), tag
    printed = await of.run("digest", "--format", "html")
    assert printed.stdout == page.read_text("utf-8")


async def test_pdf_has_the_same_words_with_pages_title_and_what_screen_readers_need(tmp_path: Path) -> None:
    of = installed(tmp_path)
    await seeded(of)
    result = await of.run("digest", "--format", "pdf", "--week", "2026-W47")
    assert result.exit_code == 0
    paper = pypdfium2.PdfDocument(result.stdout_bytes)
    said = words_of(paper)
    page = read((await of.run("digest", "--format", "html")).stdout)
    heading = next(line for line in page.text.splitlines() if "heard" in line)
    assert heading in said
    assert "16 to 22 Nov 2026, Europe/Paris" in said
    assert f"Page 1 of {len(paper)}" in said
    information = paper.get_metadata_dict()
    assert information["Title"].startswith("Our company heard")
    assert information["Author"] == "Our company"
    assert information["CreationDate"] == "D:20261123070000Z"
    assert b"StructTreeRoot" in result.stdout_bytes, "tagged"


async def test_another_language_and_one_that_is_not_spoken(tmp_path: Path) -> None:
    of = installed(tmp_path)
    german = await of.run("digest", "--format", "html", "--language", "de")
    assert read(german.stdout).all("html")[0]["lang"] == "de"
    refused = await of.run("digest", "--format", "html", "--language", "tlh")
    assert isinstance(refused.exception, UserError)
    assert "does not speak “tlh”" in refused.exception.message


async def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    refused = await installed(tmp_path).run("digest", "--output", str(tmp_path / "no" / "such" / "folder.json"))
    assert isinstance(refused.exception, UserError)
    assert "cannot be written" in refused.exception.message


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_pdf_is_not_shown_in_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="nothing to read in a terminal") as refused:
        refuse_terminal(Format.PDF, None, Terminal())
    assert "--output" in refused.value.hint
    refuse_terminal(Format.PDF, None, io.StringIO())
    refuse_terminal(Format.PDF, tmp_path / "digest.pdf", Terminal())
    refuse_terminal(Format.HTML, None, Terminal())


async def seeded(of: Installed) -> None:
    assert (await of.run("seed", "--conversations", "900", "--weeks", "8")).exit_code == 0


def words_of(paper: pypdfium2.PdfDocument) -> str:
    """All text, in the order in which it is read."""
    pages = [page.get_textpage().get_text_range() for page in paper]
    return "\n".join(pages).replace("\r\n", "\n")
