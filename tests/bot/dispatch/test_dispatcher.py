"""From what a person typed, pressed or filled in to a reply, whatever the verb."""

from __future__ import annotations

import pytest

from bot.cards import Actions, Button, Paragraph
from bot.commands import CommandSpec, Origin, Reply
from bot.dispatch import FieldErrors
from handlers.commands import COMMANDS
from tests.handlers.company import GUEST, Company, said

VERBS = [
    "help",
    "list",
    "show",
    "claim",
    "renew",
    "release",
    "pass",
    "accept",
    "decline",
    "join",
    "discuss",
    "note",
    "perspective",
    "escalate",
    "resolve",
    "wait",
    "reopen",
    "snooze",
    "mute",
    "customer",
    "digest",
    "stats",
    "settings",
    "doctor",
]

OF_A_CONVERSATION = [command.spec for command in COMMANDS if command.spec.needs_conversation]


def buttons(reply: Reply) -> list[Button]:
    assert reply.card is not None
    return [block.beside for block in reply.card.blocks if isinstance(block, Paragraph) and block.beside is not None]


def test_every_verb_that_was_promised_is_there(company: Company) -> None:
    assert set(VERBS) <= {spec.name for spec in company.dispatcher.specs}
    short = {spec.slash: spec.name for spec in company.dispatcher.specs if spec.slash}
    assert short == {"/claim": "claim", "/discuss": "discuss", "/escalate": "escalate", "/customer": "customer"}


@pytest.mark.parametrize("verb", [command.spec.name for command in COMMANDS])
async def test_every_verb_has_help_asked_for_in_either_order(company: Company, verb: str) -> None:
    asked = said(await company.say("ana", f"help {verb}"))
    assert asked.splitlines()[1] == f"# {verb}"
    assert "Examples" in asked
    if verb != "help":
        assert said(await company.say("ana", f"{verb} help")) == asked


async def test_help_of_an_alias_is_that_of_its_verb(company: Company) -> None:
    assert said(await company.say("ana", "help take")) == said(await company.say("ana", "help claim"))
    assert said(await company.say("ana", "help", verb="claim")) == said(await company.say("ana", "help claim"))


async def test_help_with_an_unknown_verb_says_so(company: Company) -> None:
    assert "There is no command “fly”" in said(await company.say("ana", "help fly"))


async def test_nothing_typed_shows_the_help(company: Company) -> None:
    assert said(await company.say("ana", "  ")) == said(await company.say("ana", "help"))


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("clam B-1", "Did you mean `claim`?"),
        ("RESOLV B-1", "Did you mean `resolve`?"),
        ("xyzzy", "`/baton help` shows"),
    ],
)
async def test_a_misspelt_verb_is_told_which_is_near(company: Company, typed: str, hint: str) -> None:
    answer = said(await company.say("ana", typed))
    assert "There is no command" in answer
    assert hint in answer


@pytest.mark.parametrize(("alias", "verb"), [(a, c.spec.name) for c in COMMANDS for a in c.spec.aliases])
async def test_an_alias_does_what_its_verb_does(company: Company, alias: str, verb: str) -> None:
    await company.opened()
    assert said(await company.say("ana", f"{alias} B-99 x")) == said(await company.say("ana", f"{verb} B-99 x"))


async def test_a_short_slash_command_takes_only_its_arguments(company: Company) -> None:
    await company.opened()
    assert "You hold *B-1*" in said(await company.say("ana", "B-1 for 2h", verb="claim"))


# Which conversation is meant


@pytest.mark.parametrize("ref", ["B-1", "b1", "1", "#1", "B–1", "B-1:"])
async def test_a_reference_is_read_however_people_write_it(company: Company, ref: str) -> None:
    await company.opened()
    assert "You hold *B-1*" in said(await company.say("ana", f"claim {ref}"))


