"""How long each network takes a text to be: what its documentation says, worked out by hand, for every connector that answers.

Each has the page that says so, and the lengths of the same texts: an emoji of several code points, combining marks, a long
link.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

EMOJI = "👩‍👩‍👧‍👦"
COMBINING = "Cafe\u0301 q\u0323\u0307"
LINK = "see https://shop.example/returns/labels?order=4711&reason=crushed-in-transit please"

TEXTS = {"emoji": EMOJI, "combining": COMBINING, "link": LINK}


class Counted(NamedTuple):
    """The lengths of TEXTS as the network counts them, and where it says how."""

    source: str
    emoji: int
    combining: int
    link: int


LENGTHS: Mapping[str, Counted] = {
    # Graphemes: one family; c, a, f, é, space and q with both its dots; nothing is shortened.
    "bluesky": Counted(
        "https://github.com/bluesky-social/atproto/blob/main/lexicons/app/bsky/feed/post.json",
        emoji=1,
        combining=6,
        link=83,
    ),
    # One family; c, a, f, é, space and q with both its dots; "see ", 23 for any link, " please".
    "mastodon": Counted("https://docs.joinmastodon.org/user/posting/#text", emoji=1, combining=6, link=34),
    # No limit in the standard but for single lines, which are broken for the way: ours, in code points.
    "email": Counted("https://www.rfc-editor.org/rfc/rfc5322#section-2.1.1", emoji=7, combining=9, link=83),
    # Our own format: code points.
    "generic": Counted("docs/generic-webhook.md", emoji=7, combining=9, link=83),
    # Code points: 4 people and 3 joiners; 5 letters, 3 marks and a space; nothing is shortened.
    "telegram": Counted("https://core.telegram.org/bots/api#sendmessage", emoji=7, combining=9, link=83),
    "discourse": Counted(
        "https://github.com/discourse/discourse/blob/main/lib/validators/stripped_length_validator.rb",
        emoji=7,
        combining=9,
        link=83,
    ),
    # Weighed in its normal form: an emoji 2; c, a, f, é, space, q and both its dots; "see ", 23 for any link, " please".
    "x": Counted("https://docs.x.com/fundamentals/counting-characters", emoji=2, combining=8, link=34),
    # "Maximum 4096 characters", of no kind that is said: code points.
    "whatsapp": Counted(
        "https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/text-messages",
        emoji=7,
        combining=9,
        link=83,
    ),
    # The documentation says no unit. The largest that may be meant, so that nothing is refused: units of UTF-16.
    "youtube": Counted("https://developers.google.com/youtube/v3/docs/comments/insert", emoji=11, combining=9, link=83),
    # "Approximately 350 characters", of no kind that is said. The largest that may be meant: units of UTF-16.
    "google_play": Counted(
        "https://developers.google.com/android-publisher/api-ref/rest/v3/reviews/reply", emoji=11, combining=9, link=83
    ),
    # VMarkdownLength counts characters of Unicode.
    "reddit": Counted(
        "https://github.com/reddit-archive/reddit/blob/master/r2/r2/controllers/api.py",
        emoji=7,
        combining=9,
        link=83,
    ),
    # "Must be UTF-8 and less than 2000 characters": of no kind that is said, so units of UTF-16, the most that may be meant.
    "facebook": Counted(
        "https://developers.facebook.com/docs/messenger-platform/reference/send-api",
        emoji=11,
        combining=9,
        link=83,
    ),
    # Bytes of UTF-8: 4 people of four, 3 joiners of three; 7 letters of one and 3 marks of two; nothing is shortened.
    "instagram": Counted(
        "https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/messaging-api",
        emoji=25,
        combining=12,
        link=83,
    ),
    # Apple's documentation names neither the limit nor the unit: the largest that may be meant, units of UTF-16.
    "app_store": Counted(
        "https://developer.apple.com/documentation/appstoreconnectapi/post-v1-customerreviewresponses",
        emoji=11,
        combining=9,
        link=83,
    ),
    # 4,096 bytes of UTF-8: people of four bytes, joiners of three; letters of one, marks of two.
    "google_business": Counted(
        "https://developers.google.com/my-business/reference/rest/v4/accounts.locations.reviews#ReviewReply",
        emoji=25,
        combining=12,
        link=83,
    ),
    # Trustpilot's documentation names neither a limit nor a unit: the largest that may be meant, units of UTF-16.
    "trustpilot": Counted("https://developers.trustpilot.com/service-reviews-api", emoji=11, combining=9, link=83),
    # LinkedIn's documentation names neither the limit nor the unit: the largest that may be meant, units of UTF-16.
    "linkedin": Counted(
        "https://learn.microsoft.com/linkedin/marketing/community-management/shares/comments-api",
        emoji=11,
        combining=9,
        link=83,
    ),
}
