"""Writes the generated pages: `python -m tests.docs`."""

from __future__ import annotations

import sys

from tests.docs.generated import GENERATED


def main() -> None:
    """Write what has changed, and say so."""
    for path, made in GENERATED.items():
        text = made()
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
            sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
