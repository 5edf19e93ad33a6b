"""The works of the interface for programs, through the web server's handler, beside their floor.

The floor is a bare view under the same handler and middleware: it looks the token up, asks the same
rows of the same visibility by SQL by hand, and writes them with orjson.
"""

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import orjson
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from apps.accounts.models import SCOPES, ServiceAccount
from apps.accounts.operations import add_service_account, issue_token
from apps.accounts.operations.service_accounts import hash_of
from apps.agencies.models import Agency
from apps.core import paging
from apps.measures.lights import REASONS
from apps.measures.models import Measure, State
from policytrack import urls
from script.benching.data import NOW, SET_UP
from script.benching.timing import Work
from script.benching.works import ALL, LIGHT, OWN

PAGE = 100
COLUMNS = [
    "id",
    "code",
    "title",
    "title_en",
    "category",
    "state",
    "parent_id",
    "weight",
    "basis",
    "target_quantity",
    "quantity_unit",
    "cadence",
    "standing",
    "restricted",
    "reported_progress",
    "approved_progress",
    "due_on",
    "original_due_on",
    "extensions",
    "issued_on",
    "acknowledge_due_on",
    "acknowledged_on",
    "next_report_due_on",
    "review_waiting_since",
    "completion_applied_on",
    "completion_verified_on",
    "closed_on",
    "suspended_on",
    "review_on",
    "cancelled_on",
    "first_overdue_on",
    "changed_at",
    "version",
]
ROWS = f"""
    SELECT {", ".join(f"m.{column}" for column in [*COLUMNS, *REASONS])}, {LIGHT} AS light,
           a.id, a.code, a.name, a.name_en,
           (SELECT coalesce(json_agg(json_build_object('id', b.id, 'code', b.code, 'name', b.name,
                                                       'name_en', b.name_en)), '[]')
            FROM measures_support s JOIN agencies_agency b ON b.id = s.agency_id
            WHERE s.measure_id = m.id)
    FROM measures_measure m LEFT JOIN agencies_agency a ON a.id = m.lead_id
    WHERE {{whose}} {{more}} ORDER BY m.code, m.id LIMIT {PAGE + 1}
"""
TOKEN = """
    SELECT s.user_id, s.agency_id, s.scopes FROM accounts_servicetoken t
    JOIN accounts_serviceaccount s ON s.id = t.account_id
    JOIN accounts_user u ON u.id = s.user_id JOIN agencies_agency a ON a.id = s.agency_id
    WHERE t.sha256 = %s AND t.revoked_at IS NULL AND t.expires_at > now() AND s.in_use
"""
FILTERED = "AND m.state = 'IN_PROGRESS' AND a.path && ARRAY[%(lead)s]::bigint[]"


@dataclass(frozen=True)
class Program:
    """A service account, and its calls through the handler."""

    account: ServiceAccount
    key: str
    handler: WSGIHandler

    def call(self, address: str, *, body: Any = None, version: int | None = None) -> bytes:
        where, _question, query = address.partition("?")
        sent = b"" if body is None else orjson.dumps(body)
        environ = {
            "REQUEST_METHOD": "GET" if body is None else "POST",
            "PATH_INFO": where,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "80",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(sent),
            "CONTENT_LENGTH": str(len(sent)),
            "CONTENT_TYPE": "application/json",
            "HTTP_ACCEPT": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {self.key}",
        }
        if version is not None:
            environ["HTTP_IF_MATCH"] = f'"{version}"'
        said: list[str] = []
        begin: Any = lambda status, _headers: said.append(status)  # noqa: E731  # the whole of it
        answer = self.handler(environ, begin)
        content = b"".join(answer)
        if not said[0].startswith("2"):
            raise RuntimeError(f"{address}: {said[0]} {content[:500]!r}")
        return content


def all_of(named: Sequence[str]) -> list[Work]:
    """Those whose name contains one of the words, or all."""
    logging.disable(logging.INFO)  # a line a request would be most of what is measured
    addresses: list[Any] = urls.urlpatterns
    addresses.append(path("api/floor/<str:kind>", _floor))
    handler = WSGIHandler()
    office = _program(handler, "SUPERVISOR", "office")
    bureau = _program(handler, "LIAISON", "bureau")
    works = [
        *_lists("supervisor", office),
        *_lists("liaison", bureau),
        Work("API report written", _writing(bureau, _reported), _writing(bureau, _by_hand), 8),
    ]
    return [work for work in works if not named or any(word in work.name for word in named)]


