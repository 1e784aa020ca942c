"""`approve` and `reject`: where policy asks for it, an answer goes out after other departments have read it."""

from __future__ import annotations

import pytest

from bot.commands import Origin, Reply
from bot.config import Approval, Config
from bot.domain.answer import AnswerState
from bot.domain.customer import Identity
from bot.domain.people import Person
from bot.ports import ImportedCustomer
from storage import SqlStorage
from tests.bot.views.plain import plain
from tests.fakes.clock import SetClock
from tests.fakes.source import FakeSource
from tests.handlers.company import FLOOR, Company, post, said, staffed


async def company_with(storage: SqlStorage, clock: SetClock, config: Config, *approvals: Approval) -> Company:
    """B-1 is with Ana of Support, and can be answered under these policies."""
    company = Company(storage, clock, staffed(config).model_copy(update={"approvals": approvals}))
    await company.staff()
    company.sources["demo"] = FakeSource()
    await company.opened("third parcel that arrives crushed")
    await company.say("ana", "claim B-1")
    return company


@pytest.fixture
async def asked(storage: SqlStorage, clock: SetClock, config: Config) -> Company:
    """Product and then Logistics have to approve Ana's answer."""
    company = await company_with(storage, clock, config, Approval(by="product"), Approval(by="logistics"))
    await answer(company)
    await company.work()
    return company


async def answer(company: Company, text: str = "You get a new one.", user: str = "ana") -> str:
    form = (await company.say(user, "reply B-1")).form
    assert form is not None
    return said(await company.submit(user, "reply", **{**form.args, "text": text}))


async def approve(company: Company, user: str) -> Reply:
    """Presses the button under the answer that waits, or one of an answer that is no longer there."""
    waiting = (await company.conversation()).answer
    return await company.press(
        user, "approve", conversation="B-1", answer=waiting.id if waiting is not None else "gone"
    )


async def home(company: Company, user: str) -> str:
    return plain(await company.dispatcher.home(company.people[user], Origin("slack", "T1")))


async def waits_for(company: Company) -> str | None:
    found = (await company.conversation()).answer
    return found.waits_for if found is not None else None


async def needed(company: Company, user: str = "ana") -> str:
    """What the form says of approval."""
    form = (await company.say(user, "reply B-1")).form
    assert form is not None
    rows = [value for block in form.intro for label, value in getattr(block, "rows", ()) if label == "Approval"]
    assert (form.submit == "Ask for approval") == bool(rows)
    return "".join(str(span) for row in rows for span in row)


def sent(company: Company) -> list[str]:
    source = company.sources["demo"]
    assert isinstance(source, FakeSource)
    return [each.text for each in source.standing]


async def test_it_waits_and_the_card_shows_the_words_with_what_to_decide(asked: Company) -> None:
    assert sent(asked) == []
    card = await asked.card()
    assert "✍ *Waits for Product to approve*: the answer of Ana Lima (Support)" in card
    assert "┃ You get a new one." in card
    assert "[ Approve ! ]" in card
    assert "[ Change answer… ]" in card


async def test_the_author_is_told_whom_it_waits_for(storage: SqlStorage, clock: SetClock, config: Config) -> None:
    company = await company_with(storage, clock, config, Approval(by="product"), Approval(by="logistics"))
    assert "Product and Logistics must approve your answer in B-1; then it goes out." in await answer(company)


async def test_each_department_is_asked_in_its_turn_and_the_author_hears_of_each(asked: Company) -> None:
    title = "asks Product to approve an answer in B-1"
    told = asked.everyone_told()
    assert told == {user: [f"Ana Lima (Support) {title}"] for user in ("ben", "chloe")}
    assert "Approved. Now Logistics is asked." in said(await approve(asked, "ben"))
    await asked.work()
    assert await waits_for(asked) == "logistics"
    assert asked.told("ana") == ["Ben Roth (Product) approved your answer in B-1"]
    assert asked.told("lena") == ["Ana Lima (Support) asks Logistics to approve an answer in B-1"]
    assert "Ben Roth approved" in await asked.card()
    assert sent(asked) == []
    assert "Approved. It is going out." in said(await approve(asked, "lena"))
    await asked.work()
    assert sent(asked) == ["You get a new one."]
    assert asked.told("ana")[1:] == ["Lena Vogt (Logistics) approved your answer in B-1"]
    assert len(asked.told("ben")) == 1


