"""Instructions in the admin: read in a list. They are put on record in the web."""

from apps.measures.models import Instruction
from tests.conftest import in_progress
from tests.measures.instructing import instructed, received
from tests.measures.test_admin import now

__all__ = ["now"]


def test_the_list_tells_what_became_of_each(now, clause):
    measure, browser = in_progress(now, clause), now.signed_in("supervisor")
    received(now, instructed(now, measure, text="甲"))
    instructed(now, measure, text="乙")
    address = "/admin/measures/instruction/"
    assert "liaison · 2 Mar 2026" in browser.get(address).text
    waiting = browser.get(address + "?queue=open").text
    assert "乙" in waiting
    assert "甲" not in waiting
    first = Instruction.objects.earliest("pk")
    assert browser.get(f"{address}{first.pk}/change/").status_code == 200
