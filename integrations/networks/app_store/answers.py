"""What App Store Connect answers, and how it wants to be told ours. Pure.

https://developer.apple.com/documentation/appstoreconnectapi/interpreting-and-handling-errors
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from bot.errors import quoted
from bot.speech import say
from integrations.http import Answer
from integrations.json_text import read_json


def answered(review: str, text: str) -> dict[str, Any]:
    """https://developer.apple.com/documentation/appstoreconnectapi/customerreviewresponsev1createrequest"""
    related = {"review": {"data": {"type": "customerReviews", "id": review}}}
    data = {"type": "customerReviewResponses", "attributes": {"responseBody": text}, "relationships": related}
    return {"data": data}


def answer_in(answer: Answer) -> str:
    """The text of a developer's answer."""
    return str(_at(answer, "data", "attributes", "responseBody") or "")


def id_in(answer: Answer) -> str:
    """The id of the resource."""
    return str(_at(answer, "data", "id") or "")


def next_in(answer: Answer) -> str | None:
    """Path and query of the next page; at the server that was asked, since the token is for no other."""
    onward = urlsplit(str(_at(answer, "links", "next") or ""))
    # Whatever did not begin with a slash would become a part of the server's name.
    return f"{onward.path}?{onward.query}" if onward.query and onward.path.startswith("/") else None


def why(answer: Answer) -> str:
    """Apple's words and codes."""
    errors = _at(answer, "errors")
    listed = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    said = [
        " ".join(filter(None, (each.get("title"), each.get("detail")))) + f" ({each.get('code')})" for each in listed
    ]
    words = "; ".join(said) or answer.body[:200].decode("utf-8", "replace")
    return say("Apple refuses ({status}): {said}", status=answer.status, said=quoted(words))


def _at(answer: Answer, *names: str) -> Any:
    try:
        place = read_json(answer.body)
    except ValueError:
        return None
    for name in names:
        place = place.get(name) if isinstance(place, dict) else None
    return place
