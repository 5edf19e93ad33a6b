"""Everybody who may call: a person of each role by the browser, kinds of programs, nobody."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core.actor import Role
from tests.api.calling import BASE, EVERY_SCOPE, a_program
from tests.conftest import PDF, Cast
from tests.measures.cast_of_roles import hold

PEOPLE = {
    "lia": "liaison",
    "dra": "drafter",
    "ule": "unit_leader",
    "uhe": "unit_head",
    "sec": "section_liaison",  # below the lead
    "str": "stranger",  # liaison of the supporting agency
    "dis": "district_liaison",  # of an agency that has no part in it
    "sup": "supervisor",
    "dir": "director",
    "led": "leader",
    "kpi": "kpi_owner",
    "aud": "auditor",
    "adm": "administrator",
    "int": "integrator",
}
PROGRAMS: Mapping[str, tuple[str, str, list[str]]] = {
    "Pro": ("LIAISON", "bureau", EVERY_SCOPE),
    "Rea": ("LIAISON", "bureau", [scope for scope in EVERY_SCOPE if scope.endswith("read")]),
    "Non": ("LIAISON", "bureau", []),
    "Sub": ("LIAISON", "section", EVERY_SCOPE),  # bounded to the agency below
    "Oth": ("LIAISON", "other", EVERY_SCOPE),
}
NOBODY = "nob"
EVERYBODY = (*PEOPLE, *PROGRAMS, NOBODY)
Call = Callable[[str, str, Any], Any]
"""Method, address below /api/v1/, body → the answer."""


def callers(cast: Cast) -> dict[str, Call]:
    """All of them. Whoever writes means a version that there will never be."""
    for name in {"kpi_owner", "integrator"} - set(cast.users):
        cast.users[name] = type(cast.users["liaison"]).objects.create(username=name, name=name)
        hold(cast, name, Role(name.upper()))
    found = {short: _with(cast.signed_in(name)) for short, name in PEOPLE.items()}
    for short, (role, agency, scopes) in PROGRAMS.items():
        program = a_program(cast, role, agency, scopes=scopes, requests_a_minute=1_000_000)
        found[short] = _with(Client(headers={"Authorization": f"Bearer {program.key}"}))
    return {**found, NOBODY: _with(Client())}


def _with(client: Client) -> Call:
    def call(method: str, address: str, body: Any) -> Any:
        where, headers = f"{BASE}/{address}", {"If-Match": '"999999"', "Accept-Language": "en"}
        if method == "GET":
            return client.get(where, headers=headers)
        if address == "evidence":
            file = SimpleUploadedFile("proof.pdf", PDF)
            return client.post(where, {**body, "file": file}, headers=headers)
        data, kind = orjson.dumps(body), "application/json"
        return client.generic(method, where, data, kind, headers=headers)

    return call
