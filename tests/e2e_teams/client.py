"""The local Teams client as a process: started on a free port, stopped by its process id; and what it can be told to do."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote
from uuid import uuid4

from playwright.sync_api import Browser

from tests.e2e.calls import Json, call, post_json
from tests.e2e.demo import free_ports
from tests.e2e.waiting import until
from tests.e2e_teams.company import BOT, BOT_NAME, OWN_CHAT, OWNER, PEOPLE, TEAM, TENANT, Person, configuration
from tests.e2e_teams.window import Window

CLI = Path(__file__).parent / "js" / "node_modules" / "@microsoft" / "m365agentsplayground" / "cli.js"
MENTION = f"<at>{BOT_NAME}</at>"


class TeamsClient:
    """The client of a bot that listens on `bot_port`. It keeps everything in memory, and forgets it when it stops.

    It listens on all interfaces, which cannot be told otherwise: keep it running no longer than a test needs.
    """

    def __init__(self, folder: Path, bot_port: int) -> None:
        self.folder = folder
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.service_url = f"{self.url}/_connector"
        self._bot = f"http://127.0.0.1:{bot_port}/api/messages"
        self._process: subprocess.Popen[bytes] | None = None
        self._chats = {PEOPLE[OWNER].id: OWN_CHAT}

    def start(self) -> Self:
        """Starts it and waits until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        written = json.dumps(configuration(), ensure_ascii=False, indent=2)
        (self.folder / ".m365agentsplayground.yml").write_text(written, encoding="utf-8")
        told = ["-e", self._bot, "-c", "msteams", "-p", str(self.port), "--su", self.service_url, "--disable-telemetry"]
        with (self.folder / "client.log").open("ab") as log:
            self._process = subprocess.Popen(
                ["node", str(CLI), "start", *told], cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        until(self._is_up, "the Teams client is up", 60)
        return self

    def _is_up(self) -> bool:
        if self._process is None or self._process.poll() is not None:
            raise RuntimeError(f"the Teams client did not start:\n{self.log()}")
        try:
            return call("GET", f"{self.url}/_debug/ping", seconds=2).status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Ends it; it has nothing to finish."""
        process, self._process = self._process, None
        if process is not None:
            process.terminate()
            process.wait(20)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def log(self) -> str:
        """What it printed."""
        return (self.folder / "client.log").read_text(errors="replace")

    def window(self, browser: Browser, handle: str = OWNER) -> Window:
        """A colleague's window. It shows what happens from now on: windows keep no history, and do not survive a reload."""
        return Window(browser, self, PEOPLE[handle])

    def install(self, conversation: str) -> None:
        """Adds the bot to a conversation, as its owner; opening it in a window does the same."""
        answer = call("POST", f"{self.url}/_debug/conversation/{quote(conversation, safe='')}/installation", b"{}")
        assert answer.status == 200, answer

    def chat_of(self, person: Person) -> str:
        """A person's personal chat with the bot, made where there is none yet."""
        if person.id not in self._chats:
            wanted = {"isGroup": False, "bot": {"id": BOT}, "members": [{"id": person.id}], "tenantId": TENANT}
            self._chats[person.id] = post_json(f"{self.service_url}/v3/conversations", wanted)["id"]
        return self._chats[person.id]

    def deliver(self, activity: Json) -> None:
        """Sends the bot an activity of one's own making. The client does not wait for the answer, nor show anything."""
        body = json.dumps(activity, ensure_ascii=False).encode()
        answer = call("POST", f"{self.url}/_internal/v1/customActivities", body, {"content-type": "application/json"})
        assert answer.status == 200, answer

    def deliver_message(self, person: Person, conversation: str, text: str, **more: object) -> None:
        """Sends the bot what a person wrote, also where the client would not: see the README about who is heard."""
        self.deliver(
            {**self._frame(person, conversation), "type": "message", "textFormat": "plain", "text": text, **more}
        )

    def _frame(self, person: Person, conversation: str) -> Json:
        """What every activity of the client has. A conversation's id tells what it is: only channels have a thread."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        made: Json = {
            "id": str(uuid4()),
            "timestamp": now,
            "localTimestamp": now,
            "localTimezone": "UTC",
            "channelId": "msteams",
            "serviceUrl": self.service_url,
            "from": person.account,
            "recipient": {"id": BOT, "name": BOT_NAME},
            "locale": "en-US",
            "conversation": {"id": conversation, "tenantId": TENANT, "conversationType": "personal"},
            "channelData": {"tenant": {"id": TENANT}},
            "entities": [
                {"type": "clientInfo", "locale": "en-US", "country": "US", "platform": "Web", "timezone": "UTC"}
            ],
        }
        channel = conversation.partition(";")[0]
        if channel.endswith("@thread.tacv2"):
            made["conversation"] |= {"conversationType": "channel", "isGroup": True}
            made["channelData"] |= {"team": {"id": TEAM}, "channel": {"id": channel}}
            made["channelData"] |= {"teamsTeamId": TEAM, "teamsChannelId": channel}
        elif channel.endswith("@thread.v2"):
            made["conversation"] |= {"conversationType": "groupChat", "isGroup": True}
        return made


def mention_of_bot() -> Json:
    """The entity that says that a text with `MENTION` mentions the bot."""
    return {"type": "mention", "text": MENTION, "mentioned": {"id": BOT, "name": BOT_NAME}}
