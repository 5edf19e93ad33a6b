"""What the reviewer is shown of a report: what changed, and what bears on the decision."""

from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse

from apps.measures import operations
from apps.measures.models import Basis
from tests.conftest import PDF, a_plan, an_estimate, fresh, in_progress, reported
from tests.measures.stories_of_others import asked, contributed, evidence_of_the_other
from tests.web.here import of_today
from tests.web.reviewing import decide, item, waiting

REASON = "缺少验收材料"


@pytest.fixture
def cast(cast):
    return of_today(cast)


def test_it_shows_what_changed_since_the_last_report(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, progress=Decimal(20), summary="开工", problems="缺人")
    second = reported(cast, measure, progress=Decimal(35), summary="过半", problems="缺人")
    context = cast.signed_in("supervisor").get(item(second)).context
    assert (context["before"], context["report"].progress) == (20, 35)
    said = [(row.last, row.this, row.change) for row in context["compared"]]
    assert said == [("开工", "过半", "anew"), ("缺人", "缺人", "same")]


def two_reports(cast, clause, last: dict, this: dict):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, **{"progress": Decimal(20)} | last)
    return reported(cast, measure, **{"progress": Decimal(35)} | this)


def test_what_is_new_and_what_is_gone_is_marked_in_the_text(cast, clause):
    report = two_reports(
        cast,
        clause,
        {"summary": "已走访12家企业。", "problems": "缺人手。场地<未定>。", "next_step": "招标"},
        {"summary": "已走访35家企业。", "problems": "缺人手。资金<不足>。", "next_step": ""},
    )
    page = cast.signed_in("supervisor").get(item(report)).content.decode()
    for marked in (
        "已走访<ins>35</ins>家企业。",
        "已走访<del>12</del>家企业。",
        "缺人手。<ins>资金&lt;不足&gt;。</ins>",
        "缺人手。<del>场地&lt;未定&gt;。</del>",
    ):
        assert marked in page
    assert "not said any more" in page


@pytest.mark.parametrize(
    ("last", "this", "change"),
    [
        ({"problems": ""}, {"problems": "缺人"}, "new"),
        ({"problems": "缺人"}, {"problems": ""}, "gone"),
        ({"problems": "缺人"}, {"problems": "资金未到"}, "anew"),
        ({"problems": "缺人手三名"}, {"problems": "缺人手两名"}, "partly"),
        # A report without change leaves everything out on purpose.
        ({"problems": "缺人"}, {"no_change": True, "progress": None, "summary": ""}, ""),
    ],
)
def test_each_text_says_how_it_changed(cast, clause, last, this, change):
    report = two_reports(cast, clause, last, this)
    context = cast.signed_in("supervisor").get(item(report)).context
    rows = {str(row.label): row.change for row in context["compared"]}
    assert rows["Problems"] == change


def test_the_first_report_is_compared_with_nothing(cast, clause):
    context = cast.signed_in("supervisor").get(item(waiting(cast, clause))).context
    assert [row.change for row in context["compared"]] == [""]
    assert [each.before for each in context["evidence"]] == [False]


def test_evidence_handed_in_before_is_told_from_new(cast, clause):
    """The same file under another name is the same."""
    old, again, new = (
        operations.add_evidence(
            ContentFile(content),
            name=name,
            agency=cast.agencies["bureau"],
            by=cast["liaison"],
            at=cast.at(),
        )
        for name, content in (("a.pdf", PDF), ("b.pdf", PDF), ("c.pdf", PDF + b"2"))
    )
    report = two_reports(cast, clause, {"evidence": [old]}, {"evidence": [again, new]})
    response = cast.signed_in("supervisor").get(item(report))
    said = {each.piece.name: (each.before, each.number) for each in response.context["evidence"]}
    assert said == {"b.pdf": (True, 1), "c.pdf": (False, None)}
    assert "handed in before, with report 1" in response.content.decode()


