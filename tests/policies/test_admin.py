"""Policies and clauses in the admin: versioned, on record, refused whole."""

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.urls import reverse

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed
from apps.policies.models import Chain, ChainSegment, Clause, Policy, PolicyLink, Problem
from apps.policies.operations import add_policy, keep_policy, mark_actionable
from tests.core.listed import ask, confirm


def edit(browser, row, **changes):
    """Open the page of a row, type the changes, save."""
    return save(browser, row, typed(browser, row) | changes)


def address_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def typed(browser, row) -> dict[str, object]:
    """What the form of a row's page would send unchanged."""
    context = browser.get(address_of(row)).context
    forms = [context["adminform"].form]
    forms += [inline.formset.management_form for inline in context["inline_admin_formsets"]]
    fields = [form[name] for form in forms for name in form.fields]
    return {field.html_name: field.value() for field in fields if field.value() is not None}


def save(browser, row, said):
    return browser.post(address_of(row), said)


def test_an_edit_is_versioned_and_on_record(cast, clause):
    policy = clause.policy
    answer = edit(cast.signed_in("supervisor"), policy, name="新名称", facts="一\n二\n")
    assert answer.status_code == 302
    policy.refresh_from_db()
    assert (policy.name, policy.facts, policy.version) == ("新名称", ["一", "二"], 2)
    event = AuditEvent.objects.about(policy).get()
    assert event.act == "policies.keep_policy"
    assert event.actor_name == "supervisor"
    assert event.changes == {"name": ["政策", "新名称"], "facts": [[], ["一", "二"]]}


def test_saving_what_it_says_already_changes_nothing(cast, clause):
    edit(cast.signed_in("supervisor"), clause.policy)
    clause.policy.refresh_from_db()
    assert clause.policy.version == 1
    assert not AuditEvent.objects.about(clause.policy).exists()


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(cast, clause):
    policy = clause.policy
    first, second = cast.signed_in("supervisor"), cast.signed_in("director")
    opened = typed(second, policy)
    edit(first, policy, name="先到")

    told = save(second, policy, opened | {"name": "后到"})
    assert told.status_code == 200
    html = told.content.decode()
    assert "supervisor changed this record at" in html
    assert "Meanwhile it reads: 先到" in html
    assert 'value="后到"' in html
    assert not list(get_messages(told.wsgi_request))
    policy.refresh_from_db()
    assert (policy.name, policy.version) == ("先到", 2)

    knowing = opened | {"name": "后到", "seen": told.context["adminform"].form["seen"].value()}
    assert save(second, policy, knowing).status_code == 302
    policy.refresh_from_db()
    assert (policy.name, policy.version) == ("后到", 3)


@pytest.mark.parametrize("seen", ["", "0", "99"])
def test_a_form_without_its_version_saves_nothing(cast, clause, seen):
    browser = cast.signed_in("supervisor")
    said = typed(browser, clause.policy) | {"name": "新", "seen": seen}
    assert save(browser, clause.policy, said).status_code == 200
    clause.policy.refresh_from_db()
    assert clause.policy.name == "政策"


def test_a_new_policy_is_on_record(cast):
    said = {"code": "Q", "name": "新政策", "use": "OBLIGES", "level": "CITY", "kind": "PLAN"}
    answer = cast.signed_in("director").post(
        "/admin/policies/policy/add/", said | {"confidence": "ARTICLE_ONLY"}
    )
    assert answer.status_code == 302
    event = AuditEvent.objects.about(Policy.objects.get(code="Q")).get()
    assert event.act == "policies.add_policy"
    assert event.changes["name"] == ["", "新政策"]


def test_its_code_stays(cast, clause):
    edit(cast.signed_in("supervisor"), clause.policy, code="X")
    clause.policy.refresh_from_db()
    assert clause.policy.code == "P"


def a_second_clause(policy: Policy, code: str, **said: object) -> Clause:
    place = Clause.objects.filter(policy=policy).count() + 1
    return Clause.objects.create(policy=policy, code=code, position=place, **said)


def test_a_clause_stays_within_its_policy(cast, clause):
    other = Policy.objects.create(code="O", name="别的", level="CITY", kind="PLAN", use="OBLIGES")
    foreign = a_second_clause(other, "O-1")
    answer = edit(cast.signed_in("supervisor"), clause, parent=foreign.pk, heading="改")
    assert "It can only be part of a clause of the same policy." in answer.content.decode()
    clause.refresh_from_db()
    assert (clause.parent, clause.heading, clause.version) == (None, "条款", 1)
    assert not AuditEvent.objects.about(clause).exists()


def test_a_clause_is_no_part_of_itself(cast, clause):
    child = a_second_clause(clause.policy, "P-2", parent=clause)
    answer = edit(cast.signed_in("supervisor"), clause, parent=child.pk)
    assert "A clause cannot be part of itself." in answer.content.decode()
    clause.refresh_from_db()
    assert clause.parent is None


def test_a_place_that_is_taken_is_refused(cast, clause):
    second = a_second_clause(clause.policy, "P-2")
    answer = edit(cast.signed_in("supervisor"), second, position=1)
    assert answer.status_code == 200
    second.refresh_from_db()
    assert second.position == 2


def test_a_refusal_leaves_nothing_behind(cast, clause):
    """The form is judged in the same transaction as it is saved."""
    browser = cast.signed_in("supervisor")
    save(browser, clause.policy, typed(browser, clause.policy) | {"seen": "99", "name": "新"})
    assert not connection.in_atomic_block or not connection.needs_rollback
    assert not AuditEvent.objects.filter(act__startswith="policies.").exists()


