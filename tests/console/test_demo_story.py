"""The demo as people find it: told through the operations, in order of time."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO

from django.core.files.storage import default_storage

from apps.accounts.models import Membership, User
from apps.accounts.standing import Standing
from apps.agencies.models import Agency, Confidence, installation_is_demo
from apps.audit.models import AuditEvent
from apps.console.demo_story import (
    DISTRICTS,
    INDICATORS,
    JUDGED,
    LEADING,
    PASSWORD,
    PEOPLE,
    UNCOVERED,
)
from apps.core.actor import Role
from apps.kpis.aggregation import Cell
from apps.kpis.attainment import Why
from apps.kpis.figures import sheet_of
from apps.kpis.models import EVERYTHING, Kpi, Observation, PeriodClosing, Submission
from apps.kpis.periods import Period
from apps.kpis.progress import progress_of
from apps.measures.clock import ROWS, clock, turns_of
from apps.measures.evidence_content import file_type
from apps.measures.lights import Light
from apps.measures.models import (
    Basis,
    Contribution,
    ContributionRequest,
    CoordinationItem,
    CoordinationOutcome,
    Evidence,
    Instruction,
    Measure,
    MeasureClause,
    ProgressReport,
    ReportDraft,
    Request,
    Review,
    State,
    Thresholds,
)
from apps.measures.permissions import may_confirm
from apps.policies.models import Clause
from apps.workdays.models import current_calendar
from tests.console.conftest import DEMO_DAY, said_by

BAIYUN, HUADU = "6.3-1.6·01", "6.3-1.6·05"


def codes(measures) -> set[str]:
    return {measure.code for measure in measures}


def reasons_since(code: str) -> set[str]:
    """The reasons for its light that hold on the day of the demo."""
    measure = Measure.objects.get(code=code)
    columns = [f.name for f in Measure._meta.fields if f.name.endswith("_from_on")]
    today = DEMO_DAY
    return {c for c in columns if (since := getattr(measure, c)) and since <= today}


def test_a_report_waits_for_its_unit_leader(demo):
    """In one agency only; nothing is reported by it, and no light moves."""
    assert Agency.objects.get(confirms_reports=True).code == "gz-kjj"
    draft = ReportDraft.objects.confirming().get()
    assert (draft.measure.code, draft.handed_by_name) == ("6.1-4.2", "谢新知")
    assert draft.evidence.count() == 1
    assert draft.measure.reported_progress == 92
    leader = Standing.of(User.objects.get(username="unit_leader_kjj"), on=DEMO_DAY)
    assert may_confirm(leader, draft.measure, draft)


def test_every_place_of_the_path_is_taken(demo):
    counts = {state: Measure.objects.filter(state=state).count() for state in State}
    assert counts[State.PROPOSED] == 2
    assert counts[State.ISSUED] == 3
    assert counts[State.IN_PROGRESS] == 18 + 11
    assert counts[State.SUSPENDED] == 1
    assert counts[State.COMPLETING] == 1
    assert counts[State.CLOSED] == 1
    assert "due_soon_from_on" in reasons_since("6.1-4.2")
    assert "overdue_from_on" in reasons_since("6.2-1.2")
    assert "missed_one_from_on" in reasons_since("6.2-3.4")
    assert "behind_from_on" in reasons_since("6.3-2.1")
    assert "far_behind_from_on" in reasons_since("6.3-3.3")
    assert "unacknowledged_from_on" in reasons_since("6.1-5.4")
    assert codes(Measure.objects.review_waiting()) == {"6.1-1.2", BAIYUN}
    assert codes(Measure.objects.returned()) == {"6.1-3.5", HUADU}
    returned = Review.objects.get(outcome=Review.Outcome.RETURNED, report__measure__code="6.1-3.5")
    assert returned.reason == "缺少验收材料，请补充专家验收意见"
    assert set(Measure.objects.issued().values_list("basis", flat=True)) == set(Basis)


def test_one_rests_by_a_decision_on_paper(demo):
    measure = Measure.objects.get(state=State.SUSPENDED)
    assert measure.code == "6.3-2.3"
    decision = measure.requests.get().decisions.get()
    assert (decision.on_paper, decision.recorded_by_name) == (True, "苏明察")
    assert decision.at < decision.recorded_at
    assert measure.review_on > DEMO_DAY


def test_an_instruction_on_paper_waits_to_be_acknowledged(demo):
    instruction = Instruction.objects.open().get()
    assert instruction.measure.code == "6.3-3.3"
    assert (instruction.on_paper, instruction.recorded_by_name) == (True, "苏明察")
    assert instruction.at < instruction.recorded_at


def test_reports_are_approved_by_both_supervisors(demo):
    reports = ProgressReport.objects.filter(measure__code="6.1-2.1")
    assert reports.count() == 4
    assert reports.filter(reviews__outcome=Review.Outcome.APPROVED).count() == 4
    of_office = Review.objects.filter(report__measure__parent=None)
    assert set(of_office.values_list("by_name", flat=True)) == {"苏明察", "叶细问"}


def test_the_evidence_is_what_it_says(demo):
    assert Evidence.objects.count() == 32
    for piece in Evidence.objects.all():
        with default_storage.open(piece.stored_as) as stored:
            content = stored.read()
        kind = file_type(piece.name, BytesIO(content))
        assert kind is not None
        assert kind.media_type == piece.media_type
        if piece.name.endswith(".pdf"):
            assert content.index(b"xref") == int(content.split(b"startxref\n")[1].split()[0])


def test_every_bureau_that_leads_and_every_district_has_a_liaison(demo):
    leading = set(Measure.objects.issued().values_list("lead__code", flat=True))
    liaisons = Membership.objects.filter(role=Role.LIAISON).values_list("agency__code", flat=True)
    assert leading | set(DISTRICTS) <= set(liaisons)
    assert Agency.objects.filter(code__in=DISTRICTS).values("district").distinct().count() == 11


def test_links_beyond_the_article_say_that_they_are_a_demo(demo):
    links = MeasureClause.objects.filter(clause__policy__code__in=["GD-09", "GD-10"])
    assert links.values("measure").distinct().count() >= 20
    assert set(links.values_list("confidence", flat=True)) == {Confidence.DEMO}
    assert not links.filter(clause__confidence=Confidence.NOT_FOUND).exists()
    others = MeasureClause.objects.exclude(pk__in=links)
    assert set(others.values_list("confidence", flat=True)) == {Confidence.ARTICLE_ONLY}


def test_one_known_clause_that_obliges_is_covered_by_nothing(demo):
    actionable = Clause.objects.filter(actionable=Clause.Actionable.YES)
    covered = MeasureClause.objects.values("clause")
    (gap,) = actionable.exclude(pk__in=covered)
    assert gap.code == UNCOVERED
    assert gap.heading
    assert gap.policy.use == "OBLIGES"


def test_the_deputy_decides_while_the_director_is_away(demo):
    deputy = Standing.of(User.objects.get(username="deputy_director"), on=DEMO_DAY)
    assert deputy.holds(Role.DIRECTOR)


def test_an_objection_waits_for_the_director(demo):
    (request,) = Request.objects.of_kind("OBJECT").waiting()
    assert request.is_verified
    assert request.measure.code == "6.2-2.5"
    assert request.measure.state == State.ISSUED


# --- What a director follows in five minutes --------------------------------------------------


def test_every_district_has_a_part_that_the_bureau_reviews(demo):
    whole = Measure.objects.get(code="6.3-1.6")
    assert whole.basis == Basis.CHILDREN
    parts = whole.children.order_by("code")
    assert [part.lead.code for part in parts] == list(DISTRICTS)
    reviewed = Review.objects.filter(report__measure__parent=whole)
    assert set(reviewed.values_list("by_name", flat=True)) == {"林知远"}
    links = MeasureClause.objects.filter(measure__parent=whole, clause__policy__code="GD-09")
    assert {link.confidence for link in links} == {Confidence.DEMO}


def test_the_slow_district_waited_for_its_reviewer(demo):
    part = Measure.objects.prefetch_related(*ROWS).get(code=BAIYUN)
    others = Measure.objects.filter(parent=part.parent).exclude(pk=part.pk)
    assert part.lead.label == "白云区（演示）" or part.lead.name.startswith("白云区")
    assert all(part.approved_progress < other.approved_progress for other in others)
    told = clock(turns_of(part), on=DEMO_DAY, calendar=current_calendar())
    assert told.reviewer > 3 * told.own > 0


def test_a_returned_report_waits_to_be_mended(demo):
    part = Measure.objects.get(code=HUADU)
    assert part.lead.name.startswith("花都区")
    assert Review.objects.filter(report__measure=part).latest("at").reason.startswith("照片不能")


def test_one_question_waits_for_its_answer_and_one_has_it(demo):
    waiting = CoordinationItem.objects.get(outcome__isnull=True)
    assert waiting.measure.code == "6.1-2.1"
    assert waiting.wanted_on < DEMO_DAY
    answered = CoordinationItem.objects.get(outcome__isnull=False)
    assert answered.outcome.kind == CoordinationOutcome.Kind.ANSWERED


def test_one_contribution_is_waited_for_and_one_is_there(demo):
    asked = {each.measure.code: each for each in ContributionRequest.objects.all()}
    assert set(asked) == {"6.1-2.1", "6.1-2.2"}
    assert Contribution.objects.get().request == asked["6.1-2.2"]


def test_completion_is_to_be_seen_in_each_of_its_ends(demo):
    closed = Measure.objects.get(state=State.CLOSED)
    assert closed.closed_on < closed.due_on
    waiting = Measure.objects.get(state=State.COMPLETING)
    assert waiting.completion_verified_on is not None
    sent_back = Measure.objects.get(completion_returned_on__isnull=False)
    assert sent_back.state == State.IN_PROGRESS


def test_titles_stay_those_of_the_reference_data(demo):
    *differences, counted = said_by("load_reference")
    assert counted == "Inserted nothing; 8 differences, left as they are."
    judged = {f"policies.clause {each.clause} " for each in JUDGED}
    assert {each.partition("actionable:")[0] for each in differences[::2]} == judged
    remarks = Clause.objects.filter(code__in=[each.clause for each in JUDGED])
    assert all("演示" in clause.remark for clause in remarks)


def test_it_says_who_can_sign_in(demo):
    assert len(LEADING) == 10
    others = {name for line in demo[11:] for name in line.removeprefix("Also: ").split(", ")}
    assert {name.strip(",") for name in others} == {p.username for p in PEOPLE[10:]}
    assert demo[1].split()[-5:] == ["Liaison", "liaison", *PASSWORD.split()]
    roles = [person.role for person in PEOPLE]
    assert set(roles) == set(Role) - {Role.INTEGRATOR}
    assert len(set(roles[:10])) == 10
    assert all(person.agency for person in PEOPLE)
    assert said_by("load_demo", "--show-sign-ins") == demo
    assert all(user.check_password(PASSWORD) for user in User.objects.all()[:2])


def test_everybody_and_everything_is_marked(demo):
    assert installation_is_demo()
    assert Agency.objects.filter(is_demo=True).count() == 1 + 1 + 6 + 11
    assert all("演示" in agency.name for agency in Agency.objects.filter(is_demo=True))
    assert not User.objects.filter(is_superuser=True).exists()
    assert set(User.objects.values_list("username", flat=True)) == {p.username for p in PEOPLE}


def test_what_happened_is_recorded_in_order_of_time(demo):
    moments = list(AuditEvent.objects.filter(act__startswith="measures.").order_by("id"))
    assert [event.at for event in moments] == sorted(event.at for event in moments)
    assert moments[-1].at.date() < DEMO_DAY
    assert moments[0].at.date() > DEMO_DAY - timedelta(days=400)


def test_a_second_time_it_says_so(demo):
    events = AuditEvent.objects.count()
    assert said_by("load_demo") == ["This database is a demo already.", *demo]
    assert AuditEvent.objects.count() == events


def test_six_indicators_have_two_years_of_figures(demo):
    listed = Kpi.objects.with_arithmetic().filter(code__startswith="demo-")
    kpis = {kpi.code: kpi for kpi in listed}
    assert len(kpis) == len(INDICATORS) == 6
    assert {kpi.confidence for kpi in kpis.values()} == {Confidence.DEMO}
    figures = Observation.objects.filter(kpi__in=kpis.values())
    assert set(figures.values_list("confidence", flat=True)) == {Confidence.DEMO}
    # A district is missing in the last month, and one figure was corrected.
    assert figures.count() == 5 * (24 * 11 - 1) + 1
    waiting = Submission.objects.waiting().get()
    assert waiting.kpi.code == "demo-acceptance-days"
    october, september = Period.parse("2026-10"), Period.parse("2026-09")
    sheet = sheet_of(kpis.values(), [october], sight=EVERYTHING)
    share = sheet.figure(Cell(kpis["demo-digital-coverage"].pk, september))
    assert share.is_complete
    assert 40 < share.value < 90
    last = sheet.figure(Cell(kpis["demo-digital-coverage"].pk, october))
    assert (last.best.have, last.best.of) == (10, 11)


def test_months_are_closed_but_the_last_and_one_that_was_opened_again(demo):
    latest = PeriodClosing.objects.latest_each()
    closed = [row for row in latest if row.is_closed]
    assert len(closed) == 5 * 23 - 1
    (opened,) = (row for row in latest if not row.is_closed)
    assert (opened.kpi.code, opened.period) == ("demo-digital-firms", "2026-09")
    assert opened.reason
    said = {"kpi__code": "demo-tech-investment", "period": "2026-07", "district__adcode": "440113"}
    before, corrected = Observation.objects.filter(**said).order_by("id")
    assert corrected.value - before.value == Decimal("1.2")
    assert corrected.note


def test_some_indicators_are_on_course_and_some_are_not(demo):
    kpis = Kpi.objects.with_arithmetic().filter(code__startswith="demo-")
    found = progress_of(kpis, on=DEMO_DAY, thresholds=Thresholds(), sight=EVERYTHING)
    assert {one.attainment.light for one in found} >= {Light.GREEN, Light.YELLOW}
    assert not [one for one in found if one.attainment.why is Why.NO_FIGURE]
