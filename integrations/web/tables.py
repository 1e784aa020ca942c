"""Tables as CSV (RFC 4180), a line at a time; nothing in them is taken for a formula by a spreadsheet program.

What spreadsheet programs take for one: owasp.org, "CSV Injection".
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import StringIO

from bot.ports.measures_desk import Table, Value

BOM = "\ufeff"
"""Some spreadsheet programs read UTF-8 only where a file begins with it."""

_SIGNS = "=+\\-@＝＋－＠"
_FORMULA = re.compile(rf"^(?=[{_SIGNS}\t\r\n])|(?<=[;\t\r\n])[^\S\t\r\n]*(?=[{_SIGNS}])(?!-\))")
"""Where a formula would begin: at the beginning of a cell; and, in countries whose spreadsheet programs part columns by
semicolons, behind one, or on a further line. No formula begins with `-)`, but half a smile does."""

_LINES = 500
"""So many lines go out together."""


def written(table: Table, *, bom: bool) -> Iterator[bytes]:
    """The table in pieces, the keys of its columns first."""
    buffer = StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    if bom:
        buffer.write(BOM)
    writer.writerow([column.key for column in table.columns])
    for at, row in enumerate(table.rows, start=1):
        writer.writerow([_harmless(cell.value) for cell in row])
        if at % _LINES == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: StringIO) -> bytes:
    said = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return said.encode("utf-8", "replace")


def _harmless(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return _FORMULA.sub(lambda found: f"{found[0]}'", value)
    return f"{value:.10g}" if isinstance(value, float) else str(value)