@pytest.mark.parametrize("person", ["liaison", "administrator", "auditor"])
def test_only_the_supervision_office_keeps_policies(cast, clause, person):
    with pytest.raises(NotAllowed):
        keep_policy(clause.policy, {"name": "新"}, seen=1, by=cast[person], at=cast.at())
    with pytest.raises(NotAllowed):
        add_policy(Policy(code="Q"), by=cast[person], at=cast.at())


def test_history_is_the_audit_trail(cast, clause):
    edit(cast.signed_in("supervisor"), clause.policy, name="新名称")
    address = reverse("admin:policies_policy_history", args=[clause.policy.pk])
    html = cast.signed_in("director").get(address).content.decode()
    assert "Edited: policy" in html
    assert "<del>政策</del>" in html
    assert "<ins>新名称</ins>" in html


# --- Links, chains, problems ----------------------------------------------------------------


@pytest.fixture
def chain(clause) -> Chain:
    return Chain.objects.create(code="c", name="产业链", policy=clause.policy, position=1)


def a_segment(chain: Chain, position: int, **said: object) -> ChainSegment:
    facts = {"name": "环节", "listing": "ADVANTAGED"} | said
    return ChainSegment.objects.create(
        code=f"s{ChainSegment.objects.count()}", chain=chain, position=position, **facts
    )


def test_the_chief_of_a_chain_is_entered_by_the_office(cast, chain):
    listed = cast.signed_in("auditor").get("/admin/policies/chain/").content.decode()
    assert "To be entered" in listed
    edit(cast.signed_in("supervisor"), chain, chief="某市领导", masters="一公司\n二公司")
    chain.refresh_from_db()
    assert (chain.chief, chain.masters, chain.version) == ("某市领导", ["一公司", "二公司"], 2)
    event = AuditEvent.objects.about(chain).get()
    assert event.act == "policies.keep_chain"
    assert event.changes["chief"] == ["", "某市领导"]


def test_a_segment_is_part_of_one_in_its_own_list(cast, chain):
    main, other = a_segment(chain, 1), a_segment(chain, 1, listing="INTRODUCTION")
    part = a_segment(chain, 2, parent=main)
    browser = cast.signed_in("supervisor")
    for row, parent in ((other, main), (main, part), (a_segment(chain, 3), part)):
        said = edit(browser, row, parent=parent.pk).content.decode()
        assert "It can only be part of a main segment of the same list." in said
    assert edit(browser, a_segment(chain, 4), parent=main.pk).status_code == 302


def test_a_problem_stands_in_a_group_and_a_group_in_none(cast, clause):
    add = "/admin/policies/problem/add/"
    browser = cast.signed_in("supervisor")
    group = Problem.objects.create(code="5.1", name="组", position=1)
    said = {"code": "5.1-1", "name": "刀库", "position": 2, "confidence": "ARTICLE_ONLY"}
    assert browser.post(add, said | {"kind": "IMPORTED"}).status_code == 200
    assert browser.post(add, said | {"group": group.pk}).status_code == 200
    assert browser.post(add, said | {"group": group.pk, "kind": "IMPORTED"}).status_code == 302
    item = Problem.objects.items().get()
    nested = said | {"code": "5.1-1-1", "position": 3, "group": item.pk, "kind": "TALENT"}
    assert browser.post(add, nested).status_code == 200
    assert Problem.objects.count() == 2


def test_a_link_is_entered_once_and_never_to_itself(cast, clause):
    other = Policy.objects.create(code="O", name="别的", level="CITY", kind="PLAN", use="OBLIGES")
    add, browser = "/admin/policies/policylink/add/", cast.signed_in("director")
    said = {"policy": clause.policy_id, "kind": "IMPLEMENTS", "confidence": "ARTICLE_ONLY"}
    assert browser.post(add, said | {"other": clause.policy_id}).status_code == 200
    assert browser.post(add, said | {"other": other.pk}).status_code == 302
    assert browser.post(add, said | {"other": other.pk}).status_code == 200
    assert str(PolicyLink.objects.get()) == "P Implements O"


def test_clauses_are_marked_one_by_one_and_what_says_so_already_is_refused(cast, clause):
    other = Clause.objects.create(
        policy=clause.policy, code="P-2", position=2, heading="乙", actionable="YES"
    )
    moved = Clause.objects.create(policy=clause.policy, code="P-3", position=3, heading="丙")
    rows, browser = [clause, other, moved], cast.signed_in("supervisor")
    asked = ask(browser, rows, "YES")
    Clause.objects.filter(pk=moved.pk).update(version=5)
    assert sorted(confirm(browser, rows, asked, "YES")) == [
        "Done for 1 record.",
        "丙: This record has changed since you opened it.",
        "乙: It says so already.",
    ]
    marks = dict(Clause.objects.values_list("code", "actionable"))
    assert (marks["P-1"], marks["P-2"], marks["P-3"]) == ("YES", "YES", "UNKNOWN")
    assert AuditEvent.objects.about(clause).get().changes == {"actionable": ["UNKNOWN", "YES"]}


def test_an_auditor_marks_no_clause(cast, clause):
    ask(cast.signed_in("auditor"), [clause], "NO")
    clause.refresh_from_db()
    assert clause.actionable == "UNKNOWN"
    with pytest.raises(NotAllowed):
        mark_actionable(clause, "NO", seen=1, by=cast["auditor"], at=cast.at())
