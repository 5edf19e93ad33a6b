"""Programs keep their own webhooks: made, tried, paused, renewed, sent again; nobody else's."""

import json
import time
from typing import Any

import pytest

from apps.api.models import Webhook, WebhookDelivery
from apps.audit.models import AuditEvent
from docs.verify_webhook import is_ours
from tests.api.calling import Caller, a_program
from tests.api.feed_rounds import a_round_ends, rounds  # noqa: F401  # a fixture
from tests.api.test_webhooks import changed, measure, tell  # noqa: F401  # likewise

pytestmark = pytest.mark.usefixtures("rounds")
PUBLIC = "https://8.8.8.8/hook"


@pytest.fixture
def program(cast) -> Caller:
    a_round_ends()
    return a_program(cast)


def made(program: Caller, address: str = PUBLIC, **said: Any) -> Any:
    return program.post("webhooks", {"name": "平台", "address": address} | said)


def test_a_secret_is_shown_once(program):
    answer = made(program, kinds=["measure", "report"])
    webhook = Webhook.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {"webhook": webhook.pk, "secret": answer.json()["secret"]}
    (row,) = program.get("webhooks").json()["results"]
    assert (row["kinds"], row["active"], row["paused_at"]) == (["measure", "report"], True, None)
    shown = program.get("webhooks").content + program.get(f"webhooks/{webhook.pk}").content
    assert answer.json()["secret"].encode() not in shown
    assert b"8.8.8.8" not in shown
    renewed = program.post(f"webhooks/{webhook.pk}/renew-secret").json()["secret"]
    assert renewed != answer.json()["secret"]
    events = AuditEvent.objects.about(webhook).order_by("id")
    assert [event.act for event in events] == ["api.add_webhook", "api.renew_webhook_secret"]
    assert {event.actor_name for event in events} == {"bureau platform"}


@pytest.mark.parametrize(
    "address",
    ["https://10.1.2.3/x", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/"],
)
def test_an_address_inside_is_a_problem(program, address):
    refused = made(program, address)
    assert (refused.status_code, refused.json()["code"]) == (409, "address_forbidden")
    assert refused.json()["field"] == "address"
    assert not Webhook.objects.exists()
    webhook = made(program).json()["webhook"]
    tag = program.get(f"webhooks/{webhook}")["ETag"]
    moved = program("PATCH", f"webhooks/{webhook}", {"address": address}, If_Match=tag)
    assert moved.json()["code"] == "address_forbidden"


@pytest.mark.parametrize(
    ("wrong", "status", "field"),
    [
        ({"address": "http://8.8.8.8/"}, 409, "address"),
        ({"address": "nowhere"}, 409, "address"),
        ({"kinds": ["secrets"]}, 422, "kinds.0"),
        ({"name": ""}, 422, "name"),
    ],
)
def test_what_cannot_be_a_webhook_is_named(program, wrong, status, field):
    answer = program.post("webhooks", {"name": "x", "address": PUBLIC} | wrong)
    assert (answer.status_code, answer.json()["field"]) == (status, field)


def test_what_is_said_of_one_is_changed_on_its_version(program):
    webhook = made(program).json()["webhook"]
    tag = program.get(f"webhooks/{webhook}")["ETag"]
    done = program("PATCH", f"webhooks/{webhook}", {"kinds": ["report"]}, If_Match=tag)
    assert (done.status_code, Webhook.objects.get().kinds) == (200, ["report"])
    stale = program("PATCH", f"webhooks/{webhook}", {"name": "x"}, If_Match=tag)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale")


def test_it_is_tried_before_anything_changes(program, site):
    said = made(program, site.url("/ok")).json()
    answer = program.post(f"webhooks/{said['webhook']}/ping").json()
    assert (answer["arrived"], answer["trouble"]) == (True, "")
    _path, body = site.asked[0]
    assert json.loads(body) == {"restarted": False, "results": [], "ping": True}
    signed = site.headers[0]["Policytrack-Signature"]
    assert is_ours(signed, body, said["secret"], now=time.time())
    assert not WebhookDelivery.objects.exists()


def test_what_it_meets_is_said(program, site, settings):
    webhook = made(program, site.url("/500")).json()["webhook"]
    assert program.post(f"webhooks/{webhook}/ping").json()["arrived"] is False
    settings.OUTBOUND_NETWORKS = []
    inside = program.post(f"webhooks/{webhook}/ping")
    assert (inside.status_code, inside.json()["code"]) == (409, "address_forbidden")


def test_it_rests_and_goes_on(program):
    where = f"webhooks/{made(program).json()['webhook']}"
    assert program.post(f"{where}/resume").status_code == 409
    assert program.post(f"{where}/pause").json()["paused_at"]
    assert not Webhook.objects.at_work().exists()
    assert program.post(f"{where}/pause").status_code == 409
    assert program.post(f"{where}/resume").json()["paused_at"] is None
    assert Webhook.objects.at_work().exists()


def test_what_was_sent_is_read_and_sent_again(program, measure, site):  # noqa: F811  # the fixture
    made(program, site.url("/ok"), kinds=["measure"])
    changed(measure)
    tell()
    rows = program.get("webhook-deliveries").json()["results"]
    (row,) = [each for each in rows if each["sent_at"]]
    assert json.loads(row["body"])["results"][0]["type"] == "measure"
    again = program.post(f"webhook-deliveries/{row['id']}/replay")
    assert again.status_code == 201
    assert program.get(again["Location"]).json()["replay_of"] == row["id"]
    waiting = program.post(f"webhook-deliveries/{again.json()['delivery']}/replay")
    assert waiting.status_code == 409


def test_nobody_else_s(cast, program):
    webhook = made(program).json()["webhook"]
    other = a_program(cast, agency="other")
    assert other.get("webhooks").json()["results"] == []
    for name in ("ping", "pause", "resume", "renew-secret"):
        assert other.post(f"webhooks/{webhook}/{name}").status_code == 404
    reader = a_program(cast, scopes=["webhooks:read"])
    assert made(reader).json()["code"] == "out_of_scope"
    person = cast.signed_in("administrator").post(
        "/api/v1/webhooks", {"name": "x", "address": PUBLIC}, content_type="application/json"
    )
    assert (person.status_code, person.json()["code"]) == (403, "programs_only")
