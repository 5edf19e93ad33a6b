"""Sealing and verifying by hand and by schedule."""

import io
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from apps.audit.models import AuditEvent, Seal
from apps.audit.operations import record
from apps.console.tasks import seal_audit
from apps.core.actor import Machine
from apps.workdays.models import CalendarYear

NOW = datetime(2026, 3, 2, 2, tzinfo=UTC)


def run(command: str) -> list[str]:
    said = io.StringIO()
    call_command(command, stdout=said)
    return said.getvalue().splitlines()


def write(count: int) -> None:
    for n in range(count):
        record(f"act {n}", CalendarYear(pk=1, year=2026), by=Machine("clock"), at=NOW)


@pytest.fixture
def sealed(db) -> Seal:
    write(3)
    assert run("seal_audit")[0].startswith("audit_auditevent: 3 rows up to ")
    return Seal.objects.get()


def test_all_is_well(sealed):
    said = run("verify_audit")
    assert said == [
        f"audit_auditevent: up to {sealed.last_id}, {sealed.digest}",
        "All 1 seals match their rows.",
    ]


def test_nothing_to_seal_is_said(sealed):
    assert run("seal_audit") == [
        "Nothing was sealed: no new rows, or their writers did not finish."
    ]


def test_a_changed_row_fails_the_command(sealed, capsys):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE audit_auditevent SET note = 'x' WHERE act = 'act 1'")
    with pytest.raises(SystemExit) as left:
        call_command("verify_audit")
    assert left.value.code == 1
    said = capsys.readouterr().out
    assert "3 rows, but their content has changed." in said
    assert "1 of 1 seals are broken." in said


def test_a_missing_row_is_counted(sealed, capsys):
    AuditEvent.objects.filter(act="act 1").delete()
    with pytest.raises(SystemExit):
        call_command("verify_audit")
    assert "2 rows instead of 3." in capsys.readouterr().out


def test_the_schedule_seals_every_night(db):
    planned = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert seal_audit.name in planned
    write(2)
    assert seal_audit.apply().get() == 1
    assert Seal.objects.get().rows == 2
