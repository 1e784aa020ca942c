"""Posts written for the bench in each language: sentences, short answers, and chat as people type it, one a line."""

from __future__ import annotations

from tests.triage.language_posts_likely import LIKELY
from tests.triage.language_posts_others import OTHERS

POSTS: dict[str, str] = {**LIKELY, **OTHERS}


def posts() -> list[tuple[str, str]]:
    """Each post with its language."""
    return [(language, line.strip()) for language, lines in POSTS.items() for line in lines.strip().splitlines()]
