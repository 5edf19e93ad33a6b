"""policytrack's Celery application, with a beat that orders each second what it orders a minute.

What goes by the day is left out: a test has a day of its own.
"""

from celery.schedules import crontab

from policytrack.celery import app

EVERY_MINUTE = crontab()

app.conf.beat_schedule = {
    name: {**entry, "schedule": 1.0}
    for name, entry in app.conf.beat_schedule.items()
    if entry["schedule"] == EVERY_MINUTE
}
