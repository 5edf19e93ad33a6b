"""The cast: one small office, two bureaus, a district, and one person per role."""

import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import wraps
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client, TransactionTestCase, override_settings
from django.utils import timezone, translation

from apps.accounts.models import Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency, District
from apps.agencies.operations import add_agency
from apps.core.actor import Machine, Role
from apps.measures import operations
from apps.measures.models import Basis, Evidence, Measure, ProgressReport
from apps.policies.models import Clause, Policy
from apps.workdays.arithmetic import Calendar
from apps.workdays.models import current_calendar
from apps.workdays.operations import days_known_for, enter_notice
from script.testing import MIGRATED
from tests.emptying import empty_the_tables
from tests.replay import Replay

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)
"""A Monday. Tests of pages, which read the clock, use tests.web.here.of_today."""
PASSWORD = "a test passphrase 42"
SET_UP = Machine("set-up", frozenset({Role.ADMINISTRATOR}))
PDF = b"%PDF-1.7 test\n"


def at(day: date, hour: int = 10) -> datetime:
    """A moment of a working day in Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


@dataclass
class Cast:
    """People by role, agencies by short name; `story` functions below move measures along."""

    agencies: dict[str, Agency] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    today: date = TODAY
    now: datetime = at(TODAY - timedelta(days=1))
    """Where pages read the clock: nothing is told that lies ahead of it."""
    standings: dict[tuple[str, date], Standing] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Standing:
        """The standing of somebody: cast["liaison"]."""
        return Standing.of(self.users[name], on=self.today)

    def once(self, name: str) -> Standing:
        """The standing as it was at the first time: in stories, where nobody changes office."""
        known = self.standings.get((name, self.today))
        if known is None:
            known = self.standings[name, self.today] = self[name]
        return known

    def at(self, hour: int = 10) -> datetime:
        """That hour of the day; of the pages' own day, that share of what is over of it."""
        if self.today != timezone.localdate(self.now):
            return at(self.today, hour)
        midnight = at(self.today, 0)
        return midnight + (self.now - midnight) * hour / 24

    def signed_in(self, name: str, *, language: str = "en") -> Client:
        """A browser of that person."""
        client = Client()
        client.force_login(
            self.users[name], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        return client


PEOPLE = {
    "liaison": (Role.LIAISON, "bureau"),
    "drafter": (Role.DRAFTER, "bureau"),
    "unit_leader": (Role.UNIT_LEADER, "bureau"),
    "unit_head": (Role.UNIT_HEAD, "bureau"),
    "section_liaison": (Role.LIAISON, "section"),
    "stranger": (Role.LIAISON, "other"),
    "district_liaison": (Role.LIAISON, "district"),
    "supervisor": (Role.SUPERVISOR, "office"),
    "second_supervisor": (Role.SUPERVISOR, "office"),
    "director": (Role.DIRECTOR, "office"),
    "leader": (Role.SUPERVISING_LEADER, "bureau"),
    "auditor": (Role.AUDITOR, "office"),
    "administrator": (Role.ADMINISTRATOR, "office"),
}
AGENCIES = {
    "office": (Agency.Kind.SUPERVISION, None),
    "bureau": (Agency.Kind.BUREAU, None),
    "section": (Agency.Kind.SECTION, "bureau"),
    "other": (Agency.Kind.BUREAU, None),
    "district": (Agency.Kind.DISTRICT, None),
}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what takes its time beside the database, which is migrated meanwhile."""
    here = Path(__file__).parent
    items.sort(key=lambda item: item.path.parent not in (here / "script", here / "repository"))


def pytest_collection_finish() -> None:
    """What is loaded by now stays: the garbage collector need not go through it every time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(scope="session", autouse=True)
def _settings_of_tests() -> Iterator[None]:
    """No second factor, quick passwords, a cache in memory, static files under their own names.

    Set once: a live server that still answers while they change would keep half of each.
    """
    with override_settings(
        SECOND_FACTOR_ROLES=[],
        PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        WHITENOISE_AUTOREFRESH=True,  # else each client looks at a thousand files first
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        STORAGES={
            **settings.STORAGES,
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
    ):
        yield


@pytest.fixture(autouse=True)
def _quiet_surroundings(tmp_path, settings) -> Iterator[None]:
    """English words, an empty cache, evidence in a folder of the test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "evidence")
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings) -> None:
    """Where script.testing has a database migrated meanwhile, this worker's is a copy of it."""
    if done := os.environ.get(MIGRATED):
        of_the_run = connection.settings_dict
        assert outcome_of(Path(done)) == "0", "the database to copy could not be migrated"
        of_the_run["TEST"] |= {"TEMPLATE": of_the_run["NAME"], "MIGRATE": False}


def outcome_of(process: Path, patience: float = 300) -> str:
    """What a process has left behind, as soon as it has ended."""
    until = time.monotonic() + patience
    while not process.exists():
        assert time.monotonic() < until, "still migrating"
        time.sleep(0.1)
    return process.read_text().strip()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker) -> Iterator[None]:
    """What tests write in earnest is taken out by us. Sessions that a live server's threads or
    pools left open end before the database does.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _test: empty_the_tables())
        yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


REPLAY = Replay()


@pytest.fixture(autouse=True)
def replay() -> Iterator[Replay]:
    with REPLAY.watching():
        yield REPLAY


@pytest.fixture
def calendar(db, replay) -> Calendar:
    """The statutory calendars of 2025 and 2026; 2027 is provisional."""
    return replay("calendar", calendar_of_two_years)


def calendar_of_two_years() -> Calendar:
    for year in (2025, 2026):
        off, worked = days_known_for(year)
        enter_notice(
            year, holidays=off, make_up_days=worked, notice="test", seen=0, by=SET_UP, at=at(TODAY)
        )
    return current_calendar()


@pytest.fixture
def cast(calendar, replay) -> Cast:
    """Everybody, in post since 2025."""
    return replay("cast", everybody)


def everybody() -> Cast:
    cast = Cast()
    district = District.objects.create(adcode="440112", name="黄埔区", name_en="Huangpu")
    for short, (kind, parent) in AGENCIES.items():
        cast.agencies[short] = add_agency(
            Agency(
                code=short,
                name=f"{short} 局",
                name_en=short.title(),
                kind=kind,
                level="CITY",
                parent=cast.agencies.get(parent or ""),
                district=district if short == "district" else None,
            ),
            by=SET_UP,
            at=at(TODAY),
        )
    for name, (role, agency) in PEOPLE.items():
        user = User.objects.create(username=name, name=name.replace("_", " "))
        cast.users[name] = user
        Membership.objects.create(
            user=user, agency=cast.agencies[agency], role=role, from_on=date(2025, 1, 1)
        )
    return cast


@pytest.fixture
def clause(db, replay) -> Clause:
    """A clause that measures can carry out."""
    return replay("clause", a_clause)


def a_clause() -> Clause:
    policy = Policy.objects.create(
        code="P", name="政策", name_en="Policy", level="CITY", kind="PLAN", use="OBLIGES"
    )
    return Clause.objects.create(policy=policy, code="P-1", position=1, number="一", heading="条款")


# --- Stories: a measure in each place of its path -----------------------------------------


def a_plan(cast: Cast, **changes: object) -> operations.Plan:
    """A complete plan: the bureau leads, the other bureau supports, two milestones."""
    said = {
        "title": "一项举措",
        "title_en": "A measure",
        "lead": cast.agencies["bureau"],
        "supporters": [cast.agencies["other"]],
        "due_on": cast.today + timedelta(days=120),
        "milestones": [
            operations.MilestonePlan("第一步", cast.today + timedelta(days=40)),
            operations.MilestonePlan("第二步", cast.today + timedelta(days=100)),
        ],
    } | changes
    return operations.Plan(**said)  # type: ignore[arg-type]  # built from keywords


def an_estimate(cast: Cast, **changes: object) -> operations.Plan:
    return a_plan(cast, **({"basis": Basis.ESTIMATE, "milestones": []} | changes))


def told(story: Callable[..., Measure]) -> Callable[..., Measure]:
    """Told to each test alike, unless it asks for more than another code: see tests/replay.py."""

    @wraps(story)
    def telling(cast: Cast, clause: Clause, **said: object) -> Measure:
        if set(said) - {"code"}:
            return story(cast, clause, **said)
        named = (story.__name__, cast.today, clause.pk, said.get("code"))
        return REPLAY.told(named, lambda: story(cast, clause, **said))

    return telling


@told
def drafted(cast: Cast, clause: Clause, *, code: str = "m-1", plan=None) -> Measure:
    return operations.draft_measure(
        plan or a_plan(cast), code=code, clauses=[clause], by=cast.once("supervisor"), at=cast.at()
    )


@told
def proposed(cast: Cast, clause: Clause, **said) -> Measure:
    measure = drafted(cast, clause, **said)
    return operations.propose_measure(
        measure, seen=measure.version, by=cast.once("supervisor"), at=cast.at()
    )


@told
def issued(cast: Cast, clause: Clause, **said) -> Measure:
    measure = proposed(cast, clause, **said)
    return operations.issue_measure(
        measure, seen=measure.version, by=cast.once("director"), at=cast.at()
    )


@told
def in_progress(cast: Cast, clause: Clause, **said) -> Measure:
    measure = issued(cast, clause, **said)
    return operations.acknowledge_measure(
        measure, seen=measure.version, by=cast.once("liaison"), at=cast.at()
    )


def broken_down(cast: Cast, parent: Measure, *parts: operations.Part, **said) -> list[Measure]:
    """Its liaison hands parts on: to its own bureau unless others are named."""
    return operations.break_down(
        parent,
        parts or [operations.Part(cast.agencies["bureau"])],
        seen=fresh(parent).version,
        **{"by": cast.once("liaison"), "at": cast.at()} | said,
    )


def evidence(cast: Cast, *, name: str = "proof.pdf") -> Evidence:
    return operations.add_evidence(
        ContentFile(PDF),
        name=name,
        agency=cast.agencies["bureau"],
        by=cast.once("liaison"),
        at=cast.at(),
    )


def reported(cast: Cast, measure: Measure, *, by: str = "liaison", **said) -> ProgressReport:
    """The liaison reports; on milestones, the first one is reached unless said otherwise."""
    account = {"summary": "做了一些事"} | said
    if measure.basis == Basis.MILESTONES and "reached" not in said and "no_change" not in said:
        first = measure.milestones.first()
        account |= {"reached": frozenset({first.pk}), "evidence": [evidence(cast)]}
    return operations.submit_report(
        measure,
        operations.Account(**account),
        seen=fresh(measure).version,
        by=cast.once(by),
        at=cast.at(),
    )


def finished(cast: Cast, clause: Clause, **said) -> Measure:
    """Everything is done, reported and approved; completion is not applied for yet."""
    measure = in_progress(cast, clause, **said)
    if measure.basis == Basis.MILESTONES:
        steps = frozenset(measure.milestones.values_list("pk", flat=True))
        report = reported(cast, measure, reached=steps, evidence=[evidence(cast)])
    else:
        report = reported(cast, measure, progress=Decimal(100))
    operations.approve_report(
        report, seen=fresh(measure).version, by=cast.once("supervisor"), at=cast.at()
    )
    return fresh(measure)


def applied(cast: Cast, clause: Clause, **said) -> Measure:
    """The liaison has applied for completion."""
    measure = finished(cast, clause, **said)
    operations.apply_for_completion(
        measure,
        grounds="全部完成",
        evidence=[evidence(cast)],
        seen=measure.version,
        by=cast.once("liaison"),
        at=cast.at(),
    )
    return fresh(measure)


def verified(cast: Cast, clause: Clause, **said) -> Measure:
    measure = applied(cast, clause, **said)
    operations.verify_completion(
        measure, seen=measure.version, by=cast.once("supervisor"), at=cast.at()
    )
    return fresh(measure)


def closed(cast: Cast, clause: Clause, **said) -> Measure:
    measure = verified(cast, clause, **said)
    operations.close_measure(measure, seen=measure.version, by=cast.once("director"), at=cast.at())
    return fresh(measure)


def reopening_asked(cast: Cast, clause: Clause, **said) -> Measure:
    """Closed, and the liaison asks for it to go on for half a year more."""
    measure = closed(cast, clause, **said)
    operations.ask_reopening(
        measure,
        grounds="验收后发现缺项",
        due_on=cast.today + timedelta(days=200),
        seen=measure.version,
        by=cast.once("liaison"),
        at=cast.at(),
    )
    return fresh(measure)


def extension_asked(cast: Cast, clause: Clause, **said) -> Measure:
    """In progress, and the liaison asks for two months more."""
    measure = in_progress(cast, clause, **said)
    operations.ask_extension(
        measure,
        grounds="施工许可推迟",
        due_on=cast.today + timedelta(days=180),
        seen=measure.version,
        by=cast.once("liaison"),
        at=cast.at(),
    )
    return fresh(measure)


def fresh(measure: Measure) -> Measure:
    """The measure as it stands in the database now."""
    return Measure.objects.select_related("lead", "parent__lead").get(pk=measure.pk)
