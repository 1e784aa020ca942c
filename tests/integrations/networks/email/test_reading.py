"""Mails as posts; whatever the bytes are, something comes of them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.post import Post, SourceEvent, Visibility
from integrations.networks.email.reading import Letter, Read, Reader, read
from integrations.source import written

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
READER = Reader("email", "help@acme.example", ("web@acme.example",))
SAVED = [path.read_bytes() for path in sorted((Path(__file__).parents[3] / "payloads" / "email").glob("*.eml"))]


def letter(data: bytes, size: int | None = None) -> Letter:
    return Letter(data, NOW, len(data) if size is None else size)


def found(data: bytes) -> Read:
    return read(letter(data), READER)


def post(data: bytes) -> Post:
    made = found(data).post
    assert made is not None
    return made


def check(data: bytes) -> None:
    """Something came of it that can be kept."""
    result = found(data)
    assert result == found(data)
    if result.post is not None:
        event = written(result.post)
        assert SourceEvent.model_validate_json(event.model_dump_json()) == event
        assert "\0" not in result.post.text
        assert result.post.visibility is Visibility.PRIVATE
    elif not result.why:
        assert b"help@acme.example" in data.lower() or b"=?" in data


@settings(deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_post_or_a_reason(data: bytes) -> None:
    check(data)


@settings(deadline=None)
@given(saved=st.sampled_from(SAVED), at=st.floats(0, 1), cut=st.integers(0, 200), put=st.binary(max_size=60))
def test_damaged_mails_are_a_post_or_a_reason(saved: bytes, at: float, cut: int, put: bytes) -> None:
    place = int(at * len(saved))
    check(saved[:place] + put + saved[place + cut :])


_NAMES = ["From", "Subject", "Date", "Message-ID", "References", "In-Reply-To", "Content-Type", "Content-Transfer-Encoding",
          "Content-Disposition", "Reply-To", "List-Id", "Return-Path", "Precedence", "Auto-Submitted"]  # fmt: skip
_VALUES = ["multipart/mixed; boundary=b", "multipart/alternative; boundary=b", "message/rfc822", "message/delivery-status",
           "multipart/report; report-type=delivery-status; boundary=b", "text/html; charset=utf-16", "text/plain; charset=utf-7",
           "text/plain; format=flowed; delsp=yes", "base64", "quoted-printable", "x-uuencode", "attachment; filename*=x''%",
           "text/rfc822-headers", "<a@b.example>", "Ann <ann@b.example>", "=?utf-8?b?wyg=?= =?x?q?=?=", "message/partial; id=x"]  # fmt: skip


@settings(deadline=None)
@given(
    head=st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES) | st.text(max_size=30)), max_size=8),
    body=st.lists(
        st.sampled_from(["--b", "--b--", "", *(f"{name}: {value}" for name in _NAMES[6:8] for value in _VALUES)])
        | st.text(max_size=20),
        max_size=20,
    ),
)
@example(head=[("From", "a@b.example"), ("Content-Type", "message/delivery-status")], body=["x: y", "", "z: y"])
def test_mails_put_together_wrongly_are_a_post_or_a_reason(head: list[tuple[str, str]], body: list[str]) -> None:
    lines = [f"{name}: {value}" for name, value in head]
    check("\n".join([*lines, "", *body]).encode("utf-8", "surrogatepass"))


def test_a_mail_without_an_id_is_the_same_whenever_it_is_read_and_another_when_it_says_another_thing() -> None:
    one = b"From: a@b.example\nSubject: x\n\nHello"
    assert post(one).external_id == post(one.replace(b"\n", b"\r\n")).external_id
    assert post(one).external_id == post(b"Received: again\n" + one).external_id
    assert post(one).external_id != post(one + b"!").external_id


def test_an_id_that_many_mails_share_is_not_taken_alone() -> None:
    ids = {post(b"From: a@b.example\nMessage-ID: <none>\n\n" + text).external_id for text in (b"one", b"two")}
    assert len(ids) == 2
    twice = post(b"From: a@b.example\nMessage-ID: <one@b.example>\nMessage-ID: <two@b.example>\n\nx")
    assert twice.external_id == "one@b.example"


def test_an_empty_mail_is_a_post_and_one_without_a_sender_too() -> None:
    assert post(b"From: a@b.example\nSubject:\n\n").text == ""
    assert post(b"From: a@b.example\nSubject: Only that\n\n\n").text == "Only that"
    nobody = post(b"Subject: x\n\ny").author
    assert (nobody.handle, nobody.email) == ("unknown sender", None)


def test_the_subject_opens_a_conversation_and_is_left_out_of_answers() -> None:
    for subject in (b"Re: x", b"RE[2]: x", b"AW: x", b"Sv: x", b"Re : x"):
        assert post(b"From: a@b.example\nSubject: " + subject + b"\n\ny").text == "y"
    for subject in (b"Fwd: x", b"Reply", b"Regarding: x"):
        assert post(b"From: a@b.example\nSubject: " + subject + b"\n\ny").text == f"{subject.decode()}\n\ny"
    assert post(b"From: a@b.example\nIn-Reply-To: <x@b.example>\nSubject: x\n\ny").text == "y"


def test_an_answer_without_references_belongs_to_what_it_answers() -> None:
    answer = post(b"From: a@b.example\nIn-Reply-To: <x@b.example> from Monday\nSubject: x\n\ny")
    assert (answer.root_id, answer.parent_id) == ("x@b.example", "x@b.example")
    only = post(b"From: a@b.example\nReferences: <r@b.example>\n <p@b.example>\nSubject: x\n\ny")
    assert (only.root_id, only.parent_id) == ("r@b.example", "p@b.example")


def test_texts_and_attachments_have_their_limits() -> None:
    many = b"".join(b"--b\nContent-Disposition: attachment; filename=f%d\n\nx\n" % at for at in range(80))
    head = b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n"
    large = post(head + b"--b\n\n" + b"word " * 60_000 + b"\n" + many + b"--b--\n")
    assert (len(large.text), len(large.media)) == (50_000, 50)
    assert all(item.url.startswith("mid:") for item in large.media)
    cut = read(letter(head + b"--b\n\nhello\n" + many, 9_000_000), READER).post
    assert cut is not None
    assert len(cut.media) == 50
    assert "9.0 MB" in str(cut.media[-1].alt)


def test_of_two_forms_of_one_text_the_plain_one_is_taken_unless_it_says_nothing() -> None:
    head = b"From: a@b.example\nSubject: Re: x\nContent-Type: multipart/alternative; boundary=b\n\n"
    html = b"--b\nContent-Type: text/html\n\n<p>in <b>HTML</b></p>\n--b--\n"
    assert post(head + b"--b\n\nplain\n" + html).text == "plain"
    assert post(head + b"--b\n\n \n" + html).text == "in HTML"


def test_machines_are_known_by_each_of_their_marks() -> None:
    for mark in (
        b"Auto-Submitted: auto-replied; owner-email=x",
        b"X-Autoreply: yes",
        b"Precedence: bulk",
        b"Precedence: auto_reply",
        b"X-Auto-Response-Suppress: OOF",
        b"Return-Path: <>",
        b"Content-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "Subject: Réponse automatique : colis".encode(),
        b"Subject: Out of Office: parcel",
        b"Subject: =?utf-8?q?Abwesenheitsnotiz?=",
        b"Subject: Respuesta =?utf-8?q?autom=C3=A1tica?=: x",
        b"Subject: Automatic reply: x",
    ):
        result = found(b"From: a@b.example\n" + mark + b"\n\nI am away.")
        assert result.post is None, mark
        assert "opens no conversation" in result.why
        assert "away" in result.kept["text"]
    for person in (
        b"Auto-Submitted: no",
        b"Precedence: list",
        b"X-Auto-Response-Suppress: None",
        b"Subject: Your automatic reply was rude",
        b"Subject: Out of office chairs?",
        b"Subject: Re: Automatic reply: x",
    ):
        assert found(b"From: a@b.example\n" + person + b"\n\nhello").post is not None, person


def test_a_form_is_heard_although_a_machine_sends_it() -> None:
    made = post(b"From: web@acme.example\nReply-To: Tom <tom@b.example>\nAuto-Submitted: auto-generated\n\nhello")
    assert (made.author.email, made.author.display_name) == ("tom@b.example", "Tom")


def test_a_report_by_another_server_is_understood_by_its_headers_alone() -> None:
    plain = b"From: MAILER-DAEMON@mx.example\nReturn-Path: <>\nX-Failed-Recipients: gone@b.example\n\nSorry."
    result = found(plain)
    assert result.post is None
    assert "gone@b.example" in result.why
    assert "did not arrive" in result.why


def test_the_whole_text_is_kept_beside_what_is_new_when_it_is_short() -> None:
    head = b"From: a@b.example\nIn-Reply-To: <x@b.example>\n\nnew\n\n"
    short = post(head + b"> old\n")
    assert (short.text, short.raw["whole"]) == ("new", "new\n\n> old")
    assert "whole" not in post(head + b"> old\n" * 9_000).raw
    assert "whole" not in post(head).raw
