"""What Slack delivers, read: workspace, person, place, words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.slack.receive import Heard, heard, message_origin, slash_origin, spoken, user_of, workspace

BOT = "U0BOT"
THREAD = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "2.0", "thread_ts": "1.0"}


@pytest.mark.parametrize(
    ("escaped", "typed"),
    [
        ("pass B-1 <@U123|ana> please", "pass B-1 @slack:U123 please"),
        ("pass B-1 <@U123>", "pass B-1 @slack:U123"),
        ("discuss <!subteam^S1|@support> why", "discuss @support why"),
        ("in <#C1|floor> and <#C2>", "in #floor and #C2"),
        ("see <https://a.example/?x=1&amp;y=2|a.example>", "see https://a.example/?x=1&y=2"),
        ("customer <mailto:maya@a.example|maya@a.example>", "customer maya@a.example"),
        ("customer <tel:+33123|+33 1 23>", "customer +33 1 23"),
        ("<!here> <!date^1^{time}|09:00>", "@here 09:00"),
        ("1 &lt; 2 &amp;amp; 3", "1 < 2 &amp; 3"),
        ("  list  ", "list"),
    ],
)
def test_text_comes_as_it_was_typed(escaped: str, typed: str) -> None:
    assert spoken(escaped) == typed


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}, "enterprise": {"id": "E1"}}, "T1"),
        ({"team_id": "T1", "enterprise_id": "E1", "is_enterprise_install": "true"}, "E1"),
        (
            {
                "team": None,
                "enterprise": {"id": "E1"},
                "is_enterprise_install": True,
                "user": {"id": "U1", "team_id": "T9"},
            },
            "E1",
        ),
        ({"team": None, "user": {"id": "U1", "team_id": "T9"}}, "T9"),
        ({"team_id": "T_OTHER", "authorizations": [{"team_id": "T1", "enterprise_id": None}]}, "T1"),
        (
            {
                "team_id": "T1",
                "authorizations": [{"team_id": None, "enterprise_id": "E1", "is_enterprise_install": True}],
            },
            "E1",
        ),
    ],
)
def test_a_workspace_is_keyed_by_team_and_an_org_wide_installation_by_enterprise(
    body: dict[str, Any], key: str
) -> None:
    assert workspace(body) == key


def test_who_and_where() -> None:
    slash = {"team_id": "T1", "channel_id": "C1", "user_id": "U1"}
    assert user_of(slash) == "U1"
    assert slash_origin(slash).channel == "C1"
    press = {
        "team": {"id": "T1"},
        "user": {"id": "U2"},
        "container": {"type": "message", "channel_id": "C1", "message_ts": "2.0", "thread_ts": "1.0"},
    }
    origin = message_origin(press)
    assert user_of(press) == "U2"
    assert (origin.channel, origin.thread, origin.message, origin.by) == ("C1", "1.0", "2.0", "button")
    shortcut = {"team": {"id": "T1"}, "channel": {"id": "C1"}, "message": {"ts": "3.0"}, "message_ts": "3.0"}
    assert message_origin(shortcut, shortcut=True).by == "shortcut"
    assert message_origin(shortcut).message == "3.0"


def test_a_message_in_a_thread_is_heard() -> None:
    assert heard({**THREAD, "text": "they &amp; we"}, BOT) == Heard("written", "U1", "C1", "2.0", "1.0", "they & we")


def test_files_are_heard_by_title_and_address_beside_the_words() -> None:
    files = [{"title": "the\nbox", "permalink": "https://acme.slack.com/files/U1/F1/box.jpg"}, {"name": "a.txt"}]
    said = heard({**THREAD, "text": "look", "subtype": "file_share", "files": files}, BOT)
    assert said is not None
    assert said.text == "look\n📎 the box https://acme.slack.com/files/U1/F1/box.jpg\n📎 a.txt"
    alone = heard({**THREAD, "text": "", "subtype": "file_share", "files": files[1:]}, BOT)
    assert alone is not None
    assert alone.text == "📎 a.txt"


def test_an_edit_keeps_the_files_and_says_when_it_was() -> None:
    files = [{"title": "box", "permalink": "https://acme.slack.com/files/U1/F1/box.jpg"}]
    message = {**THREAD, "text": "b", "files": files, "edited": {"user": "U1", "ts": "1767225600.000100"}}
    change = {"type": "message", "subtype": "message_changed", "channel": "C1"}
    said = heard({**change, "message": message, "previous_message": {**message, "text": "a"}}, BOT)
    assert said is not None
    assert said.text == "b\n📎 box https://acme.slack.com/files/U1/F1/box.jpg"
    assert said.at == datetime(2026, 1, 1, 0, 0, 0, 100, tzinfo=UTC)


def test_a_message_says_when_it_was_written() -> None:
    said = heard({**THREAD, "ts": "1767225600.000200", "text": "now"}, BOT)
    assert said is not None
    assert said.at == datetime(2026, 1, 1, 0, 0, 0, 200, tzinfo=UTC)


@pytest.mark.parametrize(
    "event",
    [
        {**THREAD, "thread_ts": None, "text": "no thread"},
        {**THREAD, "bot_id": "B1", "text": "a bot"},
        {**THREAD, "user": BOT, "text": "ourselves"},
        {**THREAD, "subtype": "channel_join", "text": "joined"},
        {**THREAD, "parent_user_id": "U9", "text": "somebody else's thread"},
        {**THREAD, "text": f"<@{BOT}> claim"},
        {**THREAD, "type": "app_mention", "text": f"ask <@{BOT}> about it"},
        {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "2.0", "previous_message": {}},
        {"type": "message", "subtype": "message_changed", "channel": "C1", "message": {**THREAD, "bot_id": "B1"}},
        {
            "type": "message",
            "subtype": "message_deleted",
            "channel": "C1",
            "deleted_ts": "2.0",
            "previous_message": {**THREAD, "user": BOT, "text": "our copy of somebody's note"},
        },
        {
            "type": "message",
            "subtype": "message_changed",
            "channel": "C1",
            "message": {**THREAD, "text": "same", "attachments": [{}]},
            "previous_message": {**THREAD, "text": "same"},
        },
    ],
)
def test_what_is_none_of_ours_is_not_heard(event: dict[str, Any]) -> None:
    assert heard(event, BOT) is None


def test_a_mention_at_the_beginning_is_a_command() -> None:
    said = heard({**THREAD, "type": "app_mention", "text": f" <@{BOT}>: pass <@U2>"}, BOT)
    assert said is not None
    assert said.command == "pass @slack:U2"
    assert said.origin("T1").by == "mention"
    assert said.origin("T1").thread == "1.0"


def test_a_direct_message_is_a_command() -> None:
    said = heard(
        {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "1.0", "text": "list"}, BOT
    )
    assert said is not None
    assert (said.command, said.direct) == ("list", True)


def test_edits_and_deletes_are_heard() -> None:
    changed = {"type": "message", "subtype": "message_changed", "channel": "C1", "channel_type": "channel"}
    edited = heard({**changed, "message": {**THREAD, "text": "b"}, "previous_message": {**THREAD, "text": "a"}}, BOT)
    assert edited == Heard("edited", "U1", "C1", "2.0", "1.0", "b")
    command = heard(
        {**changed, "message": {**THREAD, "text": f"<@{BOT}> show"}, "previous_message": {**THREAD, "text": "a"}}, BOT
    )
    assert command is not None
    assert command.thread is None, "a command is no note, however often it is edited"
    tombstone = heard({**changed, "message": {**THREAD, "subtype": "tombstone"}}, BOT)
    assert tombstone is not None
    assert tombstone.kind == "erased"
    deleted = {"type": "message", "subtype": "message_deleted", "channel": "C1", "deleted_ts": "2.0"}
    assert heard({**deleted, "previous_message": THREAD}, BOT) == Heard("erased", "U1", "C1", "2.0", "1.0")
