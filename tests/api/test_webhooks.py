"""Webhooks: told in order what changed, signed, until it arrives; paused where it never does."""

import json
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.api.models import FeedEpoch, Webhook, WebhookDelivery
from apps.api.webhooks.keeping import add_webhook, keep_webhook, renew_secret, replay, resume
from apps.api.webhooks.sending import (
    A_PASS,
    A_SHARE,
    LEASE,
    LONGEST_PAUSE,
    MOST_MESSAGES,
    PAUSED_AFTER,
    pause_after,
    prune_sent,
    take,
    tell_all,
)
from apps.api.webhooks.signing import signature
from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken
from apps.measures.models import Measure
from docs.verify_webhook import is_ours
from tests.api.calling import a_program
from tests.api.feed_rounds import a_round_ends, rounds  # noqa: F401  # a fixture
from tests.conftest import SET_UP, in_progress
from tests.web.here import of_today

pytestmark = pytest.mark.usefixtures("rounds")


@pytest.fixture
def measure(cast, clause) -> Measure:
    return in_progress(of_today(cast), clause)


def a_webhook(cast, address: str, *, role="LIAISON", agency="bureau", **said) -> tuple:
    """A webhook of a new program, and its secret."""
    a_round_ends()
    account = a_program(of_today(cast), role, agency).account
    webhook = Webhook(account=account, name="hook", **said)
    secret = add_webhook(webhook, address=address, by=SET_UP, at=timezone.now())
    return webhook, secret


def changed(measure: Measure, remark: str = "x") -> None:
    Measure.objects.filter(pk=measure.pk).update(remark=remark)
    a_round_ends()


def told(site) -> list[list[tuple[str, int]]]:
    return [[(r["type"], r["id"]) for r in json.loads(body)["results"]] for _p, body in site.asked]


def tell(**later) -> int:
    return tell_all(clock=lambda: timezone.now() + timedelta(**later))


def test_what_changes_is_brought_once_and_signed(cast, measure, site):
    _webhook, secret = a_webhook(cast, site.url("/ok"))
    a_round_ends()
    assert tell() == 0
    changed(measure)
    assert tell() == 1
    assert tell() == 0
    assert told(site) == [[("measure", measure.pk)]]
    path, body = site.asked[0]
    said = site.headers[0]
    assert (path, said["Content-Type"]) == ("/ok", "application/json")
    delivery = WebhookDelivery.objects.get()
    assert said["Policytrack-Delivery"] == str(delivery.uid)
    assert delivery.sent_at is not None
    now = timezone.now().timestamp()
    assert is_ours(said["Policytrack-Signature"], body, secret, now=now)


def test_whoever_forges_or_repeats_is_found_out():
    at = timezone.now()
    said, now = signature("secret", b"body", at=at), at.timestamp()
    assert is_ours(said, b"body", "secret", now=now)
    assert not is_ours(said, b"another body", "secret", now=now)
    assert not is_ours(said, b"body", "another secret", now=now)
    for skew in (-299, 299):  # the receiver's clock is slow, or fast
        assert is_ours(said, b"body", "secret", now=now + skew)
    for skew in (-301, 301):
        assert not is_ours(said, b"body", "secret", now=now + skew)
    for forged in ("", "t=1", "v1=1", "t=x,v1=y", said.replace("v1=", "v1=0")):
        assert not is_ours(forged, b"body", "secret", now=now)


def test_a_program_is_told_of_what_it_sees_and_asked_for(cast, measure, site):
    a_webhook(cast, site.url("/district"), agency="district")
    a_webhook(cast, site.url("/policies"), kinds=["policy"])
    a_webhook(cast, site.url("/all"))
    measure.clauses.get().policy.save()
    changed(measure)
    assert tell() == 3
    paths = [path for path, _body in site.asked]
    kinds = {path: {k for k, _row in rows} for path, rows in zip(paths, told(site), strict=True)}
    assert kinds == {
        "/district": {"policy"},
        "/policies": {"policy"},
        "/all": {"policy", "measure"},
    }


