"""HTML as text, JSON as it comes and the lengths of texts, whatever is written."""

from __future__ import annotations

import json
import re
import time

from hypothesis import given
from hypothesis import strategies as st

from integrations.json_text import read_json
from integrations.lengths import length
from integrations.text import plain
from tests.fuzz.oddities import TEXTS
from tests.fuzz.settings import CASES, tried

PIECES = (
    *TEXTS,
    "<p>",
    "</p>",
    "<br",
    "<!--",
    "-->",
    "<![CDATA[",
    "<script",
    "</script",
    ">",
    '="',
    "'",
    "&lt;",
    "&#60;",
    "\n",
)
HTML = st.lists(st.sampled_from(PIECES) | st.text(max_size=10), max_size=12).map("".join)
ANY_TEXT = st.text(max_size=30) | st.sampled_from(TEXTS)


@tried(min(CASES, 5_000))
@given(html=HTML)
def test_html_of_any_kind_becomes_text(html: str) -> None:
    begun = time.process_time()
    text = plain(html)
    assert time.process_time() - begun < 2.0
    assert "\0" not in text
    assert text == text.strip()
    assert len(text) <= len(html)


@tried(min(CASES, 5_000))
@given(text=ANY_TEXT, more=ANY_TEXT)
def test_lengths_agree_with_each_other(text: str, more: str) -> None:
    characters, graphemes = length(text, "characters"), length(text, "graphemes")
    assert 0 <= graphemes <= characters <= length(text, "utf16") <= length(text, "bytes")
    assert (graphemes == 0) == (text == "")
    assert length(text + more, "characters") == characters + length(more, "characters")
    assert length(text + more, "graphemes") <= graphemes + length(more, "graphemes")


@tried(min(CASES, 5_000))
@given(parts=st.lists(st.sampled_from(["\\ud83d", "\\udc69", "\\ud83d\\udc69", "\\\\ud83d", "\\n", "x", '\\"', "é"])))
def test_half_a_character_in_json_loses_no_more_than_itself(parts: list[str]) -> None:
    body = f'{{"said": "{"".join(parts)}", "kept": "whole"}}'
    expected = re.sub("[\ud800-\udfff]", "\ufffd", json.loads(body)["said"])
    assert read_json(body.encode()) == {"said": expected, "kept": "whole"}
