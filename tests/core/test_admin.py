"""Role × page of the admin, for every table that is registered there."""

import pytest
from django.contrib import admin
from django.db import models
from django.urls import reverse

from apps.accounts.models import ServiceAccount, User
from apps.agencies.models import District, DistrictProfile, Installation, Source
from apps.api.models import Webhook
from apps.audit.operations import seal_tables
from apps.core.admin import RoleAdmin
from apps.measures.models import LightRule
from apps.policies.models import Chain, ChainSegment, Policy, PolicyLink, Problem
from apps.reminders.models import Ladder, Robot
from tests.conftest import in_progress, issued
from tests.kpis.figuring import measured
from tests.measures.instructing import instructed
from tests.measures.stories_of_others import asked, asked_to_contribute, contributed

OFFICE = {"supervisor", "director"}
AT_HOME = {"administrator", "auditor", *OFFICE}
OUTSIDE = ("liaison", "stranger", "leader", "superuser")

READERS_AND_KEEPERS: dict[str, tuple[set[str], set[str]]] = {
    "agencies.agency": (AT_HOME, {"administrator"}),
    "agencies.district": (AT_HOME, {"administrator"}),
    "agencies.districtprofile": (AT_HOME, {"administrator"}),
    "agencies.source": (AT_HOME, {"administrator", *OFFICE}),
    "agencies.installation": (AT_HOME, {"administrator"}),
    "workdays.calendaryear": (AT_HOME, {"administrator"}),
    "accounts.user": ({"administrator", "auditor"}, {"administrator"}),
    "accounts.membership": ({"administrator", "auditor"}, set()),
    "api.webhook": ({"administrator", "auditor"}, {"administrator"}),
    "accounts.serviceaccount": ({"administrator", "auditor"}, {"administrator"}),
    "policies.policy": ({"auditor", *OFFICE}, OFFICE),
    "policies.clause": ({"auditor", *OFFICE}, OFFICE),
    "policies.policylink": ({"auditor", *OFFICE}, OFFICE),
    "policies.chain": ({"auditor", *OFFICE}, OFFICE),
    "policies.chainsegment": ({"auditor", *OFFICE}, OFFICE),
    "policies.problem": ({"auditor", *OFFICE}, OFFICE),
    "measures.measure": ({"auditor", *OFFICE}, set()),
    "measures.contributionrequest": ({"auditor", *OFFICE}, set()),
    "measures.contribution": ({"auditor", *OFFICE}, set()),
    "measures.instruction": ({"auditor", *OFFICE}, set()),
    "measures.coordinationitem": ({"auditor", *OFFICE}, set()),
    "measures.lightrule": (AT_HOME, {"administrator"}),
    "kpis.kpi": ({"auditor", *OFFICE}, OFFICE),
    "kpis.kpidefinition": ({"auditor", *OFFICE}, OFFICE),
    "kpis.target": ({"auditor", *OFFICE}, OFFICE),
    "kpis.baseline": ({"auditor", *OFFICE}, OFFICE),
    "kpis.breakdown": ({"auditor", *OFFICE}, OFFICE),
    "kpis.breakdownitem": ({"auditor", *OFFICE}, OFFICE),
    "kpis.kpimeasure": ({"auditor", *OFFICE}, OFFICE),
    "kpis.kpiclause": ({"auditor", *OFFICE}, OFFICE),
    "kpis.observation": ({"auditor", *OFFICE}, set()),
    "kpis.periodclosing": ({"auditor", *OFFICE}, set()),
    "reminders.ladder": (AT_HOME, {"administrator"}),
    "reminders.robot": ({"administrator", "auditor"}, {"administrator"}),
    "audit.auditevent": ({"auditor"}, set()),
    "audit.seal": ({"auditor"}, set()),
}
REGISTERED = sorted(model._meta.label_lower for model in admin.site._registry)


@pytest.fixture
def world(cast, clause, replay):
    return replay("world of the admin", lambda: with_a_row_in_every_table(cast, clause))


def with_a_row_in_every_table(cast, clause):
    """And a superuser who holds no role."""
    Source.objects.create(code="S", title="来源", kind="PRESS")
    Installation.objects.create(pk=1, name="督查室")
    cast.users["superuser"] = User.objects.create(
        username="superuser", name="superuser", is_superuser=True, is_staff=True
    )
    issued(cast, clause)
    running = in_progress(cast, clause, code="m-2")
    asked(cast, running)
    instructed(cast, running)
    asked_to_contribute(cast, running)
    contributed(cast, running)
    LightRule.objects.create(
        number=1, from_on=cast.today, reason="试行", by_name="set-up", at=cast.at()
    )
    said = {"reason": "试行", "by_name": "set-up", "at": cast.at()}
    Ladder.objects.create(cause="deadline", number=1, from_on=cast.today, **said)
    Robot.objects.create(agency=cast.agencies["bureau"], name="群", kind="WECOM")
    program = User.objects.create(username="platform", name="平台", is_active=False)
    program = ServiceAccount.objects.create(
        user=program, name="平台", agency=cast.agencies["bureau"], role="LIAISON"
    )
    Webhook.objects.create(account=program, name="hook")
    describe_an_industry(clause.policy, cast)
    measured(cast, running, clause)
    seal_tables(at=cast.at())
    return cast