@pytest.mark.parametrize("word", ["500", "404", "302", "307"])
def test_what_fails_waits_and_comes_first_when_it_is_well(cast, measure, site, word):
    webhook, _secret = a_webhook(cast, site.url(f"/{word}"))
    changed(measure, "first")
    assert tell() == 0
    assert tell() == 0  # not before its pause is over
    assert len(site.asked) == 1
    changed(measure, "second")
    said = {"name": "hook"}
    keep_webhook(webhook, said, address=site.url("/ok"), seen=1, by=SET_UP, at=timezone.now())
    assert tell(minutes=2) == 2
    first, again, second = site.asked
    assert first[1] == again[1] != second[1]
    numbers = [said["Policytrack-Delivery"] for said in site.headers]
    assert numbers[0] == numbers[1] != numbers[2]
    assert Webhook.objects.get().failures == 0
    assert [d.attempts for d in WebhookDelivery.objects.order_by("pk")] == [2, 1]


@pytest.mark.parametrize("word", ["slow", "drip"])
def test_a_slow_receiver_is_not_waited_for(cast, measure, site, settings, word):
    settings.OUTBOUND_PATIENCE = 0.3
    a_webhook(cast, site.url(f"/{word}"))
    changed(measure)
    assert tell() == 0
    assert WebhookDelivery.objects.get().last_error == "TIMEOUT"


def test_what_a_receiver_says_at_length_is_not_kept(cast, measure, site):
    site.answers["500"] = b"x" * 1_000_000
    a_webhook(cast, site.url("/500"))
    changed(measure)
    assert tell() == 0
    assert len(WebhookDelivery.objects.get().last_error) < 300


def test_inside_addresses_are_refused_after_the_name_was_resolved(cast, measure, site, settings):
    settings.OUTBOUND_NETWORKS = []
    a_webhook(cast, site.url("/ok"))
    changed(measure)
    assert tell() == 0
    assert site.asked == []
    assert WebhookDelivery.objects.get().last_error.startswith("FORBIDDEN")


def test_it_is_paused_after_failures_and_goes_on_where_it_was(cast, measure, site):
    webhook, _secret = a_webhook(cast, site.url("/500"))
    changed(measure)
    for day in range(PAUSED_AFTER + 2):
        tell(days=day)
    assert len(site.asked) == PAUSED_AFTER
    webhook.refresh_from_db()
    assert webhook.paused_at is not None
    changed(measure, "meanwhile")
    said = {"name": "hook"}
    keep_webhook(webhook, said, address=site.url("/ok"), seen=1, by=SET_UP, at=timezone.now())
    assert tell(days=30) == 0
    resume(webhook, by=SET_UP, at=timezone.now())
    assert tell() == 2
    with pytest.raises(RuleBroken):
        resume(webhook, by=SET_UP, at=timezone.now())


def test_pauses_grow():
    assert [pause_after(n).seconds // 60 for n in (1, 2, 3, 4)] == [1, 2, 4, 8]
    assert pause_after(PAUSED_AFTER) == pause_after(40) == LONGEST_PAUSE


def test_a_message_is_sent_once_more_under_another_number(cast, measure, site):
    a_webhook(cast, site.url("/ok"))
    changed(measure)
    tell()
    again = replay(WebhookDelivery.objects.get(), by=SET_UP, at=timezone.now())
    with pytest.raises(RuleBroken):
        replay(again, by=SET_UP, at=timezone.now())
    assert tell() == 1
    assert site.asked[0][1] == site.asked[1][1]
    numbers = {said["Policytrack-Delivery"] for said in site.headers}
    assert len(numbers) == 2


def test_whoever_was_killed_leaves_a_message_that_is_sent_when_the_lease_is_over(
    cast, measure, site
):
    webhook, _secret = a_webhook(cast, site.url("/ok"))
    changed(measure)
    now = timezone.now()
    taken = take(webhook.pk, at=now)
    assert take(webhook.pk, at=now) is None
    assert take(webhook.pk, at=now + LEASE).pk == taken.pk


def waiting_for(webhook: Webhook, messages: int) -> None:
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, body="{}", made_at=timezone.now())
        for _n in range(messages)
    )


