"""Outside text cannot mention, format, link, become a date or disorder what surrounds it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.teams import outside
from bot.words import readable
from tests.bot.teams.judged import markdown_marks, markdown_words

HOSTILE = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "**b**", "_i_", "__b__", "~~s~~", "`c`", "```\ncode\n```", "[bank](https://evil.example)", "![x](https://e.example/p.png)",
                "[a]: https://evil.example\n", "[a]", "<https://evil.example>", "https://evil.example", "www.evil.example", "<b>", "</b>",
                "<at>Ana</at>", "<AT>Ana</AT>", "<!--", "<?x", "&lt;at&gt;", "&#42;&#42;", "&amp;", "\\", "\\*", "# ", "1. ", "2) ", "- ",
                "+ ", "* ", "> ", "---", "===", "***", "    code", "\t", "|a|b|\n|-|-|\n", "\n", "\r\n", "\n\n", "{{DATE(2026-03-02T09:02:00Z, SHORT)}}",
                "{{TIME(2026-03-02T09:02:00Z)}}", "${name}", "$", "{", "}", "\u202e", "\u2028", "\x00", "\ud83d", "é", "家", "😀", "]", "(", ")",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("".join)  # fmt: skip


def shown(said: str) -> str:
    """Characters that a reader sees, marks and what looks like them put together."""
    return re.sub(r"[\s\u2060]+", "", said.translate(str.maketrans("∗ˋ∼ˍ", "*`~_")))


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("*bold* _light_ ~gone~ `code`", "∗bold∗ ˍlightˍ ∼gone∼ ˋcodeˋ"),
        ("snake_case stays", "snake_case stays"),
        ("[bank](https://evil.example)", "[\u2060bank]\u2060(https:\u2060//evil.example)"),
        ("<at>Ana</at> & co", "<\u2060at>Ana<\u2060/at> &\u2060 co"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("{{DATE(x)}} ${y}", "{\u2060{\u2060DATE(x)}} $\u2060{\u2060y}"),
        ("back\\slash", "back\\\u2060slash"),
    ],
)
def test_marks_are_followed_by_a_joiner_or_stand_as_lookalikes(said: str, spelled: str) -> None:
    assert outside.markdown(said) == spelled


@pytest.mark.parametrize(
    "line", ["- a", "+ a", "# a", "> a", "| a |", "1. a", "12) a", "    a", "  - a", "---", "a\n===\n"]
)
def test_no_line_begins_anything(line: str) -> None:
    spelled = outside.lines(outside.markdown(f"before\n{line}\nafter"))
    assert markdown_marks(spelled) == set()
    assert shown(markdown_words(spelled)) == shown(f"before{line}after")


@given(HOSTILE)
def test_markdown_finds_nothing_in_outside_text_but_its_words(said: str) -> None:
    spelled = outside.lines(outside.markdown(said))
    assert markdown_marks(spelled) == set()
    assert shown(markdown_words(spelled)) == shown(readable(said))


@given(st.lists(HOSTILE, max_size=4))
def test_pieces_side_by_side_mean_nothing_either(said: list[str]) -> None:
    spelled = outside.lines("".join(map(outside.markdown, said)))
    assert markdown_marks(spelled) == set()


@given(HOSTILE)
def test_no_text_becomes_a_date_a_template_or_a_mention(said: str) -> None:
    for spelled in (outside.literal(said), outside.markdown(said), outside.literal(said) + "{{"):
        assert not re.search(r"\{\{(DATE|TIME)|\$\{|<\s*/?\s*at\b", spelled, re.IGNORECASE)


@given(HOSTILE)
def test_no_controls_no_reordering_and_no_broken_characters_are_left(said: str) -> None:
    spelled = outside.literal(said)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", spelled)
    assert "\n\n\n" not in spelled
    assert outside.literal(spelled) == spelled
    spelled.encode()


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=200))
def test_ordinary_text_of_any_language_is_shown_as_it_was_written(said: str) -> None:
    assert outside.literal(said) == said
    assert outside.markdown(said) == said
