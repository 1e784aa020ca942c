"""What WhatsApp's error codes mean, in words for whoever answers.

https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes
"""

from __future__ import annotations

from typing import Any

from bot.errors import quoted
from integrations.graph import LIMITED, UNWELL
from integrations.networks.whatsapp.messages import reasons

REFUSALS = {
    368: "WhatsApp has blocked this account for breaking its rules.",
    130472: "WhatsApp does not pass this message on to this customer, who is part of an experiment.",
    130497: "WhatsApp does not let this account write to customers in that country.",
    131005: "The access token has no permission for this.",
    131021: "The customer's number is our own.",
    131026: "WhatsApp cannot deliver to this customer: no WhatsApp, its terms not accepted, or too old a version.",
    131030: "This is a test number, and the customer is not on the list of those to whom it may write.",
    131031: "WhatsApp has locked this account.",
    131037: "WhatsApp has not approved the display name of this number.",
    131042: "WhatsApp has no valid way of payment for this account.",
    131045: "The number is not registered with WhatsApp.",
    131047: "More than 24 hours have passed since the customer's last message. Only an approved template can be sent.",
    131048: "WhatsApp limits what this number may send, because customers reported it.",
    131049: "WhatsApp holds this message back, as the customer gets so many like it.",
    131050: "The customer wants no marketing messages.",
    131062: "This message needs the customer's telephone number, which WhatsApp does not tell.",
    132000: "The template has another number of places.",
    132001: "The template does not exist in this language, or is not approved.",
    132005: "The text is too long with what was filled in.",
    132007: "The template breaks a rule of WhatsApp.",
    132012: "What was filled in does not have the form that the template asks for.",
    132015: "WhatsApp has paused this template, because customers did not like it.",
    132016: "WhatsApp has turned this template off for good.",
    132018: "What was filled in cannot be sent: no line breaks, tabs or rows of spaces.",
    133010: "The number is not registered with WhatsApp.",
}

BUSY = LIMITED | {130429, 131056, 131057, 133016}
"""Too much at once, or the account is being moved: nothing was sent, and later it will be."""

ILL = UNWELL | {131000, 131016}
"""Something went wrong at WhatsApp."""


def why_failed(errors: Any) -> str:
    """Why a message that WhatsApp had taken did not arrive."""
    said = [each for each in errors if isinstance(each, dict)] if isinstance(errors, list) else []
    codes = [each.get("code") for each in said]
    known = next((REFUSALS[code] for code in codes if isinstance(code, int) and code in REFUSALS), "")
    return f"{known} {quoted(reasons(said) or 'failed')}".strip()
