"""Telling those who write another language, those who say the same as one who asked, and hundreds."""

from __future__ import annotations

from collections import Counter

from bot.cards import Card, Form
from bot.commands import Reply
from bot.config import AiPart, Config
from bot.domain.conversation import State
from bot.domain.loops import Loop, LoopState
from bot.domain.writing import Translate, Written
from bot.errors import RetriableError
from bot.ports import Taken, Work
from handlers.telling_acts import TELL_ALL
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.company import Company, post, said, staffed

NEWS = "You can have your presents wrapped now: just choose the paper when you check out."
GERMAN = "Ihr könnt Geschenke jetzt einpacken lassen: wählt beim Bezahlen einfach das Papier aus."
ASKS = "could you please wrap the presents that I order in your shop, in nice paper and with a bow?"
FRAGT = "Könntet ihr bitte die Geschenke einpacken, die ich bei euch im Laden bestelle? Das wäre sehr schön."


def form_of(reply: Reply) -> Form:
    assert reply.form is not None, plain(reply.card) if reply.card is not None else "nothing"
    return reply.form


async def asked(company: Company, *texts: str) -> FakeSource:
    """As many ask for I-1, which ships."""
    source = FakeSource()
    company.sources["demo"] = source
    await company.opened(*texts)
    await company.say("ana", "idea gift wrap at checkout")
    for number in range(1, len(texts) + 1):
        await company.say("ana", f"idea I-1 B-{number}")
    await company.say("ana", f"ship I-1 {NEWS}")
    await company.work()
    return source


async def loops(company: Company) -> dict[int, Loop]:
    async with company.storage.reading() as uow:
        return {loop.number: loop for loop in await uow.loops.page(1, list(LoopState), 0, 1000)}


async def with_a_model(storage: SqlStorage, clock: SetClock) -> Company:
    config = staffed(Config(ai=AiPart(model="small-one", languages=("en",))))
    return await Company(storage, clock, config).staff()


async def test_without_a_model_the_text_goes_out_as_it_is_and_the_form_says_who_writes_what(company: Company) -> None:
    source = await asked(company, ASKS, FRAGT)
    assert (await loops(company))[2].language == "de"
    form = form_of(await company.say("ana", "tell I-1"))
    assert form.fields[0].hint == "1 of them writes German."
    one = form_of(await company.say("ana", "tell B-2"))
    assert "The customer writes German." in one.fields[0].hint
    await company.submit("ana", "tell", **form.args, text=NEWS)
    await company.work()
    assert {each.text for each in source.standing} == {NEWS}


async def test_with_a_model_there_is_a_draft_in_each_language_made_once(storage: SqlStorage, clock: SetClock) -> None:
    company = await with_a_model(storage, clock)
    company.writer.says = Written(GERMAN)
    source = await asked(company, ASKS, FRAGT, f"{FRAGT} Danke!")
    assert company.writer.asked == [Translate(0, "", NEWS, "de")], "and nothing of any customer is sent to it"
    form = form_of(await company.say("ana", "tell I-1"))
    words = plain(Card(form.title, form.intro))
    assert f"┃ {GERMAN}" in words
    assert "To 2 (B-2, B-3), in German by a model" in words
    assert (form.submit, form.fields[0].default) == ("Send 3", NEWS)
    await company.submit("ana", "tell", **form.args, text=NEWS)
    await company.work()
    assert sorted((each.post, each.text) for each in source.standing) == [
        ("post-0", NEWS),
        ("post-1", GERMAN),
        ("post-2", GERMAN),
    ]


async def test_what_was_not_seen_is_not_sent_another_text_is_translated_anew(
    storage: SqlStorage, clock: SetClock
) -> None:
    company = await with_a_model(storage, clock)
    company.writer.says = Written(GERMAN)
    source = await asked(company, ASKS, FRAGT)
    form = form_of(await company.say("ana", "tell I-1"))
    company.writer.says = Written("Jetzt mit Schleife.")
    reply = await company.submit("ana", "tell", **form.args, text="Now you can have a bow, too, on every parcel.")
    assert "1 gets another text, which is written anew: look at it first." in said(reply)
    await company.work()
    assert [each.text for each in source.standing] == ["Now you can have a bow, too, on every parcel."]
    form = form_of(await company.say("ana", "tell I-1"))
    assert form.submit == "Send 1"
    assert "┃ Jetzt mit Schleife." in plain(Card(form.title, form.intro))


