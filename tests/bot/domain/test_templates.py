"""Texts approved beforehand: what they read when filled in, what may be filled in, and which come first."""

from __future__ import annotations

import pytest

from bot.domain.templates import LONGEST_VALUE, Place, Template, as_value, digest, spoken_first

NEWS = Template("news", "en_US", "Hi {{1}}: {{2}}, {{1}}", (Place("1"), Place("2")))


@pytest.mark.parametrize(
    ("values", "reads"),
    [
        (("Maya", "soon"), "Hi Maya: soon, Maya"),
        (("Maya",), "Hi Maya: {{2}}, Maya"),
        (("", "soon"), "Hi {{1}}: soon, {{1}}"),
        ((), "Hi {{1}}: {{2}}, {{1}}"),
        (("{{2}}", "soon"), "Hi {{2}}: soon, {{2}}"),
    ],
)
def test_places_are_filled_once_and_one_without_a_value_stays(values: tuple[str, ...], reads: str) -> None:
    assert NEWS.filled(values) == reads


def test_a_value_is_one_line_without_rows_of_spaces() -> None:
    assert as_value(" Maya\tOkafor\r\n  of     Lagos ") == "Maya Okafor of Lagos"
    assert len(as_value("x" * 5_000)) == LONGEST_VALUE


@pytest.mark.parametrize(
    ("language", "first"),
    [("de", ["de", "de_CH"]), ("de-CH", ["de_CH", "de"]), ("fr", ["de", "de_CH"]), (None, ["de", "de_CH"])],
)
def test_the_customers_language_comes_first_and_its_neighbours_after_it(language: str | None, first: list[str]) -> None:
    templates = [Template("a", name, "…") for name in ("pt_BR", "de_CH", "en", "de")]
    assert [each.language for each in spoken_first(templates, language)][:2] == first


def test_keys_and_digests_tell_one_from_another() -> None:
    assert NEWS.key != Template("news", "en", NEWS.body).key != Template("new", "sen", NEWS.body).key
    assert digest("a") != digest("b")
    assert len(NEWS.key) <= 32
