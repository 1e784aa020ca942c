"""What the environment and baton.toml say, read once and checked: every mistake names the variable and the mend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from bot.config import Config, parse
from bot.errors import ConfigError
from handlers.admin.demo import environment_of_running_demo
from handlers.admin.people_file import with_people


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings of an installation. `environment` holds the variables themselves, secrets among them."""

    data_dir: Path
    host: str
    port: int
    database_url: str
    slack_rate: float
    config: Config
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """From the environment; raises `ConfigError`."""
        data_dir = Path(environment.get("BATON_DATA_DIR") or ".baton").resolve()
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigError(
                f"{data_dir} cannot be made: {error.strerror}.", "Set BATON_DATA_DIR to a folder."
            ) from error
        environment = {**environment_of_running_demo(data_dir), **environment}
        named = environment.get("BATON_CONFIG")
        path = Path(named) if named else Path("baton.toml")
        if named and not path.is_file():
            raise ConfigError(f"BATON_CONFIG names {named}, which is not a file.", "Mend the path.")
        config = _configuration(path) if path.is_file() else Config()
        port = environment.get("BATON_PORT") or "8080"
        if not (port.isascii() and port.isdigit()) or not 0 <= int(port) < 65536:
            raise ConfigError(f"BATON_PORT is “{port}”.", "Set a port number like 8080.")
        url = environment.get("BATON_DATABASE_URL") or f"sqlite+aiosqlite:///{data_dir / 'baton.db'}"
        host = environment.get("BATON_HOST") or "127.0.0.1"
        return cls(data_dir, host, int(port), url, _rate(environment), config, environment)


def _configuration(path: Path) -> Config:
    try:
        config = parse(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeError) as error:
        raise ConfigError(f"{path} cannot be read: {error}.", "Make it a readable text file in UTF-8.") from error
    return with_people(config, path.parent)


def _rate(environment: Mapping[str, str]) -> float:
    said = environment.get("BATON_SLACK_RATE") or "1"
    try:
        rate = float(said)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e6:
        raise ConfigError(f"BATON_SLACK_RATE is “{said}”.", "Set a number above 0; 1 is what Slack takes.")
    return rate
