"""What people type after `/baton`: verbs, references, and which words belong to which parameter."""

from __future__ import annotations

import string
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands import CommandSpec
from bot.dispatch.grammar import find_verb, read_permalink, read_ref, split_arguments
from bot.errors import UserError
from handlers.commands import COMMANDS
from tests.bot.dispatch.specs import ASSIGN, CLAIM, CUSTOMER, DISCUSS, ESCALATE, PASS, RESOLVE, SNOOZE, SPECS

LINK = "https://acme.slack.com/archives/C0FLOOR/p1700000000000100"

WORDS = (
    "B-12", "b12", "12", "#7", "legal,", ", ,", "product", "lead", "no action:", "sponsor now", "wanted:", "CHANGED :",
    "|", ";", "for 2h", "tomorrow 9:00", "@slack:U1", LINK, "\n", "\u00a0", "İ", "K", "\x1f", "claim", "take it", ":",
)  # fmt: skip
typed = st.text(max_size=60) | st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=9).map(" ".join)


@pytest.mark.parametrize("word", ["B-12", "b-12", "B12", "b12", "12", "#12", "B-012", "B-12:", "b12,", "B–12", "B‑12"])
def test_a_reference_is_read_as_people_write_it(word: str) -> None:
    assert read_ref(word) == "12"


@pytest.mark.parametrize(
    "word", ["", "B-", "B-0", "0", "B-12a", "B--12", "x12", "-12", "12.5", "1234567890123", "B-1 2"]
)
def test_other_words_are_no_reference(word: str) -> None:
    assert read_ref(word) is None


def test_a_bare_number_is_a_reference_only_where_one_is_looked_for() -> None:
    assert read_ref("12", bare=False) is None
    assert read_ref("#12", bare=False) is None
    assert read_ref("b12", bare=False) == "12"


@pytest.mark.parametrize("word", [LINK, f"<{LINK}>", f"<{LINK}|the card>", f"{LINK}?cid=C0FLOOR"])
def test_a_card_s_permalink_names_channel_and_message(word: str) -> None:
    assert read_permalink(word) == ("C0FLOOR", "1700000000.000100")


def test_a_word_as_long_as_a_message_is_no_permalink_and_takes_no_time() -> None:
    word = "https://x" + "/archives/A/p1234567890123456" * 1300 + "<"
    begun = time.process_time()
    assert read_permalink(word) is None
    assert time.process_time() - begun < 0.1


@pytest.mark.parametrize("amp", ["&", "&amp;"])
def test_a_permalink_into_a_card_s_thread_names_the_card(amp: str) -> None:
    word = f"https://acme.slack.com/archives/C0FLOOR/p1700000055000200?cid=C0FLOOR{amp}thread_ts=1700000000.000100"
    assert read_permalink(word) == ("C0FLOOR", "1700000000.000100")


@pytest.mark.parametrize("word", ["", "https://acme.example/", f"{LINK[:-1]}", "B-12", "ftp" + LINK[5:]])
def test_other_links_are_no_permalink(word: str) -> None:
    assert read_permalink(word) is None


@pytest.mark.parametrize(
    ("text", "verb", "rest"),
    [
        ("claim B-12", CLAIM, "B-12"),
        ("  CLAIM\n B-12 ", CLAIM, "B-12"),
        ("take B-12", CLAIM, "B-12"),
        ("Take It B-12", CLAIM, "B-12"),
        ("take item", CLAIM, "item"),
        ("assign to ana", ASSIGN, "ana"),
        ("assign today", ASSIGN, "today"),
        ("claim", CLAIM, ""),
    ],
)
def test_the_longest_verb_or_alias_wins(text: str, verb: CommandSpec, rest: str) -> None:
    assert find_verb(text, SPECS) == (verb, rest)


@pytest.mark.parametrize("text", ["", "claims B-12", "please claim", "klaim"])
def test_what_is_no_verb_is_left_as_it_is(text: str) -> None:
    assert find_verb(text, SPECS) == (None, text)


@pytest.mark.parametrize(
    ("spec", "text", "found"),
    [
        (CLAIM, "", {}),
        (CLAIM, "B-12", {"conversation": "B-12"}),
        (CLAIM, "12 for 2h", {"conversation": "B-12", "span": "for 2h"}),
        (CLAIM, "b12\tfor 1 h 30", {"conversation": "B-12", "span": "for 1 h 30"}),
        (CLAIM, f"{LINK} 2h", {"conversation": LINK, "span": "2h"}),
        (CLAIM, f"<{LINK}|the parcel card> 2h", {"conversation": f"<{LINK}|the parcel card>", "span": "2h"}),
        (CLAIM, "for 2h", {"span": "for 2h"}),
        (PASS, "B-12 product is this new?", {"conversation": "B-12", "to": "product", "ask": "is this new?"}),
        (PASS, "B-12 @chloe: is this new?", {"conversation": "B-12", "to": "@chloe", "ask": "is this new?"}),
        (PASS, "B-12 @slack:U1, and\nthen?", {"conversation": "B-12", "to": "@slack:U1", "ask": "and\nthen?"}),
        (PASS, "B-12\n@chloe\nis this new?", {"conversation": "B-12", "to": "@chloe", "ask": "is this new?"}),
        (DISCUSS, "B-12 legal, product may we?", {"conversation": "B-12", "departments": "legal,product", "question": "may we?"}),
        (DISCUSS, "12 legal,product ,sales", {"conversation": "B-12", "departments": "legal,product,sales"}),
        (DISCUSS, "B-12 legal\nmay we?", {"conversation": "B-12", "departments": "legal", "question": "may we?"}),
        (ESCALATE, "B-12 three parcels", {"conversation": "B-12", "why": "three parcels"}),
        (ESCALATE, "B-12 lead three parcels", {"conversation": "B-12", "rung": "lead", "why": "three parcels"}),
        (ESCALATE, "B-12 Lead: three", {"conversation": "B-12", "rung": "lead", "why": "three"}),
        (ESCALATE, "B-12 department lead\nwhy", {"conversation": "B-12", "rung": "lead", "why": "why"}),
        (ESCALATE, "B-12 sponsor now please", {"conversation": "B-12", "rung": "sponsor_now", "why": "please"}),
        (ESCALATE, "B-12 leaders are angry", {"conversation": "B-12", "why": "leaders are angry"}),
        (SNOOZE, "B-12 tomorrow 9:00", {"conversation": "B-12", "until": "tomorrow 9:00"}),
        (CUSTOMER, "Maya Lind", {"query": "Maya Lind"}),
        (ASSIGN, "k-1: @ana legal", {"key": "k-1:", "person": "@ana", "department": "legal"}),
    ],
)  # fmt: skip
def test_words_are_dealt_out_in_order(spec: CommandSpec, text: str, found: dict[str, str]) -> None:
    assert split_arguments(spec, text, known=False) == found


