"""policytrack's Celery application, whose beat orders all that reminders need at every moment."""

from policytrack.celery import app

SECONDS = 0.2

app.conf.beat_schedule = {
    name: {**entry, "schedule": SECONDS}
    for name, entry in app.conf.beat_schedule.items()
    if entry["task"].startswith("apps.reminders.")
}
