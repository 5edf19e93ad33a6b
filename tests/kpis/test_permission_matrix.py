"""Role × operation × expected: allowed, or refused with which sentence. Written out in full."""

import inspect
from decimal import Decimal

import pytest
from django.db import transaction

from apps.core.errors import NotAllowed
from apps.kpis import operations
from apps.kpis.models import GridDraft, Kpi, Submission, Target
from apps.kpis.operations import Aim
from tests.kpis.figuring import JANUARY, YEAR, a_kpi, aimed, entered, entry, owner_of
from tests.measures.cast_of_roles import complete, read_table

SENTENCES = {
    "yes": "",
    "office": "Only the supervision office defines indicators and their targets.",
    "director": "Only the director changes a target that stands.",
    "agency": "Only the agency's liaison or drafter enters its figures.",
    "owner": "Only the KPI owner does this.",
    "opener": "Only the KPI owner and the director open a period again.",
    "own": "You handed in these figures; somebody else has to review them.",
}
TABLE = read_table("""
                   define_kpi keep_kpi revise_definition set_target withdraw_target set_baseline enter_observations save_grid discard_grid review_observations close_period reopen_period
liaison            office     office   office            office     director        office       yes                yes       yes          owner               owner        opener
drafter            office     office   office            office     director        office       yes                yes       yes          own                 owner        opener
unit_leader        office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
unit_head          office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
section_liaison    office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
stranger           office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
district_liaison   office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
supervisor         yes        yes      yes               yes        director        yes          agency             agency    agency       owner               yes          opener
director           yes        yes      yes               yes        yes             yes          agency             agency    agency       owner               yes          yes
deputy             yes        yes      yes               yes        yes             yes          agency             agency    agency       owner               yes          yes
former_director    office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
leader             office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
owner              office     office   office            office     director        office       agency             agency    agency       yes                 yes          yes
kpi_owner          office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
auditor            office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
administrator      office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
integrator         office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
superuser          office     office   office            office     director        office       agency             agency    agency       owner               owner        opener
""")  # noqa: E501  # a table is read by its columns


def act(cast, name: str, said: dict) -> object:
    """Do it as it is meant to be done; only the person is at stake."""
    kpi, do = Kpi.objects.get(code="k"), getattr(operations, name)
    bureau = cast.agencies["bureau"]
    again = {"reason": "调整", "seen": 1}
    sum_ = {"over_time": "SUM", "over_districts": "SUM", "frequency": "MONTHLY"}
    of_agency = {"agency": bureau, "seen": 0}
    draft = GridDraft.objects.first()
    arguments = {
        "define_kpi": ([Kpi(code="n", name="n", **sum_)], {"definition": "口径"}),
        "keep_kpi": ([kpi, {"caution": "勿比"}], {"seen": kpi.version}),
        "revise_definition": ([kpi], {"text": "新口径"} | again),
        "set_target": ([kpi, Aim("AT_LEAST", low=Decimal(2), period=YEAR.moved(1))], {"seen": 0}),
        "withdraw_target": ([Target.objects.get()], again),
        "set_baseline": ([kpi, Decimal(1)], {"period": YEAR.moved(-1), "seen": 0}),
        "enter_observations": ([kpi, [entry(2)]], of_agency | {"seen": 999999}),
        "save_grid": ([kpi, {"a": "1"}], of_agency | {"period": YEAR, "seen": 0}),
        "discard_grid": ([draft], {"seen": 1}),
        "review_observations": ([Submission.objects.get(), "APPROVED"], {}),
        "close_period": ([kpi, JANUARY.moved(-1)], {"seen": 0}),
        "reopen_period": ([kpi, JANUARY.moved(-2)], again),
    }
    positional, named = arguments[name]
    return do(*positional, **named, **said)


def prepare(cast) -> None:
    """A target, a figure that waits (by the drafter), a draft, and a closed period."""
    complete(cast)
    owner_of(cast)
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    entered(cast, kpi, entry(1), by="drafter")
    said = {"by": cast["liaison"], "at": cast.at()}
    operations.save_grid(kpi, {}, agency=cast.agencies["bureau"], period=JANUARY, seen=0, **said)
    operations.close_period(kpi, JANUARY.moved(-2), seen=0, by=cast["director"], at=cast.at())


def outcome(cast, name: str, who: str) -> str:
    try:
        with transaction.atomic():
            act(cast, name, {"by": cast[who], "at": cast.at()})
            transaction.set_rollback(True)
    except NotAllowed as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", next(iter(TABLE.values())))
def test_each_role_may_do_what_the_table_says(cast, name):
    prepare(cast)
    found = {who: outcome(cast, name, who) for who in TABLE}
    assert found == {who: SENTENCES[row[name]] for who, row in TABLE.items()}


def test_every_operation_is_in_the_table():
    written = {n for n in operations.__all__ if inspect.isfunction(getattr(operations, n))}
    columns = {tuple(row) for row in TABLE.values()}
    assert columns == {tuple(next(iter(TABLE.values())))}
    assert written - {"last_entered", "queries_about"} == set(next(iter(TABLE.values())))


@pytest.mark.parametrize(
    ("who", "refused"), [("supervisor", SENTENCES["director"]), ("director", "")]
)
def test_a_target_that_stands_is_the_directors_to_change(cast, who, refused):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    change = {"seen": 1, "reason": "下调", "by": cast[who]}
    if not refused:
        assert aimed(cast, kpi, **change).number == 2
        return
    with pytest.raises(NotAllowed, match=refused):
        aimed(cast, kpi, **change)


def test_without_an_owner_the_office_reviews(cast):
    kpi = a_kpi(cast, owner=None)
    Kpi.objects.filter(pk=kpi.pk).update(owner=cast.agencies["bureau"])
    submission = entered(cast, kpi, entry(1))
    Kpi.objects.filter(pk=kpi.pk).update(owner=None)
    with pytest.raises(NotAllowed, match=SENTENCES["owner"]):
        operations.review_observations(submission, "APPROVED", by=cast["owner"], at=cast.at())
    operations.review_observations(submission, "APPROVED", by=cast["supervisor"], at=cast.at())
