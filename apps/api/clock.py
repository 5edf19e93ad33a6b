"""The interface's only look at the clock; everything below is told the day and the moment."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """This moment."""
    return timezone.now()


def today() -> date:
    """The day it is in the office's time zone."""
    return timezone.localdate()