def test_in_a_thread_a_bare_number_is_part_of_the_text() -> None:
    assert split_arguments(ESCALATE, "3 parcels", known=True) == {"why": "3 parcels"}
    assert split_arguments(ESCALATE, "B-3 parcels", known=True) == {"conversation": "B-3", "why": "parcels"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("answered", {"outcome": "answered"}),
        ("no action", {"outcome": "no_action"}),
        ("answered they wanted a box", {"outcome": "answered", "wanted": "they wanted a box"}),
        ("answered a box | nothing", {"outcome": "answered", "wanted": "a box", "changed": "nothing"}),
        ("answered a box; nothing", {"outcome": "answered", "wanted": "a box", "changed": "nothing"}),
        ("answered a box; now | the label", {"outcome": "answered", "wanted": "a box; now", "changed": "the label"}),
        ("wanted: a box changed: nothing", {"wanted": "a box", "changed": "nothing"}),
        ("Changed: nothing, WANTED : a box", {"wanted": "a box", "changed": "nothing,"}),
        ("a new box changed: the label", {"wanted": "a new box", "changed": "the label"}),
        ("soon wanted: a box", {"wanted": "soon a box"}),
        ("wanted: a box\nchanged:\nthe label", {"wanted": "a box", "changed": "the label"}),
        ("wanted: | changed: x", {"changed": "x"}),
        ("unchanged: as ever", {"wanted": "unchanged: as ever"}),
        ("a box | the label | and more", {"wanted": "a box", "changed": "the label | and more"}),
    ],
)
def test_several_texts_are_told_apart_by_labels_or_bars_and_none_of_them_is_lost(
    text: str, found: dict[str, str]
) -> None:
    assert split_arguments(RESOLVE, text, known=True) == found


def test_a_list_of_no_departments_is_left_to_the_question() -> None:
    assert split_arguments(DISCUSS, "B-12 , ", known=False) == {"conversation": "B-12", "question": ","}


@pytest.mark.parametrize(("spec", "text"), [(CLAIM, "B-12 please"), (CLAIM, "B-0"), (ASSIGN, "a b c d")])
def test_words_that_fit_nowhere_are_named_with_an_example(spec: CommandSpec, text: str) -> None:
    with pytest.raises(UserError) as told:
        split_arguments(spec, text, known=False)
    assert text.rsplit(maxsplit=1)[-1] in told.value.message
    assert spec.name in told.value.hint


def _read(spec: CommandSpec, text: str, *, known: bool) -> dict[str, str]:
    """What was understood; nothing when the person was told what was not."""
    refusal: UserError | None = None
    try:
        return split_arguments(spec, text, known=known)
    except UserError as error:
        refusal = error
    assert refusal.message.strip()
    assert refusal.hint.strip()
    return {}


@given(st.sampled_from(SPECS), typed, st.booleans())
@example(DISCUSS, "legal,\u00a0", False)
@example(ESCALATE, "lead,\u00a0: ", True)
def test_reading_never_fails_but_with_a_hint(spec: CommandSpec, text: str, known: bool) -> None:
    find_verb(text, SPECS)
    raw = _read(spec, text, known=known)
    assert set(raw) <= {param.name for param in spec.params}
    assert all(value.strip() for value in raw.values())


@given(st.text(alphabet=string.ascii_letters + " .,!?\n", min_size=1).filter(str.strip))
def test_a_text_arrives_as_it_was_typed(text: str) -> None:
    ask = text.strip()
    assert split_arguments(PASS, f"B-12 product {ask}", known=False)["ask"] == ask


@given(typed)
def test_no_verb_of_baton_fails_on_any_text_but_with_a_hint(text: str) -> None:
    for command in COMMANDS:
        _read(command.spec, text, known=False)


@pytest.mark.parametrize("spec", [command.spec for command in COMMANDS], ids=lambda spec: spec.name)
def test_every_example_of_a_verb_is_understood(spec: CommandSpec) -> None:
    specs = [command.spec for command in COMMANDS]
    assert spec.examples
    for line in spec.examples:
        found, rest = find_verb(line, specs)
        assert found is spec
        raw = split_arguments(spec, rest, known=False)
        if "B-12" in line:
            assert "B-12" in raw.values()
