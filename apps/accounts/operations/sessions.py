"""Ending what somebody is signed in with."""

from datetime import datetime
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from apps.accounts.models import User


def end_sessions(user: User, *, now: datetime) -> None:
    """Sign a person out everywhere, in the cache too.

    A session does not say in a column whose it is: each that has not run out is opened.
    """
    store: Any = import_module(settings.SESSION_ENGINE).SessionStore
    open_ones = Session.objects.filter(expire_date__gt=now)
    for session in open_ones.iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            store(session.session_key).delete()
