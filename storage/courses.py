"""When things happened to the conversations of a window, kept as plain numbers: a year may have a million of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator

from storage.engine import Row

_NEVER = -1


class Courses:
    """For each conversation its department, and the stamps at which it was opened and each step happened, None where it did not."""

    def __init__(self) -> None:
        self._departments: list[str | None] = []
        self._stamps = tuple(array("q") for _ in range(4))
        self._names: dict[str | None, str | None] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """More rows of `COURSES`."""
        for department, *stamps in rows:
            self._departments.append(self._names.setdefault(department, department))
            for kept, stamp in zip(self._stamps, stamps, strict=True):
                kept.append(_NEVER if stamp is None else stamp)

    @property
    def opened(self) -> array[int]:
        """When each was opened."""
        return self._stamps[0]

    def __len__(self) -> int:
        return len(self._departments)

    def __iter__(self) -> Iterator[tuple[str | None, int, int | None, int | None, int | None]]:
        opened, human, answer, outcome = self._stamps
        for at, department in enumerate(self._departments):
            yield department, opened[at], _or_none(human[at]), _or_none(answer[at]), _or_none(outcome[at])


def _or_none(stamp: int) -> int | None:
    return None if stamp == _NEVER else stamp
