"""What is of no use any more is forgotten; what the law wants is kept for six months."""

import os
from datetime import timedelta

import pytest
from axes.models import AccessFailureLog, AccessLog
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.api.models import KeptAnswer
from apps.api.tasks import prune_changes
from apps.console.tasks import prune_logs
from tests.api.calling import a_program
from tests.web.here import of_today

AGO = {"yesterday": timedelta(days=1), "in spring": timedelta(days=189)}
LONG_AGO = timedelta(days=191)


@pytest.mark.parametrize("table", [AccessLog, AccessFailureLog])
def test_sign_ins_are_kept_for_six_months(db, table):
    for who, ago in {**AGO, "last year": LONG_AGO}.items():
        row = table.objects.create(username=who)
        table.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - ago)
    assert prune_logs() == 1
    assert set(table.objects.values_list("username", flat=True)) == set(AGO)
    assert prune_logs() == 0


def test_sessions_go_once_they_ran_out(db):
    for key, left in {"over": -1, "running": 1}.items():
        expires = timezone.now() + timedelta(minutes=left)
        Session.objects.create(session_key=key, session_data="x", expire_date=expires)
    assert prune_logs() == 1
    assert Session.objects.get().session_key == "running"


def test_mails_in_the_folder_go_with_the_sign_ins(db, settings, tmp_path):
    settings.MAIL_OUTBOX_DIR = str(tmp_path)
    for name, ago in {**AGO, "old": LONG_AGO}.items():
        mail = tmp_path / f"{name.replace(' ', '-')}.eml"
        mail.write_text("x")
        written = (timezone.now() - ago).timestamp()
        os.utime(mail, (written, written))
    (tmp_path / "notes.txt").write_text("nobody's business")
    assert prune_logs() == 1
    assert {path.name for path in tmp_path.iterdir()} == {
        "yesterday.eml",
        "in-spring.eml",
        "notes.txt",
    }


def test_how_long_is_a_setting(db, settings):
    settings.LOG_RETENTION_DAYS = 400
    row = AccessLog.objects.create(username="last year")
    AccessLog.objects.filter(pk=row.pk).update(attempt_time=timezone.now() - LONG_AGO)
    assert prune_logs() == 0


def test_answers_kept_under_a_key_go_after_a_week_though_nobody_writes(cast):
    user = a_program(of_today(cast)).account.user
    for days in (6, 8):
        at = timezone.now() - timedelta(days=days)
        KeptAnswer.objects.create(user=user, key=str(days), asked="x", kept_at=at)
    prune_changes()
    assert KeptAnswer.objects.get().key == "6"
