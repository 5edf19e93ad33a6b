"""The figures of dashboards, as programs read them: those of the pages."""

from apps.dashboards import agencies, queries
from apps.policies.models import Policy
from tests.api.calling import a_program
from tests.conftest import in_progress
from tests.web.here import of_today


def test_what_agencies_lead(cast, clause):
    in_progress(of_today(cast), clause)
    rows = a_program(cast, "UNIT_HEAD", "bureau").get("figures/agencies").json()
    assert [row["agency"]["code"] for row in rows] == ["bureau", "section"]
    shown = agencies.figures(agencies.pages_of(cast["unit_head"]), cast["unit_head"], on=cast.today)
    assert rows[0]["top"]["lights"]["GREEN"] == sum(shown[0].top.lights.values()) == 1
    assert rows[0]["parts"]["lights"]["GREEN"] == 0


def test_how_far_policies_are_carried_out(cast, clause):
    in_progress(of_today(cast), clause)
    (row,) = a_program(cast, "SUPERVISOR", "office").get("figures/policies").json()
    policy = Policy.objects.get()
    counted = queries.coverages([policy], cast["supervisor"], on=cast.today)[policy.pk]
    assert row["policy"] == {"id": policy.pk, "code": "P"}
    assert (row["actionable"], row["uncovered"]) == (counted.actionable, counted.uncovered)
    assert row["measures"]["GREEN"] == 1


def test_figures_need_their_scope(cast):
    program = a_program(of_today(cast), scopes=["measures:read"])
    assert program.get("figures/agencies").status_code == 403
