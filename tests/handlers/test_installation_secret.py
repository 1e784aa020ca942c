"""Where the secret of an installation comes from: the environment first; then, for one process alone, a file of its own."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.errors import ConfigError
from handlers.installation_secret import FILE, derived, secret_of, secrets_of

SQLITE, POSTGRES = "sqlite+aiosqlite:////var/baton.db", "postgresql+asyncpg://baton@db/baton"
SECRET = b"a long secret of this installation"


def test_the_environment_s_secret_is_used_on_either_database(tmp_path: Path) -> None:
    for url in (SQLITE, POSTGRES):
        assert secret_of({"BATON_SECRET": SECRET.decode()}, url, tmp_path) == SECRET
    assert not list(tmp_path.iterdir())


def test_a_single_process_keeps_a_random_one_that_only_it_may_read(tmp_path: Path) -> None:
    made = secret_of({}, SQLITE, tmp_path)
    assert made is not None
    assert len(made) == 64
    assert secret_of({}, SQLITE, tmp_path) == made
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_replicas_share_no_folder(tmp_path: Path) -> None:
    assert secret_of({}, POSTGRES, tmp_path) is None
    assert not list(tmp_path.iterdir())


def test_a_short_secret_is_refused_without_being_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="shorter than 16") as refused:
        secret_of({"BATON_SECRET": "hunter2"}, SQLITE, tmp_path)
    assert "hunter2" not in str(refused.value)


def test_an_empty_file_is_no_key(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("")
    with pytest.raises(ConfigError, match="holds no key"):
        secret_of({}, SQLITE, tmp_path)


def test_while_it_is_changed_there_are_two_and_a_sentence_is_one(tmp_path: Path) -> None:
    new, old = "n" * 32, "o" * 16
    assert secrets_of({"BATON_SECRET": f"{new} {old}"}, POSTGRES, tmp_path) == (new.encode(), old.encode())
    assert secrets_of({"BATON_SECRET": f" {new}\n"}, POSTGRES, tmp_path) == (f" {new}\n".encode(),)
    assert secrets_of({"BATON_SECRET": f"{new} and"}, POSTGRES, tmp_path) == (f"{new} and".encode(),)


def test_a_key_for_one_purpose_is_none_for_another() -> None:
    assert derived(SECRET, b"one") == derived(SECRET, b"one")
    assert len({derived(SECRET, b"one"), derived(SECRET, b"two"), derived(b"another secret", b"one")}) == 3
