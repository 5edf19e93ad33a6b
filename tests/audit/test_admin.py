"""The audit trail in the admin: found by person, day, act and subject, read in words."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.audit.operations import record
from apps.audit.reading import act_label, changes_of
from tests.conftest import a_plan, issued

LIST = "/admin/audit/auditevent/"


@pytest.fixture
def trail(cast, clause):
    """An issued measure, and one act of another day."""
    measure = issued(cast, clause)
    day_before = cast.at() - timedelta(days=1)
    record("accounts.sign_in", cast.users["liaison"], by=cast["liaison"], at=day_before)
    return measure


@pytest.mark.parametrize(
    ("query", "acts"),
    [
        ("?act=measures.issue", {"measures.issue"}),
        ("?person=liaison", {"accounts.sign_in"}),
        ("?day=2026-03-01", {"accounts.sign_in"}),
        ("?day=2026-03-02&person=director", {"measures.issue"}),
        ("?day=yesterday", set()),
        ("?day=2026-13-01", set()),
        ("?day=9999-12-31", set()),
        ("?day=0001-01-01", set()),
        ("?q=m-1&act=measures.propose", {"measures.propose"}),
    ],
)
def test_events_are_found(cast, trail, query, acts):
    shown = cast.signed_in("auditor").get(LIST + query).context["cl"].result_list
    assert {event.act for event in shown} == acts


def test_a_filter_carries_the_others_along(cast, trail):
    html = cast.signed_in("auditor").get(LIST + "?person=liaison&q=x").content.decode()
    assert '<input type="hidden" name="person" value="liaison">' in html
    assert '<input type="hidden" name="q" value="x">' in html


def test_changes_are_read_in_words(cast, trail):
    event = AuditEvent.objects.about(trail).filter(act="measures.issue").get()
    said = {
        change.label: (change.old, change.new) for change in changes_of([event], cast["auditor"])[0]
    }
    assert said["State"] == ("Awaiting approval", "Awaiting acknowledgement")
    assert said["Issued on"] == ("", "2 Mar 2026")


def test_people_are_named_in_changes(cast, trail):
    event = AuditEvent.objects.about(trail).filter(act="measures.propose").get()
    said = {
        change.label: (change.old, change.new) for change in changes_of([event], cast["auditor"])[0]
    }
    assert said["Proposed by"] == ("", "supervisor")


def test_many_events_are_read_with_the_queries_of_few(cast, trail, django_assert_num_queries):
    """One for the agencies and one for the people."""
    pair = cast.agencies["bureau"].pk, cast.agencies["other"].pk
    changes = {"lead_id": pair, "proposed_by_id": (None, cast.users["supervisor"].pk)}
    events = [
        record("measures.revise", trail, by=cast["director"], at=cast.at(), changes=changes)
        for _ in range(20)
    ]
    auditor = cast["auditor"]
    for some in (events[:1], events):
        with django_assert_num_queries(2):
            changes_of(some, auditor)


def test_every_recorded_act_has_a_name(trail):
    codes = set(AuditEvent.objects.values_list("act", flat=True))
    assert {code for code in codes if act_label(code) == code} == set()


def test_references_are_named_and_what_is_gone_keeps_its_number(cast, trail):
    bureau = cast.agencies["bureau"]
    event = record(
        "measures.revise",
        trail,
        by=cast["supervisor"],
        at=cast.at(),
        changes={"lead_id": (bureau.pk, 999), "restricted": (False, True), "unheard_of": ("", [1])},
    )
    said = [
        (change.label, change.old, change.new) for change in changes_of([event], cast["auditor"])[0]
    ]
    assert said == [
        ("Lead agency", "Bureau", "#999"),
        ("Restricted", "No", "Yes"),
        ("Unheard_of", "", "1"),
    ]


def test_markup_in_an_event_stays_text(cast, trail):
    event = record(
        "measures.revise",
        trail,
        by=cast["supervisor"],
        at=cast.at(),
        changes={"title": ("", "<script>alert(1)</script>")},
    )
    address = reverse("admin:audit_auditevent_change", args=[event.pk])
    html = cast.signed_in("auditor").get(address).content.decode()
    assert "&lt;script&gt;alert(1)" in html
    assert "<script>alert" not in html


def test_nobody_writes_the_trail(cast, trail):
    event = AuditEvent.objects.first()
    address = reverse("admin:audit_auditevent_change", args=[event.pk])
    for person in ("auditor", "administrator", "director"):
        browser = cast.signed_in(person)
        assert browser.post(address, {"note": "x"}).status_code == 403
        assert browser.get(LIST + "add/").status_code == 403


def test_the_trail_of_a_restricted_measure_tells_an_auditor_who_and_when_but_not_what(cast, clause):
    plan = a_plan(cast, title="不可外传的举措", title_en="A secret", restricted=True)
    issued(cast, clause, plan=plan)
    auditor = cast.signed_in("auditor")
    page = auditor.get("/admin/audit/auditevent/").content.decode()
    assert "Issued to the lead agency" in page
    assert "不可外传的举措" not in page
    assert "A secret" not in page
    event = AuditEvent.objects.get(act="measures.issue")
    shown = auditor.get(f"/admin/audit/auditevent/{event.pk}/change/").content.decode()
    assert "A secret" not in shown
    assert "Restricted" in shown
    found = auditor.get("/admin/audit/auditevent/?q=m-1")
    assert found.context["cl"].result_count == 0
