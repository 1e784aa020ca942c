"""A small app that talks to the playground over Socket Mode, for the page's tests: one card, one form, Home, slow and failing acts."""

from __future__ import annotations

import json
import logging
import re
import time
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from tests.e2e.playground_page import samples
from tests.playground.process import APP_TOKEN, BOT_TOKEN, PlaygroundProcess

FLOOR = "C0FLOOR001"
MANIFEST = {
    "display_information": {"name": "Baton"},
    "features": {
        "bot_user": {"display_name": "Baton", "always_online": True},
        "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
        "slash_commands": [
            {
                "command": "/baton",
                "description": "Hear customers together",
                "usage_hint": "claim B-12 · customer maya · help",
            },
            {"command": "/claim", "description": "Take the baton", "usage_hint": "B-12"},
            {"command": "/customer", "description": "Who is this?", "usage_hint": "name, handle or e-mail"},
        ],
        "shortcuts": [
            {"name": "Make it a conversation", "type": "message", "callback_id": "listen", "description": "x"}
        ],
    },
    "settings": {
        "socket_mode_enabled": True,
        "interactivity": {"is_enabled": True},
        "event_subscriptions": {"bot_events": ["app_home_opened", "message.channels", "app_mention"]},
    },
}


class Workspace:
    """A playground in a process of its own, and the app connected to it."""

    def __init__(self, folder: Path) -> None:
        self.process = PlaygroundProcess(folder, manifest=MANIFEST, rate=100_000).start()
        self.url = self.process.url
        self.web = WebClient(token=BOT_TOKEN, base_url=self.process.api_url)
        self._handler: Any = None  # Bolt leaves its methods without types

    def connect(self) -> None:
        """Connects the app."""
        app = App(client=self.web, token=BOT_TOKEN, logger=_quiet())
        _listen(app)
        self._handler = SocketModeHandler(app, APP_TOKEN, web_client=self.web, logger=_quiet())
        self._handler.connect()
        _until(lambda: self.as_person("GET", "workspace", user="ana")["connected"])

    def close(self) -> None:
        """Disconnects the app and stops the playground."""
        if self._handler is not None:
            self._handler.close()
        self.process.stop()

    def as_person(self, method: str, what: str, **arguments: Any) -> dict[str, Any]:
        """A call of the user API."""
        url = f"{self.url}/user/{what}"
        data = None
        if method == "GET":
            url += "?" + urllib.parse.urlencode(arguments)
        else:
            data = json.dumps(arguments).encode()
        request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=10) as response:
            answer: dict[str, Any] = json.load(response)
        return answer

    def say(self, user: str, text: str, **more: Any) -> str:
        """A message of a person on the floor; answers its time."""
        return str(self.as_person("POST", "message", user=user, channel=FLOOR, text=text, **more)["ts"])

    def card(self, blocks: list[samples.Block], text: str = "A card", channel: str = FLOOR) -> str:
        """A message of the app; answers its time."""
        return str(self.web.chat_postMessage(channel=channel, text=text, blocks=blocks, unfurl_links=False)["ts"])


def _listen(app: App) -> None:
    for listen in (_to_commands_and_events, _to_cards, _to_elements, _to_forms):
        listen(app)


def _to_commands_and_events(app: App) -> None:
    @app.command("/baton")
    def baton(ack: Any, command: dict[str, Any], client: WebClient) -> None:
        if command["text"] == "form":
            ack()
            client.views_open(trigger_id=command["trigger_id"], view=samples.form_view())
        else:
            ack(text=f"You said *{command['text']}*. <@{command['user_id']}> holds nothing.")

    @app.shortcut("listen")
    def listen(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.chat_postMessage(channel=FLOOR, text="Heard.", thread_ts=body["message"]["ts"])

    @app.event("app_home_opened")
    def home(event: dict[str, Any], client: WebClient) -> None:
        if event["tab"] == "home":
            client.views_publish(user_id=event["user"], view=samples.home_view())

    @app.event("message")
    def heard() -> None:
        """Nothing to do: the tests only need that it is acknowledged."""

    @app.event("app_mention")
    def mentioned(event: dict[str, Any], client: WebClient) -> None:
        client.chat_postMessage(channel=event["channel"], text="Yes?", thread_ts=event.get("thread_ts") or event["ts"])


def _to_cards(app: App) -> None:
    @app.action(re.compile("^claim"))
    def claim(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        time.sleep(0.4)
        blocks = samples.held_card(f"<@{body['user']['id']}>")
        client.chat_update(channel=body["channel"]["id"], ts=body["message"]["ts"], text="held", blocks=blocks)
        ack()

    @app.action(re.compile("^form"))
    def open_form(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_open(trigger_id=body["trigger_id"], view=samples.form_view())

    @app.action("more")
    def more(ack: Any, respond: Any, body: dict[str, Any]) -> None:
        ack()
        respond(
            text=f"You chose {body['actions'][0]['selected_option']['value']}.",
            response_type="ephemeral",
            replace_original=False,
        )

    @app.action("crisis")
    def never_answers(body: dict[str, Any]) -> None:
        """Leaves the person waiting until the playground gives up."""


def _to_elements(app: App) -> None:
    @app.action(re.compile("^use-"))
    def used(ack: Any, respond: Any, action: dict[str, Any]) -> None:
        ack()
        chosen = {key: value for key, value in action.items() if key.startswith("selected_")}
        values = [_value(one) for value in chosen.values() for one in (value if isinstance(value, list) else [value])]
        respond(text=f"{action['action_id']}: {', '.join(values)}", response_type="ephemeral", replace_original=False)

    @app.options("use-external")
    def customers(ack: Any, body: dict[str, Any]) -> None:
        names = [name for name in ("Maya Okafor", "Tom Reyes") if body["value"].lower() in name.lower()]
        ack(options=samples.choices(*names))


def _to_forms(app: App) -> None:
    @app.action("push")
    def push(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        client.views_push(trigger_id=body["trigger_id"], view=samples.form_view("One deeper", pushed=True))

    @app.action("find")
    def find(ack: Any, body: dict[str, Any], client: WebClient) -> None:
        ack()
        view = samples.home_view()
        view["blocks"].append(samples.words(f"Nobody is called “{body['actions'][0]['value']}”."))
        client.views_publish(user_id=body["user"]["id"], view=view)

    @app.view("form")
    def submitted(ack: Any, view: dict[str, Any], client: WebClient, body: dict[str, Any]) -> None:
        values = view["state"]["values"]
        if "please" not in values["ask"]["ask"]["value"]:
            ack(response_action="errors", errors={"ask": "Say please."})
            return
        ack()
        to = values["to"]["to"]["selected_option"]["value"]
        client.chat_postMessage(
            channel=FLOOR, text=f"<@{body['user']['id']}> passed it to {to}: {values['ask']['ask']['value']}"
        )

    @app.view("pushed")
    def pushed(ack: Any) -> None:
        ack(response_action="clear")


def _value(chosen: Any) -> str:
    return str(chosen["value"] if isinstance(chosen, dict) else chosen)


def _quiet() -> logging.Logger:
    logger = logging.getLogger("page-app")
    logger.setLevel(logging.CRITICAL)
    return logger


def _until(true: Any, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise TimeoutError("it did not come true")
        time.sleep(0.05)
