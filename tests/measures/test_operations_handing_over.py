"""A person's duties go to a successor in one act: roles, absences, what is read by name."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Deputy, Membership, User
from apps.accounts.operations import give_role
from apps.accounts.standing import Standing
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.core.errors import NotAllowed, RuleBroken, Stale
from apps.measures import operations
from apps.measures.models import Measure
from apps.web.causes import most_urgent
from apps.web.desk import Desk
from apps.web.workbench import causes_of
from tests.conftest import SET_UP, TODAY, a_plan, an_estimate, drafted, fresh, in_progress, reported

DAY = timedelta(days=1)
NEXT_WEEK = TODAY + 7 * DAY


@pytest.fixture
def successor(cast) -> User:
    cast.users["successor"] = User.objects.create(username="successor", name="successor")
    return cast.users["successor"]


def hand_over(cast, who: str, to: str = "successor", **said):
    person = User.objects.get(username=who)
    how = {"seen": person.version, "by": cast["administrator"], "at": cast.at()} | said
    return operations.hand_over(person, to=cast.users[to], **how)


def held(user: User) -> set[tuple]:
    rows = Membership.objects.filter(user=user).select_related("agency")
    return {(row.role, row.agency.code, row.from_on, row.to_on) for row in rows}


def deputies() -> set[tuple]:
    return {
        (row.absent.username, row.deputy.username, row.role, row.from_on, row.to_on)
        for row in Deputy.objects.select_related("absent", "deputy")
    }


def stand_in(cast, absent: str, deputy: str, role: Role, from_on=TODAY, to_on=NEXT_WEEK):
    people = {"absent": cast.users[absent], "deputy": cast.users[deputy]}
    return Deputy.objects.create(**people, role=role, from_on=from_on, to_on=to_on)


# --- Roles --------------------------------------------------------------------------------


def test_a_role_ends_today_and_begins_today(cast, successor):
    began = cast.users["liaison"].memberships.get().from_on
    bureau = cast.agencies["bureau"].code
    hand_over(cast, "liaison")
    assert held(cast.users["liaison"]) == {("LIAISON", bureau, began, TODAY)}
    assert held(successor) == {("LIAISON", bureau, TODAY, None)}


def test_a_term_is_not_made_longer(cast, successor):
    cast.users["liaison"].memberships.update(to_on=NEXT_WEEK)
    hand_over(cast, "liaison")
    assert held(successor) == {("LIAISON", cast.agencies["bureau"].code, TODAY, NEXT_WEEK)}


def test_a_role_that_has_not_begun_changes_hands(cast, successor):
    cast.users["liaison"].memberships.update(from_on=NEXT_WEEK)
    hand_over(cast, "liaison")
    assert held(cast.users["liaison"]) == set()
    assert held(successor) == {("LIAISON", cast.agencies["bureau"].code, NEXT_WEEK, None)}


@pytest.mark.parametrize(
    ("from_on", "to_on", "expected"),
    [
        (TODAY - DAY, None, {(TODAY - DAY, None)}),  # held already
        (TODAY - DAY, NEXT_WEEK, {(TODAY - DAY, NEXT_WEEK), (TODAY, None)}),  # not for so long
        (TODAY, NEXT_WEEK, {(TODAY, None)}),  # the same beginning: it lasts longer
        (TODAY, TODAY, {(TODAY, None)}),
        (NEXT_WEEK, None, {(TODAY, None), (NEXT_WEEK, None)}),
    ],
)
def test_what_the_successor_holds_already(cast, successor, from_on, to_on, expected):
    bureau = cast.agencies["bureau"]
    own = {"user": successor, "agency": bureau, "role": Role.LIAISON}
    Membership.objects.create(**own, from_on=from_on, to_on=to_on)
    hand_over(cast, "liaison")
    assert held(successor) == {("LIAISON", bureau.code, *days) for days in expected}


def test_it_can_be_handed_back_on_the_same_day(cast, successor):
    cast.users["liaison"].memberships.update(from_on=TODAY)
    hand_over(cast, "liaison")
    hand_over(cast, "successor", to="liaison")
    assert held(cast.users["liaison"]) == {("LIAISON", cast.agencies["bureau"].code, TODAY, None)}
    assert held(successor) == {("LIAISON", cast.agencies["bureau"].code, TODAY, TODAY)}


def test_what_ended_stays_as_it_was(cast, successor):
    cast.users["liaison"].memberships.update(to_on=TODAY)
    with pytest.raises(RuleBroken, match="nothing to hand over"):
        hand_over(cast, "liaison")
    assert held(successor) == set()


# --- Absences -----------------------------------------------------------------------------


def test_the_successor_stands_in_and_nobody_stands_in_for_the_person_any_more(cast, successor):
    stand_in(cast, "director", "supervisor", Role.DIRECTOR, from_on=TODAY - DAY)
    stand_in(cast, "second_supervisor", "supervisor", Role.SUPERVISOR, from_on=NEXT_WEEK)
    stand_in(cast, "supervisor", "drafter", Role.SUPERVISOR, from_on=TODAY - DAY)
    stand_in(cast, "supervisor", "drafter", Role.SUPERVISOR, from_on=NEXT_WEEK)
    hand_over(cast, "supervisor")
    assert deputies() == {
        ("director", "supervisor", "DIRECTOR", TODAY - DAY, TODAY),
        ("director", "successor", "DIRECTOR", TODAY, NEXT_WEEK),
        ("second_supervisor", "successor", "SUPERVISOR", NEXT_WEEK, NEXT_WEEK),
        ("supervisor", "drafter", "SUPERVISOR", TODAY - DAY, TODAY),
    }


def test_nobody_becomes_their_own_deputy(cast):
    stand_in(cast, "director", "supervisor", Role.DIRECTOR)
    hand_over(cast, "supervisor", to="director")
    assert deputies() == {("director", "supervisor", "DIRECTOR", TODAY, TODAY)}


# --- What is read by name -----------------------------------------------------------------


def test_restricted_reading_moves_and_history_does_not(cast, clause, successor):
    other = cast.users["drafter"].pk
    readers = [cast.users["supervisor"].pk, other]
    plan = an_estimate(cast, restricted=True, reader_ids=readers)
    before = fresh(in_progress(cast, clause, plan=plan))
    open_one = fresh(in_progress(cast, clause, code="m-2", plan=an_estimate(cast)))
    done = hand_over(cast, "supervisor")
    now = fresh(before)
    assert done.measures == 1
    assert now.reader_ids == sorted([successor.pk, other])
    assert (now.version, now.changed_at) == (before.version + 1, cast.at())
    assert now.proposed_by_id == before.proposed_by_id == cast.users["supervisor"].pk
    assert fresh(open_one).version == open_one.version
    # without the role, it is the name alone that lets somebody read it
    tomorrow = TODAY + DAY
    assert not sees(cast.users["supervisor"], now, on=tomorrow)
    assert sees(successor, now, on=tomorrow)


def sees(user: User, measure: Measure, *, on) -> bool:
    return Measure.objects.visible_to(Standing.of(user, on=on)).filter(pk=measure.pk).exists()


def test_a_draft_that_only_its_readers_see_goes_along(cast, clause, successor):
    draft = drafted(cast, clause, plan=a_plan(cast, restricted=True))
    hand_over(cast, "supervisor")
    assert sees(successor, draft, on=TODAY)
    assert not sees(cast.users["supervisor"], draft, on=TODAY + DAY)


def test_a_successor_who_reads_it_already_is_named_once(cast, clause, successor):
    readers = [cast.users["supervisor"].pk, successor.pk]
    plan = a_plan(cast, restricted=True, reader_ids=readers)
    draft = drafted(cast, clause, plan=plan)
    hand_over(cast, "supervisor")
    assert fresh(draft).reader_ids == [successor.pk]


# --- What the successor finds -------------------------------------------------------------


@pytest.mark.parametrize("who", ["liaison", "unit_leader", "supervisor", "director"])
def test_the_desk_is_the_same(cast, clause, calendar, successor, who):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, progress=Decimal(10))
    drafted(cast, clause, code="m-2", plan=a_plan(cast, restricted=True))
    cast.today += 40 * DAY  # a report is owed

    def desk(user: User) -> list[int]:
        whose = Desk(Standing.of(user, on=cast.today), cast.today, calendar)
        return list(most_urgent(whose, causes_of(whose.standing), 100))

    before = desk(cast.users[who])
    hand_over(cast, who)
    assert desk(successor) == before
    cast.today += DAY
    assert desk(cast.users[who]) == []


def test_the_successor_does_what_the_person_did(cast, clause, successor):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    hand_over(cast, "liaison")
    cast.today += DAY
    with pytest.raises(NotAllowed):
        reported(cast, measure, by="liaison")
    report = reported(cast, measure, by="successor", progress=Decimal(10))
    assert report.submitted_by_id == successor.pk


# --- Refused ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "to", "sentence"),
    [
        ("liaison", "liaison", "Nobody hands over to themselves."),
        ("liaison", "auditor", "Administrators and auditors hold no other role"),
        ("auditor", "liaison", "Administrators and auditors hold no other role"),
        ("auditor", "deputy", "Administrators and auditors hold no other role"),
        ("liaison", "ends_today", "Administrators and auditors hold no other role"),
        ("liaison", "closed", "account is closed"),
        ("nobody", "drafter", "nothing to hand over"),
    ],
)
def test_refused_with_a_sentence(cast, who, to, sentence):
    for name in ("nobody", "closed", "deputy", "ends_today"):
        cast.users[name] = User.objects.create(username=name, is_active=name != "closed")
    stand_in(cast, "director", "deputy", Role.DIRECTOR)
    office = cast.agencies["office"]
    Membership.objects.create(
        user=cast.users["ends_today"], agency=office, role=Role.AUDITOR, from_on=TODAY, to_on=TODAY
    )
    before, events = set(Membership.objects.values_list()), AuditEvent.objects.count()
    with pytest.raises(RuleBroken, match=sentence):
        hand_over(cast, who, to=to)
    assert set(Membership.objects.values_list()) == before
    assert AuditEvent.objects.count() == events


def test_duties_that_follow_one_another_are_kept_apart(cast, successor):
    """An auditor until next week may be a liaison after it."""
    held_by = {"user": successor, "agency": cast.agencies["office"], "role": Role.AUDITOR}
    Membership.objects.create(**held_by, from_on=TODAY, to_on=NEXT_WEEK)
    cast.users["liaison"].memberships.update(from_on=NEXT_WEEK + DAY)
    hand_over(cast, "liaison")
    assert len(held(successor)) == 2


def test_an_administrator_takes_nothing_over_alone(cast):
    with pytest.raises(NotAllowed, match="Nobody gives a role to themselves"):
        hand_over(cast, "liaison", to="administrator")


def test_the_last_administrator_leaves_one(cast, successor):
    hand_over(cast, "administrator")
    tomorrow = TODAY + DAY
    assert not Standing.of(cast.users["administrator"], on=tomorrow).roles
    assert Standing.of(successor, on=tomorrow).roles == {Role.ADMINISTRATOR}


def test_nobody_closes_their_own_account(cast, successor):
    with pytest.raises(RuleBroken, match="Nobody closes their own account"):
        hand_over(cast, "administrator", close_account=True)
    assert held(successor) == set()


def test_a_page_that_is_not_of_today_is_told(cast, successor):
    seen = cast.users["liaison"].version
    hand_over(cast, "liaison")
    give_role(
        cast.users["liaison"],
        Role.DRAFTER,
        agency=cast.agencies["bureau"],
        from_on=TODAY,
        by=SET_UP,
        at=cast.at(),
    )
    with pytest.raises(Stale):
        hand_over(cast, "liaison", seen=seen)


# --- The account --------------------------------------------------------------------------


@pytest.mark.parametrize("close", [True, False])
def test_the_person_is_signed_out_and_the_account_closed_where_it_is_asked(cast, successor, close):
    theirs, somebody_s = cast.signed_in("liaison"), cast.signed_in("drafter")
    assert theirs.get("/").status_code == 200
    hand_over(cast, "liaison", close_account=close)
    assert theirs.get("/").status_code == 302
    assert somebody_s.get("/").status_code == 200
    assert Session.objects.count() == 1
    assert User.objects.get(username="liaison").is_active != close


# --- On record ----------------------------------------------------------------------------


def test_every_part_of_it_is_on_record(cast, clause, successor):
    draft = drafted(cast, clause, plan=a_plan(cast, restricted=True))
    stand_in(cast, "director", "supervisor", Role.DIRECTOR)
    stand_in(cast, "supervisor", "drafter", Role.SUPERVISOR, from_on=NEXT_WEEK)
    since = AuditEvent.objects.latest("id").pk
    hand_over(cast, "supervisor", close_account=True)
    told = AuditEvent.objects.filter(pk__gt=since).order_by("pk")
    office = str(cast.agencies["office"])
    week, today = NEXT_WEEK.isoformat(), TODAY.isoformat()
    supervisor, drafter = cast.users["supervisor"], draft.reader_ids
    assert [(e.act, e.subject_label, e.changes) for e in told] == [
        ("accounts.end_role", "supervisor", {"SUPERVISOR to_on": [None, today]}),
        ("accounts.end_deputy", "director", {"DIRECTOR to_on": [week, today]}),
        ("accounts.end_deputy", "supervisor", {"SUPERVISOR": ["drafter", ""]}),
        ("accounts.give_role", "successor", {"SUPERVISOR": ["", office]}),
        ("accounts.name_deputy", "director", {"DIRECTOR": ["", "successor"]}),
        ("accounts.keep_user", "supervisor", {"is_active": [True, False]}),
        ("measures.hand_over", str(draft), {"reader_ids": [drafter, [successor.pk]]}),
        (
            "measures.hand_over",
            "supervisor",
            {
                "successor": ["", "successor"],
                "roles": [0, 1],
                "deputies": [0, 1],
                "restricted measures": [0, 1],
            },
        ),
    ]
    assert {e.actor_name for e in told} == {"administrator"}
    assert told.get(subject_id=draft.pk, act="measures.hand_over", restricted=True)
    assert supervisor.pk == draft.reader_ids[0]


def test_more_of_it_costs_no_more_queries(cast, clause, successor):
    def cost(who: str) -> int:
        cast.users["new"] = User.objects.create(username=f"new-{who}")
        with CaptureQueriesContext(connection) as captured:
            hand_over(cast, who, to="new")
        return len(captured)

    readers = [cast.users["drafter"].pk, cast.users["liaison"].pk]
    named = a_plan(cast, restricted=True, reader_ids=readers[:1])
    drafted(cast, clause, plan=named)
    stand_in(cast, "unit_leader", "drafter", Role.UNIT_LEADER)
    one = cost("drafter")
    for number in range(4):
        plan = a_plan(cast, restricted=True, reader_ids=readers[1:])
        drafted(cast, clause, code=f"more-{number}", plan=plan)
        stand_in(cast, "unit_leader", "liaison", Role.UNIT_LEADER, to_on=NEXT_WEEK + number * DAY)
    for name in ("section", "other"):
        Membership.objects.create(
            user=cast.users["liaison"],
            agency=cast.agencies[name],
            role=Role.LIAISON,
            from_on=TODAY - DAY,
        )
    assert cost("liaison") == one
