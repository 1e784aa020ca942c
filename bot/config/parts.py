"""The parts of baton.toml. The texts under the settings are what docs/configuration.md says of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.config.values import (
    Age,
    Budget,
    Hours,
    Key,
    Language,
    OwnAddress,
    Rungs,
    Span,
    Spoken,
    VisibleField,
    Zone,
)
from bot.domain.people import Role
from bot.domain.policy import OverduePolicy
from bot.domain.record import Occasion
from bot.domain.triage import Intent, Mood


class Part(BaseModel):
    """A part of the file: what it does not know is a mistake."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Company(Part):
    """The company itself."""

    name: str = "Our company"
    """What the digest and `/baton settings` call it."""
    timezone: Zone = "UTC"
    """Where its hours are, and the days of the digest."""
    hours: Hours = ""
    """When leases and overdue times run: `Mon-Fri 09:00-17:00, Sat 10:00-14:00`; empty means round the clock."""
    language: Spoken = "en"
    """What Baton speaks: a language of its [catalogues](translate.md), like `de`. With each person it speaks their own, where it knows it."""
    people_file: str = ""
    """More colleagues than stand here, from the company's directory: a CSV file with `email`, `department` and `roles`."""


class DepartmentPart(Part):
    """One department. Its key is what people type: `/baton pass B-12 support …`."""

    name: str = ""
    """What people read; without one, the key with a capital."""
    words: tuple[str, ...] = ()
    """Words in a post that suggest this department, beside those that Baton knows for common ones; `*` for any ending."""
    hours: Hours = ""
    """Its opening hours, where they differ from the company's."""
    timezone: Zone | None = None
    """Where its hours are; without one, the company's zone."""


class PersonPart(Part):
    """A colleague whose department or roles are fixed here. Everybody else of the workspace is met without being listed."""

    email: str
    """The address of their account on the chat platform."""
    department: Key | None = None
    """Their department; without one, what they said with `/baton settings department`, else their user group there."""
    language: Spoken | None = None
    """What Baton speaks with them; without one, what their chat client is set to. `/baton settings language` wins over it."""
    roles: frozenset[Role] = frozenset()
    """Who is told when a conversation escalates: the department's leads, coordinators, sponsors. `admin` gives nothing yet."""


class Surface(Part):
    """A channel where Baton speaks."""

    name: Key
    """What routes and the digest call it."""
    platform: Literal["slack", "teams"] = "slack"
    """Where the channel is."""
    channel: str
    """On Slack its id or `#name`; on Teams its id, like `19:3f0c…@thread.tacv2`."""
    language: Spoken | None = None
    """What Baton speaks there; without one, the company's language."""
    purpose: Literal["floor", "management", "operators"] = "floor"
    """Conversations that no route fits are shown on every `floor`. The others only say what a channel is for."""
    rate: float = Field(default=1.0, gt=0, le=1000)
    """Messages a second; a channel of Slack or Teams takes about one, and more in short bursts."""
    rollup_after: float = Field(default=20.0, ge=0, le=3600)
    """Seconds that a card may have to wait for the channel; what comes beyond that goes on one rollup card until it is calm.
    0: every conversation gets its own card, however long that takes."""


class Route(Part):
    """Which conversations are shown where, and whom they are suggested to. Every route whose conditions all hold adds its own.

    `app.py routes test FILE.csv` shows where each post of a file would go.
    """

    name: str = Field(default="", max_length=60)
    """What cards call it where they say why a conversation is there."""
    surfaces: tuple[Key, ...] = ()
    """Names of surfaces. A conversation for which no route names one is shown on every floor."""
    suggest: tuple[Key, ...] = ()
    """Departments that are suggested first, before those that its words speak for."""
    networks: tuple[str, ...] = ()
    """Only conversations on one of these networks; empty: on any."""
    languages: tuple[Language, ...] = ()
    """Only those written in one of these, by their codes: `de`, `fr`."""
    topics: tuple[str, ...] = ()
    """Only those about one of these: topics that Baton knows, those of `[triage]`, or hashtags: `"#trailx"`."""
    intents: tuple[Intent, ...] = ()
    """Only those that are one of these: `complaint`, `question`, `praise`, `idea`, `purchase`, `churn`, `crisis`, `spam`."""
    sentiments: tuple[Mood, ...] = ()
    """Only those in one of these moods: `negative`, `neutral`, `positive`.

    What triage is unsure of fits none; outside English it never is sure, a [model](ai.md) may be."""
    regions: tuple[str, ...] = ()
    """Only of customers whose record names one of these as `region` or `country`."""
    tiers: tuple[str, ...] = ()
    """Only of customers whose `tier` is one of these."""
    departments: tuple[Key, ...] = ()
    """Only those whose words speak for one of these departments."""
    campaigns: tuple[str, ...] = ()
    """Only those that belong to one of these campaigns, by their names."""
    urgent: bool | None = None
    """Only urgent ones, or only the others; left out: both."""
    crisis: bool | None = None
    """Only in a crisis, or only in no crisis; left out: both."""


