"""Processes beside the tests: with the database of the test and its mail server."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote, urlsplit

from django.conf import settings as of_django
from django.db import connection
from redis import Redis

from script.steps import CHECKOUT


def surroundings(mail_port: int) -> dict[str, str]:
    """The settings of a process that works on the database of the test."""
    base = connection.settings_dict
    login = f"{quote(base['USER'])}:{quote(base['PASSWORD'])}"
    place = f"{quote(base['HOST'], safe='')}" + (f":{base['PORT']}" if base["PORT"] else "")
    return {
        "DATABASE_URL": f"postgresql://{login}@{place}/{base['NAME']}",
        "DATABASE_POOL": "0",
        "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
        "SITE_URL": "http://localhost",
        "LOG_LEVEL": "ERROR",
    }


@contextmanager
def running(
    *arguments: str, settings: Mapping[str, str], **said: object
) -> Iterator[subprocess.Popen[str]]:
    """A Python process until the end of the block; then it is killed."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        cwd=CHECKOUT,
        env=os.environ | dict(settings),
        text=True,
        **said,  # type: ignore[call-overload]  # how its input and output are connected
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def client_of(broker: str, number: int) -> Redis:
    """The queues as they lie in that database of the broker."""
    if broker.startswith("redis+socket:"):
        return Redis(unix_socket_path=urlsplit(broker).path, db=number)
    return Redis.from_url(broker)


def is_idle(queues: Redis) -> bool:
    """Nothing waits and nothing runs: a task is acknowledged once it is done."""
    names = [queue.name for queue in of_django.CELERY_TASK_QUEUES]
    for _ in range(2):  # a task on its way from the one to the other is in neither
        if any(map(queues.llen, names)) or queues.hlen("unacked"):
            return False
        time.sleep(0.05)
    return True
