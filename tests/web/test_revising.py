"""Revising a draft through HTTP: whoever comes second sees both versions."""

import pytest

from apps.measures import operations
from apps.measures.models import Basis, Measure, MeasureClause, State
from tests.conftest import a_plan, drafted, fresh, proposed
from tests.web.here import of_today
from tests.web.sheets import again, day, rows, sheet


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def supervisor(cast):
    return cast.signed_in("supervisor")


def test_a_draft_is_revised(cast, clause, supervisor):
    measure = drafted(cast, clause)
    said = sheet(cast, title="改过", seen=measure.version, **rows(("唯一", day(cast, 9), 1)))
    assert supervisor.post(again(measure), said).status_code == 302
    assert fresh(measure).title == "改过"
    assert [m.title for m in measure.milestones.all()] == ["唯一"]


def test_an_article_s_draft_without_lead_or_deadline_opens(cast, clause, supervisor):
    measure = Measure.objects.create(code="6.1-1.1", title="原文举措")
    MeasureClause.objects.create(measure=measure, clause=clause)
    assert "原文举措" in supervisor.get(again(measure)).content.decode()
    said = sheet(cast, title="原文举措", seen=measure.version, then="propose")
    assert supervisor.post(again(measure), said).status_code == 302
    assert fresh(measure).state == State.PROPOSED


def test_what_was_saved_is_what_is_shown(cast, clause, supervisor):
    measure = drafted(cast, clause, plan=a_plan(cast, restricted=True, supporters=[]))
    shown = supervisor.get(again(measure)).context["sheet"]
    assert shown.form["title"].value() == "一项举措"
    assert shown.form["reader_ids"].value() == "supervisor"
    assert [form["title"].value() for form in shown.milestones] == ["第一步", "第二步", None, None]


def test_a_stale_sheet_shows_both_versions_and_loses_neither(cast, clause, supervisor):
    measure = drafted(cast, clause)
    operations.revise_draft(
        measure,
        a_plan(cast, title="别人的标题", basis=Basis.ESTIMATE, milestones=[]),
        seen=measure.version,
        by=cast["second_supervisor"],
        at=cast.at(),
    )
    response = supervisor.post(again(measure), sheet(cast, title="我的标题", seen=measure.version))
    page = response.content.decode()
    assert response.status_code == 409
    assert "second supervisor changed this measure" in page
    assert "别人的标题" in page
    assert response.context["sheet"].form["title"].value() == "我的标题"
    labels = [str(each.label) for each in response.context["differences"]]
    assert labels == ["Title in Chinese", "Progress is measured by", "Milestones"]
    assert fresh(measure).title == "别人的标题"

    mine = sheet(cast, title="我的标题", seen=response.context["seen"])
    assert supervisor.post(again(measure), mine).status_code == 302
    assert fresh(measure).title == "我的标题"
    assert [m.title for m in measure.milestones.all()] == ["第一步", "第二步"]


def test_a_double_save_says_so_and_saves_once(cast, clause, supervisor):
    measure = drafted(cast, clause)
    said = sheet(cast, title="改过", seen=measure.version)
    supervisor.post(again(measure), said)
    response = supervisor.post(again(measure), said, follow=True)
    assert "m-1 says this already." in response.content.decode()
    assert fresh(measure).version == measure.version + 1


def test_what_was_proposed_meanwhile_is_not_revised_and_nothing_typed_is_lost(
    cast, clause, supervisor
):
    measure = drafted(cast, clause)
    seen = measure.version
    operations.propose_measure(measure, seen=seen, by=cast["second_supervisor"], at=cast.at())
    response = supervisor.post(again(measure), sheet(cast, title="我的标题", seen=seen))
    assert response.status_code == 409
    assert "我的标题" in response.content.decode()
    response = supervisor.post(again(measure), sheet(cast, title="我的标题", seen=seen + 1))
    assert response.status_code == 422
    assert "Not possible while the measure is “Awaiting approval”." in response.content.decode()


def test_a_refused_proposal_leaves_the_draft_as_it_was(cast, clause, supervisor):
    measure = drafted(cast, clause)
    said = sheet(cast, title="改过", due_on="", seen=measure.version, then="propose")
    assert supervisor.post(again(measure), said).status_code == 422
    assert fresh(measure).title == "一项举措"
    assert fresh(measure).version == measure.version


def test_only_drafts_are_opened(cast, clause, supervisor):
    assert supervisor.get(again(proposed(cast, clause))).status_code == 409
