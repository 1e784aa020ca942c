"""Brings the template and the catalogues up to date with the code, and says what is left to translate: `make catalogues`."""

from __future__ import annotations

import sys

from tests.languages.extraction import TEMPLATE, as_catalogue, as_template, paths, template, updated


def main() -> None:
    """Write them."""
    sentences = template()
    TEMPLATE.write_text(as_template(sentences), encoding="utf-8")
    for path in paths():
        brought = updated(path, sentences)
        path.write_text(as_catalogue(brought), encoding="utf-8")
        left = sum(not all(m.string if isinstance(m.string, tuple) else (m.string,)) for m in brought if m.id)
        sys.stdout.write(f"{path.name}: {len(brought)} sentences, {left} to translate\n")


if __name__ == "__main__":
    main()
