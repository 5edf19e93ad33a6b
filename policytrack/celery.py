"""The Celery application. Its schedule is static and lives in settings."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policytrack.settings")

app = Celery("policytrack")
app.config_from_object("django.conf:settings", namespace="CELERY")
# Without this, prefork opens one database connection per task.
app.conf["CELERY_DB_REUSE_MAX"] = 1_000_000
app.autodiscover_tasks()
