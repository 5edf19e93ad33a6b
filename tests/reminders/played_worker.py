"""policytrack's Celery application on a day that the test chooses: PLAYED_CLOCK names the file."""

import os
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from policytrack.celery import app

__all__ = ["app"]
CLOCK = Path(os.environ["PLAYED_CLOCK"])


def now() -> datetime:
    return datetime.fromisoformat(CLOCK.read_text())


timezone.now = now
