"""The part of baton.toml about the web page of measures."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import AfterValidator

from bot.config.parts import Part
from bot.config.values import Span
from bot.domain.web_address import WebAddress

_LONGEST = timedelta(hours=24)


def _address(typed: str) -> str:
    return str(WebAddress.read(typed)) if typed.strip() else ""


def _session(span: timedelta) -> timedelta:
    if not timedelta(minutes=5) <= span <= _LONGEST:
        raise ValueError("people stay signed in for five minutes at least, and a day at most")
    return span


PageAddress = Annotated[str, AfterValidator(_address)]
Session = Annotated[Span, AfterValidator(_session)]


class WebPart(Part):
    """The web page with the measures over any time, behind sign-in."""

    address: PageAddress = ""
    """Where people open it, like `https://baton.acme.example/measures`; without one there is no such page."""
    session: Session = timedelta(hours=8)
    """After so long people sign in again."""
    slack_pkce: bool = False
    """Send Slack a code challenge (PKCE), too: Slack takes one only of an app that is marked as a public client."""
