"""The project: settings, addresses and the two servers' entry points."""

from policytrack.celery import app as celery_app

__all__ = ["celery_app"]
