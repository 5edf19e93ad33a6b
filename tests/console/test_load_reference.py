"""Reference data: loaded once, an officer's edit stays, every difference is listed."""

import json
from datetime import date

from django.apps import apps
from django.conf import settings

from apps.agencies.models import Agency, Confidence, District, DistrictProfile, Source
from apps.audit.models import AuditEvent
from apps.console.reference import FILES
from apps.kpis.models import Kpi, Observation, Target
from apps.measures.models import Measure, MeasureClause, MeasureProblem, State
from apps.policies.models import Chain, ChainSegment, Clause, Policy, PolicyLink, Problem
from apps.workdays.models import CalendarYear, current_calendar
from tests.console.conftest import said_by

FIXTURES = [settings.BASE_DIR / "fixtures" / f"{name}.json" for name in FILES]


def load() -> list[str]:
    return said_by("load_reference")


def check_counts() -> None:
    assert Policy.objects.count() == 50 + 1
    assert Policy.objects.filter(use=Policy.Use.BACKGROUND).count() == 22
    assert Clause.objects.filter(policy__code="GZ-ART-6").count() == 3 + 11
    assert Clause.objects.filter(policy__code="GD-10").count() == 6 + 22
    assert Clause.objects.filter(policy__code="GD-09").count() == 1 + 3 + 10
    assert PolicyLink.objects.count() == 5
    assert Chain.objects.count() == 21
    assert ChainSegment.objects.count() == 27
    assert Problem.objects.items().count() == 48
    assert Problem.objects.count() == 48 + 5
    assert MeasureProblem.objects.count() == 3
    assert DistrictProfile.objects.count() == 11
    assert Measure.objects.count() == 59
    assert MeasureClause.objects.exclude(quotation="").count() == 59
    assert District.objects.exclude(boundary=None).count() == 11
    assert Source.objects.count() == 64
    assert Agency.objects.count() == 23
    assert Kpi.objects.count() == 56
    assert Target.objects.count() == 32
    assert Observation.objects.count() == (77 - 12 + 11) + 60


def test_it_loads_the_whole_material(reference):
    check_counts()
    assert CalendarYear.objects.count() >= 2026 - 2004 + 1
    assert current_calendar().add(date(2026, 9, 28), 5) == date(2026, 10, 10)
    assert reference[-1].startswith("Inserted 64 agencies.source, 11 agencies.district, 11")
    assert len(reference) == 1


def test_every_record_is_valid(reference):
    for model in {apps.get_model(e["model"]) for f in FIXTURES for e in json.loads(f.read_text())}:
        for row in model._default_manager.all():
            row.full_clean()


def test_agencies_have_their_place(reference):
    bureau = Agency.objects.get(code="gz-gxj")
    assert bureau.path == [Agency.objects.get(code="gz-gov").pk, bureau.pk]


def test_measures_hang_on_their_clauses(reference):
    measure = Measure.objects.get(code="6.2-1.1")
    (clause,) = measure.clauses.all()
    assert (clause.number, clause.parent.number) == ("一是", "6.2")
    assert clause.policy.kind == Policy.Kind.RECOMMENDATION
    assert measure.named_agencies.count() == 5
    taxes = Measure.objects.get(code="6.2-2.5")
    assert {d.name for d in taxes.named_districts.all()} == {"黄埔区", "南沙区"}


def test_a_measure_is_linked_to_the_group_that_the_text_names(reference):
    linked = Measure.objects.get(code="6.2-2.4").addressed_problems.select_related("problem")
    assert [row.problem.code for row in linked] == ["5.1", "5.3"]
    assert all(row.problem.group is None for row in linked)


def test_chief_and_masters_of_a_chain_are_to_be_entered(reference):
    assert not Chain.objects.exclude(chief="", masters=[]).exists()
    cable = Problem.objects.get(name="海底电缆")
    assert (cable.segment.name, cable.segment.chain.code) == ("海工装备产业链", "modern-equipment")


def test_what_is_not_known_stays_empty(reference):
    told_nowhere = Measure.objects.exclude(
        category="", lead=None, due_on=None, due_workdays=None, state=State.DRAFT
    )
    assert not told_nowhere.exists()
    assert not Measure.objects.filter(reported_progress__gt=0).exists()
    assert not any("NOT FOUND" in path.read_text() for path in FIXTURES)
    assert Policy.objects.get(code="GD-05").document_number == ""


