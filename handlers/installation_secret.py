"""The secret of the installation, of which keys are made: from the environment, or a file of its own in the data folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from bot.errors import ConfigError

VARIABLE = "BATON_SECRET"
"""The environment variable with a secret of the whole installation, the same for every replica."""

FILE = "learning.key"
"""Where a single process keeps a secret of its own, in its data folder: not in the database. Learning was the first to need it."""

SHORTEST = 16
"""A shorter secret could be tried out."""

SIZE = 32
"""Bytes of a key."""


def secrets_of(environment: Mapping[str, str], database_url: str, data_dir: Path) -> tuple[bytes, ...]:
    """`BATON_SECRET`, the present one first; where one process alone has the database, what its data folder keeps, made now
    if need be; none else.

    While the secret is being changed, `BATON_SECRET` holds two with a space between them: the new one and the old one.
    Raises `ConfigError` for a secret that could be guessed, and for a folder that cannot keep one.
    """
    if said := environment.get("BATON_SECRET"):
        if len(said) < SHORTEST:
            raise ConfigError(f"{VARIABLE} is shorter than {SHORTEST} characters.", "Set a long random one.")
        parts = said.split()
        # A sentence is one secret, as it ever was.
        found = parts if len(parts) > 1 and all(len(part) >= SHORTEST for part in parts) else [said]
        return tuple(part.encode("utf-8", "surrogateescape") for part in found)
    return (_of_file(data_dir / FILE),) if database_url.startswith("sqlite") else ()


def secret_of(environment: Mapping[str, str], database_url: str, data_dir: Path) -> bytes | None:
    """The present one of them; None without any."""
    return next(iter(secrets_of(environment, database_url, data_dir)), None)


def derived(secret: bytes, what_for: bytes) -> bytes:
    """A key for one purpose, which tells nothing of the keys for others. https://www.rfc-editor.org/rfc/rfc5869"""
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415 - slow to read, and seldom needed
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF  # noqa: PLC0415

    return HKDF(SHA256(), SIZE, None, what_for).derive(secret)


def _of_file(path: Path) -> bytes:
    try:
        if not path.exists():
            # Complete under another name first: a process that is killed here leaves no half of a key.
            part = path.with_name(f"{FILE}.{secrets.token_hex(4)}")
            part.touch(mode=0o600)
            part.write_text(f"{secrets.token_hex(SIZE)}\n", "ascii")
            try:
                os.link(part, path)
            except FileExistsError:
                pass  # another process was first
            finally:
                part.unlink()
        kept = path.read_text("ascii").strip()
    except (OSError, UnicodeError) as error:
        raise ConfigError(
            f"{path} cannot be kept: {error}.", f"Make its folder writable, or set {VARIABLE}."
        ) from error
    if len(kept) < SHORTEST:
        raise ConfigError(f"{path} holds no key.", f"Remove it and run app.py learning reset, or set {VARIABLE}.")
    return kept.encode()
