"""How a refusal is said."""

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import translation
from django.utils.translation import gettext_lazy

from apps.core.errors import ALLOWED, NotAllowed, Refusal, RuleBroken, Stale, Verdict


def test_a_verdict_is_its_reason():
    assert ALLOWED
    assert not Verdict("not yours")
    assert ALLOWED.or_refuse() is None


def test_a_refused_verdict_raises_its_sentence():
    with pytest.raises(NotAllowed, match="not yours"):
        Verdict("not yours").or_refuse()


def test_django_takes_a_refusal_by_permission_for_its_own():
    assert issubclass(NotAllowed, PermissionDenied)
    assert not issubclass(RuleBroken, PermissionDenied)


def test_a_broken_rule_names_its_field():
    refusal = RuleBroken("too late", field="due_on")
    assert (str(refusal), refusal.field) == ("too late", "due_on")


def test_each_kind_has_a_code_of_its_own():
    kinds = (Refusal, NotAllowed, RuleBroken, Stale)
    assert len({kind.code for kind in kinds}) == len(kinds)


def test_the_sentence_is_said_in_the_readers_language():
    refusal = NotAllowed(gettext_lazy("Yes"))  # Django's own catalogue has it
    with translation.override("zh-hans"):
        chinese = str(refusal)
    with translation.override("en"):
        assert (str(refusal), chinese) == ("Yes", "是")