def test_what_comes_from_outside_the_article_names_its_sources(reference):
    known = set(Source.objects.values_list("code", flat=True))
    for policy in Policy.objects.all():
        assert set(policy.sources) <= known
        if policy.document_number or policy.confidence != Confidence.ARTICLE_ONLY:
            assert set(policy.sources) - {"S-ARTICLE"} or "外部来源" in policy.remark


def test_a_second_run_inserts_nothing(reference):
    events = AuditEvent.objects.count()
    assert load() == ["Inserted nothing; 0 differences, left as they are."]
    assert AuditEvent.objects.count() == events


def test_a_run_that_inserts_is_on_record_once(reference):
    (event,) = AuditEvent.objects.filter(act="console.load_reference")
    assert event.actor_name == "load_reference"
    assert event.changes["measures.measure"] == ["", "+59"]


def test_an_officers_edit_stays_and_is_listed(reference):
    Policy.objects.filter(code="GZ-04").update(document_number="穗工信〔2022〕1号")
    Measure.objects.get(code="6.2-2.5").named_districts.remove(District.objects.get(name="南沙区"))
    MeasureClause.objects.filter(measure__code="6.1-1.1").update(quotation="别的")
    Policy.objects.filter(code="GZ-05").update(issuer="广州市人民政府")
    Chain.objects.filter(code="modern-equipment").update(chief="某市领导", tier="")
    Problem.objects.filter(code="5.1-3").update(kind="SUPPLY", import_type="")
    DistrictProfile.objects.filter(district__adcode="440111").update(role="")
    MeasureProblem.objects.filter(problem__code="5.4").update(remark="")
    PolicyLink.objects.filter(policy__code="GZ-04").update(quotation="别的")
    said = load()
    assert Policy.objects.get(code="GZ-05").issuer == "广州市人民政府"
    assert Policy.objects.get(code="GZ-04").document_number == "穗工信〔2022〕1号"
    assert said == [
        "agencies.districtprofile 440111 role: file «COLLABORATIVE», database «»",
        "policies.policy GZ-05 issuer: file «广州市政府», database «广州市人民政府»",
        "policies.policylink GZ-04 → IMPLEMENTS → GZ-03 quotation: file «2022年3月围绕"
        "《广州市构建“链长制”推进产业高质量发展的意见》，出台了"
        "《广州市现代高端装备产业链高质量发展三年行动计划》», database «别的»",
        "policies.chain modern-equipment tier: file «千亿级（2023年）», database «»",
        "policies.problem 5.1-3 kind: file «IMPORTED», database «SUPPLY»",
        "policies.problem 5.1-3 import_type: file «MATERIAL», database «»",
        "measures.measure 6.2-2.5 named_districts: file «南沙区, 黄埔区», database «黄埔区»",
        "measures.measureclause 6.1-1.1 → GZ-ART-6/6.1-1 quotation: "
        "file «以立法形式确保», database «别的»",
        "measures.measureproblem 6.2-3.5 → 5.4 remark: "
        "file «联系到整组问题；原文未逐条指明。», database «»",
        "Inserted nothing; 9 differences, left as they are.",
    ]


def test_what_an_officer_removed_or_renamed_is_not_brought_back(reference):
    Measure.objects.get(code="6.1-1.1").delete()
    Measure.objects.filter(code="6.1-1.2").update(code="renamed")
    MeasureClause.objects.get(measure__code="6.1-1.3").delete()
    said = load()
    assert Measure.objects.count() == 58
    gone = "file «present», database «removed or renamed by an officer»"
    unattached = "file «present», database «refers to a record that is not there»"
    assert said[:-1] == [
        f"measures.measure 6.1-1.1: {gone}",
        f"measures.measure 6.1-1.2: {gone}",
        f"measures.measureclause 6.1-1.1 → GZ-ART-6/6.1-1: {unattached}",
        f"measures.measureclause 6.1-1.2 → GZ-ART-6/6.1-1: {unattached}",
        f"measures.measureclause 6.1-1.3 → GZ-ART-6/6.1-1: {gone}",
    ]


def test_only_what_is_absent_is_inserted(reference):
    Source.objects.filter(code="S-PTQ").delete()
    assert load() == ["Inserted 1 agencies.source; 0 differences, left as they are."]


def test_a_corrected_calendar_stays_and_is_listed(reference):
    CalendarYear.objects.filter(year=2026).update(make_up_days=[date(2026, 1, 4)])
    said = load()
    assert said[0].startswith("workdays.calendaryear 2026 make_up_days: file «2026-02-14, ")
    assert CalendarYear.objects.get(year=2026).make_up_days == [date(2026, 1, 4)]
