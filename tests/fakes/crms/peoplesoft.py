"""A pretended PeopleSoft: REST service operations of its Integration Broker, as a company defines them for its people.

From PeopleBooks: “Understanding the PeopleSoft REST Listening Connector” (the address: `/PSIGW/RESTListeningConnector/<node>/
<operation>.<version>`), “Handling Inbound Synchronous Errors” (the `IBResponse` of a refusal), and the record names of PeopleSoft
HCM (PERSONAL_DATA, JOB, DEPT_TBL). Which operations there are, and their documents, is each company's own.
"""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from aiohttp import web

from tests.fakes.crms.loopback import LoopbackCrm

USER, PASSWORD = "BATON", "people-secret"
_LARGEST_PAGE = 200


class PretendPeopleSoft(LoopbackCrm):
    """People may be hired, may move to another department, and may leave."""

    kind = "peoplesoft"

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, dict[str, str]] = {}

    def hire(self, name: str, email: str, department: str, *, active: bool = True) -> str:
        """Somebody who works here; gives the EMPLID."""
        emplid = f"KU{self.next_id():04}"
        self.people[emplid] = {
            "EMPLID": emplid,
            "NAME_DISPLAY": name,
            "EMAIL_ADDR": email,
            "DEPTID": str(10000 + len(department)),
            "DEPT_DESCR": department,
            "HR_STATUS": "A" if active else "I",
        }
        return emplid

    def move(self, emplid: str, department: str) -> None:
        """To another department."""
        self.people[emplid]["DEPT_DESCR"] = department

    async def handle(self, request: web.Request, body: Any) -> web.StreamResponse:
        kind, _, value = request.headers.get("Authorization", "").partition(" ")
        if kind != "Basic" or b64decode(value).decode() != f"{USER}:{PASSWORD}":
            return web.Response(status=401, headers={"WWW-Authenticate": 'Basic realm="PeopleSoft"'})
        if request.method != "GET":
            return _refused("Integration Gateway - Bad or invalid REST method.", 405)
        active = [person for person in self.people.values() if person["HR_STATUS"] == "A"]
        match request.path:
            case "/ACME_PING.v1":
                return web.json_response({"PING": {"OPRID": USER}})
            case "/ACME_PEOPLE.v1":
                asked = request.query.get("EMAIL_ADDR", "")
                # Compared by the database, whose search here ignores case and takes % for anything.
                found = [each for each in active if each["EMAIL_ADDR"].lower() == asked.lower() or asked == "%"]
                return web.json_response({"data": {"EMPLOYEES": found}})
            case "/ACME_STAFF.v1":
                limit = int(request.query.get("LIMIT", "50"))
                if limit > _LARGEST_PAGE:
                    return _refused(f"LIMIT must not be greater than {_LARGEST_PAGE}.", 400)
                after = request.query.get("EMPLID", "")
                page = sorted((each for each in active if each["EMPLID"] > after), key=lambda each: each["EMPLID"])
                return web.json_response({"data": {"EMPLOYEES": page[: min(limit, self.largest_page)]}})
        return _refused("Unable to find a routing corresponding to the incoming request message.", 404)


def _refused(words: str, status: int) -> web.Response:
    said = {"type": "error", "DefaultTitle": "Integration Broker Response", "StatusCode": "20", "MessageID": "535"}
    return web.json_response({"IBResponse": {**said, "DefaultMessage": words}}, status=status)
