"""The web page of measures, behind sign-in with Slack or Microsoft. Nothing of it is imported where it is not configured."""

from integrations.web.served import WebPage

__all__ = ["WebPage"]
