"""Whom `[digest]` and `[mail]` name: what fits is taken, what does not is told with its line and the mend."""

from __future__ import annotations

import pytest

from bot.config import parse
from bot.errors import ConfigError

WHOLE = """
[[surfaces]]
name = "floor"
channel = "#floor"

[[surfaces]]
name = "board"
platform = "teams"
channel = "19:abc@thread.tacv2"

[digest]
surfaces = ["floor", "board"]
people = ["ana@acme.example"]
mail = ["ceo@acme.example", "Böß@bücher.example"]

[mail]
host = "smtp.acme.example"
sender = "baton@acme.example"
security = "tls"
"""


def test_everybody_who_is_named_is_taken() -> None:
    config = parse(WHOLE)
    assert config.digest.shown_on == ("floor", "board")
    assert config.digest.people == ("ana@acme.example",)
    assert config.digest.mail == ("ceo@acme.example", "Böß@bücher.example")
    assert (config.mail.security, config.mail.name, config.mail.port) == ("tls", "Baton", None)


@pytest.mark.parametrize(
    ("right", "mistaken", "where", "why"),
    [
        ('surfaces = ["floor", "board"]', 'surfaces = ["floor", "bord"]', "digest.surfaces", "“bord” is not among"),
        ('people = ["ana@acme.example"]', 'people = ["Ana"]', "digest.people", "ana@acme.example, without a name"),
        (
            'people = ["ana@acme.example"]',
            'people = ["ana@a.example", "Ana@a.example"]',
            "digest.people",
            "there already",
        ),
        ('mail = ["ceo@acme.example", ', 'mail = ["CEO <ceo@acme.example>", ', "digest.mail", "write it like"),
        (
            'mail = ["ceo@acme.example", ',
            'mail = ["ceo@acme.example\\nBcc: x@y.example", ',
            "digest.mail",
            "write it like",
        ),
        ('mail = ["ceo@acme.example", ', 'mail = ["ceo@localhost", ', "digest.mail", "write it like"),
        ('host = "smtp.acme.example"\n', "\n", "digest.mail", "write `host` under [mail]"),
        ('sender = "baton@acme.example"\n', "\n", "digest.mail", "write `sender` under [mail]"),
        ('security = "tls"', 'security = "ssl"', "mail.security", "'starttls'"),
    ],
)
def test_a_mistake_is_told_with_its_line(right: str, mistaken: str, where: str, why: str) -> None:
    text = WHOLE.replace(right, mistaken)
    with pytest.raises(ConfigError) as told:
        parse(text)
    line = next(n for n, each in enumerate(text.split("\n"), 1) if each.startswith(where.partition(".")[2] + " ="))
    assert told.value.message.startswith(f"baton.toml, line {line}, {where}: ")
    assert why in f"{told.value.message} {told.value.hint}"
