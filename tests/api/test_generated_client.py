"""A client generated from the description does a whole job: pull policies, push figures, apply."""

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from apps.kpis.models import Observation
from apps.measures.models import Request
from apps.policies.models import Policy
from policytrack.wsgi import application
from tests.api.calling import a_program
from tests.api.in_process import same_connection  # noqa: F401  # a fixture
from tests.api.test_schema import SNAPSHOT
from tests.conftest import PDF, finished, fresh
from tests.kpis.figuring import a_kpi, huangpu
from tests.web.here import of_today

WHY = "not installed yet: script/setup --dev installs what the lock names"
httpx = pytest.importorskip("httpx", reason=WHY)
pytest.importorskip("openapi_python_client", reason=WHY)


@pytest.fixture(scope="module")
def generated(tmp_path_factory) -> Any:
    """The package, generated anew from the snapshot and importable."""
    place = tmp_path_factory.mktemp("generated")
    plain = place / "config.yaml"
    plain.write_text("post_hooks: []\n")
    how = ["--path", str(SNAPSHOT), "--config", str(plain), "--meta", "none"]
    out = ["--output-path", str(place / "officeclient"), "--fail-on-warning"]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *how, *out]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(place))
    yield Path(place)
    sys.path.remove(str(place))


@pytest.mark.usefixtures("generated", "same_connection")
def test_a_whole_job(cast, clause):
    measure, kpi = finished(of_today(cast), clause), a_kpi(cast)
    like = {name: getattr(clause.policy, name) for name in ("level", "kind", "use")}
    for number in range(2):
        Policy.objects.create(code=f"p-{number}", name="政策", **like)
    bureau = cast.agencies["bureau"].pk
    office = Office(a_program(cast).key)
    assert sorted(office.policies()) == sorted(Policy.objects.values_list("code", flat=True))

    figures = [(f"2026-{month:02}", str(month)) for month in range(1, 7)]
    results = office.push(bureau, kpi.pk, huangpu().district_id, figures)
    assert (results.accepted, results.refused) == (6, 0)
    assert [str(each.value) for each in Observation.objects.order_by("period")][-1] == "6.0000"

    wrong = office.push(bureau, kpi.pk, 10**9, figures[:1])
    assert (wrong.status, wrong.code, wrong.field) == (409, "does_not_exist", "items.0.district")

    done = office.apply(measure.pk, bureau)
    assert (done.state, fresh(measure).state) == ("COMPLETING", "COMPLETING")
    assert office.apply(measure.pk, bureau).status == 409
    assert Request.objects.get().kind == "COMPLETE"


class Office:
    """What somebody would write around the generated package."""

    def __init__(self, key: str) -> None:
        from officeclient import AuthenticatedClient

        transport = httpx.WSGITransport(app=application)
        self.client = AuthenticatedClient(
            "http://testserver",
            key,
            raise_on_unexpected_status=True,
            httpx_args={"transport": transport},
        )

    def policies(self) -> list[str]:
        """Page by page, as `next` leads."""
        from officeclient.api.policies import policies_list

        codes, cursor = [], None
        while True:
            more = {"cursor": cursor} if cursor else {}
            page = policies_list.sync(client=self.client, limit=1, **more)
            codes += [row.code for row in page.results]
            if not page.next_:
                return codes
            cursor = httpx.URL(page.next_).params["cursor"]

    def push(self, agency: int, kpi: int, district: int, figures: list[tuple[str, str]]) -> Any:
        from officeclient.api.kpis import observations_bulk_create
        from officeclient.models import FigureRequest, FiguresRequest

        items = [FigureRequest(kpi, period, value, district=district) for period, value in figures]
        body = FiguresRequest(agency, items)
        return observations_bulk_create.sync(client=self.client, body=body)

    def apply(self, measure: int, agency: int) -> Any:
        from officeclient.api.measures import evidence_create, measures_apply, measures_retrieve
        from officeclient.models import AskingRequest, UploadingRequest
        from officeclient.types import File

        file = File(io.BytesIO(PDF), "proof.pdf", "application/pdf")
        piece = evidence_create.sync(client=self.client, body=UploadingRequest(file, agency))
        read = measures_retrieve.sync_detailed(str(measure), client=self.client)
        return measures_apply.sync(
            str(measure),
            client=self.client,
            body=AskingRequest("全部完成", [piece.id]),
            if_match=read.headers["ETag"],
            idempotency_key=f"apply-{measure}-{read.headers['ETag']}",
        )
