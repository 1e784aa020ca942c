"""What holds of every text: places in order and apart, masking twice is masking once, and no text takes long."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.personal_data import LABELS, find, mask
from integrations.personal_data.folding import fold
from tests.triage.personal_examples import examples

_PIECES = [example.text for example in examples(240, seed=11)]
_texts = st.lists(
    st.one_of(st.sampled_from(_PIECES), st.text(max_size=12), st.text("0123456789 +-./()@[]:#", max_size=24)),
    max_size=6,
).map(" ".join)


@given(_texts)
def test_places_are_in_order_apart_and_within_the_text(text: str) -> None:
    past = 0
    for each in find(text):
        assert past <= each.start < each.end <= len(text)
        assert each.kind in LABELS
        past = each.end


@given(_texts)
def test_masking_again_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once) == once


@given(_texts, st.sampled_from(["\u200b", "\u2060", "\ufeff"]), st.data())
def test_what_nobody_sees_hides_nothing(text: str, unseen: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    with_it = text[:at] + unseen + text[at:]
    shown = [(each.kind, with_it[each.start : each.end].replace(unseen, "")) for each in find(with_it)]
    assert shown == [(each.kind, text[each.start : each.end].replace(unseen, "")) for each in find(text)]


@given(st.text(alphabet=st.characters(max_codepoint=0x3FF) | st.sampled_from("\u200b\u200d\ufeff０１２"), max_size=40))
def test_each_place_of_the_folded_text_leads_back(text: str) -> None:
    folded = fold(text)
    for at in range(len(folded.text)):
        start, end = folded.original(at, at + 1)
        assert end == start + 1
        assert fold(text[start:end]).text == folded.text[at]


@pytest.mark.parametrize(
    "piece",
    [
        "1", "1 ", "1-", "a", "a.", "a@", "@a.", "a at ", "dot a ", "order no ", "passport nononono 12345 ", "(", "12 A ", "12 a a a a ",
        "DE89 ", "DE89 1234 ", "+", "a1", "::1", "1.2.", "calle a ", "A ", "Aweg ", "born ", "tel tel 123 456 7 ", "http://", "\u200b1", "[at]",
        "01.02.", "丁", "Straße a ", "1 rue de la ",
    ],
)  # fmt: skip
def test_the_time_grows_with_the_length_alone(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        begun = process_time()
        find(text)
        return process_time() - begun

    short = min(seconds(4_000) for _ in range(2))
    assert seconds(40_000) < 40 * short + 0.2
