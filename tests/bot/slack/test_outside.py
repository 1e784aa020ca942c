"""Outside text cannot ping, format or disorder what surrounds it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import outside
from bot.words import readable

HOSTILE = st.text(
    st.one_of(st.sampled_from("*_~`<>&|!@#:/\n\r\t \u202e\u2066\u0301\u2028\u0000\ud83dé家😀שa1"), st.characters()),
    max_size=300,
)
# What Slack formats: a mark at the edge of a word, touching it, and its partner.
FORMATTED = re.compile(r"(?<![^\W_])([*_~])(?=\S)[^\n]*?(?<=\S)\1(?![^\W_])|`[^`\n]+`")


@pytest.mark.parametrize(
    ("said", "spelled"),
    [
        ("<!channel> & <@U123> come", "&lt;\u2060!channel&gt; &amp; &lt;\u2060@U123&gt; come"),
        ("*bold* _light_ ~gone~ `code`", "∗bold∗ ˍlightˍ ∼gone∼ ˋcodeˋ"),
        ("snake_case stays", "snake_case stays"),
        ("> not a quotation", "› not a quotation"),
        ("a > b", "a &gt; b"),
        (":tada: at 10:30:45", ":\u2060tada: at 10:\u206030:45"),
        ("@channel @here @everyone @ana", "@\u2060channel @\u2060here @\u2060everyone @ana"),
        ("&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;"),
    ],
)
def test_mrkdwn_spells_marks_as_harmless_lookalikes(said: str, spelled: str) -> None:
    assert outside.mrkdwn(said) == spelled


@given(HOSTILE)
def test_mrkdwn_holds_nothing_that_slack_interprets(said: str) -> None:
    spelled = outside.mrkdwn(said)
    assert "<" not in spelled
    assert ">" not in spelled
    assert not re.search(r"&(?!amp;|lt;|gt;)", spelled)
    assert not FORMATTED.search(spelled)
    assert not re.search(r":[\w+'-]+:", spelled)
    assert not any(line.lstrip().startswith("&gt;") for line in spelled.split("\n"))


@given(HOSTILE)
def test_literal_holds_no_controls_no_reordering_and_no_pings(said: str) -> None:
    shown = outside.literal(said)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    assert not re.search(r"<[!@#]|@(channel|here|everyone)", shown, re.IGNORECASE)
    assert "\n\n\n" not in shown
    shown.encode()


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"], exclude_characters="<@"), max_size=200))
def test_ordinary_text_of_any_language_is_shown_as_it_was_written(said: str) -> None:
    assert outside.literal(said) == said


def test_accents_piled_on_a_letter_are_thinned_out() -> None:
    assert readable("Z" + "\u0301" * 40 + "!") == "Z" + "\u0301" * 4 + "!"
