"""How things are said: counts, names of networks and languages, colleagues, lists, instants. Plain words, no platform."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot.cards import Code, Text, Time
from bot.config import Config
from bot.domain.customer import Identity
from bot.domain.people import PersonRef
from bot.domain.post import WORD_OF_MOUTH
from bot.speech import all_of, any_of, in_figures, mark, say, say_many, sentence

# Characters that change the order or the place of what stands after them, and controls other than newline and tab.
_UNRULY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_MANY_BREAKS = re.compile(r"\n\s*\n\s*")
_MANY_MARKS = re.compile(
    "([\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+"
)

_NETWORKS = {
    "x": "X", "rss": "RSS", "email": mark("E-mail"), "mail": mark("E-mail"), "youtube": "YouTube", "linkedin": "LinkedIn",
    "whatsapp": "WhatsApp", "tiktok": "TikTok", "hackernews": "Hacker News", "stackoverflow": "Stack Overflow",
    "app_store": "App Store", "google_play": "Google Play", "google_business": mark("Google reviews"), WORD_OF_MOUTH: mark("Word of mouth"),
}  # fmt: skip

_LANGUAGES = {
    "ar": mark("Arabic"), "bg": mark("Bulgarian"), "cs": mark("Czech"), "da": mark("Danish"), "de": mark("German"),
    "el": mark("Greek"), "en": mark("English"), "es": mark("Spanish"), "et": mark("Estonian"), "fa": mark("Persian"),
    "fi": mark("Finnish"), "fr": mark("French"), "he": mark("Hebrew"), "hi": mark("Hindi"), "hr": mark("Croatian"),
    "hu": mark("Hungarian"), "id": mark("Indonesian"), "it": mark("Italian"), "ja": mark("Japanese"),
    "ko": mark("Korean"), "lt": mark("Lithuanian"), "lv": mark("Latvian"), "nb": mark("Norwegian"),
    "nl": mark("Dutch"), "no": mark("Norwegian"), "pl": mark("Polish"), "pt": mark("Portuguese"),
    "ro": mark("Romanian"), "ru": mark("Russian"), "sk": mark("Slovak"), "sl": mark("Slovenian"),
    "sr": mark("Serbian"), "sv": mark("Swedish"), "th": mark("Thai"), "tr": mark("Turkish"), "uk": mark("Ukrainian"),
    "vi": mark("Vietnamese"), "zh": mark("Chinese"),
}  # fmt: skip

_IDEA_STATES = {
    "new": mark("new"),
    "considering": mark("considering"),
    "planned": mark("planned"),
    "shipped": mark("shipped"),
    "declined": mark("declined"),
}

_UNKNOWN_LANGUAGES = {"und", "mul", "zxx"}

_LONG_PAST = timedelta(days=300)
"""Beyond this the hour says nothing any more."""

_WEB = ("http://", "https://")
_UNWELCOME = re.compile(r"[\s\x00-\x1f]|^[^?#]*\\|^[^/]*//[^/?#]*@")


def tame(words: str) -> str:
    """Outside text without characters that would disturb what stands around it; at most one empty line in a row."""
    calm = _MANY_MARKS.sub(r"\1", _UNRULY.sub("", words.replace("\r\n", "\n")))
    return _MANY_BREAKS.sub("\n\n", calm).strip()


def one_line(words: str, limit: int = 300) -> str:
    """Outside text on one line, cut to `limit`. Of what is many times as long only the beginning is looked at."""
    room = max(20 * limit, 2_000)
    line = " ".join(tame(words[:room]).split())
    return cut(f"{line}…" if line and len(words) > room else line, limit)


def cut(words: str, limit: int) -> str:
    """At most `limit` characters, broken between words where that loses little, with `…` where something is missing."""
    if len(words) <= limit:
        return words
    head = words[: limit - 1]
    space = max(head.rfind(" "), head.rfind("\n"))
    return (head[:space] if space > limit * 0.7 else head).rstrip(" \n,.;:") + "…"


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 post`, `2 posts`, `1,204 posts`."""
    return f"{in_figures(number)} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """`once`, `twice`, `3 times`."""
    if number == 2:
        return say("twice")
    return say_many("once", "{n} times", number)


def short_number(number: int) -> str:
    """`840`, `12.4k`, `3.1M`."""
    # From 999,950 on, thousands would round to 1000.0k.
    if number >= 999_950:
        return say("{n}M", n=_tenths(number / 1_000_000))
    return say("{n}k", n=_tenths(number / 1_000)) if number >= 1_000 else str(number)


def _tenths(value: float) -> str:
    """`3.1`, and `3` for 3.0."""
    tenths = round(value, 1)
    return in_figures(tenths, 0 if tenths == int(tenths) else 1)


def listed(names: Iterable[str], last: Literal["and", "or"] = "and") -> str:
    """`A`, `A and B`, `A, B and C`."""
    return all_of(names) if last == "and" else any_of(names)


def network_name(network: str) -> str:
    """What people read for a network's key."""
    name = _NETWORKS.get(network)
    return sentence(name) if name is not None else network[:1].upper() + network[1:]