class TriagePart(Part):
    """How posts are read. All of it happens here, without a network; `[ai]` adds a model for what is hard to tell."""

    languages: tuple[Language, ...] = ()
    """The languages that most customers write in, by their codes: where little is said, it is taken for one of these."""
    topics: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Topics of the company's own and the words that stand for them: `{ batteries = ["battery*", "charger"] }`."""


class Approval(Part):
    """Which answers a second department approves before they go out. Every rule whose conditions all hold adds its department."""

    by: Key
    """The department that approves; answers of its own people it need not."""
    networks: tuple[str, ...] = ()
    """Only answers on one of these networks; empty: on any."""
    regions: tuple[str, ...] = ()
    """Only to customers whose record names one of these as `region` or `country`; empty: to any."""
    departments: tuple[Key, ...] = ()
    """Only answers that one of these departments writes; empty: any."""
    crisis: bool | None = None
    """Only in a crisis, or only in no crisis; left out: both."""


class PolicyPart(Part):
    """How long a baton lasts, and how long a conversation may lie on the floor. Times run in business hours."""

    lease: Span = timedelta(hours=4)
    """How long a claim lasts when the person names no time. At three quarters of it the holder is warned."""
    lease_urgent: Span = timedelta(minutes=30)
    """The same for urgent conversations."""
    overdue: Rungs = OverduePolicy().normal
    """After how long on the floor the lead, the coordinator and the sponsor are told, each once."""
    overdue_urgent: Rungs = OverduePolicy().urgent
    """The same for urgent conversations."""
    urgent_words: tuple[str, ...] = ()
    """Words that make a post urgent, beside those that Baton knows; `*` at the end stands for any ending."""


class Source(Part):
    """Where posts come from. [networks.md](networks.md) has the kinds there are, with the settings that each has beside these."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key = "generic"
    """What it is: `mastodon`, `email`, `rss` …; `generic` takes deliveries at `/hooks/generic/<name>`."""
    secret_env: str | None = None
    """Name of the environment variable that holds the secret. The secret itself never stands in this file."""
    network: str | None = None
    """The network its posts are on, where they do not say so themselves; without one the kind, or for `replay` the name."""
    url: str | None = None
    """The address of the server, the forum or the feed."""
    account: str | None = None
    """Our own account there, where the network does not tell: answers are sent as this one, and its posts are not heard."""
    every: Span = timedelta(minutes=10)
    """How often it is polled."""
    budget: Budget | None = None
    """The most requests it makes in a time, like `"300 in 5m"`; without one, what the network is known to allow."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})


class CrmPart(Part):
    """The company's own customer record. [crms.md](crms.md) has the kinds there are, with the settings of each."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key
    """What it is: `tryton`, `salesforce`, `hubspot` …"""
    url: str | None = None
    """Its address."""
    on: tuple[Occasion, ...] = ("resolved", "crisis")
    """When something is written: `resolved`, `escalated`, `answered`; `idea` for those outcomes alone that are ideas; `crisis`
    when one is over, for those of its conversations about which people did something."""
    case: Literal["never", "urgent", "always"] = "never"
    """For which resolved or escalated conversations a case or ticket is opened beside the note."""
    budget: Budget | None = None
    """The most requests in a time, like `"100 in 10s"`; without one, what the CRM is known to allow."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})


class DirectoryPart(Part):
    """Where the company keeps who works for it, or who its vendors are. [directories.md](directories.md) has the settings."""

    # Settings of one kind alone; its connector reads them.
    model_config = ConfigDict(extra="allow")

    kind: Key
    """What it is: `rest`."""
    url: str | None = None
    """Its address."""
    budget: Budget | None = None
    """The most requests in a time, like `"10 in 1m"`."""

    @property
    def options(self) -> dict[str, Any]:
        """The settings of its kind alone."""
        return dict(self.model_extra or {})