def describe_an_industry(policy: Policy, cast) -> None:
    """A chain with a segment and a problem, a linked policy, a district's profile."""
    other = Policy.objects.create(code="O", name="别的", level="CITY", kind="PLAN", use="OBLIGES")
    PolicyLink.objects.create(policy=policy, kind="IMPLEMENTS", other=other)
    chain = Chain.objects.create(code="c", name="产业链", policy=policy, position=1)
    ChainSegment.objects.create(
        code="c/1", name="环节", chain=chain, listing="ADVANTAGED", position=1
    )
    Problem.objects.create(code="5.1", name="问题", position=1)
    DistrictProfile.objects.create(district=District.objects.first())


def row_of(label: str) -> models.Model:
    model = next(m for m in admin.site._registry if m._meta.label_lower == label)
    row = model._default_manager.first()
    assert row is not None, f"no row of {label} in the test's world"
    return row


def page(label: str, name: str, *args: object) -> str:
    return reverse(f"admin:{label.replace('.', '_')}_{name}", args=args)


def test_every_table_has_its_line_here():
    assert {m._meta.label_lower for m in admin.site._registry} == set(READERS_AND_KEEPERS)
    assert all(isinstance(shown, RoleAdmin) for shown in admin.site._registry.values())


@pytest.mark.parametrize("label", REGISTERED)
def test_role_by_page(world, label):
    readers, keepers = READERS_AND_KEEPERS[label]
    one_row = label == "agencies.installation"  # it is there already, so nobody adds another
    pk = row_of(label).pk
    for person in AT_HOME:
        browser = world.signed_in(person)
        reads = 200 if person in readers else 403
        adds = 200 if person in keepers and not one_row else 403
        pages = {"changelist": reads, "add": adds, "change": reads, "delete": 403}
        if not label.startswith("audit."):
            pages["history"] = reads
        for name, expected in pages.items():
            at = [] if name in ("changelist", "add") else [pk]
            answer = browser.get(page(label, name, *at))
            assert answer.status_code == expected, (person, name)
        if person in readers - keepers:
            assert browser.post(page(label, "change", pk)).status_code == 403, person


@pytest.mark.parametrize("person", OUTSIDE)
def test_a_role_elsewhere_is_no_way_in(world, person):
    browser = world.signed_in(person)
    said = browser.get("/admin/", follow=True)
    assert said.status_code == 403
    assert said.redirect_chain[-1][0].startswith("/admin/login/")
    for label in REGISTERED:
        pk = row_of(label).pk
        for name in ("changelist", "add", "change", "delete", "history"):
            at = [] if name in ("changelist", "add") else [pk]
            refused = browser.get(page(label, name, *at))
            assert refused.status_code == 302, (label, name)
            assert refused["Location"].startswith("/admin/login/"), (label, name)


def test_signing_in_is_left_to_the_one_sign_in_page(client, db):
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0].startswith("/accounts/login/?next=")


@pytest.mark.parametrize("person", ["superuser", "liaison"])
def test_django_s_own_sign_in_form_takes_no_password(world, person):
    """It would know nothing of lock-outs and second factors."""
    other = world.users["director"]
    other.set_password("a test passphrase 42")
    other.save()
    browser = world.signed_in(person)
    answer = browser.post(
        "/admin/login/", {"username": "director", "password": "a test passphrase 42"}
    )
    assert answer.status_code == 403
    assert browser.session["_auth_user_id"] == str(world.users[person].pk)


def test_the_index_names_the_field_before_the_ground(world):
    shown = world.signed_in("auditor").get("/admin/").context["app_list"]
    assert [app["app_label"] for app in shown] == [
        "api",
        "reminders",
        "kpis",
        "measures",
        "policies",
        "accounts",
        "agencies",
        "workdays",
        "audit",
    ]


def test_nothing_on_a_page_needs_an_inline_script_or_style(world):
    """The content security policy would refuse it."""
    for label in READERS_AND_KEEPERS:
        for address in (page(label, "changelist"), page(label, "change", row_of(label).pk)):
            html = world.signed_in("auditor").get(address).content.decode()
            assert "<style" not in html
            assert ' style="' not in html
            assert " onclick=" not in html
            assert "<script>" not in html


@pytest.mark.parametrize("label", REGISTERED)
def test_a_filter_that_no_text_can_match_is_left_out(world, label):
    browser = world.signed_in("auditor")
    for name in ("q", "state", "act", "person", "table", "level__exact", "language__exact"):
        answer = browser.get(page(label, "changelist"), {name: "a\0"}, follow=True)
        assert answer.status_code == 200, name


@pytest.mark.parametrize("label", REGISTERED)
def test_every_table_is_shown_in_both_languages(world, label):
    for language in ("en", "zh-hans"):
        browser = world.signed_in("auditor", language=language)
        assert browser.get(page(label, "changelist")).status_code == 200
        assert browser.get(page(label, "change", row_of(label).pk)).status_code == 200
