"""Which of a window's conversations are counted, where it is not all of them. Pure."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Only conversations on this network, about this topic, suggested to this department first, in this language.

    None stands for all; a network, topic or language is meant as the store keeps it.
    """

    network: str | None = None
    topic: str | None = None
    department: str | None = None
    language: str | None = None

    def __bool__(self) -> bool:
        """Does it leave anything out?"""
        return bool(self.values)

    @property
    def values(self) -> dict[str, str]:
        """What is asked for, by what it is asked of."""
        asked = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in asked.items() if value is not None}


ALL = Narrowing()
"""Every conversation."""
