"""Claims and passes teach triage, on both databases: once each, forgotten on demand, and held by every process."""

from __future__ import annotations

import asyncio
import time
from datetime import timedelta

import pytest

from bot.config import Config, DepartmentPart
from bot.domain.learning import Learning, numbers
from bot.errors import BatonError
from bot.ports import Taken, Work
from handlers.events import teach
from handlers.learning import TakeUpLearned, learned
from handlers.learning_key import LearningKey
from integrations.ai.local import LocalTriage
from storage import SqlStorage, lessons
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, changed, post, said, staffed

WHERE = ("our path", "the harbour bridge", "my driveway", "the school gate", "platform two", "the old market")
WHAT = (
    "A scooter blocks {0}, please move it",
    "One of your scooters lies across {0} since yesterday",
    "Scooter with a flat battery stands at {0}",
    "Who collects the scooter at {0}",
    "The scooter at {0} lost its wheel",
)
SCOOTERS = [what.format(where) for where in WHERE for what in WHAT]
OTHERS = (
    "Where is my parcel? The courier never came",
    "My invoice shows a wrong sum",
    "The app crashes after the update",
)
KEY = LearningKey(b"a secret of the installation")
NEXT = "There is a scooter in front of our library"


@pytest.fixture
def config() -> Config:
    """With a department that no word of Baton's own speaks for; Ben is of it."""
    usual = Config()
    return usual.model_copy(update={"departments": {**usual.departments, "fleet": DepartmentPart(name="Fleet")}})