@pytest.mark.parametrize("spec", OF_A_CONVERSATION, ids=lambda spec: spec.name)
async def test_a_number_nobody_has_is_told_before_any_form_opens(company: Company, spec: CommandSpec) -> None:
    await company.opened()
    answer = said(await company.say("ana", f"{spec.name} B-99"))
    assert "There is no B-99." in answer
    assert "list`" in answer


async def test_the_permalink_of_a_card_names_its_conversation(company: Company) -> None:
    await company.opened("one", "two")
    posting = await company.posting(2)
    assert posting.message is not None
    # A channel's id as Slack writes it, so that its permalink can be read.
    async with company.storage.writing() as uow:
        await uow.postings.sent(posting.id, "C0FLOOR", "1700000000.000200", "")
    link = "https://acme.slack.com/archives/C0FLOOR/p1700000000000200"
    assert "B-2" in said(await company.say("ana", f"claim <{link}>"))
    reply = f"{link[:-3]}999?thread_ts=1700000000.000200&cid=C0FLOOR"
    assert "You hold *B-2*" in said(await company.say("ana", f"claim {reply} for 2h"))


async def test_a_permalink_of_anything_else_is_not_a_conversation(company: Company) -> None:
    await company.opened()
    answer = said(await company.say("ana", "claim https://acme.slack.com/archives/C0FLOOR/p1700000000000900"))
    assert "That link is not one of my cards." in answer


async def test_in_a_cards_thread_the_conversation_is_known(company: Company) -> None:
    await company.opened("one", "two")
    thread = await company.thread(2)
    assert "You hold *B-2*" in said(await company.say("ana", "claim for 1h", thread=thread))
    assert "Noted on B-2" in said(await company.say("ana", "note 3 parcels were crushed", thread=thread))
    assert [note.text for note in await company.notes(2)] == ["3 parcels were crushed"]


async def test_in_a_thread_another_conversation_may_be_named(company: Company) -> None:
    await company.opened("one", "two")
    await company.say("ana", "claim B-1", thread=await company.thread(2))
    assert (await company.conversation(1)).holder is not None
    assert (await company.conversation(2)).holder is None


async def test_a_shortcut_on_a_card_names_its_conversation(company: Company) -> None:
    await company.opened()
    await company.press("ana", "claim", message=await company.thread())
    assert (await company.conversation()).is_held_by(company.people["ana"].ref)


async def test_in_a_thread_that_is_not_a_cards_likely_conversations_are_offered(company: Company) -> None:
    await company.opened()
    assert "which conversation?" in said(await company.say("ana", "claim", thread="9.9"))


async def test_without_a_reference_the_likely_ones_are_offered_urgent_first(company: Company) -> None:
    await company.opened("one", "the stove caught fire, urgent!", "three")
    reply = await company.say("ana", "claim")
    assert [button.args for button in buttons(reply)] == [{"conversation": f"B-{n}"} for n in (2, 3, 1)]
    assert (await company.conversation(2)).urgent
    pressed = buttons(reply)[0]
    assert "You hold *B-2*" in said(await company.press("ana", pressed.command, **pressed.args))


async def test_what_was_typed_beside_a_missing_reference_is_not_lost(company: Company) -> None:
    await company.opened()
    reply = await company.say("ana", "note spoke with the carrier")
    assert buttons(reply)[0].args == {"text": "spoke with the carrier", "conversation": "B-1"}
    await company.press("ana", "note", **buttons(reply)[0].args)
    assert [note.text for note in await company.notes()] == ["spoke with the carrier"]


async def test_a_long_text_without_a_reference_goes_into_a_form(company: Company) -> None:
    await company.opened()
    reply = await company.say("ana", "note " + "word " * 100)
    assert reply.form is not None
    fields = {field.name: field for field in reply.form.fields}
    assert [choice.value for choice in fields["conversation"].choices] == ["B-1"]
    assert fields["text"].default == ("word " * 100).strip()


