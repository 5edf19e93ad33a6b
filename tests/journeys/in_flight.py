"""What the live server is still answering: a test ends when that has ended."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Condition

from django.core.signals import request_finished, request_started


@contextmanager
def until_answered(seconds: float = 30) -> Iterator[None]:
    """Leave only when every request begun inside has been answered.

    A browser that is closed waits for no answer, but the server goes on working on it: with the
    next test's settings, and on no test's database.
    """
    changed, under_way = Condition(), 0

    def count(by: int) -> None:
        nonlocal under_way
        with changed:
            under_way += by
            changed.notify_all()

    def began(**said: object) -> None:
        count(1)

    def ended(**said: object) -> None:
        count(-1)

    request_started.connect(began)
    request_finished.connect(ended)
    try:
        yield
        with changed:
            assert changed.wait_for(lambda: under_way <= 0, seconds), "the server hangs"
    finally:
        request_started.disconnect(began)
        request_finished.disconnect(ended)
