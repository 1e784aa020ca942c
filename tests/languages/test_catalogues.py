"""The catalogues say all that the code says, and nothing else; `make catalogues` brings them up to date."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from bot.languages.catalogue import fits, words
from handlers.commands import COMMANDS
from tests.languages.extraction import TEMPLATE, as_catalogue, as_template, catalogue, paths, template, updated

EACH = pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)


@pytest.fixture(scope="module")
def sentences() -> Catalog:
    """Every sentence of the code."""
    return template()


def _of(path: Path) -> list[Message]:
    return [message for message in catalogue(path) if message.id]


def test_the_template_is_what_the_code_says(sentences: Catalog) -> None:
    assert TEMPLATE.read_text("utf-8") == as_template(sentences)


@EACH
def test_a_catalogue_has_every_sentence_and_no_other(path: Path, sentences: Catalog) -> None:
    assert path.read_text("utf-8") == as_catalogue(updated(path, sentences))


@EACH
def test_every_sentence_is_translated_for_sure(path: Path) -> None:
    missing = [message.id for message in _of(path) if message.fuzzy or not all(words(message.string))]
    assert not missing


@EACH
def test_every_translation_has_the_places_of_the_english_sentence(path: Path) -> None:
    other = [(message.id, message.string) for message in _of(path) if not fits(message)]
    assert not other


@EACH
def test_every_number_has_as_many_forms_as_the_language(path: Path) -> None:
    forms = catalogue(path).num_plurals
    assert all(len(words(message.string)) == forms for message in _of(path) if message.pluralizable)


@EACH
def test_what_is_typed_stays_typed(path: Path) -> None:
    """Between backticks verbs and their arguments stay as they are; only the words of an example are translated."""
    for message in _of(path):
        english, other = (" ".join(words(said)).split("`")[1::2] for said in (message.id, message.string))
        firsts = [[piece.split()[0] for piece in pieces if piece.strip()] for pieces in (english, other)]
        assert sorted(firsts[0]) == sorted(firsts[1]), message.id


@EACH
def test_no_sentence_is_louder_than_the_english_one(path: Path) -> None:
    for message in _of(path):
        said = " ".join(words(message.string))
        assert said.count("!") <= " ".join(words(message.id)).count("!"), said


def test_all_that_commands_are_called_is_in_the_catalogues(sentences: Catalog) -> None:
    known = {said for message in sentences if message.id for said in words(message.id)}
    for spec in (command.spec for command in COMMANDS):
        said = [spec.summary, spec.button, spec.submit, *(param.label for param in spec.params)]
        said += [param.hint for param in spec.params]
        assert not [each for each in said if each and each not in known], spec.name
