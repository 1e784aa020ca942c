"""A Tryton server on a database of its own, and what the company's people enter there: all through its JSON-RPC.

`with TrytonServer(folder) as tryton: tryton.furnish()`; then `maya = tryton.customer("Maya Okafor", "maya@mail.example")`,
`tryton.sale(maya, "Trail 30", "89.90", date(2026, 10, 3))`, `tryton.notes(maya)`. It may be stopped and started again.
"""

from __future__ import annotations

import json
import os
import shutil
from base64 import b64encode
from datetime import date
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from tests.e2e.demo import ROOT, free_ports
from tests.e2e_networks.process import Server

INSTALLED = Path(os.environ.get("TRYTON") or ROOT / ".venv" / "tryton")
"""Where `.ci/need_tryton` puts the server and an empty database."""

DATABASE = "acme"
USER, PASSWORD = "baton", "a-long-enough-passphrase"
_ADMIN_PASSWORD = "tryton-admin-password"


class TrytonServer(Server):
    """Started on loopback; `settings` is the part of baton.toml, with the password in `TRYTON_PASSWORD`."""

    def __init__(self, folder: Path) -> None:
        (port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{port}"
        self.settings = {
            "kind": "tryton",
            "url": self.url,
            "database": DATABASE,
            "user": USER,
            "password_env": "TRYTON_PASSWORD",
        }
        self.environment = {"TRYTON_PASSWORD": PASSWORD}
        self.database = folder / f"{DATABASE}.sqlite"
        shutil.copy(INSTALLED / "empty.sqlite", self.database)
        config = folder / "trytond.conf"
        config.write_text(f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n", "utf-8")
        self._session = ""
        self._furniture: dict[str, int] = {}
        super().__init__(
            [INSTALLED / "bin" / "python", INSTALLED / "bin" / "trytond", "--config", config, "--database", DATABASE],
            folder / "trytond.log",
            lambda: bool(self._ask("/rpc/", "common.server.version", [], "")),
        )

    # The interface, as any client uses it.

    def call(self, method: str, *params: Any) -> Any:
        """What a method answers the administrator, in the company."""
        if not self._session:
            answer = self._ask(f"/{DATABASE}/rpc/", "common.db.login", ["admin", {"password": _ADMIN_PASSWORD}], "")
            number, session, *_ = answer
            self._session = b64encode(f"admin:{number}:{session}".encode()).decode()
        context = {"company": self._furniture["company"]} if "company" in self._furniture else {}
        return self._ask(f"/{DATABASE}/rpc/", method, [*params, context], self._session)

    def log_out(self, session: str) -> None:
        """Ends somebody's session, as when an administrator clears them."""
        self._ask(f"/{DATABASE}/rpc/", "common.db.logout", [], session)

    def _ask(self, path: str, method: str, params: list[Any], session: str) -> Any:
        body = json.dumps({"id": 1, "method": method, "params": params}).encode()
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Session {session}"} if session else {})
        with urlopen(Request(f"{self.url}{path}", body, headers), timeout=30) as answer:
            said = json.loads(answer.read())
        assert "error" not in said, said["error"]
        return said["result"]

    def _create(self, model: str, **values: Any) -> int:
        (made,) = self.call(f"model.{model}.create", [values])
        return int(made)

    def _one(self, model: str, *domain: Any) -> int:
        return int(self.call(f"model.{model}.search", list(domain), 0, 1, None)[0])

    # What people enter.

    def furnish(self) -> None:
        """The company, its currency, and Baton's user, who is in the group Sales and no administrator."""
        here = self._furniture
        here["euro"] = self._create("currency.currency", name="Euro", code="EUR", numeric_code="978", symbol="€")
        itself = self._create("party.party", name="Acme Outdoor")
        company = self._create("company.company", party=itself, currency=here["euro"])
        for_users = {"companies": [["add", [company]]], "company": company}
        self.call("model.res.user.write", [1], for_users)
        sales = self._one("res.group", ["name", "=", "Sales"])
        self._create("res.user", name="Baton", login=USER, password=PASSWORD, groups=[["add", [sales]]], **for_users)
        here["unit"] = self._one("product.uom", ["name", "=", "Unit"])
        of = self._one("ir.model", ["name", "=", "sale.sale"])
        here["complaint"] = self._create("sale.complaint.type", name="Delivery", origin=of)
        here["company"] = company

    def customer(self, name: str, email: str = "", phone: str = "", city: str = "Lyon") -> str:
        """A party with its ways of being reached, and an address; gives its id."""
        ways = [{"type": kind, "value": value} for kind, value in (("email", email), ("phone", phone)) if value]
        address = [["create", [{"city": city}]]]
        return str(self._create("party.party", name=name, contact_mechanisms=[["create", ways]], addresses=address))

    def sale(self, customer: str, product: str, price: str, day: date, *, confirmed: bool = True) -> int:
        """A sale of one piece, quoted and confirmed unless it stays a draft."""
        unit, amount = self._furniture["unit"], {"__class__": "Decimal", "decimal": price}
        template = self._create(
            "product.template",
            name=product,
            type="goods",
            default_uom=unit,
            sale_uom=unit,
            list_price=amount,
            salable=True,
            products=[["create", [{}]]],
        )
        piece = self._one("product.product", ["template", "=", template])
        address = self._one("party.address", ["party", "=", int(customer)])
        line = {"type": "line", "product": piece, "quantity": 1, "unit": unit, "unit_price": amount}
        sale = self._create(
            "sale.sale",
            company=self._furniture["company"],
            currency=self._furniture["euro"],
            party=int(customer),
            invoice_address=address,
            shipment_address=address,
            sale_date={"__class__": "date", "year": day.year, "month": day.month, "day": day.day},
            lines=[["create", [line]]],
        )
        if confirmed:
            self.call("model.sale.sale.quote", [sale])
            self.call("model.sale.sale.confirm", [sale])
        return sale

    def complaint(self, sale: int, customer: str, words: str, day: date) -> int:
        """A complaint about a sale."""
        return self._create(
            "sale.complaint",
            company=self._furniture["company"],
            customer=int(customer),
            type=self._furniture["complaint"],
            origin=f"sale.sale,{sale}",
            description=words,
            date={"__class__": "date", "year": day.year, "month": day.month, "day": day.day},
        )

    def note(self, customer: str, words: str) -> int:
        """A note by a person of the company."""
        return self._create("ir.note", resource=f"party.party,{customer}", message=words)

    def merge(self, customer: str, into: str) -> None:
        """Replaces a party by another, with the wizard that people use for it."""
        session, start, _ = self.call("wizard.party.replace.create")
        chosen = {start: {"source": int(customer), "destination": int(into)}}
        self.call("wizard.party.replace.execute", session, chosen, "replace")

    def called(self, customer: str) -> str:
        """The name of a party."""
        (row,) = self.call("model.party.party.read", [int(customer)], ["name"])
        return str(row["name"])

    def notes(self, customer: str) -> list[str]:
        """The notes on a party, oldest first."""
        on = [["resource", "=", f"party.party,{customer}"]]
        rows = self.call("model.ir.note.search_read", on, 0, None, [["id", "ASC"]], ["message"])
        return [str(row["message"]) for row in rows]
