"""Policies and clauses: named in the reader's language, never emptied of what rests on them."""

import pytest
from django.db.models import ProtectedError
from django.utils import translation

from apps.policies.models import Clause, Policy
from tests.conftest import drafted


def test_names_follow_the_language(clause):
    clause.heading_en = "A clause"
    policy = clause.policy
    assert (str(policy), str(clause)) == ("Policy", "一 A clause")
    with translation.override("zh-hans"):
        assert (str(policy), str(clause)) == ("政策", "一 条款")


def test_without_an_english_name_the_chinese_one_stands(clause):
    clause.policy.name_en = ""
    assert str(clause.policy) == "政策"


def test_a_clause_without_heading_says_so(clause):
    clause.heading = ""
    assert str(clause) == "一 To be entered"


def test_only_obliging_policies_count(clause):
    background = Policy.objects.create(
        code="B", name="背景", level="NATIONAL", kind="STRATEGY", use="BACKGROUND"
    )
    assert list(Policy.objects.obliging()) == [clause.policy]
    assert background not in Policy.objects.obliging()


def test_rows_are_known_by_their_codes(clause):
    assert Policy.objects.get_by_natural_key("P") == clause.policy
    assert Clause.objects.get_by_natural_key("P-1") == clause


def test_a_clause_that_is_carried_out_stays(cast, clause):
    drafted(cast, clause)
    with pytest.raises(ProtectedError):
        clause.delete()
    with pytest.raises(ProtectedError):
        clause.policy.delete()