def test_a_quantity_is_shown_before_and_after(cast, clause):
    plan = a_plan(
        cast,
        basis=Basis.QUANTITY,
        milestones=[],
        target_quantity=Decimal(2000),
        quantity_unit="台",
    )
    measure = in_progress(cast, clause, plan=plan)
    reported(cast, measure, quantity=Decimal("1200.5"))
    second = reported(cast, measure, quantity=Decimal(1450))
    response = cast.signed_in("supervisor").get(item(second))
    assert response.context["quantity_before"] == Decimal("1200.5")
    page = response.content.decode()
    assert "1,200.5" in page
    assert "of 2,000 台" in page


# --- The measure's context --------------------------------------------------------------------


def test_it_shows_the_clause_and_every_milestone(cast, clause):
    report = waiting(cast, clause)
    report.measure.carried_clauses.update(quotation="推进机器换人")
    response = cast.signed_in("supervisor").get(item(report))
    steps = [(step.milestone.title, step.reached) for step in response.context["milestones"]]
    assert steps == [("第一步", True), ("第二步", False)]
    page = response.content.decode()
    assert "推进机器换人" in page
    assert f"/policies/{clause.policy_id}/#clause-{clause.pk}" in page


def test_it_shows_what_supporters_contributed_since_the_last_report(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    contributed(cast, measure, text="旧的")
    operations.submit_report(
        measure,
        operations.Account(summary="汇总", progress=Decimal(10)),
        seen=fresh(measure).version,
        by=cast["liaison"],
        at=cast.at(12),
    )
    piece = evidence_of_the_other(cast)
    operations.contribute(
        measure,
        agency=cast.agencies["other"],
        text="派出三位专家",
        evidence=[piece],
        by=cast["stranger"],
        at=cast.at(13),
    )
    second = operations.submit_report(
        measure,
        operations.Account(summary="汇总", progress=Decimal(20)),
        seen=fresh(measure).version,
        by=cast["liaison"],
        at=cast.at(14),
    )
    client = cast.signed_in("supervisor")
    response = client.get(item(second))
    assert [made.text for made in response.context["contributions"]] == ["派出三位专家"]
    link = reverse("web:evidence", args=[measure.pk, piece.pk])
    assert link in response.content.decode()
    answer = client.get(link)
    assert b"".join(answer.streaming_content) == PDF + b"theirs"
    answer.close()


def test_it_shows_what_the_lead_waits_for(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    report = reported(cast, measure, progress=Decimal(20))
    open_one = asked(cast, measure)
    response = cast.signed_in("supervisor").get(item(report))
    assert [each.item for each in response.context["items"]] == [open_one]
    assert open_one.question in response.content.decode()


def test_a_returned_report_does_not_count_as_progress_before(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    first = reported(cast, measure, progress=Decimal(60))
    decide(cast, first, "return", reason=REASON)
    second = reported(cast, measure, progress=Decimal(40))
    response = cast.signed_in("supervisor").get(item(second))
    assert response.context["before"] == 0
    assert [review.reason for review in response.context["returns"]] == [REASON]
    assert response.context["last"] == first
    assert REASON in response.content.decode()


def test_it_shows_milestones_and_evidence(cast, clause):
    report = waiting(cast, clause)
    response = cast.signed_in("supervisor").get(item(report))
    assert [m.title for m in response.context["newly"]] == ["第一步"]
    (shown,) = response.context["evidence"]
    link = reverse("web:evidence", args=[report.measure_id, shown.piece.pk])
    assert link in response.content.decode()


def test_two_periods_without_change_are_said(cast, clause):
    measure = in_progress(cast, clause, plan=an_estimate(cast))
    reported(cast, measure, no_change=True, summary="")
    second = reported(cast, measure, no_change=True, summary="")
    page = cast.signed_in("supervisor").get(item(second)).content.decode()
    assert "No change in this period, and none in the one before." in page
