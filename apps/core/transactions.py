"""All or nothing: of an operation by itself, or of everything that one request does."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import transaction

_joined: ContextVar[bool] = ContextVar("joined", default=False)


@contextmanager
def one_whole() -> Iterator[None]:
    """What is done within it is kept together or not at all.

    Operations join it without a savepoint each: a refusal of one refuses all. Whoever wants to
    go on after a refusal tries the operation in a transaction of its own, as everywhere.
    """
    with transaction.atomic():
        token = _joined.set(True)
        try:
            yield
        finally:
            _joined.reset(token)


@contextmanager
def all_or_nothing() -> Iterator[None]:
    """The transaction of an operation; part of `one_whole` where a face has begun one."""
    with transaction.atomic(savepoint=not _joined.get()):
        yield
