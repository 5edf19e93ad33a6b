"""Agencies, their place in the tree, and the mark of a demo."""

from datetime import UTC, datetime

import pytest
from django.utils.translation import override

from apps.agencies.models import Agency, Installation, installation_is_demo
from apps.agencies.operations import add_agency, mark_as_demo
from apps.audit.models import AuditEvent
from apps.core.actor import Machine, Role
from apps.core.errors import NotAllowed, RuleBroken

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, tzinfo=UTC)
KEEPER = Machine("keeper", frozenset({Role.ADMINISTRATOR}))


def add(code: str, parent: Agency | None = None, *, by=KEEPER) -> Agency:
    agency = Agency(code=code, name=code, kind="BUREAU", level="CITY", parent=parent)
    return add_agency(agency, by=by, at=NOW)


@pytest.fixture
def tree() -> dict[str, Agency]:
    city = add("city")
    bureau = add("bureau", city)
    return {
        "city": city,
        "bureau": bureau,
        "section": add("section", bureau),
        "other": add("other"),
    }


def test_the_path_leads_from_the_root_to_the_agency(tree):
    stored = Agency.objects.get(code="section")
    assert stored.path == [tree["city"].pk, tree["bureau"].pk, tree["section"].pk]
    assert Agency.objects.get(code="city").path == [tree["city"].pk]


@pytest.mark.parametrize(
    ("root", "inside"),
    [
        ("city", {"city", "bureau", "section"}),
        ("bureau", {"bureau", "section"}),
        ("section", {"section"}),
        ("other", {"other"}),
    ],
)
def test_within_is_the_agency_and_all_below(tree, root, inside):
    found = Agency.objects.within(tree[root].pk)
    assert {agency.code for agency in found} == inside


def test_adding_is_on_record(tree):
    events = AuditEvent.objects.filter(act="agencies.add_agency")
    assert events.count() == 4
    event = events.about(tree["section"]).get()
    assert event.actor_name == "keeper"
    assert event.changes["code"] == ["", "section"]


def test_a_code_is_given_once(tree):
    with pytest.raises(RuleBroken):
        add("section")
    assert Agency.objects.filter(code="section").count() == 1


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMINISTRATOR}))
def test_only_an_administrator_adds(role):
    with pytest.raises(NotAllowed):
        add("x", by=Machine("somebody", frozenset({role})))
    assert not Agency.objects.exists()


def test_a_demo_is_marked_for_good():
    assert not installation_is_demo()
    mark_as_demo(at=NOW, by=KEEPER)
    mark_as_demo(at=NOW, by=KEEPER)
    assert installation_is_demo()
    assert Installation.objects.count() == 1


def test_names_follow_the_readers_language(tree):
    agency = Agency(
        name="市工信局", name_en="Industry Bureau", short_name="工信", short_name_en="IB"
    )
    with override("en"):
        assert (str(agency), agency.label) == ("Industry Bureau", "IB")
    with override("zh-hans"):
        assert (str(agency), agency.label) == ("市工信局", "工信")
    assert str(Agency(name="只有中文")) == "只有中文"
