"""What Teams sends to a bot: one function for each kind of activity. Pure.

Shapes from learn.microsoft.com: "Channel and group chat conversations with a bot", "Conversation events in your Teams bot",
"Update and delete messages sent from bot" (message events), "Universal Actions for Adaptive Cards: request format", "Use dialogs
in bots", "Respond to the search command" and "Create and send dialogs" (message extensions).
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who uses Teams. `id` is theirs towards this bot, `directory` is theirs in the company."""

    name: str
    id: str
    directory: str
    email: str
    tenant: str

    @property
    def given_name(self) -> str:
        """What they are called."""
        return self.name.partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Room:
    """A personal chat, a group chat or a channel. `id` may name a thread in a channel."""

    kind: str
    id: str
    tenant: str
    team: str = ""

    def thread(self, message: str) -> Room:
        """The thread under a message of the channel."""
        return Room(self.kind, f"{self.base};messageid={message}", self.tenant, self.team)

    @property
    def base(self) -> str:
        """The conversation without its thread."""
        return self.id.partition(";messageid=")[0]


@dataclass(frozen=True, slots=True)
class Scene:
    """What all activities of one bot have in common."""

    service_url: str
    bot: str
    bot_name: str = "Baton"

    def activity(self, kind: str, who: Colleague, room: Room, id: str, at: str, **more: Any) -> Json:
        """What every activity has."""
        conversation: Json = {"conversationType": room.kind, "tenantId": room.tenant, "id": room.id}
        channel_data: Json = {"tenant": {"id": room.tenant}}
        if room.kind != "personal":
            conversation["isGroup"] = True
        if room.team:
            channel_data |= {
                "teamsChannelId": room.base,
                "teamsTeamId": room.team,
                "channel": {"id": room.base},
                "team": {"id": room.team},
            }
        return {
            "type": kind,
            "id": id,
            "timestamp": at,
            "localTimestamp": at,
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": {"id": who.id, "name": who.name, "aadObjectId": who.directory},
            "conversation": conversation,
            "recipient": {"id": self.bot, "name": self.bot_name},
            "entities": [{"locale": "en-GB", "country": "GB", "platform": "Web", "type": "clientInfo"}],
            "locale": "en-GB",
            **more,
            "channelData": channel_data | more.get("channelData", {}),
        }

    def message(self, who: Colleague, room: Room, text: str, id: str, at: str, *, mention: bool = False) -> Json:
        """Somebody says something; with `mention` it begins with @Baton."""
        said = f"<at>{self.bot_name}</at> {text}" if mention else text
        shown = f'<p><span itemtype="http://schema.skype.com/Mention" itemscope itemid="0">{self.bot_name}</span>&nbsp;'
        content = f"{shown if mention else '<p>'}{html.escape(text)}</p>"
        activity = self.activity(
            "message",
            who,
            room,
            id,
            at,
            text=said,
            textFormat="plain",
            attachments=[{"contentType": "text/html", "content": content}],
        )
        if mention:
            mentioned = {"id": self.bot, "name": self.bot_name}
            entity = {"mentioned": mentioned, "text": f"<at>{self.bot_name}</at>", "type": "mention"}
            activity["entities"] = [entity, *activity["entities"]]
        return activity

    def edited(self, who: Colleague, room: Room, text: str, id: str, at: str, *, undeleted: bool = False) -> Json:
        """Somebody changed their message, or took its deletion back."""
        return self.message(who, room, text, id, at) | {
            "type": "messageUpdate",
            "channelData": self.activity("", who, room, id, at)["channelData"]
            | {"eventType": "undeleteMessage" if undeleted else "editMessage"},
        }

    def deleted(self, who: Colleague, room: Room, id: str, at: str) -> Json:
        """Somebody deleted their message."""
        return self.activity("messageDelete", who, room, id, at, channelData={"eventType": "softDeleteMessage"})

    def invoke(self, name: str, who: Colleague, room: Room, value: Json, id: str, at: str, **more: Any) -> Json:
        """Something that waits for an answer."""
        return self.activity("invoke", who, room, id, at, name=name, value=value, **more)

    def pressed(self, who: Colleague, room: Room, card: str, verb: str, data: Json, id: str, at: str) -> Json:
        """A button with `Action.Execute` on the message `card`."""
        action = {"type": "Action.Execute", "id": "", "verb": verb, "data": data}
        return self.invoke(
            "adaptiveCard/action", who, room, {"action": action, "trigger": "manual"}, id, at, replyToId=card
        )

    def dialog(self, step: str, who: Colleague, room: Room, data: Json, id: str, at: str, card: str = "") -> Json:
        """`fetch`: a button asks for a dialog; `submit`: the dialog is sent."""
        value = {"data": data, "context": {"theme": "default"}}
        return self.invoke(f"task/{step}", who, room, value, id, at, **({"replyToId": card} if card else {}))

    def searched(self, who: Colleague, room: Room, command: str, text: str, id: str, at: str) -> Json:
        """Somebody types into the message extension; without a text it has just been opened."""
        parameter = {"name": "query", "value": text} if text else {"name": "initialRun", "value": "true"}
        value = {"commandId": command, "parameters": [parameter], "queryOptions": {"skip": 0, "count": 25}}
        return self.invoke("composeExtension/query", who, room, value, id, at)

    def extension_action(
        self, step: str, who: Colleague, room: Room, command: str, id: str, at: str, message: Json, data: Json | None
    ) -> Json:
        """An action on somebody's message: `fetchTask` opens it, `submitAction` sends it."""
        value: Json = {
            "commandId": command,
            "commandContext": "message",
            "requestId": id,
            "context": {"theme": "default"},
            "messagePayload": message,
        }
        if data is not None:
            value["data"] = data
        return self.invoke(f"composeExtension/{step}", who, room, value, id, at)

    def members(self, who: Colleague, room: Room, id: str, at: str, *, added: list[str], removed: list[str]) -> Json:
        """People, or the bot, came or went."""
        more: Json = {}
        if added:
            more["membersAdded"] = [{"id": each} for each in added]
        if removed:
            more["membersRemoved"] = [{"id": each} for each in removed]
        if room.team:
            more["channelData"] = {"eventType": "teamMemberAdded" if added else "teamMemberRemoved"}
        return self.activity("conversationUpdate", who, room, id, at, **more)

    def installed(self, who: Colleague, room: Room, id: str, at: str, *, action: str = "add") -> Json:
        """The app was installed or taken away."""
        more: Json = {"source": {"name": "message"}}
        if room.team:
            more["settings"] = {"selectedChannel": {"id": room.base}}
        return self.activity("installationUpdate", who, room, id, at, action=action, channelData=more)


def message_payload(who: Colleague, text: str, id: str, at: str, link: str) -> Json:
    """A message as message extensions are given it."""
    return {
        "id": id,
        "replyToId": None,
        "createdDateTime": at,
        "lastModifiedDateTime": None,
        "deleted": False,
        "subject": None,
        "summary": None,
        "importance": "normal",
        "locale": "en-gb",
        "linkToMessage": link,
        "body": {"contentType": "html", "content": f"<p>{html.escape(text)}</p>"},
        "from": {
            "device": None,
            "conversation": None,
            "user": {"userIdentityType": "aadUser", "id": who.directory, "displayName": who.name},
            "application": None,
        },
        "attachments": [],
        "mentions": [],
        "reactions": [],
    }
