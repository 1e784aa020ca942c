"""`list`, `show`, `home`, `stats`, `doctor`: what is where, and how Baton itself is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands import Origin
from bot.config import Config, DigestPart, PersonPart, Source
from bot.domain.people import Role
from bot.errors import PermanentError
from bot.ports import Finding
from handlers.commands.home import leads
from handlers.examination import check_config, check_platform, check_store
from tests.bot.views.plain import plain
from tests.handlers.company import Company, changed, post, said


@pytest.fixture
async def floor(company: Company) -> Company:
    """Four conversations: B-1 with Ana, B-2 urgent, B-3 waiting with Ben, B-4 about a parcel."""
    await company.opened("hello there", "urgent! the stove caught fire", "bonjour", "my parcel was lost")
    await company.say("ana", "claim B-1")
    await company.say("ben", "claim B-3")
    await company.say("ben", "wait B-3")
    return company


def refs(card: str) -> list[str]:
    """The conversations that a list names, in its order."""
    return [line.split("*")[1] for line in card.splitlines() if line.startswith("*B-")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("list", ["B-2", "B-4", "B-3", "B-1"]),
        ("list all", ["B-2", "B-4", "B-3", "B-1"]),
        ("list floor", ["B-2", "B-4"]),
        ("list the floor", ["B-2", "B-4"]),
        ("list mine", ["B-1"]),
        ("list waiting", ["B-3"]),
        ("list asked", []),
        ("list logistics", ["B-4"]),
        ("list Logi", ["B-4"]),
        ("list sales", []),
    ],
)
async def test_lists_are_urgent_first_then_newest(floor: Company, typed: str, found: list[str]) -> None:
    assert refs(said(await floor.say("ana", typed))) == found


async def test_a_list_that_is_none_says_which_there_are(floor: Company) -> None:
    answer = said(await floor.say("ana", "list gardening"))
    assert "I cannot list “gardening”." in answer
    assert "floor, mine, waiting, asked, or one of: support" in answer


async def test_a_long_list_says_how_much_it_leaves_out(company: Company) -> None:
    await company.opened(*(f"number {n}" for n in range(14)))
    answer = said(await company.say("ana", "list floor"))
    assert len(refs(answer)) == 10
    assert "10 of 14 shown" in answer


async def test_what_is_asked_of_me_and_of_my_department_is_listed(floor: Company) -> None:
    await floor.say("ana", "pass B-1 product is this the new box?")
    assert refs(said(await floor.say("ben", "list asked"))) == ["B-1"]
    assert refs(said(await floor.say("lena", "list asked"))) == []


async def test_who_asked_their_own_department_is_not_asked_themselves(floor: Company) -> None:
    await floor.say("ana", "pass B-1 support who speaks German?")
    assert refs(said(await floor.say("sam", "list asked"))) == ["B-1"]
    assert refs(said(await floor.say("ana", "list asked"))) == []
    assert "Nothing is asked of you." in await home(floor, "ana")


async def test_a_conversation_is_shown_whole(floor: Company) -> None:
    first = post("post-0", author="customer0")
    await floor.hear(changed("edited", first, "hello again"), post("b", "anybody?", "customer0", parent_id="post-0"))
    await floor.say("ben", "note B-1 I know her")
    await floor.say("ana", "pass B-1 product is this the new box?")
    answer = said(await floor.say("lena", "show B-1"))
    for words in (
        "hello again",
        "it said",
        "hello there",
        "anybody?",
        "I know her",
        "is this the new box?",
        "Ana Lima",
    ):
        assert words in answer


async def test_a_deleted_post_is_shown_without_its_words(floor: Company) -> None:
    await floor.hear(changed("deleted", post("post-1", author="customer1")))
    answer = said(await floor.say("lena", "show B-2"))
    assert "deleted by the customer" in answer
    assert "stove" not in answer


# Home


async def home(company: Company, user: str) -> str:
    return plain(await company.dispatcher.home(company.people[user], Origin("slack", "T1")))


async def test_home_shows_my_batons_what_is_asked_of_me_and_the_floor(floor: Company) -> None:
    await floor.say("ana", "pass B-1 product is this the new box?")
    floor.clock.move(timedelta(hours=1))
    mine = await home(floor, "ana")
    assert refs(mine) == ["B-1", "B-2", "B-4"]
    assert "3 h left" in mine
    assert "Nothing is asked of you." in mine
    product = await home(floor, "ben")
    assert refs(product) == ["B-3", "B-1", "B-2", "B-4"]
    assert "[ Accept ! ]  [ Decline… ]" in product


async def test_home_shows_my_departments_floor_then_what_presses_of_the_rest(company: Company) -> None:
    await company.opened("my parcel was lost", "the app crashes", "urgent! the stove caught fire", "hello there")
    assert refs(await home(company, "lena")) == ["B-1", "B-3", "B-4", "B-2"]
    assert "# On the floor for Logistics: 1" in await home(company, "lena")
    own = refs(await home(company, "ben"))
    await company.say("lena", "escalate B-4 crisis press is at the door")
    await company.say("lena", "claim B-1")
    pressed = refs(await home(company, "ben"))
    assert own == ["B-2", "B-3", "B-4", "B-1"]
    assert pressed == ["B-2", "B-4", "B-3"]


async def test_home_has_this_week_in_four_numbers(floor: Company) -> None:
    floor.clock.move(timedelta(minutes=10))
    await floor.say("ana", "resolve B-1 fixed | whole | carrier switched")
    floor.clock.move(timedelta(minutes=1))
    answer = await home(floor, "lena")
    assert [
        " ".join(line.split()) for line in answer.splitlines() if line.startswith(("Heard", "Touched", "Changed"))
    ] == [
        "Heard 4",
        "Touched 2",
        "Changed something 1",
    ]


async def test_home_shows_the_last_week_to_those_who_lead_or_get_the_digest(floor: Company) -> None:
    assert "# Last week" not in await home(floor, "ana")
    floor.people["ana"] = replace(floor.people["ana"], roles=frozenset({Role.SPONSOR}))
    answer = await home(floor, "ana")
    assert "# Last week" in answer
    assert "[ Times ](measures part=times" in answer
    ben = floor.people["ben"]
    channel = Origin("slack", "T1", "C-floor")
    told = floor.config.model_copy(update={"digest": DigestPart(people=(str(ben.email),))})
    assert leads(ben, channel, told)
    assert not leads(ben, channel, floor.config)
    assert not leads(replace(ben, outsider=True), channel, told)
    shown = floor.config.model_copy(update={"digest": DigestPart(surface="floor")})
    (surface,) = (each for each in shown.surfaces if each.name == "floor")
    assert leads(ben, Origin(surface.platform, "T1", surface.channel), shown)


async def test_home_asks_for_a_department_that_is_not_known(floor: Company) -> None:
    assert "I do not know your department" in await home(floor, "new")


# stats and doctor


async def test_stats_count_what_there_is(floor: Company) -> None:
    await floor.work()
    answer = said(await floor.say("ana", "stats"))
    assert "4: 2 on the floor, 1 held, 1 waiting, 0 resolved" in answer
    assert "To be sent     0" in answer


async def test_the_doctor_tells_what_failed_first_and_how_to_mend_it(company: Company) -> None:
    company.platform.failures.append(PermanentError("channel_not_found"))
    await company.opened()
    company.platform.findings = [Finding("Channel #floor", "fail", "Baton is not in it", "/invite @Baton")]
    sources = {"blog": Source(kind="rss", secret_env="BLOG_TOKEN")}
    config = company.config.model_copy(update={"sources": sources})

    async def broken() -> list[Finding]:
        raise OSError("no route to host")

    company.checks.update(
        {
            "Configuration": check_config(config, {}),
            "Store": check_store(company.storage),
            "Slack": check_platform(company.platform, ["#floor"]),
            "Network": broken,
        }
    )
    findings = await company.examination.examine()
    assert [f.what for f in findings if f.state == "fail"] == ["Dead letters", "Channel #floor", "Network"]
    assert [f.what for f in findings if f.state == "warn"] == ["Source blog"]
    assert all(f.mend for f in findings if f.state != "ok")
    answer = said(await company.say("ana", "doctor"))
    assert answer.splitlines()[0] == "(4 things to mend)"
    assert answer.index("Dead letters") < answer.index("Source blog")
    assert "Set BLOG_TOKEN" in answer


async def test_the_doctor_names_duties_that_nobody_has(company: Company) -> None:
    lonely = Config(people=(PersonPart(email="ana@acme.example", department="support", roles=frozenset({Role.LEAD})),))
    findings = await check_config(lonely, {"BATON_HOOK_SECRET": "x"})()
    assert [finding.detail for finding in findings if finding.what == "Roles"] == [
        "nobody is coordinator",
        "nobody is sponsor",
    ]
    empty = await check_config(Config(), {"BATON_HOOK_SECRET": "x"})()
    assert [finding.what for finding in empty if finding.state == "warn"] == ["People"]
