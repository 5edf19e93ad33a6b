"""Processes beside the tests: with the database of the test and its mail server."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import quote

from django.db import connection

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
