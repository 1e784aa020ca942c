"""How a page looks: styles for its elements, and what changes where the reader's screen is dark. Contrast is 4.5 to 1 or more."""

from __future__ import annotations

FONT = "font-family:-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;"
_MONO = "font-family:ui-monospace,Menlo,Consolas,'Liberation Mono',monospace;"
_INK, _SOFT, _LINE, _PAPER, _DESK = "#1d1c1d", "#5c6066", "#d9dce1", "#ffffff", "#f4f5f7"


class Look:
    """The style of each element, as its attribute holds it."""

    BODY = f"margin:0;padding:0;background:{_DESK};color:{_INK};"
    AROUND = "padding:16px 8px;"
    SHEET = "max-width:640px;margin:0 auto;"
    INSIDE = (
        f"background:{_PAPER};color:{_INK};border:1px solid {_LINE};border-radius:8px;padding:20px 24px;text-align:left;"
        f"{FONT}font-size:15px;line-height:1.5;overflow-wrap:anywhere;word-break:break-word;"
    )
    TITLE = "font-size:21px;line-height:1.3;margin:0 0 4px;font-weight:700;"
    HEADING = "font-size:17px;line-height:1.3;margin:22px 0 4px;font-weight:700;"
    TEXT = "margin:10px 0 0;"
    SMALL = f"margin:4px 0 0;font-size:13px;color:{_SOFT};"
    ACTS = f"margin:12px 0 0;font-size:13px;color:{_SOFT};"
    QUOTE = f"margin:10px 0 0;padding-block:2px;padding-inline-start:12px;text-align:start;border-inline-start:3px solid {_LINE};"
    RULE = f"margin:18px 0 8px;border:0;border-top:1px solid {_LINE};height:0;"
    FACTS = "margin:10px 0 0;border-collapse:collapse;font-size:14px;line-height:1.45;"
    LABEL = f"text-align:left;vertical-align:top;font-weight:400;color:{_SOFT};padding:2px 16px 2px 0;min-width:64px;"
    VALUE = "vertical-align:top;padding:2px 0;"
    CELL = "text-align:right;padding:2px 12px 2px 0;font-weight:400;"
    NAME = "text-align:left;padding:2px 16px 2px 0;font-weight:400;"
    CODE = f"{_MONO}display:inline-block;max-width:100%;font-size:12.5px;background:{_DESK};padding:1px 4px;border-radius:4px;"
    LINK = "color:#0b5cad;text-decoration:underline;"
    BARS = "letter-spacing:1px;white-space:nowrap;"
    FIGURE = "margin:12px 0 0;"
    PICTURE = "display:block;border:0;max-width:100%;height:auto;"


DARK = """\
:root { color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  .page { background: #121417 !important; }
  .sheet { background: #1a1d21 !important; color: #e9eaec !important; border-color: #3a3f46 !important; }
  .small { color: #a9afb7 !important; }
  .quote, .rule { border-color: #4a5058 !important; }
  .code { background: #2b3037 !important; color: #e9eaec !important; }
  .link { color: #7cb7ff !important; }
  .plate { background: #ffffff !important; display: inline-block !important; padding: 8px !important; border-radius: 6px !important; }
}
@media (max-width: 480px) {
  .sheet { padding: 16px 14px !important; }
}
@media print {
  .page { background: none !important; }
  .sheet { border: 0 !important; }
}"""
