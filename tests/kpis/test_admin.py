"""Indicators in the admin: no way round the operations."""

from decimal import Decimal

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.kpis.models import Baseline, Kpi, KpiDefinition, Target
from tests.conftest import in_progress
from tests.kpis.figuring import a_kpi, aimed, entered, entry, measured
from tests.policies.test_admin import edit

TABLES = (
    *("kpi", "kpidefinition", "target", "baseline", "observation", "periodclosing"),
    *("breakdown", "breakdownitem", "kpimeasure", "kpiclause"),
)


def add(browser, table: str, **typed):
    return browser.post(reverse(f"admin:kpis_{table}_add"), typed)


NEW = {
    "code": "n",
    "name": "新指标",
    "level": "CITY",
    "places": 0,
    "direction": "HIGHER",
    "basis": "PERIOD",
    "over_time": "SUM",
    "over_districts": "SUM",
    "factor": 1,
    "frequency": "MONTHLY",
    "definition": "口径",
}


@pytest.mark.parametrize("table", TABLES)
def test_the_lists_open_for_the_office_and_not_for_others(cast, table):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    entered(cast, kpi, entry(1))
    address = reverse(f"admin:kpis_{table}_changelist")
    assert cast.signed_in("supervisor").get(address).status_code == 200
    assert cast.signed_in("auditor").get(address).status_code == 200
    assert cast.signed_in("administrator").get(address).status_code == 403


def test_an_indicator_is_defined_and_kept_by_the_operations(cast):
    browser = cast.signed_in("supervisor")
    assert add(browser, "kpi", **NEW).status_code == 302
    kpi = Kpi.objects.get()
    assert kpi.definitions.get().text == "口径"
    assert edit(browser, kpi, caution="勿比").status_code == 302
    assert [event.act for event in AuditEvent.objects.about(kpi)] == [
        "kpis.keep_kpi",
        "kpis.add_kpi",
    ]


def test_the_history_says_in_words_what_happened(cast, clause):
    kpi = measured(cast, in_progress(cast, clause), clause)
    html = cast.signed_in("auditor").get(reverse("admin:kpis_kpi_history", args=[kpi.pk]))
    said = html.content.decode()
    for words in ("Period closed", "Figures handed in", "Target set", "≥ 100", "2026-01"):
        assert words in said
    assert "kpis." not in said


def test_what_the_operation_refuses_is_not_saved(cast):
    browser = cast.signed_in("supervisor")
    told = add(browser, "kpi", **NEW | {"definition": ""})
    assert "Say what exactly is counted." in told.content.decode()
    assert not Kpi.objects.exists()


def test_targets_baselines_and_definitions_are_new_versions(cast):
    kpi, browser = a_kpi(cast), cast.signed_in("director")
    aim = {"kpi": kpi.pk, "period": "2026", "comparator": "AT_LEAST", "low": "5"}
    assert add(browser, "target", **aim).status_code == 302
    told = add(browser, "target", **aim | {"low": "4"})
    assert "Say why it changes." in told.content.decode()
    assert add(browser, "target", **aim | {"low": "4", "reason": "下调"}).status_code == 302
    assert list(Target.objects.values_list("number", "low").order_by("number")) == [
        (1, Decimal(5)),
        (2, Decimal(4)),
    ]
    said = {"kpi": kpi.pk, "period": "2025-13", "value": "1"}
    assert "Write a period as" in add(browser, "baseline", **said).content.decode()
    assert add(browser, "baseline", **said | {"period": "2025"}).status_code == 302
    assert Baseline.objects.get().value == Decimal(1)
    wording = {"kpi": kpi.pk, "text": "新口径", "reason": "制度"}
    assert add(browser, "kpidefinition", **wording).status_code == 302
    assert KpiDefinition.objects.first().number == 2


def test_a_supervisor_does_not_change_a_target_that_stands(cast):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    aim = {"kpi": kpi.pk, "period": "2026", "comparator": "AT_LEAST", "low": "4", "reason": "x"}
    assert add(cast.signed_in("supervisor"), "target", **aim).status_code == 403
    assert Target.objects.count() == 1


@pytest.mark.parametrize("table", ["target", "baseline", "observation", "kpidefinition"])
def test_nothing_that_was_said_is_changed_here(cast, table):
    kpi = a_kpi(cast)
    aimed(cast, kpi)
    entered(cast, kpi, entry(1))
    browser = cast.signed_in("director")
    row = {"target": Target, "kpidefinition": KpiDefinition}.get(table, Target).objects.first()
    told = browser.post(reverse(f"admin:kpis_{table}_change", args=[row.pk]), {"low": "1"})
    assert told.status_code in (302, 403)
    assert Target.objects.get().low == Decimal(100)
    assert browser.post(reverse(f"admin:kpis_{table}_delete", args=[row.pk])).status_code in (
        302,
        403,
    )
