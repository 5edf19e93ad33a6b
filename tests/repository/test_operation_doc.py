"""docs/operation.md tells every periodic task with its time, and none that there is not."""

import re
from pathlib import Path

from celery.schedules import crontab
from django.conf import settings

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "operation.md"
ROW = re.compile(
    r"^\| `(\w+)` \| (every minute|every \d+ minutes|every hour at :\d\d|\d\d:\d\d) \|",
    re.MULTILINE,
)


def in_words(schedule: crontab) -> str:
    if len(schedule.minute) > 1:
        first, second = sorted(schedule.minute)[:2]
        return "every minute" if second - first == 1 else f"every {second - first} minutes"
    (minute,) = schedule.minute
    if len(schedule.hour) == 24:
        return f"every hour at :{minute:02}"
    (hour,) = schedule.hour
    return f"{hour:02}:{minute:02}"


def test_every_task_of_the_schedule_stands_there_with_its_time():
    told = ROW.findall(DOCUMENT.read_text(encoding="utf-8"))
    entries = settings.CELERY_BEAT_SCHEDULE.values()
    scheduled = {(each["task"].rpartition(".")[2], in_words(each["schedule"])) for each in entries}
    assert set(told) == scheduled
    assert len(told) == len(entries)
