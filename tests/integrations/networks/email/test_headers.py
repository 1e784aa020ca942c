"""Headers as they are found in the wild."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesParser

import pytest

from integrations.networks.email.charsets import decoded
from integrations.networks.email.headers import file_name, header, ids, mailbox, moment, words

RECEIVED = datetime(2026, 3, 2, 12, tzinfo=UTC)


def part(head: bytes) -> Message:
    return BytesParser().parsebytes(head + b"\n\n")


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("plain words", "plain words"),
        ("=?UTF-8?Q?Caf=C3=A9?=", "Café"),
        ("Re: =?utf-8?b?w4k=?= =?utf-8?b?bG9kaWU=?= here", "Re: Élodie here"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=89lodie?=", "Élodie"),
        ("=?utf-8*en?q?a_b?=", "a b"),
        ("=?no-such?q?=E9?=", "é"),
        ("=?utf-8?b?w4kx!?=", "É1"),
        ("=?utf-8?q?never ends", "=?utf-8?q?never ends"),
        ("=?utf-7?q?+ADw-?=", "+ADw-"),
        ("=?utf-8?q?a=00=0D=0ABcc:_x=E2=80=AEy?=", "a� Bcc: x y"),
    ],
)
def test_encoded_words_are_read_whatever_they_hold(raw: str, read: str) -> None:
    assert words(raw) == read
    assert "\n" not in words(raw)


@pytest.mark.parametrize(
    ("raw", "name", "address"),
    [
        ("Maya Okafor <Maya@Letters.Example>", "Maya Okafor", "maya@letters.example"),
        ('"Okafor, Maya" <maya@letters.example>, Tom <tom@mail.example>', "Okafor, Maya", "maya@letters.example"),
        ("maya@letters.example (Maya)", "Maya", "maya@letters.example"),
        ("<maya@letters.example>", "", "maya@letters.example"),
        ('"ceo@acme.example <ceo@acme.example>" <eve@mail.example>', "ceo@acme.example <ceo@acme.example>", "eve@mail.example"),
        ("=?utf-8?q?ceo=40acme=2Eexample_=3Cceo=40acme=2Eexample=3E?= <eve@mail.example>", "ceo@acme.example <ceo@acme.example>", "eve@mail.example"),
        ("=?utf-8?q?Maya_=3Cmaya=40letters=2Eexample=3E?=", "Maya", "maya@letters.example"),
        (r'"Say \"hi\"" <maya@letters.example>', 'Say "hi', "maya@letters.example"),
        ("jürgen@müller.example", "", "jürgen@müller.example"),
    ],
)  # fmt: skip
def test_the_address_is_the_real_one_and_never_the_name(raw: str, name: str, address: str) -> None:
    found = mailbox(raw)
    assert found is not None
    assert found[1] == address
    assert found[0].strip('"') == name.strip('"')


@pytest.mark.parametrize(
    "raw", ["", "nobody", "<>", "undisclosed-recipients:;", "a@", "@b", "<a b@c>", "(((((((", '"' * 9]
)
def test_what_is_no_address_is_none(raw: str) -> None:
    assert mailbox(raw) is None


@pytest.mark.parametrize(
    ("raw", "at"),
    [
        ("Mon, 2 Mar 2026 10:00:00 +0100", datetime(2026, 3, 2, 9, tzinfo=UTC)),
        ("2 Mar 2026 10:00 -0000", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("", RECEIVED),
        ("tomorrow", RECEIVED),
        ("Mon, 99 Mar 2026 99:99:99 +9999", RECEIVED),
        ("Thu, 1 Jan 1970 00:00:00 +0000", RECEIVED),
        ("Fri, 1 Jan 2038 00:00:00 +0000", RECEIVED),
        ("Mon, 2 Mar 2026 18:00:00 +0000", RECEIVED),
        ("1" * 5000, RECEIVED),
    ],
)
def test_a_date_that_cannot_be_true_is_the_time_of_receipt(raw: str, at: datetime) -> None:
    assert moment(raw, RECEIVED) == at


def test_ids_are_named_once_in_order_and_long_ones_are_kept_short() -> None:
    long = "x" * 900 + "@a.example"
    assert ids("<a@x> junk <b@x>\t<a@x> < c@x > <>") == ["a@x", "b@x", "c@x"]
    (short,) = ids(f"<{long}>")
    assert len(short) < 500
    assert ids(f"<{long}y>") != [short]


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"Content-Disposition: attachment; filename=box.jpg", "box.jpg"),
        (b"Content-Disposition: attachment; filename*=UTF-8''%E2%82%AC.txt", "€.txt"),
        (b"Content-Disposition: attachment; filename*0*=iso-8859-1''R%FC; filename*1=ck.txt", "Rück.txt"),
        (b"Content-Disposition: attachment; filename*=no-such''a%FF", "aÿ"),
        (b"Content-Type: image/png; name=\"=?utf-8?b?w4k=?=.png\"", "É.png"),
        (b"Content-Disposition: attachment; filename=\"R\xfcck.txt\"", "Rück.txt"),
        (b"Content-Disposition: attachment; filename*99999999999999999999=x", "x"),
        (b"Content-Disposition: attachment; filename=\"../../etc/pass\x00wd\"", "../../etc/passwd"),
    ],
)  # fmt: skip
def test_file_names_of_all_kinds(head: bytes, name: str) -> None:
    assert file_name(part(head)) == name


def test_a_header_without_end_is_read_at_both_ends() -> None:
    raw = b"References: " + b" ".join(b"<%d@x>" % at for at in range(50_000))
    named = ids(header(part(raw), "references"))
    assert (named[0], named[-1]) == ("0@x", "49999@x")
    assert len(named) < 3_000


@pytest.mark.parametrize(
    ("data", "label", "text"),
    [
        ("80 €".encode("cp1252"), "iso-8859-1", "80 €"),
        ("80 €".encode(), "us-ascii", "80 €"),
        ("80 €".encode(), "iso-8859-1", "80 €"),
        ("80 €".encode("cp1252"), "utf-8", "80 €"),
        ("番号".encode("iso2022_jp"), "ISO-2022-JP", "番号"),
        ("ｶﾅ".encode("iso2022_jp_ext"), "iso-2022-jp", "ｶﾅ"),
        ("換".encode("gb18030"), "gb2312", "換"),
        ("заказ".encode("koi8-r"), "koi8-r", "заказ"),
        ("заказ".encode("cp1251"), "windows-1251", "заказ"),
        ("똠".encode("cp949"), "ks_c_5601-1987", "똠"),
        ("①".encode("cp932"), "shift_jis", "①"),
        (b"+ADw-b+AD4-", "utf-7", "+ADw-b+AD4-"),
        (b"\\x3cb\\x3e", "unicode_escape", "\\x3cb\\x3e"),
        (b"x\x9cK", "zlib", "xœK"),
        (b"a\0b", "utf-8", "a�b"),
        (b"\xef\xbb\xbfhello", None, "hello"),
        (b"ok \xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9 \xff", "utf-8", "ok éééé �"),
        (b"\xe9", "\xff" * 99, "é"),
    ],
)
def test_bytes_are_read_by_their_label_where_it_can_be_true(data: bytes, label: str | None, text: str) -> None:
    assert decoded(data, label) == text
