"""Speaking: slash commands, messages, edits, reactions, reading marks, joining."""

from __future__ import annotations

import uuid

from playground.app_answers import answer_command
from playground.changes import Change
from playground.mentions import TypedText
from playground.refusal import Json, Refused
from playground.shown import shown_message
from playground.user_api.call import Act

MOST_CHARACTERS = 12_000


async def slash(act: Act) -> Json:
    """A slash command; answers when the app has acknowledged it."""
    person, channel = act.person(), act.own_channel()
    typed = act.needed("text").strip()
    if act.text("thread_ts"):
        raise Refused("slash_in_thread", "Slash commands cannot be used in threads.")
    if not typed.startswith("/"):
        raise Refused("invalid_arguments", "text begins with the command, such as /help.")
    name, _, rest = typed.partition(" ")
    manifest = act.playground.manifest.current
    command = manifest.command(name)
    if command is None:
        raise Refused("unknown_command", f"{name} is not a command of the installed app.")
    text = rest.strip()
    if command.should_escape:
        text = TypedText(act.playground.workspace, manifest, labels=True).convert(text)
    payload = act.payloads.command(person.id, channel, name, text)
    ack = await act.hand_over("slash_commands", payload, command.url)
    message = answer_command(act.playground, person.id, channel, ack.said)
    return {"response": shown_message(message, act.playground.workspace, manifest)} if message else {}


async def message(act: Act) -> Json:
    """A message, or a reply in a thread."""
    person, channel = act.person(), act.own_channel()
    typed = _content(act)
    playground = act.playground
    text = TypedText(playground.workspace, playground.manifest.current).convert(typed)
    posted = playground.messages.post(
        channel,
        {"user": person.id, "text": text, "client_msg_id": str(uuid.uuid4())},
        thread_ts=act.text("thread_ts") or None,
    )
    playground.workspace.looked_at(channel.id, person.id, posted["ts"])
    return {"ts": posted["ts"], "channel": channel.id}


async def edit(act: Act) -> Json:
    """Changes one's own message."""
    person, channel = act.person(), act.own_channel()
    playground = act.playground
    before = _own(act)
    text = TypedText(playground.workspace, playground.manifest.current).convert(_content(act))
    after = {**before, "text": text, "edited": {"user": person.id, "ts": playground.messages.clock.next()}}
    playground.messages.change(channel, after, before, user=person.id)
    return {"ts": before["ts"]}


async def delete(act: Act) -> Json:
    """Deletes one's own message, or takes an ephemeral away."""
    person, channel = act.person(), act.own_channel()
    ts = act.needed("ts")
    if act.playground.messages.find_whispered(channel.id, ts, person.id) is not None:
        act.playground.messages.change_whispered(channel.id, ts, person.id, None)
        return {}
    act.playground.messages.delete(channel, _own(act)["ts"], user=person.id)
    return {}


async def react(act: Act) -> Json:
    """Reacts to a message, or takes the reaction back."""
    person, channel = act.person(), act.own_channel()
    name = act.needed("name").strip(":")
    remove = bool(act.value("remove"))
    act.playground.messages.react(channel, act.needed("ts"), name, person.id, remove=remove)
    return {}


async def mark(act: Act) -> Json:
    """Has read up to a time; `0` is for a channel with nothing in it yet."""
    person, channel = act.person(), act.channel()
    act.playground.workspace.looked_at(channel.id, person.id, act.needed("ts"))
    return {}


async def join(act: Act) -> Json:
    """Joins a public channel."""
    channel = act.channel()
    act.playground.workspace.join(channel, act.person().id)
    return {"channel": channel.id}


async def direct(act: Act) -> Json:
    """Opens the direct conversation with another person or with the app."""
    playground = act.playground
    person, other = act.person(), act.needed("with")
    app = playground.workspace.app
    if other in {app.bot_user_id, app.bot_id, app.id, "app"}:
        other = app.bot_user_id
    else:
        other = playground.workspace.person(other).id
    channel = playground.workspace.direct(person.id, other)
    if other == app.bot_user_id:
        detail = {"channel": channel.id, "tab": "messages", "event_ts": playground.messages.clock.next()}
        playground.changes.tell(Change("app_home_opened", user=person.id, detail=detail))
    return {"channel": channel.id}


def _content(act: Act) -> str:
    text = act.needed("text")
    if not text.strip():
        raise Refused("no_text", "A message needs text.")
    if len(text) > MOST_CHARACTERS:
        raise Refused("msg_too_long", f"A message may have {MOST_CHARACTERS} characters.")
    return text


def _own(act: Act) -> Json:
    before = act.playground.messages.find(act.channel().id, act.needed("ts"))
    if before.get("user") != act.person().id or before.get("subtype") == "tombstone":
        raise Refused("not_yours", "Only one's own messages can be changed.")
    return before
