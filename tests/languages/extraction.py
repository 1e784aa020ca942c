"""What Baton says, as the code has it: found by Babel, written as a template and into each catalogue without dates and lines."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "bot" / "languages"
TEMPLATE = FOLDER / "baton.pot"

KEYWORDS = {
    "say": None,
    "say_many": (1, 2),
    "phrase": None,
    "phrase_many": (1, 2),
    "sentence": None,
    "mark": None,
    "day_words": (2,),
}
"""By what sentences are said, and which arguments they are."""

_SPOKEN_IN = ("bot", "handlers", "integrations")
_METHODS = [("**.py", "python"), ("**/templates/*.html", "jinja2")]


def template() -> Catalog:
    """Every sentence of the code."""
    found = Catalog(charset="utf-8")
    for part in _SPOKEN_IN:
        for _, _, message, _, _ in extract_from_dir(ROOT / part, _METHODS, keywords=KEYWORDS):
            # A sentence that is made up where it is said names nothing here.
            if all(message if isinstance(message, tuple) else (message,)):
                found.add(message)
    return found


def catalogue(path: Path) -> Catalog:
    """A catalogue as it stands in its file."""
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"))


def updated(path: Path, sentences: Catalog) -> Catalog:
    """A catalogue with every sentence of the code and no other; what was translated stays so."""
    there = catalogue(path)
    there.update(sentences, no_fuzzy_matching=True)
    there.obsolete.clear()
    return there


def as_template(sentences: Catalog) -> str:
    """The template's text."""
    return _spelled(sentences, ())


def as_catalogue(translated: Catalog) -> str:
    """A catalogue's text."""
    tag = str(translated.locale).replace("_", "-")
    return _spelled(translated, (f"Language: {tag}", f"Plural-Forms: {translated.plural_forms}"))


def _spelled(catalog: Catalog, headers: Iterable[str]) -> str:
    lines = [*headers, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit"]
    head = "\n".join(['msgid ""', 'msgstr ""', *(f'"{line}\\n"' for line in lines)])
    body = io.BytesIO()
    write_po(body, catalog, width=120, no_location=True, omit_header=True, sort_output=True)
    return f"{head}\n\n{body.getvalue().decode().strip()}\n"


def paths() -> list[Path]:
    """The catalogues there are."""
    return sorted(FOLDER.glob("*.po"))
