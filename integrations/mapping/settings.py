"""What `[sources.<name>.mapping]` says: where in a delivery the posts are, and where in each is what."""

from __future__ import annotations

from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from integrations.mapping.expressions import Expression

Kind = Literal["created", "edited", "deleted", "nothing"]
"""What happened to a post; `nothing` is left out on purpose."""

CONSTANT = frozenset({
    "network", "account", "via", "lang", "visibility", "rating", "best_rating", "author_handle", "kind",
})  # fmt: skip
"""What may be the same for every post."""


class Mapping(BaseModel):
    """Each setting but the last five is a JMESPath expression, applied to one item of the delivery.

    In it, `_delivery` is the whole delivery, and `_headers` holds the request's headers by their names in small letters.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    items: Expression = "@"
    """Where the list of posts is in a delivery; one alone is a list of one."""
    kind: Expression | None = None
    """What happened: `created` (also without this), `edited`, `deleted`, or a word that `kinds` knows."""
    network: Expression | None = None
    """The original network; without it the post's address tells."""
    external_id: Expression | None = None
    """The network's own id of the post; without it the post's address tells."""
    tool_id: Expression | None = None
    """The tool's id of the post, for those whose address tells none."""
    url: Expression | None = None
    """The post's address."""
    parent_url: Expression | None = None
    """The address of the post that it answers, where no `parent_id` is told."""
    root_url: Expression | None = None
    """The address of its thread, where no `root_id` is told."""
    parent_id: Expression | None = None
    """The network's id of the post that it answers."""
    root_id: Expression | None = None
    """The network's id of its thread's first post."""
    text: Expression | None = None
    """The text; of a list, its parts become paragraphs."""
    html: Expression | None = None
    """The text as HTML, where it comes so; it is made plain."""
    posted_at: Expression | None = None
    """When it was written; without one, when it came."""
    edited_at: Expression | None = None
    """When it was edited."""
    author_handle: Expression | None = None
    """The author's name on the network."""
    author_id: Expression | None = None
    """The author's stable id on the network."""
    author_name: Expression | None = None
    """The author's name as it is shown."""
    author_email: Expression | None = None
    """The author's e-mail address."""
    author_phone: Expression | None = None
    """The author's telephone number, with the country's code."""
    author_followers: Expression | None = None
    """How many follow the author."""
    author_verified: Expression | None = None
    """Whether the network vouches for the author."""
    author_url: Expression | None = None
    """The author's page."""
    author_avatar: Expression | None = None
    """The author's picture."""
    account: Expression | None = None
    """Which of our accounts, pages or brands it was found for; without it the `account` of the source."""
    lang: Expression | None = None
    """The language, as a BCP 47 tag."""
    visibility: Expression | None = None
    """`public`, `unlisted` or `private`; without it public."""
    media: Expression | None = None
    """Addresses of pictures and films, or a list of objects with `url`, `type` and `alt`."""
    rating: Expression | None = None
    """How the author rated us."""
    best_rating: Expression | None = None
    """The best rating possible."""
    metrics: dict[str, Expression] = Field(default_factory=dict)
    """Counts, by the names that they have here: `likes`, `shares`, `reach` …"""
    via: Expression | None = None
    """The tool's name; without it the name of the source."""

    constants: dict[str, Any] = Field(default_factory=dict)
    """What is the same for every post: `{ network = "x" }`."""
    networks: dict[str, str] = Field(default_factory=dict)
    """The tool's names of networks, where they are not understood by themselves: `{ TW_DM = "x" }`."""
    kinds: dict[str, Kind] = Field(default_factory=dict)
    """The tool's words for what happened: `{ message_removed = "deleted", ping = "nothing" }`."""
    time_format: str | None = None
    """How times are written, as strptime has it; without it ISO 8601, that of mails, or a number since 1970 are read."""
    timezone: str = "UTC"
    """The time zone of times that say none."""

    @field_validator("timezone")
    @classmethod
    def _is_a_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"there is no time zone “{name}”; write it like Europe/Berlin") from error
        return name

    @model_validator(mode="after")
    def _tells_enough(self) -> Mapping:
        if unknown := sorted(self.constants.keys() - CONSTANT):
            raise ValueError(f"`{unknown[0]}` cannot be a constant; those can: {', '.join(sorted(CONSTANT))}")
        if twice := sorted(name for name in self.constants if getattr(self, name) is not None):
            raise ValueError(f"`{twice[0]}` is both an expression and a constant")
        if not (self.text or self.html):
            raise ValueError("it needs `text` or `html`: without them nothing is said")
        if not (self.url or self.external_id or self.tool_id):
            raise ValueError("it needs `url`, `external_id` or `tool_id`: else no post can be told from another")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of times that say none."""
        return ZoneInfo(self.timezone)

    def expressions(self) -> list[str]:
        """Every expression that is applied to an item."""
        plain = {"items", "time_format", "timezone"}
        single = [getattr(self, name) for name in Mapping.model_fields if name not in plain]
        return [each for each in (*single, *self.metrics.values()) if isinstance(each, str)]