def test_no_webhook_keeps_the_others_waiting(cast, site):
    busy, _secret = a_webhook(cast, site.url("/busy"))
    other, _secret = a_webhook(cast, site.url("/other"))
    waiting_for(busy, MOST_MESSAGES + 5)
    waiting_for(other, 1)
    assert tell() == MOST_MESSAGES + 1
    assert site.asked[-1][0] == "/other"
    assert tell() == 5


def test_whoever_had_no_turn_comes_first(cast, site):
    """Receivers that take their time: of each its share, of all a pass, then the next one's."""
    hooks = [a_webhook(cast, site.url(f"/{word}"))[0] for word in "abcdefgh"]
    for each in hooks:
        waiting_for(each, 3)
    began = timezone.now()

    def slow() -> datetime:
        """Six seconds go by with each message."""
        return began + timedelta(seconds=6) * len(site.asked)

    tell_all(clock=slow)
    assert [path for path, _body in site.asked[:4]] == ["/a", "/a", "/b", "/b"]
    assert len({path for path, _body in site.asked}) == A_PASS / A_SHARE == 5
    site.asked.clear()
    began += A_PASS * 2
    tell_all(clock=slow)
    assert [path for path, _body in site.asked[:2]] == ["/f", "/f"]


def test_a_feed_that_began_anew_is_told(cast, measure, site):
    a_webhook(cast, site.url("/ok"))
    changed(measure)
    tell()
    FeedEpoch.objects.all().delete()
    assert tell() == 1
    assert json.loads(site.asked[-1][1]) == {"restarted": True, "results": []}
    changed(measure, "after")
    assert tell() == 1
    assert told(site)[-1] == [("measure", measure.pk)]


def test_one_whose_key_is_gone_keeps_no_other_waiting(cast, measure, site, settings):
    """After a restore to a server with another SECRET_KEY, or when a former key was dropped."""
    key = settings.SECRET_KEY
    settings.SECRET_KEY = "another" * 10
    lost, _secret = a_webhook(cast, site.url("/lost"))
    settings.SECRET_KEY = key
    a_webhook(cast, site.url("/ok"))
    changed(measure)
    assert tell() == 1
    assert [path for path, _body in site.asked] == ["/ok"]
    assert lost.deliveries.get().last_error == "KEY_GONE"
    said = {"name": "hook"}
    keep_webhook(lost, said, address=site.url("/ok"), seen=1, by=SET_UP, at=timezone.now())
    renew_secret(lost, by=SET_UP, at=timezone.now())
    assert tell(minutes=2) == 1


def test_after_a_change_of_key_all_are_encrypted_anew_and_the_lost_named(
    cast, measure, site, settings
):
    former, settings.SECRET_KEY = settings.SECRET_KEY, "lost" * 20
    a_webhook(cast, site.url("/lost"))
    settings.SECRET_KEY = former
    webhook, secret = a_webhook(cast, site.url("/ok"))
    Webhook.objects.exclude(pk=webhook.pk).update(name="lost")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, [former]
    said, wrong = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("seal_webhooks_anew", stdout=said, stderr=wrong)
    assert (said.getvalue(), wrong.getvalue()[:5]) == ("1 webhooks encrypted anew.\n", "lost:")
    settings.SECRET_KEY_FALLBACKS = []
    changed(measure)
    assert tell() == 1
    signed, now = site.headers[0]["Policytrack-Signature"], timezone.now().timestamp()
    assert is_ours(signed, site.asked[0][1], secret, now=now)