def _lists(name: str, program: Program) -> Iterator[Work]:
    lead = Agency.objects.get(code="bureau").pk
    whose = "all" if program.account.role == "SUPERVISOR" else "own"
    first = partial(program.call, "/api/v1/measures")
    chosen = f"/api/v1/measures?state=IN_PROGRESS&lead={lead}"
    yield Work(
        f"API list of {PAGE} ({name})", first, partial(program.call, f"/api/floor/{whose}"), 4
    )
    floor = partial(program.call, f"/api/floor/{whose}?lead={lead}")
    yield Work(f"API filtered list ({name})", partial(program.call, chosen), floor, 6)
    if whose == "all":
        yield Work(
            "API list at nine tenths of its depth", partial(program.call, _deep()), first, 1.2
        )


def _program(handler: WSGIHandler, role: str, agency: str) -> Program:
    account = add_service_account(
        f"bench-{role}".lower(),
        name=role,
        agency=Agency.objects.get(code=agency),
        role=role,
        scopes=[scope for scope, _label in SCOPES],
        requests_a_minute=1_000_000,
        by=SET_UP,
        at=NOW,
    )
    return Program(account, issue_token(account, by=SET_UP, at=timezone.now()), handler)


def _deep() -> str:
    codes = Measure.objects.order_by("code").values_list("code", "pk")
    key = codes[Measure.objects.count() * 9 // 10]
    return (
        f"/api/v1/measures?cursor=n.{paging._written(key, 'code')}"  # the place of a page is signed
    )


@csrf_exempt
def _floor(request: HttpRequest, kind: str) -> HttpResponse:
    """Look the token up, then ask or write."""
    with connection.cursor() as cursor:
        key = request.headers["Authorization"].partition(" ")[2]
        cursor.execute(TOKEN, [hash_of(key)])
        user, agency, _scopes = cursor.fetchone()
        if kind == "report":
            _write(user, int(request.GET["pk"]))
            return HttpResponse(b"{}", "application/json")
        lead = request.GET.get("lead")
        sql = ROWS.format(
            whose=f"({ALL} AND NOT m.restricted)" if kind == "all" else OWN,
            more=FILTERED if lead else "",
        )
        cursor.execute(sql, {"day": timezone.localdate(), "agencies": [agency], "lead": lead})
        rows = [_row(values) for values in cursor.fetchall()]
    return HttpResponse(orjson.dumps({"results": rows}, default=str), "application/json")


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    row = dict(zip([*COLUMNS, *REASONS, "light"], values, strict=False))
    row["lead"] = dict(zip(("id", "code", "name", "name_en"), values[-5:-1], strict=True))
    row["supporters"] = values[-1]
    return row


# --- A report -----------------------------------------------------------------------------

Report = Callable[[Program, int, int], object]


def _writing(program: Program, write: Report) -> Callable[[], object]:
    """Each call reports on another measure of the bureau's."""
    led = Measure.objects.filter(lead__code="bureau", state=State.IN_PROGRESS, parent=None)
    numbers = count(0 if write is _reported else 1, 2)
    found = list(led.filter(restricted=False).order_by("pk").values_list("pk", "version"))

    def run() -> object:
        return write(program, *found[next(numbers) % len(found)])

    return run


def _reported(program: Program, pk: int, version: int) -> object:
    body = {"summary": "完成十家企业改造", "progress": "100"}
    return program.call(f"/api/v1/measures/{pk}/report", body=body, version=version)


def _by_hand(program: Program, pk: int, version: int) -> object:
    return program.call(f"/api/floor/report?pk={pk}", body={})


@transaction.atomic
def _write(user: int, pk: int) -> None:
    """The same rows: the report, the measure's columns, the line of the trail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM measures_measure WHERE id = %s FOR UPDATE", [pk])
        cursor.execute(
            "INSERT INTO measures_progressreport (measure_id, number, agency_id, period_due_on,"
            " basis, progress, no_change, summary, problems, next_step, explanation,"
            " submitted_by_id, submitted_by_name, submitted_at, confirmed_by_name)"
            " SELECT id, 900, lead_id, next_report_due_on, basis, 100, false, 'x', '', '', '', %s,"
            " 'x', now(), '' FROM measures_measure WHERE id = %s ON CONFLICT DO NOTHING",
            [user, pk],
        )
        cursor.execute(
            "UPDATE measures_measure SET reported_progress = 100, version = version + 1,"
            " changed_at = now(), review_waiting_since = now() WHERE id = %s",
            [pk],
        )
        cursor.execute(
            "INSERT INTO audit_auditevent (at, act, actor_id, actor_name, subject_type, subject_id,"
            " subject_label, changes, note, restricted, address, trace)"
            " VALUES (now(), 'x', %s, 'x', 'measures.measure', %s, 'x', '{}', '', false, '', '')",
            [user, pk],
        )