async def test_a_text_that_came_up_after_the_form_was_opened_is_seen_before_it_is_sent(
    storage: SqlStorage, clock: SetClock
) -> None:
    company = await with_a_model(storage, clock)
    company.writer.says = Written(GERMAN)
    source = await asked(company, ASKS)
    form = form_of(await company.say("ana", "tell I-1"))
    await company.hear(post("later", FRAGT, "jonas"))
    await company.say("ana", "idea I-1 B-2")
    await company.work()
    again = form_of(await company.submit("ana", "tell", **form.args, text=NEWS))
    words = plain(Card(again.title, again.intro))
    assert "Other texts go out by now than those you read." in words
    assert f"┃ {GERMAN}" in words
    await company.work()
    assert source.standing == []
    await company.submit("ana", "tell", **again.args, text=NEWS)
    await company.work()
    assert sorted(each.text for each in source.standing) == [GERMAN, NEWS]


async def test_where_the_model_fails_the_text_is_left_as_it_is(storage: SqlStorage, clock: SetClock) -> None:
    company = await with_a_model(storage, clock)
    company.writer.says = RetriableError("It is away.")
    await asked(company, FRAGT)
    draft = (await loops(company))[1]
    assert (draft.text, draft.language, draft.translated) == (NEWS, "de", False)


async def test_those_who_say_the_same_as_one_who_asked_are_told_each_in_their_own_thread(company: Company) -> None:
    source = FakeSource()
    company.sources["demo"] = source
    await company.hear(post("a", ASKS, "maya"))
    await company.hear(post("b", f"RT @maya: {ASKS}", "tom"))
    await company.say("ana", "idea B-1 gift wrap at checkout")
    await company.say("lena", "claim B-1")
    await company.say("ana", f"ship I-1 {NEWS}")
    await company.work()
    assert (await company.conversation(2)).state is State.ECHO
    held = said(await company.say("ana", "tell I-1"))
    assert "2 are held by Lena Vogt" in held, "who holds the one that stands for it holds both"
    form = form_of(await company.say("lena", "tell I-1"))
    assert form.submit == "Send 2"
    await company.submit("lena", "tell", **form.args, text=NEWS)
    await company.work()
    assert sorted(each.post for each in source.standing) == ["a", "b"]
    assert (await company.conversation(2)).state is State.ECHO, "it still goes with the other"


async def test_hundreds_are_told_page_by_page(either_company: Company) -> None:
    many = 130
    texts = [f"gift wrap please {chr(97 + n % 26) * 6} {n:03}" for n in range(many)]
    company = either_company
    source = await asked(company, *texts)
    form = form_of(await company.say("ana", "tell I-1"))
    assert form.submit == f"Send {many}"
    assert f"B-3 Customer2 and {many - 3} more" in plain(Card(form.title, form.intro))
    await company.submit("ana", "tell", **form.args, text=NEWS)
    await company.work()
    assert Counter(loop.state for loop in (await loops(company)).values()) == {LoopState.TOLD: many}
    assert len({each.post for each in source.standing}) == len(source.standing) == many


async def test_who_answers_one_customer_does_not_wait_for_those_who_are_told_at_once(company: Company) -> None:
    source = await asked(company, ASKS, FRAGT, "where is my parcel? it was to come on Monday, and nobody knows")
    await company.say("lena", "claim B-3")
    by = {"id": company.people["ana"].id, "name": "Ana Lima", "department": "support"}
    order = {"idea": 1, "texts": [NEWS], "by": by, "via": "slack", "at": company.clock.now().isoformat(), "mark": "m"}
    await company.handlers[TELL_ALL](Taken(1, Work(TELL_ALL, order), 1, company.clock.now()))
    form = form_of(await company.say("lena", "reply B-3"))
    await company.submit("lena", "reply", **form.args, text="It comes tomorrow.")
    await company.work()
    assert [each.text for each in source.standing] == ["It comes tomorrow.", NEWS, NEWS]