async def test_only_what_the_verb_can_act_on_is_offered(company: Company) -> None:
    await company.opened("one", "two", "three")
    await company.say("ana", "claim B-2")
    assert [button.args["conversation"] for button in buttons(await company.say("ana", "release"))] == ["B-2"]
    await company.say("ana", "pass B-2 ben can you?")
    assert [button.args["conversation"] for button in buttons(await company.say("ben", "accept"))] == ["B-2"]


async def test_with_nothing_to_choose_from_the_list_is_offered(company: Company) -> None:
    assert "There is no conversation to choose from." in said(await company.say("ana", "claim"))


@pytest.mark.parametrize(
    ("verb", "why"),
    [
        ("renew", "You hold no baton."),
        ("pass", "You hold no baton."),
        ("resolve", "You hold no baton."),
        ("accept", "Nothing is asked of you."),
        ("reopen", "Nothing waits for a customer."),
    ],
)
async def test_what_would_only_be_refused_is_not_offered(company: Company, verb: str, why: str) -> None:
    await company.opened()
    reply = await company.say("ana", verb)
    assert why in said(reply)
    assert reply.form is None
    assert reply.card is not None
    assert reply.card.blocks[-1] == Actions((Button("On the floor", "list", {"which": "floor"}),))


# Forms


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ("discuss B-1", ["departments", "question"]),
        ("note B-1", ["text"]),
        ("perspective B-1", ["text"]),
        ("escalate B-1", ["rung", "why"]),
        ("snooze B-1", ["until"]),
        ("pass B-2", ["to", "ask"]),
        ("resolve B-2", ["outcome", "wanted", "changed"]),
        ("pass", ["conversation", "to", "ask"]),
        ("customer", ["query"]),
    ],
)
async def test_a_bare_verb_opens_its_form(company: Company, typed: str, fields: list[str]) -> None:
    await company.opened("one", "two")
    await company.say("ana", "claim B-2")
    form = (await company.say("ana", typed)).form
    assert form is not None
    assert [field.name for field in form.fields] == fields
    assert form.args == ({"conversation": typed.split()[1]} if " " in typed else {})


async def test_what_was_typed_is_filled_in(company: Company) -> None:
    await company.opened()
    await company.say("ana", "claim B-1")
    form = (await company.say("ana", "pass B-1 prod")).form
    assert form is not None
    fields = {field.name: field for field in form.fields}
    assert fields["to"].default == "department:product"
    assert "department:product" in [choice.value for choice in fields["to"].choices]
    names = [choice.label for choice in fields["to"].choices if choice.value.startswith("person:")]
    assert "Ben Roth (Product)" in names
    assert not any("Gus" in name for name in names), "guests are not offered"


async def test_who_may_not_act_is_told_before_a_form_opens(company: Company) -> None:
    await company.opened("one", "two", "three")
    await company.say("ana", "claim B-1")
    for typed in ("pass B-1", "resolve B-1", "release B-1 tired", "snooze B-1"):
        answer = said(await company.say("ben", typed))
        assert "Ana Lima holds the baton of B-1" in answer
        assert "[ Join ]  [ Ask Ana Lima to pass ](pass to=me)" in answer
    for typed in ("pass B-2", "resolve B-2"):
        answer = said(await company.say("ben", typed))
        assert "Nobody holds the baton of B-2." in answer
        assert "[ Claim ]" in answer
    assert "No pass of B-1 is waiting" in said(await company.say("ben", "decline B-1"))
    await company.say("ana", "resolve B-1 fixed | whole parcels | carrier")
    assert "[ Reopen ]" in said(await company.say("ben", "escalate B-1"))
    assert "settings department" in said(await company.say("new", "perspective B-2"))


async def test_asking_the_holder_to_pass_opens_a_form_although_one_does_not_hold_it(company: Company) -> None:
    await company.opened("one", "two")
    await company.say("ana", "claim B-1")
    form = (await company.press("ben", "pass", conversation="B-1", to="me")).form
    assert form is not None
    assert "Nobody holds B-2." in said(await company.press("ben", "pass", conversation="B-2", to="me"))
    assert "You hold this baton yourself." in said(await company.press("ana", "pass", conversation="B-1", to="me"))
    to = next(field.default for field in form.fields if field.name == "to")
    answer = await company.submit("ben", "pass", conversation="B-1", to=to, ask="I know the box")
    assert "I asked Ana Lima to pass B-1 to you." in said(answer)


