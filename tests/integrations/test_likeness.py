"""What may be asked of a CRM, and what counts as the same."""

from __future__ import annotations

import pytest

from integrations.likeness import is_email, is_phone, same, same_phone


@pytest.mark.parametrize(
    "text", ["maya@mail.example", "o'hara+x%y@mail.example", "MAYA@Mail.Example", "ü@bücher.example"]
)
def test_plain_addresses_are_asked_for(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    ["", "maya", "@mail.example", "maya@mail", "a@b.example' --", "tom@mail.example\r\nX: y", "tom@mail.example\n", "a@b@c.example",
     '"a b"@c.example', "x\\@c.example", "{a}@c.example", "a" * 250 + "@c.example", "a@x='1'.example"],
)  # fmt: skip
def test_what_is_no_plain_address_is_not(text: str) -> None:
    assert not is_email(text)


def test_numbers_with_enough_digits_are_asked_for() -> None:
    assert all(map(is_phone, ["+49 (0)151 2345-678", "0151/2345678", "555.12.34.567"]))
    assert not any(map(is_phone, ["12345", "+49 151", "*2345678", "2345678 OR 1=1", "٠١٢٣٤٥٦٧٨٩", "2345678\n"]))


def test_the_same_is_so_whatever_its_case_and_nothing_is_not_the_same() -> None:
    assert same(" Maya@Mail.example", ["x", None, "maya@mail.EXAMPLE "])
    assert not same("maya@mail.example", ["maya@mail.example.org", "not-maya@mail.example"])
    assert not same(" ", ["", None, " "])


def test_a_number_is_the_same_with_and_without_its_country() -> None:
    assert same_phone("+49 151 2345678", ["0151 2345678"])
    assert same_phone("0151/2345678", [None, "+49 (151) 2345-678"])
    assert not same_phone("+49 151 2345678", ["+49 152 2345678", "345678", "", None])
