"""Whatever a value holds, it stays a value: in paths, in parameters, in bodies."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from integrations.crm.rest.templates import UnaskableError, fault_of, fill_body, fill_parameter, fill_path, placeholders

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)


@given(texts)
@example("..")
@example("%2e%2e/%2E")
@example("a/../../b?c=d#e")
def test_a_value_in_a_path_is_one_segment_and_comes_back_as_it_was(value: str) -> None:
    try:
        filled = fill_path("/customers/{contact_id}/orders", {"contact_id": value})
    except UnaskableError:
        assert value.strip() in {"", ".", ".."}
        return
    sent = URL(f"http://erp.example/api{filled}")
    assert sent.raw_path.count("/") == 4
    assert (sent.query_string, sent.fragment) == ("", "")
    assert unquote(sent.raw_path.split("/")[3]) == value


@given(texts)
@example("x' or '1'='1")
def test_a_quoted_value_ends_where_its_quotes_end(value: str) -> None:
    filled = fill_parameter("email eq '{email:quoted}' and active eq true", {"email": value})
    match = re.fullmatch(r"email eq '((?:[^']|'')*)' and active eq true", filled, re.DOTALL)
    assert match is not None
    assert match[1].replace("''", "'") == value


@given(texts)
def test_a_value_alone_is_the_whole_parameter_and_elsewhere_only_when_it_is_plain(value: str) -> None:
    assert fill_parameter("{email}", {"email": value}) == value
    try:
        filled = fill_parameter("email:{email}", {"email": value})
    except UnaskableError:
        return
    assert filled == f"email:{value}"
    assert not set(filled.removeprefix("email:")) & set("'\"\\()*%,;<>=&|{}[]\n\r\t")


@given(texts)
@example('", "admin": true, "x": "')
@example("{key}")
def test_a_body_keeps_its_shape(value: str) -> None:
    template = {"customer": {"name": "{name}"}, "lines": ["Name: {name}", 1, None, "{key}"]}
    filled = fill_body(template, {"name": value, "key": "B-1"})
    assert filled == {"customer": {"name": value}, "lines": [f"Name: {value}", 1, None, "B-1"]}


def test_numbers_and_truths_are_what_they_are() -> None:
    values: dict[str, str | bool] = {"contact_id": "1002", "urgent": True}
    template = {"id": "{contact_id:number}", "text": "{contact_id}", "urgent": "{urgent}", "said": "urgent: {urgent}"}
    assert fill_body(template, values) == {"id": 1002, "text": "1002", "urgent": True, "said": "urgent: true"}
    for odd in ("", "12a", "1" * 30, "٣"):
        with pytest.raises(UnaskableError):
            fill_body("{contact_id:number}", {"contact_id": odd})


def test_what_has_no_value_is_not_asked() -> None:
    for fill in (fill_path, fill_parameter):
        with pytest.raises(UnaskableError):
            fill("{email}", {})


@pytest.mark.parametrize(
    ("template", "safe"),
    [
        ("{email}", True),
        ("email:{email}", True),
        ("email eq '{email:quoted}'", True),
        ("a eq 'it''s' and email eq '{email:quoted}'", True),
        ("name eq '{name:quoted}' or email eq '{email:quoted}'", True),
        ("""say "it's" {email}""", True),
        ("email eq '{email}'", False),
        ('email eq "{email:quoted}"', False),
        ('email eq "{email}"', False),
        ("email eq {email:quoted}", False),
        ("'{email:quoted}{", False),
        ("{Email}", False),
    ],
)
def test_what_is_not_safe_is_seen_before_it_is_used(template: str, safe: bool) -> None:
    assert (fault_of(template) is None) == safe


def test_placeholders_are_found_wherever_they_are() -> None:
    template: dict[str, Any] = {"a": ["{key}", {"b": "{contact_id:number}"}], "c": 1}
    assert list(placeholders(template)) == [("key", ""), ("contact_id", "number")]
