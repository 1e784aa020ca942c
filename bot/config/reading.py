"""Reading baton.toml: every mistake names the line and the mend."""

from __future__ import annotations

import difflib
import tomllib

from pydantic import ValidationError

from bot.config.model import Config, Misfit
from bot.config.parts import Part
from bot.errors import ConfigError
from bot.toml_lines import line_of, unfinished_line


def parse(text: str, name: str = "baton.toml") -> Config:
    """Read a configuration; raises `ConfigError` naming the line and the mend."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said = str(error).replace("(at end of document)", f"(begun at line {unfinished_line(text)})")
        raise ConfigError(f"{name} is not valid TOML: {said}.", "Mend that line and start again.") from error
    try:
        config = Config.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        misfit = first.get("ctx", {}).get("error")
        path = misfit.path if isinstance(misfit, Misfit) else tuple(part for part in first["loc"] if part != "[key]")
        line = line_of(text, path, misfit.value if isinstance(misfit, Misfit) else first["input"])
        where = ".".join(part for part in path if isinstance(part, str)) or "the file"
        message = (
            _SAID.get(first["type"], first["msg"]).removeprefix("Value error, ").replace("Input should", "it should")
        )
        mend = _mend(first["type"], str(path[-1]) if path else "")
        raise ConfigError(f"{name}, line {line}, {where}: {message}.", mend) from error
    config._read_from = (name, text)
    return config


_SAID = {
    "extra_forbidden": "there is no such setting",
    "missing": "it is missing",
    "string_pattern_mismatch": "a key is small letters, digits, - and _, at most 40 of them",
}


def _mend(kind: str, setting: str) -> str:
    if kind == "extra_forbidden":
        known = {field.alias or name for part in Part.__subclasses__() for name, field in part.model_fields.items()}
        near = difflib.get_close_matches(setting, sorted(known), n=1)
        return f"Did you mean `{near[0]}`?" if near else "Look for a misspelling, or leave it out."
    if kind == "missing":
        return f"Add a line `{setting} = …` there."
    return "Mend it and start again."
