"""A real worker, a real broker, a real mail server, and two beats where one was meant."""

import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from django.conf import settings
from django.core.cache.backends.redis import RedisCache
from django.utils import timezone

from apps.reminders import operation
from apps.reminders.models import Delivery
from tests.reminders.mornings import TUESDAY, mails, measures, told
from tests.reminders.processes import running, surroundings

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 60.0
"""Seconds; processes of Celery start slowly on a busy machine."""


def database_of_broker(number: int) -> str:
    """The same server, where no other test is."""
    url = settings.CELERY_BROKER_URL
    by_socket = re.sub(r"virtual_host=\d+", f"virtual_host={number}", url)
    return by_socket if by_socket != url else re.sub(r"/\d+$", f"/{number}", url)


@pytest.fixture
def celery(postbox, tmp_path) -> Iterator[None]:
    """One worker of two processes, and two beats that know nothing of each other."""
    said = surroundings(postbox.port) | {"CELERY_BROKER_URL": database_of_broker(5)}
    app = ("-m", "celery", "-A", "tests.reminders.quick_beat")
    with ExitStack() as processes:
        for name in ("one", "two"):
            beat = (*app, "beat", "--schedule", str(tmp_path / name), "--pidfile=")
            processes.enter_context(running(*beat, settings=said))
        worker = (*app, "worker", "--concurrency=2", "--without-gossip", "--without-mingle")
        processes.enter_context(running(*worker, settings=said))
        yield


def wait_until(happened: Callable[[], object], patience: float = PATIENCE) -> None:
    until = time.monotonic() + patience
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.2)


def test_two_beats_and_two_senders_send_each_letter_once(
    everybody_has_mail, clause, postbox, celery
):
    measures(everybody_has_mail, clause)
    told(TUESDAY)
    cache = RedisCache(os.environ["CACHE_URL"], {})
    wait_until(lambda: mails().filter(state="SENT").count() == 2)
    first = cache.get(operation.SIGN.format(operation.BEAT))
    wait_until(lambda: cache.get(operation.SIGN.format(operation.BEAT)) != first)
    assert (timezone.now() - first["at"]).total_seconds() < PATIENCE
    assert sorted(postbox.message_ids) == sorted(mails().values_list("message_id", flat=True))
    assert Delivery.objects.filter(state="WAITING").count() == 0
