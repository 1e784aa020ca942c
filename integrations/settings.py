"""Reading what baton.toml says of one source or CRM: the settings that only its kind has, and the secrets they name."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from bot.config import Config
from bot.errors import ConfigError


def check_options(
    options: Mapping[str, Any],
    model: type[BaseModel],
    config: Config,
    place: Sequence[str],
    what: str,
    meant: Iterable[str] = (),
) -> None:
    """Raises `ConfigError` with the line, where the options of `what` at `place` do not fit its model.

    `meant` are the names among which a misspelt one is looked for.
    """
    try:
        model.model_validate(options)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        where = config.place(*place, *(str(at) for at in first["loc"]))
        inner = _model_at(model, first["loc"])
        if inner is not model:
            what, meant = f"`{first['loc'][-2]}`", inner.model_fields
        known = ", ".join(sorted(inner.model_fields)) or "none of its own"
        misspelt = first["type"] == "extra_forbidden"
        near = difflib.get_close_matches(str(first["loc"][-1]), list(meant), n=1) if misspelt else []
        hint = f"Did you mean `{near[0]}`? " if near else ""
        said = first["msg"].removeprefix("Value error, ")
        raise ConfigError(
            f"{where}: {said}.", f"{hint}{what[:1].upper()}{what[1:]} has these settings: {known}."
        ) from error


def _model_at(model: type[BaseModel], path: Sequence[str | int]) -> type[BaseModel]:
    """The model of the part in which the setting at `path` stands: the outermost, unless a part within has one of its own."""
    for step in path[:-1]:
        field = model.model_fields.get(str(step))
        within = [each for each in _types(field.annotation) if issubclass(each, BaseModel)] if field is not None else []
        if not within:
            break
        model = within[0]
    return model


def _types(annotation: Any) -> list[type]:
    inner = [found for each in get_args(annotation) for found in _types(each)]
    return [annotation] if isinstance(annotation, type) and not inner else inner


def check_needs(part: BaseModel, options: Mapping[str, Any], needs: Iterable[str], where: str, what: str) -> None:
    """Raises `ConfigError` where a setting is left out without which nothing works."""
    for needed in needs:
        if not (getattr(part, needed, None) or options.get(needed)):
            raise ConfigError(f"{where}: {what} needs `{needed}`.", "Add that line there.")


def secrets_of(settings: Mapping[str, Any], environment: Mapping[str, str]) -> dict[str, str]:
    """The values of the variables that settings ending in `_env` name, by setting; of those that are set."""
    named = {key: str(value) for key, value in settings.items() if key.endswith("_env")}
    return {key: environment[variable] for key, variable in named.items() if environment.get(variable)}
