"""Tokens over the life of a real process: kept through a kill -9 although the network takes each refresh token once, allowed in a
browser, and told of by `doctor`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.app_process import ROOT, app, environment, free_port, running
from tests.e2e.waiting import until
from tests.fakes.networks.linkedin import PretendLinkedIn
from tests.fakes.networks.pretend import PretendNetwork
from tests.fakes.networks.x import PretendX

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def x() -> Iterator[PretendX]:
    with PretendX() as network:
        yield network


@pytest.fixture
def linkedin() -> Iterator[PretendLinkedIn]:
    with PretendLinkedIn() as network:
        yield network


def configured(folder: Path, network: PretendNetwork, **changes: Any) -> dict[str, str]:
    """The variables of a Baton with this source."""
    settings = {name: value for name, value in {**network.settings, **changes}.items() if value is not None}
    lines = [f"[sources.{network.kind}]", *(f"{name} = {json.dumps(value)}" for name, value in settings.items())]
    config = folder / "baton.toml"
    config.write_text("\n".join(lines))
    return {"BATON_CONFIG": str(config), **network.environment}


def found(data: Path, **more: str) -> list[str]:
    """What doctor says of the source and its tokens."""
    lines = app(data, "doctor", **more).stdout.splitlines()
    return [line for line in lines if "Source" in line or "Access tokens" in line]


def _more_than(network: PretendNetwork, tokens: int) -> bool:
    return network.tokens_given > tokens


def test_a_refresh_token_that_is_taken_once_survives_kills(tmp_path: Path, x: PretendX) -> None:
    data, more = tmp_path / "data", configured(tmp_path, x)
    for life in range(1, 4):
        before = x.tokens_given
        x.end_tokens()
        with running(data, free_port(), 200, **more):
            # Posts are asked for with a token that ended: another is had for the refresh token of the life before.
            until(partial(_more_than, x, before), f"a token is had in life {life}", 90, 0.1)
    said = found(data, **more)
    assert not [line for line in said if "could not be renewed" in line], said
    assert "Access tokens" in " ".join(said)
    for secret in (x._refresh, "refresh-token-first-0001"):
        assert all(secret.encode() not in path.read_bytes() for path in data.rglob("*") if path.is_file())


def test_who_allowed_it_is_asked_again_where_the_permission_was_taken_back(
    tmp_path: Path, linkedin: PretendLinkedIn
) -> None:
    data, more = tmp_path / "data", configured(tmp_path, linkedin, refresh_token_env=None)
    assert "`app.py sources allow linkedin`" in " ".join(found(data, **more))
    code = linkedin.allow()
    words = (sys.executable, str(ROOT / "app.py"), "sources", "allow", "linkedin")
    done = subprocess.run(
        words,
        env=environment(data, **more),
        cwd=tmp_path,
        input=f"{code}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "linkedin may act now." in done.stdout
    assert "The permission ends on" in done.stdout
    assert code not in done.stdout + done.stderr
    assert [line for line in found(data, **more) if not line.startswith("ok")] == []
    linkedin.end_tokens()
    linkedin.refresh_tokens.clear()
    said = " ".join(found(data, **more))
    assert "The provided refresh token is invalid or has been revoked" in said
    assert "(invalid_request)" in said
    assert "`app.py sources allow linkedin` asks the owner of the account" in said


def test_with_another_secret_the_configured_refresh_token_is_used_and_doctor_says_so(
    tmp_path: Path, linkedin: PretendLinkedIn
) -> None:
    data, more = tmp_path / "data", configured(tmp_path, linkedin)
    old, new = "an old secret of sixteen letters".replace(" ", "-"), "quite-another-long-secret"
    found(data, BATON_SECRET=old, **more)
    assert linkedin.tokens_given == 1
    found(data, BATON_SECRET=f"{new} {old}", **more)
    found(data, BATON_SECRET=new, **more)
    assert linkedin.tokens_given == 1
    found(data, BATON_SECRET=old, **more)
    assert linkedin.tokens_given == 2
