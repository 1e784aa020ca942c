"""What a source delivers: posts of customers, and what later happens to them."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

EARLIEST, LATEST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)

_GREATEST = 2**53 - 1
"""The greatest whole number that JSON carries safely everywhere. What is greater counts nothing real, and fits no column."""


def _possible(at: datetime) -> datetime:
    """Some systems write the first or the last day of the calendar where they know no time: other zones have no such day."""
    return min(max(at, EARLIEST), LATEST)


def _countable(number: int) -> int:
    return min(max(number, -_GREATEST), _GREATEST)


Moment = Annotated[AwareDatetime, AfterValidator(_possible)]
Count = Annotated[int, AfterValidator(_countable)]


WORD_OF_MOUTH = "word-of-mouth"
"""The network of what customers told a colleague, who then shared it."""


class Visibility(StrEnum):
    """Who can see the post on its network."""

    PUBLIC = "public"
    UNLISTED = "unlisted"
    PRIVATE = "private"


class _Delivered(BaseModel):
    model_config = ConfigDict(frozen=True, extra="allow", str_strip_whitespace=False)


class Author(_Delivered):
    """Who wrote the post, as the network knows them. `external_id` is the network's stable id, `handle` what people type."""

    external_id: str | None = Field(default=None, max_length=255)
    handle: str = Field(min_length=1, max_length=255, description="Name on the network, with or without a leading @")
    display_name: str | None = Field(default=None, max_length=500)
    email: str | None = Field(default=None, max_length=320)
    phone: str | None = Field(default=None, max_length=40, description="Telephone number, with the country's code")
    followers: Annotated[int, Field(ge=0), AfterValidator(_countable)] | None = None
    verified: bool | None = None
    profile_url: str | None = Field(default=None, max_length=2000)
    avatar_url: str | None = Field(default=None, max_length=2000)


class Media(_Delivered):
    """A picture, film or file of the post."""

    url: str = Field(max_length=2000)
    type: str = Field(default="image", max_length=100, description="image, video, audio or file")
    alt: str | None = Field(default=None, max_length=5000, description="What the author says it shows")


class Post(_Delivered):
    """One public or private message by a customer on a network. Unique on (network, account, external_id)."""

    network: str = Field(min_length=1, max_length=50, pattern=r"^[a-z0-9][a-z0-9_.-]*$", description="mastodon, x, ...")
    account: str = Field(
        default="", max_length=255, description="Our account, page, feed or brand that the post was found for"
    )
    external_id: str = Field(min_length=1, max_length=512, description="The network's own id of the post")
    root_id: str | None = Field(default=None, max_length=512, description="external_id of the thread's first post")
    parent_id: str | None = Field(default=None, max_length=512, description="external_id of the post this answers")
    author: Author
    text: str = Field(max_length=50_000, description="Plain text")
    html: str | None = Field(default=None, max_length=200_000)
    lang: str | None = Field(default=None, max_length=35, description="BCP 47 tag, when the network says")
    posted_at: Moment
    edited_at: Moment | None = None
    fetched_at: Moment | None = None
    url: str | None = Field(default=None, max_length=2000)
    media: tuple[Media, ...] = Field(default=(), max_length=50)
    visibility: Visibility = Visibility.PUBLIC
    rating: float | None = Field(default=None, ge=0, le=10, description="How the author rated us, often in stars")
    best_rating: float | None = Field(
        default=None, gt=0, le=10, description="The best rating possible; left out: 5, or 10 for a rating above 5"
    )
    metrics: dict[str, Count] = Field(default_factory=dict, description="likes, shares, replies, ...")
    via: str | None = Field(default=None, max_length=50, description="The listening tool that delivered it, if one did")
    also: tuple[Annotated[str, Field(max_length=50)], ...] = Field(
        default=(), max_length=20, description="The listening tools that delivered it, too"
    )
    raw: dict[str, Any] = Field(default_factory=dict, description="Whatever else came; unknown fields are kept here")

    @property
    def best_possible(self) -> float:
        """The best rating that could have been given."""
        return max(self.best_rating or (10 if (self.rating or 0) > 5 else 5), self.rating or 0)

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes the post one post, however often it is delivered."""
        return self.network, self.account, self.external_id

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """The keys of what it answers: its parent, then the first post of its thread."""
        ids = dict.fromkeys(id_ for id_ in (self.parent_id, self.root_id) if id_ and id_ != self.external_id)
        return [(self.network, self.account, id_) for id_ in ids]


class SourceEvent(BaseModel):
    """One thing a source reports. `post` is there for created and edited; deleted and metrics need only the key.

    `revision` tells two edits of one post apart (a network's edit time, or a digest of the new text). `unread` is what came
    and was not understood: it is kept as it came (`raw`) with the reason (`why`), so that nothing is dropped silently.
    `hint` says that something happened to `external_id` without saying what; the source is asked, with what came (`raw`).
    `fate` is the network's later word on an answer of ours, `external_id`: it arrived, or it did not, for the reason `why`;
    `answer` is the key it was sent with, where the network gives that back.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["created", "edited", "deleted", "metrics", "unread", "hint", "fate"]
    network: str
    account: str
    external_id: str
    post: Post | None = None
    metrics: dict[str, Count] = Field(default_factory=dict)
    revision: str = ""
    why: str = ""
    answer: str = ""
    raw: Any = None


class StoredPost(BaseModel):
    """A post as Baton keeps it. `heard_at` is Baton's own clock; a deleted post has no text left.

    `filed` are posts from before Baton listened: kept, and shown only with what follows them. A copy is `same_as` the post
    that came by another way before, by its id: nothing else is left of it. `source` is the one by which it is answered.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    post: Post
    heard_at: datetime
    source: str = ""
    conversation: int | None = None
    customer_id: str | None = None
    version: int = 0
    edited_at: datetime | None = None
    deleted_at: datetime | None = None
    filed: bool = False
    same_as: str | None = None
