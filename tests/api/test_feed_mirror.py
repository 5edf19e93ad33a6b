"""A mirror that follows the feed equals the database, whoever writes, whoever is killed.

Writers in processes of their own, one transaction that stays open, readers killed by SIGKILL and
started again, a backup restored in between. POLICYTRACK_SOAK=20 does it so many times, with one
transaction open for a minute.
"""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from apps.accounts.standing import Standing
from apps.api.feed.reading import held_back_since
from apps.api.models import Change
from apps.api.tasks import LATE, _warn_of_a_feed_held_back
from apps.measures.models import Measure, Milestone
from tests.api.calling import Caller, a_program
from tests.conftest import in_progress, issued
from tests.console.elsewhere import here
from tests.kpis.figuring import a_kpi
from tests.reminders.processes import surroundings
from tests.soak import ROUNDS
from tests.web.here import of_today

CHECKOUT = Path(__file__).resolve().parents[2]
TIMES, WRITERS = (ROUNDS, 3) if ROUNDS else (1, 2)
SECONDS, HELD = (8.0, 6.0) if ROUNDS else (2.0, 1.0)
A_MINUTE = 60.0
PATIENCE = 180.0

pytestmark = pytest.mark.django_db(transaction=True)


class Mirror:
    """A consumer of a program's feed, in a process that is killed and started again."""

    def __init__(self, program: Caller, address: str, file: Path) -> None:
        self.program, self.address, self.file = program, address, file
        self.process: subprocess.Popen[bytes] | None = None
        self.kills = 0

    def start(self, *said: str) -> "subprocess.Popen[bytes]":
        consumer = CHECKOUT / "docs" / "consumer.py"
        command = [sys.executable, consumer, self.address, self.program.key, self.file, *said]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE)
        return self.process

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.kills += 1

    def catch_up(self) -> None:
        wait_for_the_horizon()
        process = self.start("once")
        said = process.communicate(timeout=120)[1].decode()
        assert process.returncode == 0, said

    def rows(self) -> dict[tuple[str, int], str]:
        with sqlite3.connect(self.file) as read:
            return {(kind, pk): body for kind, pk, body in read.execute("SELECT * FROM row")}


@pytest.fixture
def mirrors(cast, clause, live_server, tmp_path) -> Iterator[list[Mirror]]:
    cast = of_today(cast)
    for code in ("held", "m-1", "m-2", "m-3", "m-4"):
        in_progress(cast, clause, code=code)
    issued(cast, clause, code="m-5")
    a_kpi(cast)
    programs = [
        a_program(cast, role, agency, requests_a_minute=1_000_000)
        for role, agency in [("LIAISON", "bureau"), ("LIAISON", "other"), ("SUPERVISOR", "office")]
    ]
    found = [
        Mirror(program, live_server.url, tmp_path / f"{number}.sqlite")
        for number, program in enumerate(programs)
    ]
    yield found
    for each in found:
        each.kill()
    wait_for_last_answers()