_CRMS = {
    "tryton": "Tryton", "salesforce": "Salesforce", "hubspot": "HubSpot", "dynamics": "Dynamics", "zendesk": "Zendesk",
    "odoo": "Odoo", "sap_v2": "SAP", "sap_c4c": "SAP", "oracle": "Oracle", "rest": "CRM",
}  # fmt: skip


def crm_name(name: str, config: Config) -> str:
    """What people read for a CRM of baton.toml: its make, and its name there where there are several of the make."""
    part = config.crm.get(name)
    if part is None:
        return one_line(name, 40)
    made = _CRMS.get(part.kind, part.kind[:1].upper() + part.kind[1:])
    made_alike = sum(
        _CRMS.get(other.kind, other.kind) == _CRMS.get(part.kind, part.kind) for other in config.crm.values()
    )
    return made if made_alike == 1 else f"{made} ({name})"


def language_name(tag: str) -> str:
    """What people read for a BCP 47 tag; the tag itself when it is a rare one, nothing when it names no language."""
    return sentence(language_word(tag)) if language_word(tag) else ""


def language_word(tag: str) -> str:
    """The same in English, which the catalogues know it by."""
    primary = tag.replace("_", "-").split("-")[0].lower()
    return "" if primary in _UNKNOWN_LANGUAGES else _LANGUAGES.get(primary, one_line(tag, 35))


def language_code(typed: str) -> str | None:
    """The two letters of a language typed as `de`, `German` or `de-AT`; None where it is not known."""
    word = typed.strip().lower()
    named = next((code for code, name in _LANGUAGES.items() if word in {name.lower(), sentence(name).lower()}), None)
    code = word.replace("_", "-").split("-")[0]
    return named or (code if code in _LANGUAGES else None)


def idea_state_name(state: str) -> str:
    """What people read for where an idea is on its way."""
    return sentence(_IDEA_STATES[state]) if state in _IDEA_STATES else one_line(state, 40)


def handle_of(identity: Identity) -> str:
    """A handle as it is written on its network: `@maya@example.social`, `maya@mail.example`, `u/maya`, `+16505550123`."""
    handle = one_line(identity.handle, 80)
    if identity.network in {"email", "mail", "phone"} or handle.startswith(("@", "u/", "+")) or " " in handle:
        return handle
    return f"@{handle}"


def department_of(key: str, config: Config) -> str:
    """A stop on the baton's route: a department's name, or the person's for one without a department."""
    return config.department_name(key) if key in config.departments else one_line(key, 80)


def who(person: PersonRef, config: Config) -> str:
    """`Ana (Support)`."""
    name = one_line(person.name, 80)
    return f"{name} ({department_of(person.department, config)})" if person.department is not None else name


def name_of(person: PersonRef) -> str:
    """A colleague's name alone."""
    return one_line(person.name, 80)


def possessive(name: str) -> str:
    """`Support's`, `Operations'`."""
    return say("{name}'", name=name) if name.endswith("s") else say("{name}'s", name=name)


def quoted(words: str) -> str:
    """What somebody wrote, as it stands within a sentence: `“is this the new box?”`."""
    return say("“{words}”", words=words)


