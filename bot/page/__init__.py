"""The neutral card as a page: HTML for a browser or a mail, plain text for the mail's other half, pieces for a printed sheet.

A layer beside Slack and Teams: it knows cards and what becomes of them where nobody presses anything.
"""

from bot.page.html import page
from bot.page.setting import Setting, drawn_charts
from bot.page.text import as_text

__all__ = ["Setting", "as_text", "drawn_charts", "page"]
