"""vCards of every version: folded, quoted, in other letters, damaged; and what they say of a customer."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.customer import Identity
from bot.ports import ImportedCustomer
from handlers.admin.customer_files import read_customers
from handlers.admin.vcard import MOST_OF_A_CARD, BadCard, Card, cards_of
from handlers.admin.vcard_contacts import record_of

VERSION_2 = b"""BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=BCrgen;;Dr.;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dr. J=C3=BCrgen M=C3=BC=
ller
ORG;CHARSET=windows-1251:\xcc\xe8\xf0\\; Co;Sales
TEL;CELL:+49 30 123456
TEL;WORK;PREF:+49 30 654321
TEL;FAX:+49 30 999999
EMAIL;INTERNET:j@example.com
PHOTO;JPEG;ENCODING=BASE64:
 /9j/4AAQSkZJRgABAQEASABIAAD

AGENT:
BEGIN:VCARD
VERSION:2.1
FN:Somebody Else
END:VCARD
NOTE:folded before
  a space
BDAY:19800101
END:VCARD
"""

VERSION_3 = rb"""begin:vcard
version:3.0
uid:urn:uuid:4fbe8971
fn:Maya\, Oka
 for
item1.email;type=INTERNET;type=HOME:home@social.example
item1.X-ABLabel:_$!<Home>!$_
EMAIL;type=INTERNET;type=pref:maya@example.com
ORG:Blue Kite Ltd;Design;Paper
TITLE:Buyer
ADR;type=WORK:;;1 Long Street;Leeds;;LS1;UK
NOTE:two\nlines\; and a \\
CATEGORIES:press,friends\, old
IMPP;X-SERVICE-TYPE=Skype;type=HOME:skype:maya.o
X-SOCIALPROFILE;type=twitter;x-user=maya_o:http://twitter.com/whatever
X-SOCIALPROFILE;type=mastodon:https://social.example/@maya
X-SOCIALPROFILE:https://www.linkedin.com/in/maya-o
X-JABBER:maya@jabber.example
END:VCARD
"""

VERSION_4 = b"""\xef\xbb\xbfBEGIN:VCARD
VERSION:4.0
FN:Zo\xc3\xa9
TEL;VALUE=uri;PREF=2;TYPE="voice,home":tel:+1-555-555-0100;ext=5
TEL;VALUE=uri;PREF=1:tel:+1-555-555-0199
TEL;TYPE="work,fax":+1-555-555-0111
EMAIL;LABEL="a: b; c":zoe@example.com
LANG:fr
IMPP:xmpp:zoe@chat.example
SOCIALPROFILE;SERVICE-TYPE=Bluesky:https://bsky.app/profile/zoe.example
KIND:individual
END:VCARD
"""


def cards(content: bytes) -> list[Card | BadCard]:
    return list(cards_of(io.BytesIO(content)))


def customers(tmp_path: Path, content: bytes) -> list[ImportedCustomer]:
    path = tmp_path / "people.vcf"
    path.write_bytes(content)
    return list(read_customers(path))


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_version_2_1(tmp_path: Path, end: bytes) -> None:
    assert customers(tmp_path, VERSION_2.replace(b"\n", end)) == [
        ImportedCustomer(
            key="j@example.com",
            name="Dr. Jürgen Müller",
            identities=(
                Identity("email", "j@example.com"),
                Identity("phone", "+49 30 654321"),
                Identity("phone", "+49 30 123456"),
            ),
            attributes={"company": "Мир; Co", "department": "Sales", "note": "folded before  a space"},
        )
    ]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_version_3_0(tmp_path: Path, end: bytes) -> None:
    assert customers(tmp_path, VERSION_3.replace(b"\n", end)) == [
        ImportedCustomer(
            key="4fbe8971",
            name="Maya, Okafor",
            identities=(
                Identity("email", "maya@example.com"),
                Identity("email", "home@social.example"),
                Identity("skype", "maya.o"),
                Identity("x", "maya_o"),
                Identity("mastodon", "maya@social.example"),
                Identity("linkedin", "maya-o"),
                Identity("xmpp", "maya@jabber.example"),
            ),
            attributes={
                "company": "Blue Kite Ltd",
                "department": "Design, Paper",
                "title": "Buyer",
                "note": "two\nlines; and a \\",
                "city": "Leeds",
                "country": "UK",
                "categories": "press, friends, old",
            },
        )
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_version_4_0(tmp_path: Path, encoding: str) -> None:
    content = VERSION_4 if encoding == "utf-8" else VERSION_4.decode("utf-8-sig").encode(encoding)
    assert customers(tmp_path, content) == [
        ImportedCustomer(
            key="zoe@example.com",
            name="Zoé",
            identities=(
                Identity("email", "zoe@example.com"),
                Identity("phone", "+1-555-555-0199"),
                Identity("phone", "+1-555-555-0100"),
                Identity("xmpp", "zoe@chat.example"),
                Identity("bluesky", "zoe.example"),
            ),
            attributes={"languages": "fr"},
        )
    ]


def test_a_birthday_is_kept_only_if_it_is_asked_for() -> None:
    (card,) = cards(VERSION_2)
    assert isinstance(card, Card)
    assert "birthday" not in record_of(card)["attributes"]
    assert record_of(card, birthdays=True)["attributes"]["birthday"] == "19800101"


def test_many_cards_in_one_file_and_lists_of_people_left_out(tmp_path: Path) -> None:
    friends = b"BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Friends\nMEMBER:urn:uuid:1\nEND:VCARD\n"
    found = customers(tmp_path, VERSION_2 + b"\n\n" + VERSION_3 + friends + VERSION_4.removeprefix(b"\xef\xbb\xbf"))
    assert [each.name for each in found] == ["Dr. Jürgen Müller", "Maya, Okafor", "Zoé"]


@pytest.mark.parametrize(
    ("damaged", "why"),
    [
        (b"BEGIN:VCARD\nVERSION:3.0\nFN:No End\n", "it has no END:VCARD."),
        (b"VERSION:3.0\nFN:No Begin\nEND:VCARD\n", "it has no BEGIN:VCARD."),
        (b"BEGIN:VCARD\nFN:A\nthis is nothing\nEND:VCARD\n", "“this is nothing” is no property."),
        (b"BEGIN:VCARD\nFN:A\n" + b"NOTE:%s\n" % (b"x" * 60_000) * 20 + b"END:VCARD\n", "it is longer than 1,000,000"),
    ],
)
def test_a_damaged_card_loses_no_other(damaged: bytes, why: str) -> None:
    good, rest = VERSION_3, VERSION_4.removeprefix(b"\xef\xbb\xbf")
    first, bad, last = cards(good + damaged + rest)
    assert isinstance(first, Card)
    assert isinstance(bad, BadCard)
    assert bad.why.startswith(why)
    assert isinstance(last, Card)
    assert (first.every("TITLE")[0].text, last.every("FN")[0].text) == ("Buyer", "Zoé")


def test_a_picture_of_any_size_is_passed_over() -> None:
    picture = b"PHOTO;ENCODING=b;TYPE=JPEG:" + (b"QUJD" * 18 + b"\r\n ") * 20_000 + b"\r\n"
    one_line = b"LOGO:data:image/png;base64," + b"QUJD" * 500_000 + b"\r\n"
    (card,) = cards(b"BEGIN:VCARD\r\nVERSION:3.0\r\n" + picture + one_line + b"FN:Maya\r\nEND:VCARD\r\n")
    assert isinstance(card, Card)
    assert card.every("FN")[0].text == "Maya"
    assert len(card.written) < MOST_OF_A_CARD


@pytest.mark.parametrize(
    ("line", "handle"),
    [
        ("IMPP:skype:maya?chat", "skype:maya"),
        ("IMPP;X-SERVICE-TYPE=GoogleTalk:xmpp:maya@gmail.example", "xmpp:maya@gmail.example"),
        ("IMPP:https://t.me/maya", "telegram:maya"),
        ("X-TWITTER:@maya", "x:maya"),
        ("X-SOCIALPROFILE;type=facebook:x-apple:maya", "facebook:maya"),
        ("X-SOCIALPROFILE:https://github.com/maya", "github:maya"),
        ("X-SOCIALPROFILE:https://social.example/@maya@other.example", "mastodon:maya@other.example"),
        ("X-SOCIALPROFILE:https://www.reddit.com/user/maya/", "reddit:maya"),
        ("X-SOCIALPROFILE:https://unknown.example/about", ""),
        ("X-SOCIALPROFILE:http://[broken", ""),
        ("IMPP:skype:", ""),
    ],
)
def test_handles(line: str, handle: str) -> None:
    (card,) = cards(f"BEGIN:VCARD\nVERSION:3.0\n{line}\nEND:VCARD\n".encode())
    assert isinstance(card, Card)
    assert record_of(card)["handles"] == ([handle] if handle else [])


_texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=80)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


@given(st.lists(_texts.filter(str.strip), min_size=1, max_size=4), st.integers(5, 75))
def test_a_folded_card_says_what_was_written(texts: list[str], width: int) -> None:
    lines = ["VERSION:4.0", "ORG:" + ";".join(map(_escaped, texts)), "NOTE:" + _escaped("\n".join(texts))]
    folded = b""
    for line in lines:
        # Folded between bytes, as the standard allows: also within a letter.
        content = line.encode()
        folded += b"\r\n ".join(content[at : at + width] for at in range(0, len(content), width)) + b"\r\n"
    (card,) = cards(b"BEGIN:VCARD\r\n" + folded + b"END:VCARD\r\n")
    assert isinstance(card, Card)
    assert card.every("ORG")[0].parts() == [text.strip() for text in texts]
    assert card.every("NOTE")[0].text == "\n".join(texts).strip()


_bits = st.sampled_from(
    [b"BEGIN:VCARD", b"END:VCARD", b"\n", b"\r\n", b" ", b"=", b":", b";", b'"', b"\\", b"AGENT:", b"VERSION:2.1\n",
     b"FN;ENCODING=QUOTED-PRINTABLE:", b"N;CHARSET=rot13:", b"TEL;PREF=x:", b"UID;ENCODING=b:", b"\xff\xfe", b"\x00"]
)  # fmt: skip


@given(st.lists(_bits | st.binary(max_size=20), max_size=40))
def test_any_bytes_at_all_are_cards_or_bad_cards(bits: list[bytes]) -> None:
    for card in cards(b"".join(bits)):
        if isinstance(card, Card):
            record_of(card, birthdays=True)
        else:
            assert card.why


@given(st.lists(_bits | st.binary(max_size=20), max_size=20).map(b"".join))
def test_whatever_stands_before_a_card_it_is_found(before: bytes) -> None:
    if before[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"AGENT" in before:
        return
    last = cards(before + b"\n\nX:1\n" + VERSION_4.removeprefix(b"\xef\xbb\xbf"))[-1]
    assert isinstance(last, Card)
    assert last.every("FN")[0].text == "Zoé"