@pytest.fixture
async def fleet(either_storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """The company, on each kind of database."""
    company = await at_work(either_storage, clock, config)
    await TakeUpLearned(either_storage, config, company.triage, KEY)()
    return company


async def at_work(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    people = staffed(config).people
    moved = tuple(
        part.model_copy(update={"department": "fleet"}) if part.email.startswith("ben") else part for part in people
    )
    return await Company(storage, clock, config.model_copy(update={"people": moved})).staff()


async def claims(company: Company, texts: list[str] | tuple[str, ...], user: str = "ben", first: int = 1) -> int:
    """Each is heard and claimed; gives the next number."""
    await company.hear(*(post(f"{first + n}", text, f"c{first + n}") for n, text in enumerate(texts)))
    for number in range(first, first + len(texts)):
        await company.say(user, f"claim B-{number}")
    await company.work()
    return first + len(texts)


async def kept(storage: SqlStorage) -> dict[str, tuple[float, int]]:
    """Posts and words by department."""
    async with storage.reading() as uow:
        taught, known = await uow.lessons.taught(), await uow.lessons.known()
    return {key: (each.posts, known.get(key, 0)) for key, each in taught.items() if each.posts or known.get(key)}


async def everything(storage: SqlStorage) -> Learning:
    async with storage.reading() as uow:
        return await learned(uow, ("support", "fleet", "product", "logistics", "operations"))


async def test_after_thirty_claims_the_next_post_of_the_kind_is_suggested_to_them_and_the_card_says_so(
    fleet: Company,
) -> None:
    number = await claims(fleet, SCOOTERS)
    number = await claims(fleet, OTHERS, "ana", number)
    assert fleet.triage.read(NEXT).departments[0].name == "fleet"
    await fleet.hear(post("next", NEXT, "nora"))
    await fleet.work()
    c = await fleet.conversation(number)
    assert c.departments[0] == "fleet"
    assert "Fleet" in await fleet.card(number)
    why = said(await fleet.say("ana", f"why B-{number}"))
    (concerns,) = [line for line in why.splitlines() if "Fleet" in line and "sure" in line.replace("likely", "sure")]
    assert "“scooter” (learned)" in concerns
    assert (await kept(fleet.storage))["fleet"][0] == 15


async def test_another_process_takes_it_up_when_it_changed_and_only_then(fleet: Company) -> None:
    other = LocalTriage(fleet.config)
    looks = TakeUpLearned(fleet.storage, fleet.config, other, KEY)
    await looks()
    await claims(fleet, SCOOTERS)
    assert other.read(NEXT).departments[0].name != "fleet"
    await looks()
    assert other.read(NEXT).departments == fleet.triage.read(NEXT).departments
    assert other.read(NEXT).departments[0].name == "fleet"
    other.take_up(Learning())
    await looks()
    assert other.read(NEXT).departments[0].name != "fleet", "nothing changed, nothing was read"


async def test_a_resolve_counts_most_a_pass_takes_back_and_a_look_counts_nothing(fleet: Company) -> None:
    await fleet.opened(*SCOOTERS[:2])
    await fleet.say("ana", "claim B-1")
    await fleet.work()
    (posts, words) = (await kept(fleet.storage))["support"]
    assert (posts, words > 3) == (0.5, True)
    await fleet.say("ana", "pass B-1 fleet it is a scooter")
    await fleet.say("ben", "accept B-1")
    await fleet.work()
    assert await kept(fleet.storage) == {"fleet": (0.5, words)}
    await fleet.say("ben", "resolve B-1 fixed | a free path | nothing")
    await fleet.work()
    assert await kept(fleet.storage) == {"fleet": (1.0, words)}
    await fleet.say("lena", "claim B-2")
    await fleet.work()
    fleet.clock.move(timedelta(seconds=30))
    await fleet.say("lena", "release B-2")
    await fleet.work()
    assert await kept(fleet.storage) == {"fleet": (1.0, words)}


async def test_who_dies_between_teaching_and_finishing_has_taught_once(fleet: Company) -> None:
    await fleet.opened(SCOOTERS[0])
    await fleet.say("ben", "claim B-1")
    await fleet.hands.lose()
    once = await everything(fleet.storage)
    assert once.posts == {"fleet": 0.5}
    assert "teach" in (await fleet.work()).done
    again = await everything(fleet.storage)
    assert (again.posts, again.words) == (once.posts, once.words)


async def test_two_workers_that_learn_at_once_lose_nothing(fleet: Company) -> None:
    texts = [*SCOOTERS[:12], *OTHERS]
    await fleet.hear(*(post(str(n), text, f"c{n}") for n, text in enumerate(texts)))
    for number in range(1, len(texts) + 1):
        await fleet.say("ben" if number <= 12 else "ana", f"claim B-{number}")
    key = await KEY.of(fleet.storage)
    workers = [
        teach.Teacher(fleet.storage, fleet.config, LocalTriage(fleet.config, Learning(key=key))) for _ in range(2)
    ]
    work = [Taken(n, Work(teach.KIND, {"number": n}), 1, fleet.clock.now()) for n in range(1, len(texts) + 1)]
    # Each lesson is given to both: they meet at the same conversations, words and departments.
    await asyncio.gather(*(insistent(worker, taken) for worker in workers for taken in work))
    expected = Learning()
    for number, text in enumerate(texts, start=1):
        expected.count(fleet.triage.telling(text), "fleet" if number <= 12 else "support", 0.5)
    found = await everything(fleet.storage)
    assert (found.posts, found.words) == (expected.posts, expected.words)


async def insistent(worker: teach.Teacher, taken: Taken) -> None:
    """As the outbox does."""
    for _ in range(50):
        try:
            return await worker(taken)
        except BatonError:
            await asyncio.sleep(0.01)
    raise AssertionError("never done")


async def test_a_department_that_is_gone_is_ignored(fleet: Company, config: Config) -> None:
    await claims(fleet, SCOOTERS)
    fewer = config.model_copy(update={"departments": Config().departments})
    without = LocalTriage(fewer)
    await TakeUpLearned(fleet.storage, fewer, without, KEY)()
    assert without.read(NEXT) == LocalTriage(fewer).read(NEXT)
    await fleet.opened("One more scooter here", *[])
    fleet.config = fewer
    teacher = teach.Teacher(fleet.storage, fewer, without)
    before = await kept(fleet.storage)
    await fleet.say("ben", "claim B-31")
    await teacher(Taken(1, Work(teach.KIND, {"number": 31}), 1, fleet.clock.now()))
    assert await kept(fleet.storage) == before


async def test_what_was_learned_can_be_forgotten_of_one_department_or_all(fleet: Company) -> None:
    number = await claims(fleet, SCOOTERS)
    await claims(fleet, OTHERS, "ana", number)
    looks = TakeUpLearned(fleet.storage, fleet.config, fleet.triage, KEY)
    async with fleet.storage.writing() as uow:
        await uow.lessons.reset("fleet")
    await looks()
    assert set(await kept(fleet.storage)) == {"support"}
    assert fleet.triage.read(NEXT).departments[0].name != "fleet"
    async with fleet.storage.writing() as uow:
        await uow.lessons.reset()
    await looks()
    assert await kept(fleet.storage) == {}
    assert fleet.triage.explain(NEXT) == LocalTriage(fleet.config).explain(NEXT)
    await fleet.say("ben", "resolve B-1 fixed | a free path | nothing")
    await fleet.work()
    assert (await kept(fleet.storage))["fleet"][0] == 1, "begun anew"


async def test_a_storm_is_one_lesson(fleet: Company) -> None:
    text = "Third parcel in a row that arrives crushed, and nobody at Acme answers the phone"
    await fleet.hear(post("a", text, "maya"))
    await fleet.hear(*(post(f"e{n}", f"{text} {'!' * n}", f"c{n}") for n in range(5)))
    await fleet.say("ana", "claim B-1")
    await fleet.say("ana", "resolve B-1 fixed | whole parcels | a new carrier")
    done = (await fleet.work()).done
    assert (await fleet.conversation(6)).state == "resolved"
    assert done.count("teach") == 1
    assert (await kept(fleet.storage))["support"][0] == 1


async def test_of_words_that_were_deleted_nothing_is_learned(fleet: Company) -> None:
    first = post("a", SCOOTERS[0], "maya")
    await fleet.hear(first)
    await fleet.hear(changed("deleted", first))
    await fleet.say("ben", "claim B-1")
    await fleet.work()
    assert await kept(fleet.storage) == {}


async def test_what_is_kept_of_a_forgotten_customer_names_neither_them_nor_a_word(fleet: Company) -> None:
    await fleet.opened(SCOOTERS[0])
    await fleet.say("ben", "claim B-1")
    await fleet.work()
    async with fleet.storage.writing() as uow:
        await uow.privacy.erase([(await fleet.conversation()).customer_id], [1], fleet.clock.now())
    async with fleet.storage.reading() as uow:
        assert await uow.lessons.of(1) is None
    assert (await kept(fleet.storage))["fleet"][0] == 0.5


async def test_what_is_long_ago_fades_and_the_rarest_words_go(
    either_storage: SqlStorage, clock: SetClock, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lessons, "MOST_POSTS", 20)
    monkeypatch.setattr(lessons, "MOST_WORDS", 50)
    monkeypatch.setattr(lessons, "LOOK_EVERY", 10)
    company = await at_work(either_storage, clock, config)
    await company.opened(*(f"hello {n}" for n in range(60)))
    for number in range(1, 61):
        async with either_storage.writing() as uow:
            words = numbers(["scooter", *(f"word{number}x{n}" for n in range(5))])
            await uow.lessons.teach(number, words, "fleet", 1.0)
    found = await everything(either_storage)
    assert found.posts["fleet"] <= 21
    assert len(found) <= 100
    assert found.weight("fleet", "scooter") > 0
    (scooter,) = numbers(["scooter"])
    assert found.words[scooter]["fleet"] == max(count for counts in found.words.values() for count in counts.values())


async def test_taking_up_twenty_thousand_words_does_not_hold_up_others(
    either_storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await at_work(either_storage, clock, config)
    await company.opened(*(f"hello {n}" for n in range(20)))
    for number in range(1, 21):
        async with either_storage.writing() as uow:
            words = range(number * 1_000_000, number * 1_000_000 + 1_000)
            await uow.lessons.teach(number, words, "fleet", 1.0)
    longest, running = 0.0, True

    async def beat() -> None:
        nonlocal longest
        while running:
            before = time.perf_counter()
            await asyncio.sleep(0)
            longest = max(longest, time.perf_counter() - before)
            await asyncio.sleep(0.0005)

    beating = asyncio.create_task(beat())
    await TakeUpLearned(either_storage, config, company.triage, KEY)()
    running = False
    await beating
    assert len(await everything(either_storage)) == 20_000
    assert longest < 0.1, "seconds: a portion takes some two thousandths"


async def test_nothing_that_tells_of_a_person_is_learned(fleet: Company) -> None:
    plain = fleet.triage.telling("The scooter blocks our path, please write to me")
    for person in ("maya.lindqvist@mail.example", "+49 30 901820", "DE89 3704 0044 0532 0130 00"):
        assert fleet.triage.telling(f"The scooter blocks our path, please write to me {person}") == plain
