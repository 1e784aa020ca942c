"""Plain words: nothing to follow that is not ours, and no more than fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.ai.model.sieve import Sieve, within
from integrations.lengths import length

SIEVE = Sieve(("acme.example", "https://shop.acme.example/help"), ("@acme", "@acme@social.example"))


@pytest.mark.parametrize(("written", "plain"), [
    ("Have a look at https://evil.example/login now.", "Have a look at now."),
    ("Have a look at http://evil.example.", "Have a look at."),
    ("[our bank](https://evil.example/acme.example)", "our bank"),
    ("[acme.example](https://evil.example)", "acme.example"),
    ("![x](https://evil.example/?q=secret) ok", "x ok"),
    ("See [1].\n\n[1]: https://evil.example", "See [1]."),
    ("<https://evil.example|our shop>", "our shop"),
    ("<a href='https://evil.example'>here</a>", "here"),
    ("go to evil.example or www.evil.example/path?a=b", "go to or"),
    ("go to evil[.]example", "go to"),
    ("hxxps://evil.example is it", "is it"),
    ("EVIL.EXAMPLE", ""),
    ("ev\u200bil.exa\u00admple", ""),
    ("пример.рф", ""),
    ("https：//evil.example", ""),
    ("evil。example", ""),
    ("javascript:alert(1)", ""),
    ("data:text/html;base64,PHNjcmlwdD4=", ""),
    ("write to ceo@evil.example please", "write to please"),
    ("mailto:ceo@evil.example", ""),
    ("ask @ceo or @boss@mastodon.example", "ask or"),
    ("ask ＠ceo", "ask"),
    ("<!channel> <@U123> <#C1> look", "look"),
    ("@everyone @here @channel look", "look"),
    ("thanks to u/someone and /r/somewhere", "thanks to and"),
    ("https://acme.example.evil.example/", ""),
    ("https://evil.example/https://acme.example", ""),
    ("https://acme.example@evil.example/", ""),
    ("https://user:pass@acme.example/", ""),
    ("https://acme.example/go?to=https://evil.example", ""),
    ("https://acme.example/#@evil", ""),
    ("https://acme.example:8443/", ""),
    ("https://acme.example/../../x", ""),
    ("https://acme.example/%2e%2e/x", ""),
    ("https://аcme.example/", ""),
    ("https://shop.acme.example/other", ""),
    ("https://shop.acme.example/helpless", ""),
    ("https://other.acme.example/", ""),
    ("ftp://acme.example/", ""),
    ("@acme_support", ""),
    ("**Sorry** for `that`", "Sorry for that"),
    ("# Dear customer\n> quoted", "Dear customer\nquoted"),
    ("Call +49 170 1234567 now", "Call now"),
    ("Pay to DE89 3704 0044 0532 0130 00 now", "Pay to now"),
])  # fmt: skip
def test_what_is_not_ours_comes_out(written: str, plain: str) -> None:
    sifted = SIEVE.sift(written)
    assert sifted.text == plain
    assert sifted.removed or written.startswith(("**", "#"))


@pytest.mark.parametrize("written", [
    "Have a look at https://acme.example/returns, please.",
    "Have a look at acme.example or https://shop.acme.example/help/parcels.",
    "Write to @acme or @acme@social.example, or to help@acme.example.",
    "We are sorry: it was 9.30 on 1.3., e.g. in the U.S.A., at 3.5kg and 12.50 €.",
    "z.B. um 9.30Uhr, d.h. bald; v1.2.3 kostet 1.299,00 €.",
    "Es tut uns leid.\n\nEin neues Paket ist unterwegs!",
    "申し訳ございません。新しい荷物をお送りします。",
    "نأسف لذلك. الطرد الجديد في الطريق.",
    "Sorry… #fail & <3, 5 > 4, a*b*c, snake_case",
])  # fmt: skip
def test_what_is_ours_or_only_looks_like_a_link_stays(written: str) -> None:
    sifted = SIEVE.sift(written)
    assert " ".join(sifted.text.split()) == " ".join(written.split())
    assert sifted.removed == ()


def test_two_sentences_without_a_space_are_no_address() -> None:
    assert (
        SIEVE.sift("We are sorry.Please wait. Das war.Wir auch").text == "We are sorry. Please wait. Das war. Wir auch"
    )


def test_a_number_of_our_own_stays() -> None:
    sieve = Sieve(phrases=("Call us on +49 (30) 901820, at any time.",))
    written = "Please call +49 30 901820, never +49 170 1234567."
    assert sieve.sift(written).text == "Please call +49 30 901820, never."


def test_what_was_taken_out_is_told() -> None:
    assert SIEVE.sift("https://evil.example and @ceo and https://evil.example").removed == (
        "https://evil.example",
        "@ceo",
    )


@given(st.text(max_size=300))
def test_any_text_is_sifted_and_sifted_twice_is_the_same(text: str) -> None:
    once = SIEVE.sift(text)
    assert "https://evil" not in SIEVE.sift(f"{text} https://evil.example/{text}").text.lower()
    assert len(once.text) <= len(text) + text.count(".") + 1


def test_long_nonsense_is_sifted_in_no_time() -> None:
    for piece in ("a.", "[", "@a", "<a ", "`x", "http://", "**a", "1.", "(", "a@", "。a"):
        SIEVE.sift(piece * 20_000)


@pytest.mark.parametrize(("text", "longest", "kept"), [
    ("One. Two. Three.", 100, "One. Two. Three."),
    ("One is here. Two is here. Three is here.", 30, "One is here. Two is here."),
    ("这是第一句话。这是第二句话。这是第三句话。", 16, "这是第一句话。这是第二句话。"),
    ("one two three four", 12, "one two…"),
    ("abcdefghij", 5, "abcd…"),
    ("anything", 0, ""),
])  # fmt: skip
def test_what_is_too_long_ends_with_a_whole_sentence_or_word(text: str, longest: int, kept: str) -> None:
    assert within(text, longest, len) == kept


@given(st.text(max_size=200), st.integers(0, 100), st.sampled_from(["characters", "graphemes", "bytes", "utf16"]))
def test_nothing_is_longer_than_there_is_room(text: str, longest: int, unit: str) -> None:
    def counted(words: str) -> int:
        return length(words, unit)  # type: ignore[arg-type]

    assert counted(within(text, longest, counted)) <= longest
