"""The demo story told: every act goes through the operation that people use, in order of time."""

from datetime import date, datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.operations import add_user, give_role, name_deputy
from apps.agencies.models import Agency, Confidence, District, Level
from apps.agencies.operations import add_agency, mark_as_demo
from apps.console.demo_acts import Acts
from apps.console.demo_days import IN_POST_SINCE, Days, moment
from apps.console.demo_history import Diary
from apps.console.demo_kpis import KpiActs
from apps.console.demo_stage import Stage
from apps.console.demo_story import ABSENCES, JUDGED, OFFICES, PASSWORD, PEOPLE, STORIES
from apps.console.demo_story.words import Absence, Judged, Office, Person
from apps.core.actor import Machine, Role
from apps.dashboards.operations import tally_day
from apps.measures.models import Measure
from apps.policies.models import Clause
from apps.policies.operations import keep_clause
from apps.reminders.models.settings import MORNING
from apps.reminders.operations.digests import make_digests
from apps.reminders.operations.planning import plan
from apps.workdays.models import current_calendar

NOWHERE = "demo.example"
"""Reserved by the naming authority: whatever is sent there reaches nobody."""
TALLIED_DAYS = 60
MACHINE = Machine("load_demo", frozenset({Role.ADMINISTRATOR}))


@transaction.atomic
def load_demo(*, as_of: date) -> None:
    """Mark the database, enter the people, and let everything happen up to the day before."""
    begins = moment(as_of - IN_POST_SINCE, 9)
    diary = Diary()
    mark_as_demo(at=begins, by=MACHINE)
    for office in OFFICES:
        _add_office(office, at=begins)
    users = {person.username: _add_person(person, at=begins) for person in PEOPLE}
    days = Days(as_of, current_calendar())
    acts = Acts(days, users)
    for judged in JUDGED:
        _judge(judged, acts, at=begins)
    for absence in ABSENCES:
        _name_deputy(absence, acts)
    told = [*Stage(days, acts).everything(STORIES), *KpiActs(acts, as_of).everything()]
    diary.then(begins)
    for day, acts_of_day in groupby(sorted(told, key=lambda act: act[0]), key=_day_of):
        for _at, happen in acts_of_day:
            happen()
        diary.then(moment(day, 12))
    _tell_everybody(days)
    if diary.is_allowed:
        for ago in range(1, TALLIED_DAYS + 1):  # the nights to come catch up with the others
            tally_day(as_of - timedelta(days=ago), at=moment(as_of, 0))


def _day_of(act: tuple[datetime, object]) -> date:
    return timezone.localdate(act[0])


def missing_measures() -> list[str]:
    """Measures of the story that the reference data has not brought yet."""
    told = [story.code for story in STORIES if not story.is_part]
    known = Measure.objects.filter(code__in=told).values_list("code", flat=True)
    return sorted(set(told) - set(known))


def _add_office(office: Office, *, at: datetime) -> None:
    agency = Agency(
        code=office.code,
        name=office.name,
        name_en=office.name_en,
        short_name=office.short_name,
        short_name_en=office.name_en.replace(" District Government", ""),
        kind=office.kind,
        level=Level.DISTRICT if office.adcode else Level.CITY,
        parent=Agency.objects.get(code=office.parent),
        district=District.objects.get(adcode=office.adcode) if office.adcode else None,
        confidence=Confidence.DEMO,
        is_demo=True,
    )
    add_agency(agency, by=MACHINE, at=at)


def _add_person(person: Person, *, at: datetime) -> User:
    said = {"name": person.name, "password": PASSWORD, "email": f"{person.username}@{NOWHERE}"}
    user = add_user(person.username, **said, by=MACHINE, at=at)
    for code in (person.agency, *person.also):
        agency = Agency.objects.get(code=code)
        give_role(user, person.role, agency=agency, from_on=at.date(), by=MACHINE, at=at)
    return user


def _judge(judged: Judged, acts: Acts, *, at: datetime) -> None:
    """The supervision office takes a clause to be actionable, and says that this is a demo."""
    clause = Clause.objects.get(code=judged.clause)
    said = {
        "actionable": Clause.Actionable.YES,
        "remark": f"{clause.remark}{judged.why}",
    }
    keep_clause(clause, said, seen=clause.version, by=acts.who("supervisor"), at=at)


def _tell_everybody(days: Days) -> None:
    """The morning of the day, or of the last workday before it: inboxes and mails are full."""
    morning = moment(days.calendar.last_workday_on_or_before(days.as_of), MORNING)
    plan(on=morning.date(), at=morning)
    make_digests(at=morning)


def _name_deputy(absence: Absence, acts: Acts) -> None:
    from_on, to_on = acts.days.day(absence.begins), acts.days.day(absence.ends)
    absent, deputy = acts.users[absence.absent], acts.users[absence.deputy]
    by, at = acts.who(absence.absent), moment(from_on, 8)
    name_deputy(
        absent, deputy=deputy, role=absence.role, from_on=from_on, to_on=to_on, by=by, at=at
    )
