"""What every answer of the web page tells browsers: no script, no frames, no guessing, no keeping."""

from __future__ import annotations

from aiohttp import web

PAGE = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}

PICTURE = {
    **PAGE,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
}
"""A picture may have styles of its own, and nothing else, also where somebody opens it by itself."""

FILE = {**PAGE, "Cache-Control": "public, max-age=3600"}
"""What is the same for everybody holds no data."""


def protect(response: web.StreamResponse, headers: dict[str, str] | None = None) -> None:
    """Put the headers on it, where it has none of its own."""
    for name, value in (headers or PAGE).items():
        response.headers.setdefault(name, value)
