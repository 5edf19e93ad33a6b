"""Mornings on which people are owed something: planned and made by the operations themselves."""

from datetime import date, datetime

from django.db.models import QuerySet

from apps.measures.models import Measure
from apps.reminders.models import Delivery, Reminder
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.planning import plan
from tests.conftest import at, issued

MONDAY, TUESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (2, 3, 5, 6))
"""A measure that is issued on Monday is to be acknowledged by Wednesday: who writes for the lead
hears of it on Tuesday, and on Thursday the unit leader too, as an escalation."""


def morning(day: date, *, hour: int = 8) -> datetime:
    return at(day, hour)


def measures(cast, clause, *, count: int = 1, **said) -> list[Measure]:
    """Issued on Monday and signed by nobody."""
    assert cast.today == MONDAY
    return [issued(cast, clause, code=f"m-{number}", **said) for number in range(1, count + 1)]


def told(day: date, *, hour: int = 8) -> int:
    """The morning of a day: planned, and digests made; how many."""
    plan(on=day, at=morning(day, hour=hour))
    return make_digests(at=morning(day, hour=hour))


def inbox(cast, name: str) -> list[str]:
    """What the person finds, as (measure, cause) in words, oldest first."""
    found = Reminder.objects.sent_to(cast.users[name].pk).select_related("measure")
    return [f"{each.measure.code} {each.cause}" for each in found.order_by("pk")]


def mails() -> "QuerySet[Delivery]":
    return Delivery.objects.filter(channel="EMAIL").order_by("pk")


def state_of(name: str) -> tuple[str, int]:
    """What became of the mail to a person, and after how many attempts."""
    delivery = mails().get(digest__user__username=name)
    return delivery.state, delivery.attempts


def use_mail_server(settings, port: int) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 5
