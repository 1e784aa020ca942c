"""A catalogue that is wrong, or half translated, never breaks what is said: English stands in for it."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from bot.languages import languages, nearest, speech
from bot.languages.catalogue import read
from bot.speech import ENGLISH, all_of, any_of, day_words, in_figures, mark, per_cent, say, say_many, sentence, speaking

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def written(folder: Path, body: str, tag: str = "de") -> Path:
    path = folder / f"{tag}.po"
    path.write_text(HEAD + body, encoding="utf-8")
    return path


def test_what_is_translated_is_said_and_the_rest_is_english(tmp_path: Path) -> None:
    german = read(
        written(tmp_path, 'msgid "{who} holds {ref}"\nmsgstr "{ref} hat {who}"\n\nmsgid "Claim"\nmsgstr ""\n')
    )
    with speaking(german):
        assert say("{who} holds {ref}", who="Ana", ref="B-1") == "B-1 hat Ana"
        assert say("Claim") == "Claim"


@pytest.mark.parametrize(
    "wrong",
    [
        'msgid "{who} holds {ref}"\nmsgstr "{wer} hat {ref}"\n',
        'msgid "{who} holds {ref}"\nmsgstr "{ref} ist vergeben"\n',
        '#, fuzzy\nmsgid "{who} holds {ref}"\nmsgstr "{ref} hat {who}"\n',
    ],
)
def test_a_translation_with_other_places_or_an_unsure_one_is_not_used(tmp_path: Path, wrong: str) -> None:
    with speaking(read(written(tmp_path, wrong))):
        assert say("{who} holds {ref}", who="Ana", ref="B-1") == "Ana holds B-1"


def test_each_language_has_forms_of_its_own_for_numbers(tmp_path: Path) -> None:
    polish = 'msgid "{n} post"\nmsgid_plural "{n} posts"\nmsgstr[0] "{n} post"\nmsgstr[1] "{n} posty"\nmsgstr[2] "{n} postów"\n'
    with speaking(read(written(tmp_path, polish, "pl"))):
        assert [say_many("{n} post", "{n} posts", n) for n in (1, 2, 5, 22)] == [
            "1 post",
            "2 posty",
            "5 postów",
            "22 posty",
        ]


def test_a_form_for_one_may_leave_the_number_out_but_none_may_name_what_is_not_there(tmp_path: Path) -> None:
    german = (
        'msgid "{n} post"\nmsgid_plural "{n} posts"\nmsgstr[0] "ein Beitrag"\nmsgstr[1] "{n} Beiträge"\n\n'
        'msgid "{n} note"\nmsgid_plural "{n} notes"\nmsgstr[0] "{m} Notiz"\nmsgstr[1] "{n} Notizen"\n'
    )
    with speaking(read(written(tmp_path, german))):
        assert say_many("{n} post", "{n} posts", 1) == "ein Beitrag"
        assert say_many("{n} note", "{n} notes", 2) == "2 notes"


@pytest.mark.parametrize("name", ["klingon", "de"])
def test_a_file_that_cannot_be_read_says_so(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"{name}.po"
    path.write_text("this is no catalogue\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"misformatted|locale"):
        read(path)


def test_those_there_are_begin_with_english() -> None:
    assert languages()[0] == "en"
    assert {"de", "fr"} <= set(languages())
    assert [nearest(tag) for tag in ("de-AT", "fr_CA", "FR", "xx", "", None)] == ["de", "fr", "fr", "en", "en", "en"]
    assert nearest("xx", "fr-CH", "de") == "fr"
    assert speech("en-GB") is ENGLISH


def test_numbers_and_days_are_as_the_reader_writes_them() -> None:
    day = date(2026, 11, 3)

    def said() -> list[str]:
        return [in_figures(1204), in_figures(1204.25, 1), day_words(day, "d MMM"), day_words(day, "EEEE"), per_cent(82)]

    assert said() == ["1,204", "1,204.2", "3 Nov", "Tuesday", "82 %"]
    with speaking(speech("fr")):
        assert said()[:2] == ["1\u202f204", "1\u202f204,2"]
        assert said()[3] == "mardi"
    with speaking(speech("de")):
        assert said()[:2] == ["1.204", "1.204,2"]
        assert said()[3] == "Dienstag"


def test_names_are_listed() -> None:
    assert [all_of(names) for names in ([], ["A"], ["A", "B"], ["A", "B", "C"])] == ["", "A", "A and B", "A, B and C"]
    assert any_of(["A", "B", "C"]) == "A, B or C"


def test_a_mark_says_nothing_yet() -> None:
    assert mark("Claim") == "Claim"
    with speaking(speech("de")):
        assert sentence(mark("No such sentence")) == "No such sentence"


def test_english_reads_no_catalogue_and_no_babel() -> None:
    code = (
        "import sys; from bot.languages import speech, languages; from bot.speech import say; languages(); speech('en');"
        "say('Claim'); sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
