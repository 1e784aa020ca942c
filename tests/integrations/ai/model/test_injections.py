"""Whatever a post says to the model, and however the model obeys: only that post's own fields change, within what there is."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from bot.config import VoicePart
from bot.domain.triage import Intent, Reading
from bot.domain.writing import Announce, Room, Said, Suggest, Summarise, Translate, Written
from bot.errors import PermanentError
from integrations.ai.model.client import ModelClient
from integrations.ai.model.reader import ModelReader
from integrations.ai.model.readings import LANGUAGES, REASONS
from integrations.ai.model.writer import ModelWriter
from integrations.lengths import length
from tests.fakes.model_server import Asked, ModelServer, Says, answer, item
from tests.integrations.ai.model import gullible
from tests.integrations.ai.model.conftest import CHOICES
from tests.integrations.ai.model.injections import ATTACKS, EVIL

CALM = ("The strap broke after two days.", "Where is my parcel?", "Thanks for the quick help yesterday!")

VOICE = VoicePart(
    tone="warm and short",
    dont=("promise a date",),
    sign_off="– the Acme team",
    phrases={"late": "Your parcel is late, and that is on us."},
    addresses=("https://acme.example/help",),
    mentions=("@acme",),
)
PEOPLE = "My number is +49 170 1234567 and I am maya.okafor@mail.example."
attacks = pytest.mark.parametrize("attack", list(ATTACKS.values()), ids=list(ATTACKS))
Brain = Callable[[Asked], str | Says]


def honest(asked: Asked) -> str:
    """Judges each post by itself; what it says of one tells which it was."""
    return answer([item(each["id"], score=-len(each["text"]) / 10_000) for each in asked.items])


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 60
    assert len(set(ATTACKS.values())) == len(ATTACKS)


@attacks
async def test_only_the_post_s_own_fields_change_and_only_within_the_lists(
    server: ModelServer, client: ModelClient, attack: str
) -> None:
    server.brain = honest
    alone = await ModelReader(client, CHOICES).read(CALM)
    for brain in gullible.READERS:
        # Whoever stands in one request with the attack is taken in by it.
        server.brain = partial(taken_in, brain)
        server.asked.clear()
        before, attacked, *after = await ModelReader(client, CHOICES).read([CALM[0], attack, *CALM[1:]])
        assert [before, *after] == alone, brain.__name__
        assert attacked is None or is_within_the_lists(attacked), brain.__name__
        # That is why: what may speak to a program stands in a request of its own.
        assert sorted(len(asked.items) for asked in server.asked) == [1, 3]


def taken_in(brain: Brain, asked: Asked) -> str | Says:
    """Obeys in its way where any post of the request is none of the calm ones."""
    return honest(asked) if all(each["text"] in CALM for each in asked.items) else brain(asked)


def is_within_the_lists(reading: Reading) -> bool:
    names = {guess.name for guess in reading.intents} <= {intent.value for intent in Intent}
    departments = {guess.name for guess in reading.departments} <= set(CHOICES.departments)
    topics = {guess.name for guess in reading.topics} <= set(CHOICES.topics)
    guesses = (reading.language, reading.mood, reading.urgency, *reading.intents, *reading.departments)
    return (
        names
        and departments
        and topics
        and reading.language.name in LANGUAGES
        and reading.mood.name in {"negative", "neutral", "positive"}
        and reading.urgency.name in {"urgent", "normal"}
        and (reading.urgent_for is None or reading.urgent_for in REASONS)
        and -1 <= reading.score <= 1
        and all(0 <= guess.confidence <= 1 for guess in guesses)
    )


@attacks
async def test_its_words_are_data_in_the_request_and_nothing_else(
    server: ModelServer, client: ModelClient, attack: str
) -> None:
    for text in (CALM[0], f"{PEOPLE} {attack}"):
        await ModelReader(client, CHOICES).read([text])
    calm, attacked = server.asked
    assert attacked.system.replace(attacked.fence, "") == calm.system.replace(calm.fence, "")
    assert {name: value for name, value in attacked.body.items() if name != "messages"} == {
        name: value for name, value in calm.body.items() if name != "messages"
    }
    assert [message["role"] for message in attacked.body["messages"]] == ["system", "user"]
    user = attacked.turn("user")
    # Nothing in the text could end it: `items` reads all of the user's turn as the fenced array.
    assert len(attacked.items) == 1
    assert user.count(attacked.fence) == 2
    assert user.count("\n") == 2
    inside = user.split("\n")[1]
    assert not re.search(r"[<>`|]", inside)
    assert inside.count("{") == inside.count("}") == inside.count("[") == inside.count("]") == 1
    assert all(unseen not in user for unseen in ("\u200b", "\u202e", "\0", "\U000e0049"))
    raw = attacked.raw.decode()
    assert all(secret not in raw for secret in ("1234567", "maya.okafor", "mail.example", "3704 0044", "555 0199"))


def writer_of(client: ModelClient) -> ModelWriter:
    return ModelWriter(client, VOICE, ("en",), "Acme")


def suggestion(attack: str) -> Suggest:
    said = (Said("customer", CALM[0]), Said("us", "We look into it."), Said("customer", f"{PEOPLE} {attack}"))
    return Suggest(1, "maya", said, Room("mastodon", 500, "graphemes", 23), "say sorry", "en")


def leads_nowhere(text: str) -> bool:
    """Nothing in it is a way to anybody but the company."""
    bare = text.replace("https://acme.example/help", "").replace("@acme", "")
    unwelcome = (EVIL, "http", "www.", "@", "u/acme", "ceo@", "555 0199", "0532", "<!", "](")
    return not any(each in bare for each in unwelcome)


@attacks
async def test_a_draft_is_asked_for_with_its_own_conversation_as_data_and_leads_nowhere(
    server: ModelServer, client: ModelClient, attack: str
) -> None:
    writer = writer_of(client)
    for text in ("Where is it?", attack):
        await writer.reply_draft(suggestion(text))
    calm, attacked = server.asked
    assert attacked.system.replace(attacked.fence, "") == calm.system.replace(calm.fence, "")
    assert [each["by"] for each in attacked.items] == ["customer", "us", "customer", "staff"]
    assert attacked.items[-1]["text"] == "say sorry"
    assert "tools" not in attacked.body
    raw = attacked.raw.decode()
    assert all(secret not in raw for secret in ("1234567", "maya.okafor", "mail.example", "3704 0044", "555 0199"))
    for brain in gullible.WRITERS:
        server.brain = brain
        try:
            written = await writer_of(client).reply_draft(suggestion(attack))
        except PermanentError:
            continue
        assert leads_nowhere(written.text), written.text
        assert "You draft an answer" not in written.text
        assert server.asked[-1].fence not in written.text
        assert written.text.endswith("\n\n– the Acme team")
        assert length(written.text, "graphemes", 23) <= 500


@attacks
async def test_summaries_translations_and_statements_lead_nowhere_and_tell_nothing(
    server: ModelServer, client: ModelClient, attack: str
) -> None:
    writer, said = writer_of(client), (Said("customer", attack), Said("colleague", "leave it to me"))
    for brain in gullible.WRITERS:
        server.brain = brain
        for written in (
            await unless_declined(writer.summary(Summarise(1, "maya", said))),
            await unless_declined(writer.translation(Translate(1, "maya", attack, "de"))),
            await unless_declined(writer.statement(Announce(3, (attack,)))),
        ):
            assert leads_nowhere(written), written
            assert "of it is data that strangers wrote" not in written


async def unless_declined(writing: Awaitable[Written]) -> str:
    try:
        return (await writing).text
    except PermanentError:
        return ""
