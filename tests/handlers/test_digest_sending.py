"""The digest reaches everybody it is for, each by themselves, and all of them read the same numbers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Literal

import pytest

from bot.cards import Card, Chart, Header, Series
from bot.config import Config, PersonPart, Surface
from bot.errors import ClosedError, PermanentError, RetriableError, UnknownResultError
from bot.ports import Account, Picture, Profile, Theme
from handlers.digest_examination import check_digests, check_mail, check_recipients
from handlers.digest_forms import Forms
from handlers.digest_kept import KEPT
from handlers.jobs.clear_away import ClearAway
from handlers.jobs.weekly_digest import works
from storage import SqlStorage
from storage.dead_letters import OutboxDesk
from tests.bot.page.reading import read
from tests.fakes.clock import SetClock
from tests.fakes.painter import FakePainter
from tests.handlers.company import changed, post, profile, staffed
from tests.handlers.office import DUE, EVERYBODY, ONE_EACH, Office, at, sent_to


@pytest.fixture
def config() -> Config:
    return EVERYBODY


@pytest.fixture
def clock() -> SetClock:
    """Sunday evening."""
    return SetClock(at("2026-03-01T18:00Z"))


@pytest.fixture
async def office(storage: SqlStorage, clock: SetClock, config: Config) -> Office:
    return await Office(storage, clock, staffed(config)).open()


async def test_everybody_gets_it_once_on_the_platform_where_they_are(office: Office) -> None:
    await office.monday()
    assert office.counted() == ONE_EACH
    for [shown] in office.shown().values():
        assert "heard 1 conversation" in shown
    office.clock.move(timedelta(minutes=1))
    await office.tick()
    assert office.counted() == ONE_EACH


def test_the_surface_that_was_set_before_there_were_several_still_counts() -> None:
    assert sent_to().digest.shown_on == ("management",)
    assert sent_to(surface="board").digest.shown_on == ("board",)
    assert sent_to(surface="board", surfaces=["management"]).digest.shown_on == ("management", "board")
    assert sent_to(surfaces=["board"]).digest.shown_on == ("board",)
    assert sent_to(surfaces=[], people=["rita@acme.example"]).digest.shown_on == ()
    assert {next(iter(work.payload.keys() & {"surface", "person", "mail"})) for work in works(DUE, EVERYBODY)} == {
        *("surface", "person", "mail")
    }


# Each by itself


async def test_one_that_fails_holds_up_no_other_and_repeats_none(office: Office) -> None:
    office.teams.failures.append(RetriableError("down", 60.0))
    office.mailer.failures.append(RetriableError("450 not now"))
    await office.monday()
    assert office.counted() == {"management": 1, "rita": 1, "omar": 1}
    office.clock.move(timedelta(minutes=10))
    await office.work()
    assert office.counted() == ONE_EACH


async def test_a_day_later_the_numbers_are_still_those_of_the_others(office: Office) -> None:
    office.platforms.pop("teams")
    await office.monday()
    assert "board" not in office.shown()
    # Much happens to what was counted, and something is heard late.
    await office.say("ana", "claim B-1")
    await office.say("ana", "resolve B-1 fixed | whole parcels | carrier switched back")
    office.platforms["teams"] = office.teams
    office.clock.move(timedelta(hours=20))
    await office.work()
    [late], [first] = office.shown()["board"], office.shown()["management"]
    assert late == first
    assert "Nobody has heard" in late


async def test_it_is_counted_once_however_many_get_it(office: Office) -> None:
    await office.monday()
    async with office.storage.reading() as uow:
        kept = await uow.digests.get(DUE.isoformat())
    assert kept is not None
    office.clock.move(KEPT - timedelta(minutes=1))
    await clear_away(office)
    async with office.storage.reading() as uow:
        assert await uow.digests.get(DUE.isoformat()) == kept
    office.clock.move(timedelta(minutes=2))
    await clear_away(office)
    async with office.storage.reading() as uow:
        assert await uow.digests.get(DUE.isoformat()) is None


async def clear_away(office: Office) -> None:
    await ClearAway(office.storage, OutboxDesk(office.storage.database, office.clock).purge, office.clock)()


async def test_what_another_version_kept_is_counted_anew(office: Office) -> None:
    async with office.storage.writing() as uow:
        await uow.digests.keep(DUE.isoformat(), '{"digest": "of another form"}', office.clock.now())
    await office.monday()
    assert office.counted() == ONE_EACH


async def test_what_its_author_deletes_meanwhile_is_not_told_any_more(office: Office) -> None:
    office.mailer.failures.append(RetriableError("450 not now"))
    await office.monday()
    assert "crushed" in office.shown()["management"][0]
    await office.hear(changed("deleted", post("a")))
    office.clock.move(timedelta(minutes=10))
    await office.work()
    [mail] = office.mailer.to("ceo@acme.example")
    assert "heard 1 conversation" in mail.text
    assert "crushed" not in mail.text + mail.html


# Lost answers


async def test_a_direct_message_whose_answer_was_lost_is_looked_up(office: Office) -> None:
    office.platform.failures.extend([UnknownResultError("lost")] * 3)
    await office.monday()
    office.clock.move(timedelta(minutes=10))
    await office.work()
    assert office.counted() == ONE_EACH


async def test_a_mail_of_which_nobody_knows_whether_it_arrived_goes_out_once_more_under_the_same_id(
    office: Office,
) -> None:
    office.mailer.failures.append(UnknownResultError("lost"))
    await office.monday()
    office.clock.move(timedelta(minutes=10))
    await office.work()
    first, second = office.mailer.to("ceo@acme.example")
    assert first.key == second.key
    assert await office.dead() == []


async def test_a_server_that_never_says_whether_it_took_it_gets_it_twice_and_no_more(office: Office) -> None:
    office.mailer.failures.extend([UnknownResultError("mail.test did not say.")] * 5)
    await office.monday()
    for _ in range(5):
        office.clock.move(timedelta(minutes=10))
        await office.work()
    assert len(office.mailer.mails) == 2
    assert await office.dead() == ["mail.test did not say. It was sent twice, and may have arrived."]


# What cannot be delivered


async def test_who_could_not_be_reached_is_named_by_the_doctor_and_in_the_next_digest(office: Office) -> None:
    office.mailer.failures.append(PermanentError("550 no such mailbox"))
    await office.monday()
    [finding] = await check_digests(office.dead_letters)()
    assert (finding.state, finding.detail) == (
        "fail",
        "ceo@acme.example did not get the one of 2026-03-02: 550 no such mailbox",
    )
    office.clock.at = at("2026-03-09T07:00:10Z")
    await office.tick()
    told = office.shown()["management"][1]
    assert "Digest to ceo@acme.example" in told
    assert "550 no such mailbox" in told
    assert "2 Mar" in told
    assert len(office.shown()["ceo"]) == 1, "the mailbox is there again"


async def test_a_colleague_whom_nobody_has_met_is_waited_for(storage: SqlStorage, clock: SetClock) -> None:
    office = await Office(storage, clock, staffed(sent_to(people=["nia@acme.example"]))).open()
    await office.monday()
    assert office.counted() == {"management": 1}
    [finding] = await check_recipients(office.config, office.directory)()
    assert (finding.state, finding.detail) == ("warn", "nia@acme.example has not been met on Slack or Teams")
    await office.directory.meet_all([profile("nia", "Nia Park")])
    office.clock.move(timedelta(minutes=15))
    await office.work()
    assert len(office.platform.shown_in("D-nia")) == 1
    assert await check_recipients(office.config, office.directory)() == []


async def test_a_guest_gets_none(storage: SqlStorage, clock: SetClock) -> None:
    office = await Office(storage, clock, staffed(sent_to(people=["gus@acme.example"]))).open()
    await office.monday()
    assert office.counted() == {"management": 1}
    assert office.platform.shown_in("D-gus") == []
    assert [each.state for each in await check_recipients(office.config, office.directory)()] == ["warn"]


async def test_who_left_gets_no_mail_either(office: Office) -> None:
    account = Account("slack", "T1", "U-ceo")
    await office.directory.meet(Profile(account, "The chief", email="ceo@acme.example"))
    await office.directory.meet(Profile(account, "The chief", email="ceo@acme.example", outsider=True))
    await office.monday()
    assert office.counted() == {who: 1 for who in ONE_EACH if who != "ceo"}
    assert await office.dead() == ["ceo@acme.example is a guest, and guests see no customers"]


async def test_a_guest_who_is_called_like_an_address_keeps_nobody_from_their_mail(office: Office) -> None:
    await office.directory.meet(Profile(Account("slack", "T1", "U-g"), "ceo@acme.example", outsider=True))
    await office.monday()
    assert office.counted() == ONE_EACH


async def test_who_lets_no_messages_in_on_one_platform_gets_it_on_the_other(office: Office) -> None:
    rita = Profile(Account("teams", "tenant", "rita-t"), "Rita Moss", email="rita@acme.example")
    await office.directory.meet_all([rita])

    async def closed(account: Account) -> str:
        raise ClosedError("cannot_dm_bot")

    office.platform.direct = closed  # type: ignore[method-assign]
    await office.monday()
    assert len(office.teams.shown_in("D-rita-t")) == 1
    assert await office.dead() == ["omar@acme.example cannot be written to: cannot_dm_bot"]


async def test_the_doctor_says_that_nobody_gets_it_and_that_the_mail_server_lets_us_not_in(office: Office) -> None:
    config = Config(surfaces=(Surface(name="floor", channel="#floor"),))
    [finding] = await check_recipients(config, office.directory)()
    assert finding.detail == "nobody gets it"
    assert await check_mail(None)() == []
    assert [each.state for each in await check_mail(office.mailer)()] == ["ok"]
    office.mailer.unwell = PermanentError("mail.test does not let baton@acme.example send: 535 no")
    [finding] = await check_mail(office.mailer)()
    assert (finding.state, finding.detail) == ("fail", str(office.mailer.unwell))


# In each reader's words


async def test_a_colleague_reads_it_in_their_language_by_mail_too(storage: SqlStorage, clock: SetClock) -> None:
    config = staffed(sent_to(mail=["rita@acme.example", "ceo@acme.example"]))
    people = (
        *(each for each in config.people if "rita" not in each.email),
        PersonPart(email="rita@acme.example", language="de"),
    )
    office = await Office(storage, clock, config.model_copy(update={"people": people})).open()
    await office.monday()
    languages = {mail.to: read(mail.html).all("html")[0]["lang"] for mail in office.mailer.mails}
    assert languages == {"rita@acme.example": "de", "ceo@acme.example": "en"}


CHARTED = Card(
    "Acme heard 3",
    (Header("Acme heard 3"), Chart("Heard", "bars", ("Mon", "Tue"), (Series("Heard", (1, 2)),), "1, then 2")),
)


async def test_the_charts_of_a_mail_are_within_it() -> None:
    mail = await Forms(FakePainter(), "Europe/Paris").mail(CHARTED, "ceo@acme.example", "k", DUE)
    [img] = read(mail.html).all("img")
    assert img["alt"] == "1, then 2"
    assert [f"cid:{each.cid}" for each in mail.pictures] == [img["src"]]
    assert mail.pictures[0].picture.media_type == "image/png"
    assert mail.subject == "Acme heard 3"


class NeverPaints(FakePainter):
    """Cannot draw what it is asked for, however often."""

    async def paint(self, chart: Chart, theme: Theme = "light", form: Literal["png", "svg"] = "png") -> Picture:
        raise PermanentError("A chart could not be painted: no such kind.")


async def test_where_a_chart_cannot_be_painted_its_numbers_are_told() -> None:
    painter = FakePainter()
    painter.fails = True
    for forms in (Forms(painter, "UTC"), Forms(NeverPaints(), "UTC"), Forms(None, "UTC")):
        mail = await forms.mail(CHARTED, "ceo@acme.example", "k", DUE)
        assert mail.pictures == ()
        assert re.search(r"Mon\s+1\s+Tue\s+2", read(mail.html).text)


async def test_a_page_holds_its_pictures_for_light_and_dark(office: Office) -> None:
    page = read(await Forms(office.painter, "Europe/Paris").page(CHARTED, DUE))
    assert page.all("img")[0]["src"].startswith("data:image/svg+xml;base64,")
    assert page.all("source")[0]["srcset"].startswith("data:image/svg+xml;base64,")
    assert page.all("img")[0]["src"] != page.all("source")[0]["srcset"]