def wait_for_the_horizon() -> None:
    """What is written by now can be read once every transaction that runs now has ended, in any
    database of the server: the other tests' as well.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text")
        [written] = cursor.fetchone()
        until = time.monotonic() + PATIENCE
        while True:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot()) > %s::xid8", [written])
            if cursor.fetchone()[0]:
                return
            assert time.monotonic() < until
            time.sleep(0.05)


def wait_for_last_answers() -> None:
    """The server still works on what killed readers had asked; emptying tables would meet it."""
    running = (
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND state <> 'idle' AND pid <> pg_backend_pid()"
    )
    for _turn in range(50):
        with connection.cursor() as cursor:
            cursor.execute(running)
            if not cursor.fetchone()[0]:
                break
        time.sleep(0.1)
    time.sleep(0.3)  # between two queries of one request nothing runs


def write_and_kill(mirrors: list[Mirror], chance: random.Random, held_for: float) -> int:
    """Let everybody write while readers are killed; how many transactions there were."""
    settings = os.environ | surroundings(0)
    writers = [
        subprocess.Popen(
            [
                sys.executable,
                "-m",
                "tests.api.feed_process",
                str(chance.random())[2:8],
                str(SECONDS),
            ],
            cwd=CHECKOUT,
            env=settings,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _each in range(WRITERS)
    ]
    with psycopg.connect(settings["DATABASE_URL"]) as holding:
        held = "UPDATE measures_measure SET remark = %s WHERE code = 'held'"
        holding.execute(held, [str(chance.random())])
        until = time.monotonic() + held_for
        while time.monotonic() < until or any(each.poll() is None for each in writers):
            each = chance.choice(mirrors)
            each.kill()
            each.start()
            time.sleep(0.1 + chance.random() * 0.4)
    said = [each.communicate()[0] for each in writers]
    assert all(each.returncode == 0 for each in writers)
    return sum(map(int, said))


def check(mirrors: list[Mirror], tmp_path: Path) -> None:
    """Each mirror against a new one that is loaded now, and against the database itself."""
    for number, each in enumerate(mirrors):
        each.kill()
        each.catch_up()
        whole = Mirror(each.program, each.address, tmp_path / f"whole-{number}-{time.time_ns()}")
        whole.catch_up()
        assert each.rows() == whole.rows()
        account = each.program.account
        standing = Standing.of_service(account, on=timezone.localdate())
        visible = set(Measure.objects.visible_to(standing).values_list("pk", flat=True))
        assert {pk for kind, pk in each.rows() if kind == "measure"} == visible


@pytest.mark.parametrize("number", range(TIMES))
def test_the_mirror_equals_the_database(mirrors, tmp_path, number):
    chance = random.Random(number)
    for each in mirrors:
        each.catch_up()
    written = write_and_kill(mirrors, chance, A_MINUTE if ROUNDS and not number else HELD)
    assert written > 20
    assert sum(each.kills for each in mirrors) > 3
    check(mirrors, tmp_path)


def test_after_a_restore_the_mirror_begins_anew(mirrors, tmp_path, settings):
    """What was written after the backup is gone from the database, and from every mirror."""
    office = here(Path(settings.MEDIA_ROOT))
    for each in mirrors:
        each.catch_up()
    done = office.manage("backup", tmp_path / "backup.zip")
    assert done.ok, done.err
    Measure.objects.filter(code="m-1").update(remark="lost")
    Measure.objects.filter(code="m-2").update(title_en="lost as well")
    for each in mirrors:
        each.catch_up()
    assert any("lost as well" in body for body in mirrors[0].rows().values())
    connection.close()
    done = office.manage("restore", tmp_path / "backup.zip", "--replace")
    assert done.ok, done.err
    assert Measure.objects.get(code="m-1").remark == ""
    Measure.objects.filter(code="m-3").update(title_en="written after")
    if ROUNDS:
        write_and_kill(mirrors, random.Random(ROUNDS), HELD)
    check(mirrors, tmp_path)
    assert not any("lost as well" in body for body in mirrors[0].rows().values())
    assert any("written after" in body for body in mirrors[0].rows().values())


def test_a_measure_is_told_of_once_a_transaction_however_many_rows_hang_on_it(mirrors):
    measure = Measure.objects.get(code="m-4")
    before = Change.objects.count()
    with transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(remark="x")
        steps = Milestone.objects.filter(measure=measure).update(title="x")
    told = Change.objects.order_by("-pk")[: Change.objects.count() - before]
    assert sorted(change.kind for change in told) == ["measure"] + ["milestone"] * steps
    Milestone.objects.filter(measure=measure).update(title="y")
    assert Change.objects.filter(kind="measure").latest("pk").row_id == measure.pk
    assert Change.objects.count() > before + 1 + 2 * steps


def test_nothing_is_shown_below_a_transaction_that_runs(mirrors):
    """Another session writes first and commits last: its entry is neither lost nor overtaken."""
    program = mirrors[2].program
    wait_for_the_horizon()
    cursor = program.get("changes").json()["cursor"]
    slow, quick = (Measure.objects.get(code=code) for code in ("m-1", "m-2"))
    with psycopg.connect(surroundings(0)["DATABASE_URL"]) as other:
        other.execute("UPDATE measures_measure SET remark = 'x' WHERE id = %s", [slow.pk])
        Measure.objects.filter(pk=quick.pk).update(remark="y")
        first = program.get(f"changes?cursor={cursor}").json()
        assert first["results"] == []
        since = held_back_since()
        assert since is not None
        with capture_logs() as logged:
            _warn_of_a_feed_held_back(at=since + LATE)
            assert logged == []
            _warn_of_a_feed_held_back(at=since + LATE * 2)
            assert [line["since"] for line in logged] == [since]
    wait_for_the_horizon()
    assert held_back_since() is None
    rows = program.get(f"changes?cursor={first['cursor']}").json()["results"]
    assert [row["id"] for row in rows] == [slow.pk, quick.pk]
