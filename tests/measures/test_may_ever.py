"""Whoever may take an action on some measure holds a role that it is ever for."""

import pytest

from apps.measures.lifecycle import Action
from apps.measures.permissions import may, may_ever
from tests.conftest import a_plan, broken_down, fresh, in_progress

FOR_NOBODY = {Action.DEEM_ACKNOWLEDGED}


@pytest.mark.parametrize("action", [each for each in Action if each not in FOR_NOBODY])
def test_nobody_who_may_is_kept_from_it(cast, clause, action):
    whole = in_progress(cast, clause, plan=a_plan(cast, supporters=[cast.agencies["other"]]))
    (part,) = broken_down(cast, whole)
    measures = [fresh(whole), fresh(part)]
    allowed = {who for who in cast.users if any(may(action, cast[who], m) for m in measures)}
    ever = {who for who in cast.users if may_ever(action, cast[who])}
    assert allowed
    assert allowed <= ever
    assert not ever & {"auditor", "administrator"}