class VisibilityPart(Part):
    """What only some see of a customer's record. A field that several name is seen by all whom one of them names."""

    fields: tuple[VisibleField, ...] = Field(min_length=1)
    """Which: `purchases`, `tickets`, `email`, `phone`, `handles`, `followers`, `tier`, `since`, `conversations`, `posts`, \
    `crm`, `directory`, `attributes`, or one attribute alone: `attributes.income`. What a whole channel reads shows none of them."""
    departments: tuple[Key, ...] = ()
    """People of these see them."""
    roles: frozenset[Role] = frozenset()
    """Those with one of these roles see them too; without departments and roles, nobody does."""


class PrivacyPart(Part):
    """Who decides, beside the one who asks, that a customer is forgotten."""

    roles: frozenset[Role] = frozenset({Role.COORDINATOR, Role.SPONSOR, Role.ADMIN})
    """Colleagues with one of these roles confirm or refuse."""
    departments: tuple[Key, ...] = ()
    """So do all people of these departments."""
    within: Span = timedelta(days=7)
    """How long a request waits for its second person."""


class RetentionPart(Part):
    """How long something is kept. Every rule counts by itself; without any, all is kept until somebody is forgotten."""

    networks: tuple[str, ...] = ()
    """Only what came from these networks; empty: from any."""
    after: Age
    """So old: `"400d"`, `"26w"` or `"2y"` since it was heard."""
    what: Literal["raw", "text"] = "raw"
    """`raw`: what the network sent beside the post itself; `text`: texts, their earlier versions and pictures, too."""


class MarkPart(Part):
    """A mark that customers bear on their cards when all that is set here applies to them."""

    name: str = Field(min_length=1, max_length=30)
    """The word itself: `influencer`, `VIP`, `advocate`."""
    followers: int | None = Field(default=None, ge=1)
    """So many follow one of their accounts, or more."""
    praises: int | None = Field(default=None, ge=1)
    """So many of their conversations with us ended as praise, or more."""
    tiers: tuple[str, ...] = ()
    """The company's own word for them is one of these."""
    attributes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Their record has one of these values: `{ segment = ["press", "partner"] }`."""
    kind: Literal["person", "company"] | None = None
    """Only persons, or only companies; left out: both."""


class AiPart(Part):
    """A language model that is asked beside the local triage. [ai.md](ai.md) says what leaves the house for it and what never does."""

    model: str = Field(default="", max_length=200)
    """What it is called at the address in `OPENAI_BASE_URL`; empty: no model is asked for anything."""
    when: Literal["unsure", "always", "never"] = "unsure"
    """Which posts it reads too: those that triage is unsure of, all, or none."""
    writes: bool = True
    """Whether colleagues may have it summarise, translate and suggest answers. What it writes is only ever a draft."""
    languages: tuple[Language, ...] = Field(default=("en",), min_length=1)
    """What colleagues read, like `en` or `de`: posts in others offer a translation; summaries are in the first."""
    requests: int = Field(default=2_000, ge=1)
    """The most requests a day."""
    tokens: int = Field(default=2_000_000, ge=1_000)
    """The most tokens a day, those of questions and those of answers together."""
    timeout: float = Field(default=30, gt=0, le=300)
    """Seconds after which an answer is waited for no longer."""

    @property
    def has_writer(self) -> bool:
        """Is there a model that writes for colleagues?"""
        return bool(self.model.strip()) and self.writes


class VoicePart(Part):
    """How the company speaks to customers: what drafts of answers are written by."""

    tone: str = Field(default="friendly, plain and short", max_length=500)
    """In a few words."""
    do: tuple[str, ...] = ()
    """What every answer does: `"say sorry once, and mean it"`."""
    dont: tuple[str, ...] = ()
    """What no answer does: `"promise a date"`."""
    phrases: dict[str, str] = Field(default_factory=dict)
    """What to say in a situation: `{ late = "Your parcel is late, and that is on us." }`."""
    closed: str = Field(default="", max_length=500)
    """What to say outside the company's opening hours, such as when somebody will look at it."""
    sign_off: str = Field(default="", max_length=200)
    """What stands at the end of every draft: `"– Ana and the team"`."""
    languages: tuple[Language, ...] = ()
    """What we answer in, the first one where we do not speak the customer's; empty: whatever they write in."""
    addresses: tuple[OwnAddress, ...] = ()
    """Our own pages that a draft may name, like `acme.example` or `https://acme.example/help`; every other link is left out."""
    mentions: tuple[str, ...] = ()
    """Our own accounts that a draft may mention, like `@acme`; every other mention is left out."""
