"""Role × operation × expected, written out in full; and who comes second is told."""

import inspect
import pkgutil
from importlib import import_module

import pytest
from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.reminders import operations
from apps.reminders.causes import BY_KEY
from apps.reminders.models import (
    BulletinDecision,
    BulletinProposal,
    CalendarKey,
    Delivery,
    Digest,
    Preference,
    Reminder,
    Robot,
    Urging,
    UrgingReceipt,
)
from apps.reminders.operations import (
    answering,
    ladders,
    preferring,
    reading,
    robots,
    trying_again,
)
from tests.conftest import in_progress
from tests.measures.cast_of_roles import complete, read_table
from tests.measures.racing import race

SENTENCES = {
    "yes": "",
    "lead": "Only the lead agency's liaison, drafter or unit leader does this.",
    "director": "Only the director of the supervision office does this.",
    "own": "Everybody chooses this for themselves.",
    "keeper": "Your role does not keep these records.",
}
TABLE = read_table("""
                  acknowledge_urging decide_bulletin set_ladder add_robot keep_robot seal_robots_anew call_robot try_again choose_reminders make_calendar_address revoke_calendar_address send_test_mail
liaison           yes                director        keeper     keeper    keeper     keeper           keeper     keeper    yes              yes                   yes                     yes
drafter           yes                director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
unit_leader       yes                director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
unit_head         lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
section_liaison   lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
stranger          lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
district_liaison  lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
supervisor        lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
director          lead               yes             keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
deputy            lead               yes             keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
former_director   lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
leader            lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
kpi_owner         lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
auditor           lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
administrator     lead               director        yes        yes       yes        yes              yes        yes       own              own                   own                     own
integrator        lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
superuser         lead               director        keeper     keeper    keeper     keeper           keeper     keeper    own              own                   own                     own
""")  # noqa: E501  # a table is read by its columns
NAMES = list(next(iter(TABLE.values())))
ADDRESS = "https://robot.invalid/send"
RUNGS = BY_KEY["report"].ladder


def choose(user: User, **said: object) -> Preference:
    chosen = {"hour": 9, "by_email": True, "muted": [], "seen": 0}
    return preferring.choose_reminders(user, **(chosen | said))


def act(cast, name: str, said: dict) -> object:
    """Do it as it is meant to be done; only the person is at stake."""
    me = cast.users["liaison"]
    new = Robot(agency=cast.agencies["other"], kind="WECOM")
    again = {"from_on": cast.today, "reason": "试行", "seen": 0}
    acts = {
        "acknowledge_urging": lambda: answering.acknowledge_urging(Urging.objects.get(), **said),
        "decide_bulletin": lambda: answering.decide_bulletin(
            BulletinProposal.objects.get(), "TAKEN", **said
        ),
        "set_ladder": lambda: ladders.set_ladder(BY_KEY["report"], RUNGS, **again, **said),
        "add_robot": lambda: robots.add_robot(new, address=ADDRESS, **said),
        "keep_robot": lambda: robots.keep_robot(
            Robot.objects.get(), {"active": False}, seen=1, **said
        ),
        "seal_robots_anew": lambda: robots.seal_robots_anew(**said),
        "call_robot": lambda: trying_again.call_robot(Robot.objects.get(), **said),
        "try_again": lambda: trying_again.try_again(Delivery.objects.get(), **said),
        "choose_reminders": lambda: choose(me, **said),
        "make_calendar_address": lambda: preferring.make_calendar_address(me, **said),
        "revoke_calendar_address": lambda: preferring.revoke_calendar_address(me, **said),
        "send_test_mail": lambda: trying_again.send_test_mail(me, **said),
    }
    return acts[name]()


@pytest.fixture
def office(cast, clause):
    """A notice, a proposal, a robot, a mail that was given up, and a calendar address."""
    complete(cast)
    measure, day = in_progress(cast, clause), cast.today
    late = {"measure": measure, "owed_on": day, "at": cast.at()}
    Urging.objects.create(**late, step=1, year=day.year, number=1, agency=measure.lead)
    BulletinProposal.objects.create(**late, step=5)
    me = cast.users["liaison"]
    me.email = "liaison@office.example"
    me.save()
    robot = Robot(agency=cast.agencies["bureau"], kind="WECOM")
    keeper = {"by": cast["administrator"], "at": cast.at()}
    robots.add_robot(robot, address=ADDRESS, **keeper)
    digest = Digest.objects.create(user=me, on=day, made_at=cast.at())
    Delivery.objects.create(
        digest=digest, channel="EMAIL", on=day, state="FAILED", message_id="<1@x>", attempts=5
    )
    preferring.make_calendar_address(me, by=cast["liaison"], at=cast.at())
    return cast


def outcome(cast, name: str, who: str) -> str:
    try:
        with transaction.atomic():
            act(cast, name, {"by": cast[who], "at": cast.at()})
            transaction.set_rollback(True)
    except NotAllowed as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_each_role_may_do_what_the_table_says(office, name):
    found = {who: outcome(office, name, who) for who in TABLE}
    assert found == {who: SENTENCES[row[name]] for who, row in TABLE.items()}


def test_every_operation_that_somebody_asks_for_is_in_the_table():
    """Reading one's messages is no act: it takes the person's own, whoever asks."""
    modules = [m.name for m in pkgutil.iter_modules(operations.__path__, operations.__name__ + ".")]
    asked = {
        name
        for module in map(import_module, modules)
        for name, each in vars(module).items()
        if inspect.isfunction(each)
        and each.__module__ == module.__name__
        and not name.startswith("_")
        and "by" in inspect.signature(each).parameters
    }
    assert asked == {*NAMES, "mark_read"}


def test_nobody_reads_for_somebody_else(office, clause):
    cast, said = office, {"cause": "report", "owed_on": office.today, "step": 0}
    measure = Urging.objects.get().measure
    message = Reminder.objects.create(
        **said,
        measure=measure,
        subject_type="measures.measure",
        subject_id=measure.pk,
        recipient=cast.users["liaison"],
        reached_as="LIAISON",
        planned_on=cast.today,
        state="SENT",
        sent_at=cast.at(),
    )
    every = Reminder.objects.filter(pk=message.pk)
    assert reading.mark_read(every, by=cast["director"], at=cast.at()) == 0
    assert reading.mark_read(every, by=cast["liaison"], at=cast.at()) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("name", "who", "left"),
    [
        ("acknowledge_urging", "liaison", UrgingReceipt),
        ("decide_bulletin", "director", BulletinDecision),
        ("choose_reminders", "liaison", Preference),
        ("set_ladder", "administrator", None),
        ("keep_robot", "administrator", None),
        ("try_again", "administrator", None),
        ("revoke_calendar_address", "liaison", None),
    ],
)
def test_whoever_comes_second_is_told(office, name, who, left):
    said = {"by": office[who], "at": office.at()}
    outcomes = race(*[lambda: act(office, name, said)] * 2)
    refused = [each for each in outcomes if isinstance(each, Stale | RuleBroken)]
    assert len(refused) == 1, outcomes
    if left:
        assert left.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_addresses_made_at_once_one_is_in_force(office):
    said = {"by": office["liaison"], "at": office.at()}
    made = race(*[lambda: act(office, "make_calendar_address", said)] * 2)
    assert len(set(made)) == 2
    assert CalendarKey.objects.filter(revoked_at__isnull=True).count() == 1
