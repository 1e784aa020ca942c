"""A colleague's window of the local Teams client: what they open, type, press and read. One browser context each."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route, WebSocketRoute, expect
from playwright.sync_api import TimeoutError as TookTooLong

from tests.e2e.calls import Json
from tests.e2e_teams.adaptive_card import AdaptiveCard
from tests.e2e_teams.company import BOT_NAME, FLOOR, GROUP, OWN_CHAT, OWNER, TEAM, Person, as_seen_by

if TYPE_CHECKING:
    from tests.e2e_teams.client import TeamsClient

CARD = ".ac-preview-panel > .ac-adaptiveCard"
POST = ".fui-Card:has(> .fui-CardFooter [aria-label='Send Message'])"
"""A channel's post with its replies; its footer is where one replies."""


class Window:
    """One person's window. What asks for anything but this machine is refused, so the tests need no internet."""

    def __init__(self, browser: Browser, client: TeamsClient, person: Person) -> None:
        self.client = client
        self.person = person
        self.errors: list[str] = []
        self._early: list[str | bytes] | None = []
        self._stream: WebSocketRoute | None = None
        context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="en-US", timezone_id="UTC")
        self.page: Page = context.new_page()
        self.page.set_default_timeout(15_000)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._complain)
        self.page.route("**/*", self._only_this_machine)
        self.page.route("**/_internal/v1/config", self._own_configuration)
        self.page.route("**/_debug/conversation/*/installation", self._install)
        self.page.route("**/_conversation/v1/conversations/*/messages", self._send)
        self.page.route_web_socket("**/_ws_conversation/**", self._follow)
        self.page.route_web_socket("**/_ws/log/stream", self._overhear)
        self.page.goto(self.client.url)
        expect(self.page.get_by_role("treeitem", name="Personal Chat", exact=True).first).to_be_visible(timeout=30_000)
        early, self._early = self._early or [], None
        for frame in early:
            self._tell(frame)

    def close(self) -> None:
        """Closes it."""
        self.page.context.close()

    # ---- what lies between the page and the client

    def _complain(self, message: ConsoleMessage) -> None:
        """What the page says when it has stopped following; of fonts that are not had it says much."""
        if message.type == "error" and "Saga error" in message.text:
            self.errors.append(message.text)

    def _only_this_machine(self, route: Route) -> None:
        if urlsplit(route.request.url).hostname in ("127.0.0.1", "localhost"):
            route.fallback()
        else:
            route.abort()

    def _own_configuration(self, route: Route) -> None:
        """The client knows one user; each window is told that it is its own person's."""
        answer = route.fetch()
        read: Json = answer.json()
        read["config"] = as_seen_by(self.person, read["config"], self.client.chat_of(self.person))
        route.fulfill(response=answer, json=read)

    def _follow(self, page: WebSocketRoute) -> None:
        """The client tells every window the same, and a window fails at a conversation that it does not know (yet)."""
        own = self.client.chat_of(self.person)
        self._stream = page

        def tell(frame: str | bytes) -> None:
            where = str(json.loads(frame).get("actionConversationId", own)).partition(";")[0]
            if where in (own, GROUP, TEAM, FLOOR) and not self._of_the_owner_alone(frame):
                self._tell(frame)

        page.connect_to_server().on_message(tell)

    def _overhear(self, page: WebSocketRoute) -> None:
        """What the bot says in others' personal chats the client tells no window; it is in the log, though."""
        own = self.client.chat_of(self.person)

        def tell(frame: str | bytes) -> None:
            log: Json = json.loads(frame).get("log") or {}
            known = (None, own) if self._early is None else (None,)
            if log.get("conversationId") in known and not self._of_the_owner_alone(frame):
                page.send(frame)
            said: Json = (log.get("request") or {}).get("body") or {}
            status = (log.get("response") or {}).get("statusCode")
            where = (said.get("conversation") or {}).get("id")
            if self.person.handle != OWNER and log.get("type") == "bot" and where == own and status in (200, 201):
                self._tell(json.dumps(_shown(own, log, said, new=status == 201)))

        page.connect_to_server().on_message(tell)

    def _of_the_owner_alone(self, frame: str | bytes) -> bool:
        """Is it about the owner's chat with the bot, which no other window knows?"""
        return self.person.handle != OWNER and OWN_CHAT in (frame if isinstance(frame, str) else frame.decode())

    def _tell(self, frame: str | bytes) -> None:
        if self._early is not None:
            self._early.append(frame)
        elif self._stream is not None:
            self._stream.send(frame)

    def _install(self, route: Route) -> None:
        """The client would say that its owner did it; that somebody opens a window is no news otherwise."""
        if self.person.handle == OWNER:
            route.continue_()
        else:
            route.fulfill(status=200)

    def _send(self, route: Route) -> None:
        """The client would say that its owner wrote it, so others' words are delivered in their own name."""
        if self.person.handle == OWNER:
            route.continue_()
            return
        written: Json = route.request.post_data_json or {}
        conversation = unquote(urlsplit(route.request.url).path.split("/")[-2])
        mentions = written.pop("mentions", None) or []
        fetched = None if conversation == self.client.chat_of(self.person) else route.fetch(post_data=written)
        answer: Json = fetched.json() if fetched else {"messageId": uuid4().hex, "timestamp": 0}
        if mentions or fetched is None:
            said = {each["text"]: each for each in mentions}
            entities = [{"type": "mention", "text": text, "mentioned": _bot(each)} for text, each in said.items()]
            where, number = answer.get("postConversationId") or conversation, str(answer["messageId"])
            self.client.deliver_message(self.person, where, written["text"], id=number, entities=entities)
        # The answer comes last: a test that goes on with it finds that everything is delivered.
        route.fulfill(json=answer)

    # ---- moving about

    def open_personal(self) -> None:
        """The chat with the bot."""
        self._open("Personal Chat", posts=False)

    def open_group(self) -> None:
        """The group chat."""
        self._open("Launch", posts=False)

    def open_channel(self, name: str = "floor") -> None:
        """A channel of the team."""
        self._open(f"Acme - {name}", posts=True)

    def _open(self, name: str, *, posts: bool) -> None:
        """What is written where one was before would be lost, so it waits for what only one of the two kinds has."""
        self.page.get_by_role("treeitem", name=name, exact=True).first.click()
        expect(self.page.get_by_role("button", name="Post", exact=True)).to_have_count(int(posts))
        expect(self._box()).to_be_visible()

    def _box(self, at: Locator | None = None) -> Locator:
        return (at or self.page).locator("[role=textbox][data-lexical-editor]").first

    # ---- writing

    def say(self, text: str, *, mention: bool = False) -> None:
        """Writes into the chat that is open."""
        self._write(self._box(), text, mention)
        self.send()

    def post(self, text: str, *, mention: bool = True) -> Locator:
        """Starts a post in the channel that is open; the bot only hears of those that mention it."""
        known = self.posts().count()
        self._write(self._box(), text, mention)
        self._send_with(self.page.get_by_role("button", name="Post", exact=True))
        expect(self.posts()).to_have_count(known + 1)
        return self.post_with(text)

    def reply(self, post: Locator, text: str, *, mention: bool = True) -> None:
        """Writes below a post."""
        footer = post.locator("> .fui-CardFooter")
        self._write(self._box(footer), text, mention)
        self._send_with(footer.get_by_role("button", name="Send Message"))
        expect(post).to_contain_text(text)

    def _write(self, box: Locator, text: str, mention: bool) -> None:
        """Types, and looks whether it was taken: while the page draws what has just come, it loses keys."""
        wanted = f"{BOT_NAME} {text}" if mention else text
        for _ in range(4):
            with suppress(TookTooLong, AssertionError):
                box.click()
                self.page.keyboard.press("ControlOrMeta+A")
                self.page.keyboard.press("Delete")
                if mention:
                    self._mention()
                self.page.keyboard.type(text)
                expect(box).to_have_text(wanted, timeout=1_000)
                return
        raise AssertionError(f"the page did not take {wanted!r}, but has {box.inner_text()!r}")

    def _mention(self) -> None:
        self.page.keyboard.type(f"@{BOT_NAME[:3]}", delay=30)
        self.page.get_by_role("listbox", name="Typeahead menu").get_by_text(BOT_NAME, exact=True).click(timeout=3_000)
        self.page.keyboard.type(" ")

    # ---- reading

    def posts(self) -> Locator:
        """The posts of the channel that is open, newest first."""
        return self.page.locator(POST)

    def post_with(self, words: str) -> Locator:
        """The newest post that says these words, itself or in its replies."""
        found = self.posts().filter(has_text=words).first
        expect(found).to_be_visible(timeout=30_000)
        return found

    def message_with(self, words: str) -> Locator:
        """The newest message of the chat that is open that says these words."""
        header = self.page.get_by_label("Message header")
        found = header.locator("xpath=..").filter(has_text=words).last
        expect(found).to_be_visible(timeout=30_000)
        return found

    def cards(self, at: Locator | None = None) -> Locator:
        """The cards in a post or message, or all that are seen."""
        return (at or self.page).locator(CARD)

    def card_with(self, words: str, at: Locator | None = None) -> AdaptiveCard:
        """The newest card that says these words: the first in a channel's list of posts, the last in a chat."""
        found = self.cards(at).filter(has_text=words)
        in_channel = self.page.get_by_role("button", name="Post", exact=True).count() > 0
        one = found.first if in_channel else found.last
        expect(one).to_be_visible(timeout=30_000)
        return AdaptiveCard(self.page, one)

    def screenshot(self, path: str) -> None:
        """Takes a picture of the whole window."""
        self.page.screenshot(path=path)

    def picture(self, path: Path) -> None:
        """Takes a picture without the client's own menus and log."""
        self.page.screenshot(path=path, clip={"x": 70, "y": 48, "width": 1000, "height": 952}, animations="disabled")

    # ---- the message extension

    def search(self, command: str, text: str, parameter: str = "") -> Locator:
        """Searches from where one writes. The ids that a manifest names are typed by hand: the client reads none."""
        self.page.get_by_role("button", name="Trigger Message Extension App").last.click()
        self.page.get_by_role("menuitem", name="Search Command").click()
        self.page.get_by_role("button", name="Specify Command ID or Parameter").click()
        self.page.get_by_placeholder("Command ID", exact=True).fill(command)
        if parameter:
            self.page.get_by_placeholder("Parameter name", exact=True).fill(parameter)
        box = self.page.get_by_placeholder("Enter a search term")
        box.fill(text)
        return box.locator("xpath=ancestor::*[.//button[@aria-label='Close']][1]")

    def choose_found(self, found: Locator, words: str) -> AdaptiveCard:
        """Takes one that was found; its card stands where one writes, to be sent with `send`."""
        found.get_by_text(words).first.click()
        card = self.page.locator(f"[role=textbox] {CARD}").first
        expect(card).to_be_visible()
        return AdaptiveCard(self.page, card)

    def send(self) -> None:
        """Sends what stands where one writes."""
        self._send_with(self.page.get_by_role("button", name="Send Message").last)

    def _send_with(self, button: Locator) -> None:
        with self.page.expect_response("**/_conversation/v1/conversations/*/messages"):
            button.click()

    def act_on(self, message: Locator, command: str) -> AdaptiveCard:
        """Starts an action of the message extension on a message or post; the answer is the dialog that opens."""
        message.get_by_role("button", name="Show more information").first.click()
        self.page.get_by_role("menuitem", name="Action Command").click()
        self.page.get_by_placeholder("Input command id").fill(command)
        self.page.get_by_role("button", name="Create", exact=True).click()
        return AdaptiveCard(self.page, self.dialog())

    def dialog(self) -> Locator:
        """The dialog that is open."""
        found = self.page.get_by_role("dialog")
        expect(found).to_be_visible()
        return found

    def close_dialog(self) -> None:
        """Closes it."""
        self.dialog().get_by_role("button", name="Close").click()
        expect(self.page.get_by_role("dialog")).to_have_count(0)


def _bot(mention: Json) -> Json:
    """The page names only the id of who is mentioned."""
    return {"id": mention["mentioned"]["id"], "name": BOT_NAME}


def _shown(chat: str, log: Json, said: Json, *, new: bool) -> Json:
    """What a window is told of a message, as the client would tell its owner's."""
    message = {
        "messageId": log["messageId"],
        "timestamp": log["timestamp"],
        "from": said["from"],
        "attachments": said.get("attachments") or [],
        "attachmentLayout": "list",
        "mentions": [],
    }
    if said.get("text"):
        message |= {"text": said["text"], "textFormat": said.get("textFormat") or "markdown"}
    return {"action": "createMessage" if new else "updateMessage", "actionConversationId": chat, "message": message}
