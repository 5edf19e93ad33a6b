"""A message to a webhook, by a real worker that is killed while the receiver thinks about it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.api.models import Webhook, WebhookDelivery
from apps.api.webhooks.keeping import keep_webhook
from apps.measures.models import Measure
from docs.verify_webhook import is_ours
from policytrack.celery import app
from tests.api.test_feed_mirror import wait_for_the_horizon
from tests.api.test_webhooks import a_webhook
from tests.conftest import SET_UP, in_progress
from tests.reminders.processes import client_of, is_idle, running, surroundings
from tests.reminders.test_worker_and_beat import database_of_broker, wait_until
from tests.web.here import of_today

pytestmark = pytest.mark.django_db(transaction=True)
BROKER = 8
"""The broker's database that is this test's own."""


def a_worker(authority: str):
    """One process, so that nothing of it is left when it is killed."""
    said = surroundings(0) | {
        "CELERY_BROKER_URL": database_of_broker(BROKER),
        "OUTBOUND_CA_FILE": authority,
        "OUTBOUND_NETWORKS": "127.0.0.0/8,::1/128",
    }
    return running("-m", "celery", "-A", "policytrack", "worker", "--pool=solo", settings=said)


def told_to_tell() -> None:
    with app.connection_for_write(database_of_broker(BROKER)) as line:
        app.send_task("apps.api.tasks.tell_webhooks", connection=line)


def minutes_go_by() -> None:
    """Until the lease, or the pause after a failure, is over."""
    Webhook.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))


def test_a_killed_worker_sends_the_same_message_again(cast, clause, site):
    measure = in_progress(of_today(cast), clause)
    wait_for_the_horizon()
    webhook, secret = a_webhook(cast, site.url("/slow"))
    Measure.objects.filter(pk=measure.pk).update(remark="x")
    wait_for_the_horizon()
    with a_worker(site.authority.file):
        told_to_tell()
        wait_until(lambda: site.asked)  # it arrived; the answer has not
    delivery = WebhookDelivery.objects.get()
    assert (delivery.attempts, delivery.sent_at) == (1, None)
    queues = client_of(database_of_broker(BROKER), BROKER)
    queues.flushdb()  # the task that was killed is not handed out again

    with a_worker(site.authority.file):
        told_to_tell()
        wait_until(lambda: is_idle(queues))
        assert len(site.asked) == 1  # it may still be on its way: the lease holds
        said = {"name": "hook"}
        keep_webhook(webhook, said, address=site.url("/500"), seen=1, by=SET_UP, at=timezone.now())
        minutes_go_by()
        told_to_tell()
        wait_until(lambda: Webhook.objects.get().failures == 1)
        pause = Webhook.objects.get().next_attempt_at - timezone.now()
        assert timedelta(seconds=30) < pause <= timedelta(minutes=1)
        keep_webhook(webhook, said, address=site.url("/ok"), seen=2, by=SET_UP, at=timezone.now())
        minutes_go_by()
        told_to_tell()
        wait_until(lambda: WebhookDelivery.objects.get().sent_at)
    assert WebhookDelivery.objects.get().attempts == 3
    assert Webhook.objects.get().failures == 0
    numbers = {headers["Policytrack-Delivery"] for headers in site.headers}
    assert numbers == {str(delivery.uid)}
    bodies = {body for _path, body in site.asked}
    assert bodies == {delivery.body.encode()}
    for headers in site.headers:
        now = timezone.now().timestamp()
        assert is_ours(headers["Policytrack-Signature"], delivery.body.encode(), secret, now=now)
