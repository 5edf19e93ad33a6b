"""A process that makes digests and sends them, and is killed at the step that it is told.

Reads the number of a step from each line of its input, forks a sender that SIGKILLs itself there,
and says how it ended. A step lies before whatever the world can see: each statement sent to the
database, each commit, each word to the mail server and each of its answers; the last, at the end.
"""

import os
import signal
import smtplib
import sys
from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from typing import Any

import django
from django.db import connection
from django.template.loader import get_template

BEFOREHAND = (
    "apps.reminders.operations.digests",
    "apps.reminders.operations.sending",
    "policytrack.urls",
)
"""What each fork would have to load anew."""


class Steps:
    """Counts, and ends this process at one of them with nothing tidied up."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, owner: Any, name: str) -> None:
        """Make what this method does for the world a step."""
        original: Callable[..., Any] = getattr(owner, name)

        def counted(*given: Any, **said: Any) -> Any:
            self.step()
            return original(*given, **said)

        setattr(owner, name, counted)

    def statement(self, execute: Any, *said: Any) -> Any:
        self.step()
        return execute(*said)


def work(at: datetime, steps: Steps) -> None:
    """What the worker's tasks do, one after another."""
    operations = import_module("apps.reminders.operations.digests")
    sending = import_module("apps.reminders.operations.sending")
    connection.ensure_connection()
    for owner, name in ((smtplib.SMTP, "send"), (smtplib.SMTP, "getreply")):
        steps.before(owner, name)
    steps.before(connection, "_commit")
    with connection.execute_wrapper(steps.statement):
        operations.make_digests(at=at)
        sending.send_waiting("EMAIL", clock=lambda: at, limit=10)
    steps.step()


def main() -> None:
    django.setup()
    for name in BEFOREHAND:
        import_module(name)
    for name in ("reminders/digest.txt", "reminders/digest.html"):
        get_template(name)
    at = datetime.fromisoformat(sys.argv[1])
    tell("ready")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            work(at, Steps(int(line)))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        tell("killed" if os.WIFSIGNALED(status) else f"ended {status}")


def tell(said: str) -> None:
    sys.stdout.write(f"{said}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
