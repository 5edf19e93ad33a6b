"""Programs keep their own webhooks: made, tried, paused, renewed, sent again; nobody else's."""

import json
import socket
import time
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from apps.accounts.standing import Standing
from apps.api import throttles
from apps.api.models import Webhook, WebhookDelivery
from apps.api.webhooks import keeping, sending
from apps.audit.models import AuditEvent
from docs.verify_webhook import is_ours
from tests.api.calling import Caller, a_program
from tests.api.feed_rounds import a_round_ends, rounds  # noqa: F401  # a fixture
from tests.api.test_webhooks import changed, measure, tell  # noqa: F401  # likewise
from tests.conftest import SET_UP

pytestmark = pytest.mark.usefixtures("rounds")
PUBLIC = "https://8.8.8.8/hook"


@pytest.fixture
def program(cast) -> Caller:
    a_round_ends()
    return a_program(cast)


def made(program: Caller, address: str = PUBLIC, **said: Any) -> Any:
    return program.post("webhooks", {"name": "平台", "address": address} | said)


def led_to(address: str, program: Caller, **said: Any) -> Any:
    """The program's webhook, led by an administrator into a network of the office."""
    answer = made(program, **said).json()
    webhook = Webhook.objects.get(pk=answer["webhook"])
    keeping.keep_webhook(webhook, {}, address=address, seen=1, by=SET_UP, at=timezone.now())
    return answer


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
    said = led_to(site.url("/ok"), program)
    answer = program.post(f"webhooks/{said['webhook']}/ping").json()
    nothing = {"trouble": "", "reason": "", "status": None}
    assert answer == {"webhook": said["webhook"], "arrived": True} | nothing
    _path, body = site.asked[0]
    assert json.loads(body) == {"restarted": False, "results": [], "ping": True}
    signed = site.headers[0]["Policytrack-Signature"]
    assert is_ours(signed, body, said["secret"], now=time.time())
    assert not WebhookDelivery.objects.exists()


def test_what_it_meets_is_said_and_not_what_was_answered(program, measure, site, settings):  # noqa: F811  # the fixture
    """Whoever chose the address would read what lies in a network that it does not reach."""
    site.answers["500"] = b"of the house"
    webhook = led_to(site.url("/500"), program, kinds=["measure"])["webhook"]
    answer = program.post(f"webhooks/{webhook}/ping").json()
    met = {
        "trouble": "BUSY",
        "reason": "The server asked to try again later.",
        "status": 500,
    }
    assert answer == {"webhook": webhook, "arrived": False} | met
    changed(measure)
    tell()
    (row,) = program.get("webhook-deliveries").json()["results"]
    assert {name: row[name] for name in met} == met
    assert "of the house" in WebhookDelivery.objects.get().last_error
    assert "of the house" not in json.dumps(row)
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
    led_to(site.url("/ok"), program, kinds=["measure"])
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


def test_networks_of_the_office_are_open_to_administrators_only(program, site):
    refused = made(program, site.url("/ok"))
    assert refused.json()["code"] == "address_forbidden"
    webhook = led_to(site.url("/ok"), program)["webhook"]
    assert program.post(f"webhooks/{webhook}/ping").json()["arrived"] is True
    row = Webhook.objects.get()
    keeping.keep_webhook(
        row,
        {},
        address=site.url("/ok"),  # by a name that led outside when it was looked up
        seen=2,
        by=of_program(program),
        at=timezone.now(),
    )
    inside = program.post(f"webhooks/{webhook}/ping")
    assert (inside.status_code, inside.json()["code"]) == (409, "address_forbidden")
    assert len(site.asked) == 1


def of_program(program: Caller) -> Standing:
    return Standing.of_service(program.account, on=timezone.localdate())


def test_no_way_around_the_scope_of_the_feed(cast, program, measure, site):  # noqa: F811  # the fixture
    without = a_program(cast, scopes=["webhooks:read", "webhooks:write", "measures:read"])
    refused = made(without)
    assert (refused.status_code, refused.json()["field"]) == (409, "account")
    assert "changes:read" in refused.json()["detail"]
    led_to(site.url("/ok"), program)
    account, scopes = program.account, list(program.account.scopes)
    account.scopes = [scope for scope in scopes if scope != "changes:read"]
    account.save()
    changed(measure)
    assert tell() == 0
    assert (site.asked, WebhookDelivery.objects.count()) == ([], 0)
    account.scopes = scopes
    account.save()
    assert tell() == 1  # nothing was lost


def test_a_program_has_so_many_and_no_more(cast, program):
    for _each in range(keeping.MOST):
        assert made(program).status_code == 201
    beyond = made(program)
    assert (beyond.status_code, beyond.json()["code"]) == (409, "rule_broken")
    assert beyond.json()["detail"].startswith("A program has at most 10 webhooks")
    assert made(a_program(cast, agency="other")).status_code == 201


def test_whoever_tries_it_is_answered_soon_and_not_too_often(program, site, settings, monkeypatch):
    settings.OUTBOUND_PATIENCE = 60
    monkeypatch.setattr(sending, "PING_PATIENCE", 0.2)
    monkeypatch.setattr(throttles, "PINGS", 2)
    monkeypatch.setattr(throttles.time, "time", lambda: 1_800_000_000.0)
    where = f"webhooks/{led_to(site.url('/slow'), program)['webhook']}/ping"
    assert program.post(where).json()["trouble"] == "TIMEOUT"
    assert program.post(where).status_code == 200
    often = program.post(where)
    assert (often.status_code, often["Retry-After"]) == (429, "60")
    assert program.get("webhooks").status_code == 200


def test_no_key_where_the_answer_is_not_kept(program):
    key = {"Idempotency_Key": "once"}
    refused = program.post("webhooks", {"name": "x", "address": PUBLIC}, **key)
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid_key")
    assert not Webhook.objects.exists()
    webhook = Webhook.objects.get(pk=made(program).json()["webhook"])
    for name in ("renew-secret", "ping"):
        answer = program.post(f"webhooks/{webhook.pk}/{name}", **key)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_key")
    assert Webhook.objects.get().secret_encrypted == webhook.secret_encrypted
    first = program.post(f"webhooks/{webhook.pk}/pause", **key)
    again = program.post(f"webhooks/{webhook.pk}/pause", **key)
    assert (first.status_code, again.content) == (200, first.content)
    assert again["Idempotent-Replayed"] == "true"


def test_a_name_is_looked_up_before_anything_is_open(program, monkeypatch):
    webhook, open_ones = made(program).json()["webhook"], []
    looked_up = socket.getaddrinfo

    def getaddrinfo(*asked: Any, **more: Any) -> Any:
        if asked[0] == "8.8.4.4":
            open_ones.append(list(connection.savepoint_ids))
        return looked_up(*asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    tag, before = program.get(f"webhooks/{webhook}")["ETag"], list(connection.savepoint_ids)
    moved = {"address": "https://8.8.4.4/"}
    key = {"If_Match": tag, "Idempotency_Key": "moved"}
    assert program("PATCH", f"webhooks/{webhook}", moved, **key).status_code == 200
    assert open_ones == [before]