_TOPICS = {
    "price": mark("price"), "discount": mark("discount"), "billing": mark("billing"), "refund": mark("refund"),
    "payment": mark("payment"), "delivery": mark("delivery"), "packaging": mark("packaging"), "returns": mark("returns"),
    "waiting time": mark("waiting time"), "reaching you": mark("reaching you"), "staff": mark("staff"),
    "app": mark("app"), "website": mark("website"), "login": mark("login"), "account": mark("account"),
    "quality": mark("quality"), "damage": mark("damage"), "size": mark("size"), "design": mark("design"),
    "availability": mark("availability"), "booking": mark("booking"), "cancellation": mark("cancellation"),
    "delay": mark("delay"), "luggage": mark("luggage"), "comfort": mark("comfort"), "food": mark("food"),
    "cleanliness": mark("cleanliness"), "connection": mark("connection"), "safety": mark("safety"),
    "privacy": mark("privacy"), "fraud": mark("fraud"), "opening hours": mark("opening hours"), "store": mark("store"),
    "contract": mark("contract"), "loyalty": mark("loyalty"), "advertising": mark("advertising"), "jobs": mark("jobs"),
    "warranty": mark("warranty"), "environment": mark("environment"), "accessibility": mark("accessibility"),
    "weather": mark("weather"),
}  # fmt: skip
"""The topics that every company has."""

_REASONS = {
    "danger": mark("danger"),
    "somebody is hurt": mark("somebody is hurt"),
    "somebody is helpless": mark("somebody is helpless"),
    "money or data at risk": mark("money or data at risk"),
    "law or press": mark("law or press"),
    "needed now": mark("needed now"),
    "one of our words": mark("one of our words"),
}
"""What makes a post urgent, as triage says it."""


_EVIDENCE = frozenset(
    [
        mark("same name"),
        mark("similar name"),
        mark("spelled otherwise"),
        mark("nearly the same name"),
        mark("name fits the initials"),
        mark("first name fits"),
        mark("same handle"),
        mark("nearly the same handle"),
        mark("the handle is made of the name"),
        mark("same number in the handles"),
        mark("both verified"),
        mark("same e-mail"),
        mark("same shared mailbox"),
        mark("same phone number"),
        mark("same site"),
        mark("same city"),
        mark("same company"),
        mark("same contact in the CRM"),
    ]
)
"""What speaks for two customers being one, as the search for them says it, with commas between."""


def evidence_words(why: str) -> str:
    """What speaks for it, in words; what a colleague gave as the reason stays as it is."""
    parts = [part.strip() for part in why.split(",")]
    if any(part in _EVIDENCE for part in parts):
        return ", ".join(sentence(part) if part in _EVIDENCE else part for part in parts)
    return sentence(why) if why else why


def topic_name(name: str) -> str:
    """What people read for a topic; one of the company's own stays as it is."""
    return sentence(_TOPICS[name]) if name in _TOPICS else one_line(name, 40)


def reason_words(why: str) -> str:
    """Why it is urgent, as triage or a colleague said it: `danger: “caught fire”`. Colleagues' words stay as they are."""
    reason, found, words = why.partition(": “")
    if reason not in _REASONS:
        return why
    named = sentence(_REASONS[reason])
    return say("{reason}: “{words}”", reason=named, words=words.removesuffix("”")) if found else named


_DUTIES = ("floor", mark("lead"), mark("coordinator"), mark("sponsor"))


def duty_name(rung: int) -> str:
    """What people are called who are told at a rung: `lead`, `coordinator`, `sponsor`."""
    return sentence(_DUTIES[rung])


def when(at: datetime, now: datetime | None, config: Config) -> Text:
    """The clock alone for today, the day with it for other days, the day alone for what is long past."""
    if now is None:
        return (Time(at, "moment"),)
    zone = ZoneInfo(config.company.timezone)
    if at.astimezone(zone).date() == now.astimezone(zone).date():
        return (Time(at),)
    return (Time(at, "moment" if abs(now - at) < _LONG_PAST else "day"),)


def dotted(parts: Iterable[Text]) -> Text:
    """Parts side by side with ` · ` between them; empty ones are left out."""
    joined: Text = ()
    for part in parts:
        if part:
            joined = (*joined, " · ", *part) if joined else part
    return joined


def with_code(words: str) -> Text:
    """Our own sentence, with what stands between backticks as something to type."""
    pieces = words.split("`")
    return tuple(Code(piece) if index % 2 else piece for index, piece in enumerate(pieces) if piece)


def is_web(url: str | None) -> bool:
    """May this be opened from a button? Only pages of the web, whole addresses without spaces or controls.

    A button does not show where it leads, so none with a name before its host, which would be taken for the host; nor with a
    backslash, at which the host ends for browsers and for nobody else.
    """
    if url is None or len(url) > 2000 or _UNWELCOME.search(url):
        return False
    return url.lower().startswith(_WEB)
