"""Colleagues from a file that the company's own directory exports, beside those that baton.toml lists."""

from __future__ import annotations

import re
from pathlib import Path

from bot.config import Config, PersonPart
from bot.domain.people import Role
from bot.errors import ConfigError, UserError
from handlers.admin.table_file import rows

_ROLES = {role.value: role for role in Role}


def with_people(config: Config, folder: Path) -> Config:
    """The configuration with the people of its `people_file`; who is listed in baton.toml is as it says there.

    Columns: `email`, `department` (key or name, or empty), `roles` (or none). Raises `ConfigError` naming the row.
    """
    if not config.company.people_file:
        return config
    path = folder / config.company.people_file
    met = {person.email.casefold() for person in config.people}
    listed = set(met)
    more = []
    try:
        for number, row in enumerate(rows(path), 2):
            person = _person(row, config, f"{path.name}, row {number}")
            name = person.email.casefold()
            if name in met and name not in listed:
                raise ConfigError(
                    f"{path.name}, row {number}: “{person.email}” is there already.", "Leave one of them."
                )
            if name not in met:
                more.append(person)
            met.add(name)
    except UserError as error:
        raise ConfigError(f"company.people_file: {error.message}", error.hint) from error
    return config.model_copy(update={"people": (*config.people, *more)})


def _person(row: dict[str, str], config: Config, where: str) -> PersonPart:
    email = row.get("email", "").strip()
    if "@" not in email:
        raise ConfigError(f"{where}: “{email[:80]}” is no e-mail address.", "The file needs a column `email`.")
    said = row.get("department", "").strip()
    department = config.find_department(said) if said else None
    if said and department is None:
        known = ", ".join(config.departments)
        raise ConfigError(f"{where}: “{said[:80]}” is not among the departments.", f"They are {known}.")
    names = [name for name in re.split(r"[\s,;]+", row.get("roles", "").strip().lower()) if name]
    for name in names:
        if name not in _ROLES:
            raise ConfigError(f"{where}: “{name[:80]}” is no role.", f"They are {', '.join(_ROLES)}.")
    roles = frozenset(_ROLES[name] for name in names)
    return PersonPart(email=email, department=department.key if department is not None else None, roles=roles)
