"""What the environment says: port, folder, rate, company, manifest, signing secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SAMPLE_COMPANY = Path(__file__).parent / "sample" / "company.json"


@dataclass(frozen=True)
class Settings:
    """The playground's configuration; times in seconds, `rate` in messages a second for one channel."""

    port: int = 8081
    data_dir: Path = Path(".baton")
    rate: float = 1.0
    company: Path = SAMPLE_COMPANY
    manifest: Path | None = None
    signing_secret: str = "playground-signing-secret"
    bot_token: str = "xoxb-playground"
    app_token: str = "xapp-playground"
    verification_token: str = "playground-verification-token"
    ack_seconds: float = 3.0
    retry_seconds: tuple[float, ...] = (1.0, 60.0, 300.0)
    bot_port: int = 8080
    hook_secret: str = ""
    thinking_seconds: float = 12.0
    file_seconds: float = 0.0

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads the variables that the README lists; raises `ValueError` with the name of a variable it cannot use."""
        manifest = environment.get("PLAYGROUND_MANIFEST", "").strip()
        return cls(
            port=int(_number(environment, "PLAYGROUND_PORT", 8081)),
            data_dir=Path(environment.get("BATON_DATA_DIR") or ".baton"),
            rate=_positive(environment, "PLAYGROUND_RATE", 1.0),
            company=Path(environment.get("PLAYGROUND_COMPANY") or SAMPLE_COMPANY),
            manifest=Path(manifest) if manifest else None,
            signing_secret=environment.get("PLAYGROUND_SIGNING_SECRET") or "playground-signing-secret",
            bot_port=int(_number(environment, "BATON_PORT", 8080)),
            hook_secret=environment.get("BATON_HOOK_SECRET", ""),
            thinking_seconds=_number(environment, "PLAYGROUND_THINKING_SECONDS", 12.0),
            file_seconds=_number(environment, "PLAYGROUND_FILE_SECONDS", 0.0),
            retry_seconds=_seconds(environment, "PLAYGROUND_RETRY_SECONDS", (1.0, 60.0, 300.0)),
        )


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    raw = environment.get(name, "").strip()
    if not raw:
        return default
    try:
        return float(raw)
    except ValueError:
        raise ValueError(f"{name} must be a number, not {raw!r}") from None


def _positive(environment: Mapping[str, str], name: str, default: float) -> float:
    value = _number(environment, name, default)
    if not value > 0:
        raise ValueError(f"{name} must be above 0, not {value:g}")
    return value


def _seconds(environment: Mapping[str, str], name: str, default: tuple[float, ...]) -> tuple[float, ...]:
    raw = environment.get(name, "").strip()
    if not raw:
        return default
    try:
        return tuple(float(part) for part in raw.split(","))
    except ValueError:
        raise ValueError(f"{name} must be numbers with commas between them, not {raw!r}") from None