async def test_who_muted_is_not_told_and_may_approve_all_the_same(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(storage, clock, config, Approval(by="product"))
    await company.say("ben", "mute on")
    await answer(company)
    await company.work()
    assert set(company.everyone_told()) == {"chloe"}
    await approve(company, "ben")
    await company.work()
    assert sent(company) == ["You get a new one."]


async def test_who_approves_reads_all_that_goes_out(asked: Company) -> None:
    source = asked.sources["demo"]
    assert isinstance(source, FakeSource)
    source.able(longest=None)
    words = " ".join(f"word{n}" for n in range(330))
    assert 2_500 < len(words) < 3_000
    await answer(asked, words)
    await asked.work()
    shown = [await asked.card(), plain(asked.platform.shown_in("D-ben")[-1].card)]
    for text in shown:
        assert "word0 " in text
        assert "word329" in text


async def test_nobody_else_decides(asked: Company) -> None:
    assert "Your own answer is for others to approve." in said(await approve(asked, "ana"))
    for user in ("sam", "lena", "omar", "new"):
        assert "waits for Product, and you are not of that department" in said(await approve(asked, user))
        assert "waits for Product" in said(await asked.say(user, "reject B-1 no"))
        assert "waits for Product" in said(await asked.press(user, "reject", conversation="B-1"))
    assert await waits_for(asked) == "product"


async def test_the_same_people_do_not_decide_twice(asked: Company) -> None:
    await approve(asked, "ben")
    assert "waits for Logistics" in said(await approve(asked, "chloe"))
    await approve(asked, "lena")
    assert "No answer in B-1 waits for approval." in said(await approve(asked, "lena"))
    await asked.work()
    assert sent(asked) == ["You get a new one."]


async def test_a_button_approves_only_the_words_that_were_read(asked: Company) -> None:
    read = (await asked.conversation()).answer
    assert read is not None
    await answer(asked, "You get your money back.")
    for verb in ("approve", "reject"):
        told = said(await asked.press("ben", verb, conversation="B-1", answer=read.id))
        assert "That answer was replaced by another one." in told
    await asked.work()
    assert "money back" in await asked.card()
    assert len(asked.told("ben")) == 2


async def test_what_is_rejected_goes_back_to_its_author_as_a_draft(asked: Company) -> None:
    form = (await asked.press("ben", "reject", conversation="B-1")).form
    assert form is not None
    told = said(await asked.submit("ben", "reject", **form.args, why="we may not promise it"))
    assert "It does not go out. I told Ana Lima why." in told
    await asked.work()
    assert asked.told("ana") == ["Ben Roth (Product) did not approve your answer in B-1"]
    (shown,) = asked.platform.shown_in("D-ana")
    assert "“we may not promise it”" in plain(shown.card)
    assert "[ Change it… ! ]" in plain(shown.card)
    assert "Draft" in await asked.card()
    again = (await asked.press("ana", "reply", conversation="B-1")).form
    assert again is not None
    assert again.fields[0].default == "You get a new one."
    assert sent(asked) == []


async def test_who_held_it_and_let_go_has_their_answer_taken_back(asked: Company) -> None:
    await asked.say("ana", "release B-1")
    assert "No answer in B-1 waits for approval." in said(await approve(asked, "ben"))
    await asked.work()
    assert "Ana Lima: “You get a new one.”" in await asked.card()
    assert "approve" not in await home(asked, "ben")


async def test_an_answer_that_was_decided_before_the_notice_is_told_of_no_more(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(storage, clock, config, Approval(by="product"))
    await answer(company)
    await approve(company, "ben")
    await company.work()
    assert company.everyone_told() == {"ana": ["Ben Roth (Product) approved your answer in B-1"]}


async def test_home_and_the_list_show_what_waits_for_ones_department_alone(asked: Company) -> None:
    shown = await home(asked, "ben")
    assert "Ana Lima asks Product to approve an answer" in shown
    assert "┃ You get a new one." in shown
    assert "[ Approve ! ]" in shown
    for user in ("ana", "lena", "sam"):
        assert "Nothing is asked of you." in await home(asked, user)
    assert "1 thing asked of you" in said(await asked.say("ben", "list asked"))
    assert "Nothing is asked of you." in said(await asked.say("lena", "list asked"))
    await approve(asked, "ben")
    assert "asks Logistics to approve" in await home(asked, "lena")
    assert "Nothing is asked of you." in await home(asked, "ben")


async def test_without_a_number_what_waits_for_ones_department_is_offered(asked: Company) -> None:
    assert "[ Approve B-1 ]" in said(await asked.say("ben", "approve"))
    assert "[ Approve B-1 ]" not in said(await asked.say("lena", "approve"))


async def test_in_the_thread_of_the_card_the_number_may_be_left_out(asked: Company) -> None:
    thread = await asked.thread()
    shown = said(await asked.say("ben", "approve", thread=thread, channel=FLOOR))
    assert "asks Product to approve an answer in B-1" in shown


# Which answers need it.


async def test_the_departments_own_people_need_no_approval_of_theirs(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(storage, clock, config, Approval(by="support"), Approval(by="product"))
    assert await needed(company) == "Product must approve it before it goes out"
    await company.say("ana", "pass B-1 product yours?")
    await company.say("ben", "accept B-1")
    assert await needed(company, "ben") == "Support must approve it before it goes out"


async def test_policies_name_networks_departments_and_crises(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(
        storage,
        clock,
        config,
        Approval(by="product", networks=("x",)),
        Approval(by="logistics", departments=("product",)),
        Approval(by="operations", crisis=True),
    )
    assert await needed(company) == ""
    await company.say("ana", "escalate B-1 crisis it burns")
    assert await needed(company) == "Operations must approve it before it goes out"
    await company.say("ana", "pass B-1 product yours?")
    await company.say("ben", "accept B-1")
    assert await needed(company, "ben") == "Logistics and Operations must approve it before it goes out"
    await company.hear(post("on-x", "hello", network="x", by=None))
    await company.say("ana", "claim B-2")
    form = (await company.say("ana", "reply B-2")).form
    assert form is not None
    assert form.submit == "Ask for approval"


async def test_policies_name_regions_as_the_customers_record_does(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(storage, clock, config, Approval(by="product", regions=("de",)))
    assert await needed(company) == ""
    handle = Identity("mastodon", "customer0")
    async with storage.writing() as uow:
        await uow.customers.bring([ImportedCustomer("c0", "Customer Null", (handle,), {"country": "DE"})], clock.now())
    assert await needed(company) == "Product must approve it before it goes out"


async def test_who_is_in_no_department_is_approved_by_all_that_policy_names(
    storage: SqlStorage, clock: SetClock, config: Config
) -> None:
    company = await company_with(storage, clock, config, Approval(by="product"))
    newcomer: Person = company.people["new"]
    assert newcomer.department is None
    await company.say("ana", "release B-1")
    await company.say("new", "claim B-1")
    assert "Product" in await needed(company, "new")


async def test_what_failed_after_approval_is_sent_again_without_asking_again(asked: Company) -> None:
    source = asked.sources["demo"]
    assert isinstance(source, FakeSource)
    source.refusal = "Closed for today."
    await approve(asked, "ben")
    await approve(asked, "lena")
    await asked.work()
    source.refusal = None
    await asked.say("ana", "resend B-1")
    await asked.work()
    assert sent(asked) == ["You get a new one."]
    found = (await asked.conversation()).answer
    assert found is not None
    assert found.state is AnswerState.SENT


async def test_who_types_it_reads_the_answer_before_it_goes_out(asked: Company) -> None:
    shown = await asked.say("ben", "approve B-1")
    assert "You get a new one." in said(shown)
    assert "[ Approve" in said(shown)
    assert await waits_for(asked) == "product"