def test_switched_off_nothing_is_told(cast, measure, site):
    webhook, _secret = a_webhook(cast, site.url("/ok"))
    keep_webhook(webhook, {"active": False}, seen=1, by=SET_UP, at=timezone.now())
    changed(measure)
    assert tell() == 0


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(cast, measure, site):
    webhook, _secret = a_webhook(cast, site.url("/ok"))
    changed(measure)
    tell()
    WebhookDelivery.objects.create(webhook=webhook, body="{}", made_at=timezone.now())
    assert prune_sent(before=timezone.now() - timedelta(days=1)) == 0
    assert prune_sent(before=timezone.now() + timedelta(days=1)) == 1
    assert WebhookDelivery.objects.get().sent_at is None


def test_only_administrators_keep_them_and_secrets_stay_secret(cast, measure, site):
    webhook, secret = a_webhook(cast, site.url("/ok"))
    renewed = renew_secret(webhook, by=SET_UP, at=timezone.now())
    kept = str(Webhook.objects.values()) + str(AuditEvent.objects.values())
    for word in (secret, renewed, "localhost"):
        assert word not in kept
    changed(measure)
    tell()
    said, now = site.headers[0]["Policytrack-Signature"], timezone.now().timestamp()
    assert is_ours(said, site.asked[0][1], renewed, now=now)
    with pytest.raises(NotAllowed):
        renew_secret(webhook, by=cast["director"], at=timezone.now())
    new = Webhook(account=webhook.account, name="x")
    with pytest.raises(NotAllowed):
        add_webhook(new, address="https://x.cn", by=cast["director"], at=timezone.now())
    with pytest.raises(RuleBroken):
        add_webhook(new, address="http://x.cn", by=SET_UP, at=timezone.now())
    new.kinds = ["secret"]
    with pytest.raises(RuleBroken):
        add_webhook(new, address="https://x.cn", by=SET_UP, at=timezone.now())


def test_the_administrator_enters_one_and_sees_the_secret_once(cast, measure, site):
    account = a_program(of_today(cast)).account
    a_round_ends()
    browser = cast.signed_in("administrator")
    form = {"account": account.pk, "name": "hook", "address": site.url("/ok"), "kinds": ["measure"]}
    inline = {f"deliveries-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    page = browser.post("/admin/api/webhook/add/", form | inline | {"active": "on"}, follow=True)
    assert "whsec_" in page.content.decode()
    webhook = Webhook.objects.get()
    assert webhook.kinds == ["measure"]
    changed(measure)
    tell()
    page = browser.get(f"/admin/api/webhook/{webhook.pk}/change/").content.decode()
    assert str(WebhookDelivery.objects.get().uid) in page
    assert "whsec_" not in page
    assert site.url("/ok") not in page
    again = {"seen": 1, "target": WebhookDelivery.objects.get().pk}
    browser.post(f"/admin/api/webhook/{webhook.pk}/act/replay/", again)
    assert tell() == 1
    assert cast.signed_in("supervisor").get("/admin/api/webhook/").status_code == 403


@pytest.mark.parametrize("address", ["https://127.0.0.1/", "https://169.254.169.254/", "https://"])
def test_where_nothing_may_be_sent_is_refused_when_it_is_entered(cast, settings, address):
    """And an inside network is open once the settings name it: the office's own platforms."""
    settings.OUTBOUND_NETWORKS = []
    account = a_program(of_today(cast)).account
    a_round_ends()
    browser, where = cast.signed_in("administrator"), "/admin/api/webhook/add/"
    form = {"account": account.pk, "name": "hook", "address": address, "active": "on"}
    form |= {f"deliveries-{name}_FORMS": 0 for name in ("TOTAL", "INITIAL")}
    page = browser.post(where, form)
    assert page.context["adminform"].form.errors.keys() == {"address"}
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8"]
    browser.post(where, form)
    assert Webhook.objects.exists() == (address == "https://127.0.0.1/")