async def test_a_form_that_is_wrong_says_so_at_the_field_and_loses_nothing(company: Company) -> None:
    await company.opened()
    with pytest.raises(FieldErrors) as wrong:
        await company.submit("ana", "discuss", conversation="B-1", departments="gardening", question="why?")
    assert list(wrong.value.errors) == ["departments"]
    assert "The departments are: support," in wrong.value.errors["departments"]
    with pytest.raises(FieldErrors) as wrong:
        await company.submit("ana", "discuss", conversation="B-1", departments=" ", question="")
    assert wrong.value.errors == {"departments": "Departments is needed.", "question": "Question is needed."}
    with pytest.raises(FieldErrors) as wrong:
        await company.submit("ana", "note", conversation="B-1", text="x" * 2001)
    assert "2,001 characters" in wrong.value.errors["text"]
    assert await company.kinds() == []


async def test_a_rule_that_is_broken_by_the_time_the_form_is_sent_is_told_in_the_form(company: Company) -> None:
    await company.opened()
    await company.say("ana", "claim B-1")
    assert (await company.say("ana", "resolve B-1")).form is not None
    await company.say("ana", "release B-1")
    await company.say("ben", "claim B-1")
    with pytest.raises(FieldErrors) as wrong:
        await company.submit("ana", "resolve", conversation="B-1", outcome="fixed", wanted="w", changed="c")
    assert wrong.value.errors == {
        "outcome": "Ben Roth holds the baton of B-1. Join, or ask Ben Roth to pass it to you."
    }


async def test_an_error_of_a_form_stands_at_a_field_that_the_form_has(company: Company) -> None:
    with pytest.raises(FieldErrors) as wrong:
        await company.submit("ana", "customer", query="")
    assert list(wrong.value.errors) == ["query"]


async def test_a_button_or_form_of_an_older_version_is_answered(company: Company) -> None:
    assert "This button is from an older version" in said(await company.press("ana", "juggle"))
    assert "This form is from an older version" in said(await company.submit("ana", "juggle"))


# Who may


@pytest.mark.parametrize("verb", [command.spec.name for command in COMMANDS if command.spec.name != "help"])
async def test_guests_see_no_customer(company: Company, verb: str) -> None:
    await company.opened("a secret complaint")
    for reply in (
        await company.say(GUEST, f"{verb} B-1"),
        await company.press(GUEST, verb, conversation="B-1"),
    ):
        answer = said(reply)
        assert "for colleagues only" in answer
        assert "secret" not in answer


async def test_guests_may_read_the_help_and_have_an_empty_home(company: Company) -> None:
    assert "What Baton can do" in said(await company.say(GUEST, "help"))
    home = await company.dispatcher.home(company.people[GUEST], Origin("slack", "T1"))
    assert home.summary == "Customers' conversations are for colleagues only."


async def test_a_guests_form_is_refused_in_the_form(company: Company) -> None:
    await company.opened()
    with pytest.raises(FieldErrors) as wrong:
        await company.submit(GUEST, "note", conversation="B-1", text="hello")
    assert "for colleagues only" in wrong.value.errors["text"]


# What people write


async def test_mentions_in_a_text_become_names(company: Company) -> None:
    await company.opened()
    await company.say("ana", "note B-1 ask @slack:ben or @slack:nobody, please")
    assert [note.text for note in await company.notes()] == ["ask @Ben Roth or @someone, please"]


async def test_words_that_fit_nowhere_are_answered_with_an_example(company: Company) -> None:
    await company.opened()
    answer = said(await company.say("ana", "claim B-1 gladly"))
    assert "I did not understand “gladly”." in answer
    assert "`claim B-12`" in answer
