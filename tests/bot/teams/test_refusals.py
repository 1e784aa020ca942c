"""What becomes of messages that Teams refuses, or takes only later."""

from __future__ import annotations

import pytest

from bot.ports import Account, SentMessage
from bot.teams import listener, platform
from tests.bot.teams.floor import TeamsFloor, words
from tests.fakes.teams_service import Failure


@pytest.mark.parametrize("status", [429, 412, 502, 504])
async def test_an_answer_that_teams_does_not_take_at_once_is_said_again(floor: TeamsFloor, status: int) -> None:
    floor.teams.failures += [Failure(status), Failure(status)]
    asked, _ = await floor.teams.say(floor.who("ana"), floor.channel, "help", mention=True)
    thread = floor.channel.thread(asked)
    await floor.teams.until(lambda: floor.teams.said_in(thread))
    (said,) = floor.told(thread)
    assert "What Baton can do" in said


async def test_it_is_said_again_after_the_time_that_teams_asks_for_and_not_before(floor: TeamsFloor) -> None:
    floor.teams.failures.append(Failure(429, headers=(("Retry-After", "1"),)))
    await floor.teams.say(floor.who("ana"), floor.chat("ana"), "help")
    await floor.teams.until(lambda: floor.teams.said_in(floor.chat("ana")))
    refused, said = [call.at for call in floor.teams.calls if call.path.endswith("/activities")][-2:]
    assert said - refused >= 1.0


async def test_an_answer_that_would_come_much_too_late_is_not_waited_for(floor: TeamsFloor) -> None:
    floor.teams.failures.append(Failure(429, headers=(("Retry-After", "600"),)))
    _, delivered = await floor.teams.say(floor.who("ana"), floor.chat("ana"), "help")
    assert delivered.status == 200
    assert delivered.seconds < listener.PATIENCE_SECONDS
    assert floor.teams.said_in(floor.chat("ana")) == []


async def test_what_is_written_while_teams_is_busy_is_still_known_by_its_author(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    nora = floor.teams.colleague("Nora New")
    floor.teams.channel("acme", "floor", nora)
    floor.teams.failures.append(Failure(429))
    await floor.teams.say(nora, floor.channel.thread(card), "I know her")
    assert [str(note.by) for note in await floor.company.notes()] == ["Nora New"]


async def test_a_card_waits_until_baton_is_in_the_channels_team(floor: TeamsFloor) -> None:
    floor.teams.leave(floor.channel)
    await floor.company.opened("my parcel was lost")
    assert (await floor.company.posting()).message is None
    floor.teams.come_back(floor.channel)
    await floor.company.later(seconds=platform.NOT_THERE)
    message = (await floor.company.posting()).message
    assert message is not None
    assert "my parcel was lost" in words(floor.card(message))


async def test_a_card_changes_once_baton_is_back_in_the_team(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("hello")
    floor.teams.leave(floor.channel)
    await floor.teams.say(floor.who("ana"), floor.chat("ana"), "claim B-1")
    await floor.company.work()
    assert "Ana Lima" not in words(floor.card(card))
    floor.teams.come_back(floor.channel)
    await floor.company.later(minutes=5)
    assert "Ana Lima (Support)" in words(floor.card(card))


async def test_who_has_not_let_baton_into_a_chat_is_left_out_and_the_others_are_told(floor: TeamsFloor) -> None:
    await floor.opened("hello")
    await floor.teams.say(floor.who("ana"), floor.chat("ana"), "claim B-1")
    floor.teams.leave(floor.chat("ben"))
    await floor.teams.say(floor.who("ana"), floor.chat("ana"), "pass B-1 product is this the new box?")
    assert (await floor.company.work()).failed == []
    assert floor.told(floor.chat("ben")) == []


async def test_where_nothing_can_be_taken_away_the_words_at_least_are(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("my parcel was lost")
    floor.teams.failures.append(Failure(501))
    await floor.app.platform.delete(SentMessage(floor.channel.id, card))
    assert words(floor.card(card)) == "What stood here was taken away."


async def test_a_room_of_its_own_is_not_to_be_had(floor: TeamsFloor) -> None:
    (card,) = await floor.opened("my parcel was lost")
    platform, ben = floor.app.platform, Account("teams", "acme", "29:ben")
    assert await platform.open_room("crisis-12", "Crisis 12") is None
    assert await platform.invite(floor.channel.id, [ben]) == [ben]
    await platform.pin(SentMessage(floor.channel.id, card))
    await platform.describe(floor.channel.id, "Crisis since 12:04")


async def test_people_are_met_where_baton_is_also_while_it_is_not_in_another_channel(floor: TeamsFloor) -> None:
    away = floor.teams.channel("acme", "news")
    floor.teams.leave(away)
    nora = floor.teams.colleague("Nora New")
    floor.teams.channel("acme", "floor", nora)
    assert await floor.app.people.learn_everybody([away.id, floor.channel.id]) == 1
    assert await floor.company.directory.find("Nora New") is not None


async def test_the_doctor_tells_of_the_channels_where_baton_is_not(floor: TeamsFloor) -> None:
    away = floor.teams.channel("acme", "news")
    floor.teams.leave(away)
    signed_in, there, missing = await floor.app.platform.examine([floor.channel.id, away.id])
    assert [each.state for each in (signed_in, there, missing)] == ["ok", "ok", "fail"]
    assert "Add Baton to the channel's team" in missing.mend
