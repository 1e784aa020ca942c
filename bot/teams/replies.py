"""Replies as what Teams takes in answer to a press, a dialog or a search, and as messages. Pure but for looking people up.

Shapes from learn.microsoft.com: "Universal Actions for Adaptive Cards", "Use dialogs with bots", "Search commands".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.cards import Actions, Button, Card, Form, Paragraph, mentioned
from bot.dispatch import Found
from bot.domain.people import Person
from bot.speech import say
from bot.teams import outside
from bot.teams.acts import label
from bot.teams.adapter import Answer
from bot.teams.forms import form_card
from bot.teams.limits import Json
from bot.teams.platform import CARD, Drawing, said
from bot.teams.render import adaptive
from bot.teams.spans import Spelling

BACK = "back"
"""Not a verb of Baton's: the press that leaves what has taken a card's place."""

_IN_PLACE = "application/vnd.microsoft.card.adaptive"
_IN_WORDS = "application/vnd.microsoft.activity.message"
_PREVIEW = "application/vnd.microsoft.card.thumbnail"
_TITLE = 60


class Wording:
    """Words replies for Teams, for one tenant's people."""

    def __init__(self, drawing: Drawing) -> None:
        self._drawing = drawing

    # As messages.

    async def message(self, card: Card, tenant: str) -> Json:
        """A card as a message of its own."""
        return await self._drawing.message(card, tenant)

    async def form_message(self, form: Form, tenant: str, person: Person) -> Json:
        """A form as a message of its own: the questions themselves."""
        return said(await self._form(form, tenant, person, dialog=False), form.title)

    def offered(self, form: Form) -> Card:
        """A button that opens a form, for places where everybody would see it filled in."""
        known = {field.name: field.default for field in form.fields if field.default}
        line = Paragraph((say("{title}: a few things are missing.", title=form.title),))
        fill_in = Button(say("Fill in…"), form.command, known | form.args)
        return Card(say("{title}: fill in the form", title=form.title), (line, Actions((fill_in,))))

    # In the place of the card that was pressed.

    async def card_in_place(self, card: Card, tenant: str, *, leave: bool) -> Answer:
        """Only who pressed sees it, until the card changes for everybody."""
        spelling = await self._drawing.spelling(card, tenant)
        content = adaptive(
            card, spelling, acts=self._drawing.acts, dialogs=self._drawing.dialogs, leave=_leave() if leave else None
        )
        return _in_place(content)

    def words(self, sentence: str) -> Answer:
        """A line below the card."""
        return Answer(
            body={"statusCode": 200, "type": _IN_WORDS, "value": outside.markdown(outside.one_line(sentence))}
        )

    # In a dialog.

    async def card_dialog(self, card: Card, tenant: str) -> Answer:
        """A card to look at."""
        spelling = await self._drawing.spelling(card, tenant)
        content = adaptive(card, spelling, acts=self._drawing.acts, dialogs=True, inside=True)
        return _dialog(card.summary, content)

    def closed(self) -> Answer:
        """The dialog closes."""
        return Answer(body={})

    # In either place.

    async def form(
        self,
        form: Form,
        tenant: str,
        person: Person,
        *,
        dialog: bool,
        errors: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
    ) -> Answer:
        """The questions; in a card's place with a way back, which a dialog has of its own."""
        leave = None if dialog else _leave()
        content = await self._form(form, tenant, person, dialog=dialog, errors=errors, typed=typed, leave=leave)
        return _dialog(form.title, content) if dialog else _in_place(content)

    # In the search of the message extension.

    async def results(self, found: Sequence[Found], tenant: str) -> Answer:
        """Each with the two lines to choose it by, and the card that is put into the message."""
        attachments = []
        for each in found:
            content = adaptive(
                each.card,
                await self._drawing.spelling(each.card, tenant),
                acts=self._drawing.acts,
                dialogs=self._drawing.dialogs,
            )
            # Clients read both as markdown and as HTML.
            lines = {
                "title": outside.markdown(outside.one_line(each.title)),
                "text": outside.markdown(outside.one_line(each.detail)),
            }
            preview = {"contentType": _PREVIEW, "content": lines}
            attachments.append({"contentType": CARD, "content": content, "preview": preview})
        listed: Json = {"type": "result", "attachmentLayout": "list", "attachments": attachments}
        return Answer(body={"composeExtension": listed})

    async def _form(
        self,
        form: Form,
        tenant: str,
        person: Person,
        *,
        dialog: bool,
        errors: Mapping[str, str] | None = None,
        typed: Mapping[str, str] | None = None,
        leave: Button | None = None,
    ) -> Json:
        people = mentioned(form.intro)
        people |= {f.default.removeprefix("person:") for f in form.fields if f.kind == "person" and f.default}
        return form_card(
            form,
            Spelling(await self._drawing.users(people, tenant)),
            dialog=dialog,
            acts=self._drawing.acts,
            errors=errors,
            typed=typed,
            zone=zone_of(person),
            leave=leave,
        )


def _leave() -> Button:
    return Button(say("Back"), BACK)


def zone_of(person: Person) -> tzinfo:
    """Where the person's clock is."""
    try:
        return ZoneInfo(person.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _in_place(content: Json) -> Answer:
    return Answer(body={"statusCode": 200, "type": _IN_PLACE, "value": content})


def _dialog(title: str, content: Json) -> Answer:
    value = {
        "title": label(title, "Baton", _TITLE),
        "height": "medium",
        "width": "medium",
        "card": {"contentType": CARD, "content": content},
    }
    return Answer(body={"task": {"type": "continue", "value": value}})
