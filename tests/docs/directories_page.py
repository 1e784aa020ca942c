"""Writes docs/directories.md from the settings of directories."""

from __future__ import annotations

import inspect

from integrations.directories import DIRECTORIES
from integrations.record import Connection
from tests.docs.configuration_page import settings_table
from tests.docs.crms_page import tables_within

INTRODUCTION = """\
# Directories: who works here, and who is one of our vendors

Written by `make docs` from the connectors to directories; do not edit it here.

A company keeps in other systems than its CRM who works for it and who sells to it. Baton asks them about whoever writes: by the
e-mail addresses that it knows of the author. Nothing is ever written there. A directory is a part `[directories.<name>]` of
[baton.toml](configuration.md#directoriesname); there may be several.

| System | Tells | How it is mapped |
|---|---|---|
| PeopleSoft | who works here, and in which department | [crms/peoplesoft.md](crms/peoplesoft.md) |
| SAP Ariba | who is one of our vendors | [crms/sap_ariba.md](crms/sap_ariba.md) |
| any other with REST and JSON | either | [crms/rest.md](crms/rest.md) has the values and how answers are read |

## On the customer's card

`/baton customer` says *One of our vendors: Kartonwerk* or *Works here, in Logistics*. All directories are asked beside the CRMs and
have the same one and a half seconds; the card does not wait for one that is slower or fails, and says so with another try. Its answer
is kept for ten minutes, in memory alone, and dropped when the customer is forgotten. Somebody without an e-mail address is not asked for.

A colleague is known by the very address; a vendor also by the domain of one. Who sees it is said by
[`[[visibility]]`](configuration.md#visibility), where the field is called `directory`: for those who may not, nothing is asked. Guests and
people of other companies see none of it. `app.py doctor` says whether each directory lets Baton in.

## Departments of colleagues

    python app.py people import people people.csv

writes everybody whom the directory `people` lists to `people.csv`: e-mail, department, and the roles that stood there before. It is the
`people_file` of [`[company]`](configuration.md#company), which Baton reads when it is started; who stands in baton.toml is as it says
there; set it once the file is there. Departments are found by the key or name that they have in baton.toml; those that are not there are named, and their people left
without one until they choose. Who has left the company leaves the file. Run it once a day, and restart Baton when the file has changed:

```sh
0 5 * * *  cd /srv/baton && .venv/bin/python app.py people import people people.csv && systemctl restart baton
```

Without `staff` in the mapping, export the file by other means.
"""


def directories_page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *map(_part, DIRECTORIES)])


def _part(connector: type[Connection]) -> str:
    said = [f'## `kind = "{connector.kind}"`', "", "Needs `url`. Its own settings:", ""]
    said += settings_table(connector.Options)
    for model, names in tables_within(connector.Options, ()).items():
        headings = ", ".join(f"`[directories.<name>.{name}]`" for name in names)
        said += ["", f"### {headings}", "", inspect.cleandoc(model.__doc__ or ""), "", *settings_table(model)]
    return "\n".join(said) + "\n"
