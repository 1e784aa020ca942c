"""An idea and its issue, both ways, through the real door, outbox and store, against each vendor's pretended server."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.idea import IdeaState
from integrations.trackers import CONNECTORS
from storage import SqlStorage
from tests.fakes.clock import SetClock
from tests.handlers.company import Company, said
from tests.handlers.tracked import Floor, kinds, tracked_floor


@pytest.fixture(params=CONNECTORS, ids=lambda connector: str(connector.kind))
async def floor(request: pytest.FixtureRequest, storage: SqlStorage, clock: SetClock) -> AsyncIterator[Floor]:
    async with tracked_floor(request.param.kind, storage, clock) as floor:
        yield floor


# From an idea to its issue


async def test_an_issue_is_made_for_an_idea_and_its_card_shows_it(floor: Floor) -> None:
    reply = said(await floor.company.say("ana", "track I-1"))
    assert "An issue for I-1 is being made in" in reply
    await floor.company.work()
    (ref,) = floor.server.refs()
    issue = floor.server.issue(ref)
    assert issue.title == "gift wrap at checkout"
    assert "2 conversations of 2 customers ask for it" in issue.body
    for word in ("maya", "customer0", "love a gift", "mastodon"):
        assert word not in issue.body.lower()
    shown = said(await floor.company.say("ben", "idea I-1"))
    assert ref in shown
    assert f"The issue {ref} was made for it" in shown
    again = said(await floor.company.say("ben", "track I-1"))
    assert f"I-1 has {ref} already" in again
    await floor.heard()
    assert (await floor.idea()).state is IdeaState.NEW, "that it was opened moves nothing"


@pytest.mark.parametrize("trouble", ["hang", "lose"])
async def test_an_issue_whose_answer_was_lost_is_not_made_twice(floor: Floor, trouble: str) -> None:
    setattr(floor.server.troubles, trouble, 1)
    await floor.company.say("ana", "track I-1")
    assert len((await floor.company.work()).failed) == 1
    await floor.company.later(minutes=2)
    assert len(floor.server.refs()) == 1
    assert [link.ref for link in await floor.links()] == floor.server.refs()


async def test_what_happens_to_an_issue_before_baton_knows_it_is_not_lost(floor: Floor) -> None:
    floor.server.troubles.lose = 1
    await floor.company.say("ana", "track I-1")
    await floor.company.work()
    floor.server.ship(floor.server.refs()[0])
    await floor.heard()
    await floor.company.later(minutes=2)
    assert (await floor.idea()).state is IdeaState.SHIPPED


async def test_the_state_of_an_idea_is_shown_there_with_one_comment_and_does_not_come_back(floor: Floor) -> None:
    ref = await floor.tracked()
    for words, state in (("idea I-1 plan", IdeaState.PLANNED), ("ship I-1", IdeaState.SHIPPED)):
        await floor.company.say("ben", words)
        await floor.company.submit("ben", "ship", idea="I-1") if words == "ship I-1" else None
        await floor.company.work()
        tracker = floor.company.trackers["app"]
        seen = await tracker.look_up(ref)
        assert seen is not None
        assert seen.state is state
        before = await floor.trail()
        assert set(await floor.heard()) == {200}
        assert await floor.trail() == before, "our own change moves nothing"
    planned, shipped = floor.server.comments(ref)
    assert "Ben Roth" in planned
    assert "plans it" in planned
    assert "2 conversations of 2 customers" in shipped
    await floor.company.work()
    assert len(floor.server.comments(ref)) == 2


async def test_declining_says_why_there_and_nothing_of_customers(floor: Floor) -> None:
    ref = await floor.tracked()
    await floor.company.say("ben", "idea I-1 decline too dear for so few @all")
    await floor.company.work()
    (comment,) = floor.server.comments(ref)
    assert "too dear for so few" in comment
    assert "@all" not in comment or comment.startswith("{")
    assert (await floor.links())[0].state is IdeaState.DECLINED


async def test_a_comment_whose_answer_was_lost_is_not_written_twice_and_the_state_follows(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.troubles.lose = 1
    await floor.company.say("ben", "idea I-1 plan")
    assert (await floor.company.work()).failed
    await floor.company.later(minutes=2)
    assert len(floor.server.comments(ref)) == 1
    assert (await floor.links())[0].state is IdeaState.PLANNED


async def test_a_crash_after_what_was_done_there_does_it_once(floor: Floor) -> None:
    ref = await floor.tracked()
    await floor.company.say("ben", "idea I-1 plan")
    for _ in range(4):
        await floor.company.hands.lose()
    await floor.company.work()
    assert len(floor.server.comments(ref)) == 1
    assert (await floor.links())[0].state is IdeaState.PLANNED


async def test_those_who_ask_anew_are_told_there_once_a_day(floor: Floor) -> None:
    ref = await floor.tracked()
    await floor.company.say("ana", "idea I-1 B-3")
    await floor.company.work()
    assert floor.server.comments(ref) == [], "not at once"
    await floor.company.later(hours=25)
    (comment,) = floor.server.comments(ref)
    assert "3 conversations of 3 customers ask for it" in comment
    await floor.company.later(hours=25)
    assert len(floor.server.comments(ref)) == 1


# From an issue to its idea


async def test_what_people_do_with_the_issue_moves_the_idea(floor: Floor) -> None:
    ref = await floor.tracked()
    seen = []
    for act in ("plan", "ship", "reopen", "decline", "reopen"):
        getattr(floor.server, act)(ref)
        assert set(await floor.heard()) == {200}
        seen.append((await floor.idea()).state)
    assert [state.value for state in seen[:2]] == ["planned", "shipped"]
    assert seen[3] is IdeaState.DECLINED
    assert not seen[2].is_over
    assert not seen[4].is_over
    moved = [event for event in await floor.trail() if event.kind in {"planned", "shipped", "declined", "reopened"}]
    assert {event.via for event in moved} == {floor.server.kind}
    assert all(event.by is None for event in moved)
    assert floor.server.comments(ref) == [], "what they decided there needs no comment of ours"


async def test_who_raised_the_idea_is_told_by_which_system_it_was_shipped(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.ship(ref)
    await floor.heard()
    assert floor.company.told("ana") == ["I-1 is shipped"]


async def test_doubled_late_and_replayed_deliveries_do_no_harm(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.ship(ref)
    await floor.heard()
    floor.server.reopen(ref)
    floor.server.plan(ref)
    await floor.heard()
    before = kinds(await floor.trail())
    for sending in [*reversed(floor.server.sent), *floor.server.sent]:
        assert await floor.server.send(sending) == 200
        await floor.company.work()
    assert kinds(await floor.trail()) == before
    assert (await floor.idea()).state is IdeaState.PLANNED


async def test_another_title_there_does_not_rename_the_idea(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.rename(ref, "<!channel> *Spam*")
    await floor.heard()
    assert (await floor.idea()).title == "gift wrap at checkout"


@pytest.mark.parametrize("fate", ["delete", "move_away"])
async def test_an_issue_that_is_gone_leaves_the_idea_as_it_is(floor: Floor, fate: str) -> None:
    ref = await floor.tracked()
    getattr(floor.server, fate)(ref)
    await floor.heard()
    await floor.company.say("ben", "idea I-1 plan")
    drained = await floor.company.work()
    assert drained.failed == []
    (link,) = await floor.links()
    assert link.gone
    assert (await floor.idea()).state is IdeaState.PLANNED
    assert kinds(await floor.trail()).count("unlinked") == 1
    shown = said(await floor.company.say("ben", "idea I-1"))
    assert f"The issue {ref} is gone" in shown
    made = said(await floor.company.say("ben", "track I-1"))
    assert "is being made" in made, "another one may take its place"


async def test_an_issue_of_nobodys_idea_leaves_nothing_behind(floor: Floor) -> None:
    floor.server.ship(floor.server.add("Something else"))
    assert set(await floor.server.deliver()) == {200}
    assert (await floor.company.work()).done == []
    assert floor.arrivals.counted["app", "nothing"] >= 2


async def test_a_double_moves_nothing(floor: Floor) -> None:
    ref = await floor.tracked()
    floor.server.duplicate(ref)
    await floor.heard()
    assert (await floor.idea()).state is IdeaState.NEW


async def test_merged_ideas_act_as_one_and_are_over_when_all_their_issues_are(floor: Floor) -> None:
    first = await floor.tracked()
    second = floor.server.add("Wrapping paper")
    await floor.heard()
    await floor.company.say("ben", "idea wrapping paper for presents")
    await floor.company.say("ben", f"track I-2 {second}")
    await floor.company.say("ben", "merge I-2 I-1")
    await floor.company.work()
    floor.server.ship(second)
    await floor.heard()
    assert not (await floor.idea()).state.is_over, "one of two is done"
    floor.server.ship(first)
    await floor.heard()
    assert (await floor.idea()).state is IdeaState.SHIPPED
    await floor.company.say("ben", "idea I-1 reopen we forgot something")
    await floor.company.work()
    assert {link.state for link in await floor.links()} <= {IdeaState.NEW, IdeaState.CONSIDERING}
    await floor.company.say("ben", "unmerge I-2")
    assert [link.ref for link in await floor.links(1)] == [first]
    assert [link.ref for link in await floor.links(2)] == [second]


async def test_the_settings_say_where_issues_are(floor: Floor) -> None:
    shown = said(await floor.company.say("ben", "settings"))
    assert "Issue trackers" in shown
    assert floor.server.project in shown


async def test_without_a_tracker_it_is_said_who_can_set_one_up(company: Company) -> None:
    await company.say("ana", "idea plant a tree for each order")
    assert "There is no issue tracker." in said(await company.say("ana", "track I-1"))
    assert "Link an issue" not in said(await company.say("ana", "idea I-1"))


# Linking by hand


async def test_an_issue_that_there_is_is_linked_and_parted_again(floor: Floor) -> None:
    ref = floor.server.add("<!channel> Gift *wrap* https://evil.example")
    reply = said(await floor.company.say("ben", f"track I-1 {ref}"))
    assert f"{ref}" in reply
    assert "[Gift" not in reply
    assert "I-1 · gift wrap at checkout" in reply
    assert (await floor.links())[0].ref == ref
    await floor.company.say("ben", "idea opening hours on Sundays")
    other = said(await floor.company.say("ben", f"track I-2 {ref}"))
    assert f"{ref} is the issue of I-1" in other
    assert "is no longer linked" in said(await floor.company.say("ben", "untrack I-1"))
    assert await floor.links() == []
    assert kinds(await floor.trail())[-2:] == ["linked", "unlinked"]
    assert "I-1 has no issue" in said(await floor.company.say("ben", "untrack I-1"))
    floor.server.ship(ref)
    await floor.heard()
    assert (await floor.idea()).state is IdeaState.NEW


async def test_linking_moves_nothing_and_says_where_they_differ(floor: Floor) -> None:
    ref = floor.server.add("Gift wrap")
    floor.server.ship(ref)
    reply = said(await floor.company.say("ben", f"track I-1 {ref}"))
    assert "the idea is new here" in reply
    assert (await floor.idea()).state is IdeaState.NEW


async def test_what_is_no_issue_and_what_is_not_there_is_said(floor: Floor) -> None:
    assert "is no issue there" in said(await floor.company.say("ben", "track I-1 gift"))
    missing = floor.server.ref(99)
    assert f"There is no {missing}" in said(await floor.company.say("ben", f"track I-1 {missing}"))
    floor.server.token = "another"
    refused = said(await floor.company.say("ben", f"track I-1 {missing}"))
    assert "TRACKER_TOKEN" in refused


async def test_the_button_opens_a_form_which_makes_or_links_one(floor: Floor) -> None:
    form = (await floor.company.press("ben", "track", idea="I-1")).form
    assert form is not None
    ref = floor.server.add("Gift wrap")
    linked = await floor.company.submit("ben", "track", **form.args, issue=ref)
    assert f"{ref} is linked with" in said(linked)
    await floor.company.say("ben", "untrack I-1")
    made = await floor.company.submit("ben", "track", **form.args)
    assert "is being made" in said(made)


async def test_an_idea_gets_an_issue_by_itself_where_baton_toml_says_so(floor: Floor) -> None:
    part = floor.company.config.trackers["app"].model_copy(update={"create": "planned"})
    floor.company.config.trackers["app"] = part
    await floor.company.say("ben", "idea I-1 consider")
    await floor.company.work()
    assert floor.server.refs() == []
    await floor.company.say("ben", "idea I-1 plan")
    await floor.company.work()
    await floor.heard()
    (ref,) = floor.server.refs()
    assert (await floor.idea()).state is IdeaState.PLANNED, "that it began otherwise there moves nothing here"
    assert kinds(await floor.trail())[-2:] == ["planned", "linked"]
    assert len(floor.server.comments(ref)) == 1
    seen = await floor.company.trackers["app"].look_up(ref)
    assert seen is not None
    assert seen.state is IdeaState.PLANNED
    await floor.company.say("ben", "idea I-1 consider")
    await floor.company.say("ben", "idea I-1 plan")
    await floor.company.work()
    assert floor.server.refs() == [ref]


async def test_forgetting_a_customer_leaves_the_link_and_counts_them_still(floor: Floor) -> None:
    ref = await floor.tracked()
    async with floor.company.storage.reading() as uow:
        conversation = await uow.conversations.get(1)
        assert conversation is not None
    async with floor.company.storage.writing() as uow:
        await uow.privacy.erase([conversation.customer_id], [1], floor.company.clock.now())
    assert [link.ref for link in await floor.links()] == [ref]
    async with floor.company.storage.reading() as uow:
        assert (await uow.ideas.asking(1)).conversations == 2


@pytest.mark.parametrize("words", ["idea I-1 plan", "idea I-1 decline too dear for so few"])
@pytest.mark.parametrize("lost", [0, 1])
async def test_an_issue_of_an_idea_that_is_further_on_follows_it(floor: Floor, words: str, lost: int) -> None:
    await floor.company.say("ben", words)
    state = (await floor.idea()).state
    floor.server.troubles.lose = lost
    await floor.company.say("ben", "track I-1")
    await floor.company.work()
    await floor.company.later(minutes=2)
    await floor.heard()
    (ref,) = floor.server.refs()
    seen = await floor.company.trackers["app"].look_up(ref)
    assert seen is not None
    assert seen.state is state is (await floor.idea()).state
    assert len(floor.server.comments(ref)) == 1
