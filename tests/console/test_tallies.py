"""Tallying by schedule and by hand."""

from datetime import date, timedelta

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from apps.console.tasks import tallies
from apps.dashboards.models import DailyTally
from tests.conftest import in_progress
from tests.console.conftest import said_by


@pytest.fixture
def yesterday(cast, clause) -> date:
    """The day on which a measure was issued."""
    in_progress(cast, clause)
    for event in ("MeasureEvent", "MeasureClauseEvent"):
        rows = apps.get_model("measures", event).objects.all()
        rows.update(pgh_created_at=timezone.now() - timedelta(days=1))
    return timezone.localdate() - timedelta(days=1)


def test_the_schedule_tallies_the_day_that_is_over(yesterday):
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tallies.name in planned
    assert tallies.apply().get() == 1
    assert tallies.apply().get() == 0
    assert {row.on for row in DailyTally.objects.all()} == {yesterday}


def test_by_hand_it_names_the_days(yesterday):
    assert said_by("tallies") == [f"{yesterday} tallied."]
    assert said_by("tallies") == []


def test_a_day_is_counted_anew(yesterday):
    said_by("tallies")
    DailyTally.objects.update(green=7)
    assert said_by("tallies", "--again", yesterday.isoformat()) == [
        f"{yesterday} tallied anew: 2 rows."
    ]
    assert not DailyTally.objects.filter(green=7).exists()


def test_today_is_not_over(yesterday):
    with pytest.raises(CommandError, match="when it is over"):
        call_command("tallies", "--again", timezone.localdate().isoformat())
