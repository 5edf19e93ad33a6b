"""Progress by quantity: a cumulative figure over its target; the real figure is kept."""

from decimal import Decimal

import pytest

from apps.measures import operations
from tests.conftest import a_plan, drafted, fresh, in_progress
from tests.measures.refusals import refused


def a_quantity(cast, **changes):
    said = {"basis": "QUANTITY", "milestones": [], "target_quantity": 400, "quantity_unit": "台"}
    return a_plan(cast, **said | changes)


@pytest.fixture
def measure(cast, clause):
    return in_progress(cast, clause, plan=a_quantity(cast))


def submit(cast, measure, quantity=None, **said):
    figure = None if quantity is None else Decimal(quantity)
    account = operations.Account(**{"summary": "装机", "quantity": figure} | said)
    return operations.submit_report(
        measure, account, seen=fresh(measure).version, by=cast["liaison"], at=cast.at()
    )


def test_progress_is_the_quantity_over_its_target(cast, measure):
    report = submit(cast, measure, "50")
    assert (report.quantity, report.progress) == (50, Decimal("12.5"))
    assert fresh(measure).reported_progress == Decimal("12.5")


def test_a_third_is_rounded_half_up(cast, clause):
    measure = in_progress(cast, clause, plan=a_quantity(cast, target_quantity=3))
    assert submit(cast, measure, "2").progress == Decimal("66.67")


def test_beyond_the_target_progress_is_whole_and_the_figure_is_kept(cast, measure):
    report = submit(cast, measure, "500.5")
    assert (report.quantity, report.progress) == (Decimal("500.5"), 100)


def test_a_fall_is_explained_beyond_the_target_too(cast, measure):
    submit(cast, measure, "500")
    with refused("The quantity falls from 500 to 450: say why.", field="explanation"):
        submit(cast, measure, "450")
    with refused("Progress falls from 100% to 50%: say why.", field="explanation"):
        submit(cast, measure, "200")
    assert submit(cast, measure, "450", explanation="重复计数").quantity == 450


def test_no_change_has_no_figure_of_its_own(cast, measure):
    submit(cast, measure, "50")
    report = submit(cast, measure, no_change=True, summary="")
    assert (report.quantity, report.progress) == (None, Decimal("12.5"))


def test_a_returned_report_takes_its_figure_along(cast, measure):
    submit(cast, measure, "50")
    report = submit(cast, measure, "100")
    operations.return_report(
        report, reason="虚报", seen=fresh(measure).version, by=cast["supervisor"], at=cast.at()
    )
    assert fresh(measure).reported_progress == Decimal("12.5")
    assert submit(cast, measure, "60").progress == 15


@pytest.mark.parametrize("quantity", [None, "-0.0001", "NaN", "Infinity", "1e14"])
def test_it_has_to_be_a_quantity(cast, measure, quantity):
    with refused("Give the quantity reached so far, from 0 upwards.", field="quantity"):
        submit(cast, measure, quantity)


def test_on_another_basis_a_quantity_is_not_kept(cast, clause):
    measure = in_progress(cast, clause, plan=a_plan(cast, basis="ESTIMATE", milestones=[]))
    assert submit(cast, measure, "50", progress=Decimal(5)).quantity is None


@pytest.mark.parametrize(
    ("changes", "sentence", "field"),
    [
        ({"target_quantity": None}, "Progress by quantity needs a target.", "target_quantity"),
        ({"quantity_unit": " "}, "A quantity needs its unit.", "quantity_unit"),
    ],
)
def test_a_proposal_names_target_and_unit(cast, clause, changes, sentence, field):
    measure = drafted(cast, clause, plan=a_quantity(cast, **changes))
    with refused(sentence, field=field):
        operations.propose_measure(
            measure, seen=measure.version, by=cast["supervisor"], at=cast.at()
        )


def test_a_target_is_more_than_nothing(cast, clause):
    with refused("The target is more than nothing.", field="target_quantity"):
        drafted(cast, clause, plan=a_quantity(cast, target_quantity=Decimal(0)))
