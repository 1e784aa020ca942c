"""What is asked of a WhatsApp Business account: its templates, and what it lacks for messages to come and to go.

https://github.com/facebook/openapi, business-messaging-api_v23.0.yaml
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.errors import PermanentError, quoted
from bot.speech import say
from integrations.graph import GraphConnector
from integrations.networks.whatsapp.templates import Listed, read_template

_TEMPLATE = "name,language,status,category,parameter_format,components"
_NUMBER = "display_phone_number,verified_name,quality_rating,status,name_status"

_WELL = {
    "status": frozenset({"CONNECTED"}),
    "name_status": frozenset({"APPROVED", "AVAILABLE_WITHOUT_REVIEW"}),
    "quality_rating": frozenset({"GREEN", "YELLOW", "NA", "UNKNOWN"}),
}
"""What is in order of a number, by the names of its fields. A field that is not told is no reason to complain."""


async def approved(graph: GraphConnector, account: str) -> list[Listed]:
    """The templates that can be sent. One of a sort that is not known yet keeps back no other."""
    found = list[Listed]()
    asked = {"fields": _TEMPLATE, "status": "APPROVED", "limit": "100"}
    async for page in graph.pages(f"/{account}/message_templates", asked):
        for row in page:
            try:
                found += filter(None, [read_template(row)])
            except (ValueError, LookupError, TypeError, AttributeError):
                continue
    return list({each.template.key: each for each in found}.values())


async def lacking(graph: GraphConnector, number: str, account: str) -> list[str]:
    """What the number and its account lack, in WhatsApp's own words."""
    lines: list[str] = []
    try:
        lines.extend([line async for line in _lacks(graph, number, account)])
    except PermanentError as error:
        lines.append(str(error))
    return lines


async def _lacks(graph: GraphConnector, number: str, account: str) -> AsyncIterator[str]:
    state = await graph.graph("GET", f"/{number}", params={"fields": _NUMBER})
    for name, well in _WELL.items():
        found = state.get(name) if isinstance(state, dict) else None
        if found is not None and str(found).upper() not in well:
            yield say("WhatsApp says of the number: {name} is {state}.", name=name, state=quoted(found))
    subscribed = await graph.graph("GET", f"/{account}/subscribed_apps")
    if isinstance(subscribed, dict) and subscribed.get("data") == []:
        yield say(
            "No app is subscribed to the account: nothing is delivered. Send a POST to /{path}.",
            path=f"{account}/subscribed_apps",
        )
    if not await approved(graph, account):
        yield say("The account has no approved template with text alone: after 24 hours nothing can be sent.")
