"""Instructions in the admin: put on record on the page of a measure, and read in a list."""

from django.core.files.uploadedfile import SimpleUploadedFile

from apps.measures.models import Evidence, Instruction
from tests.conftest import PDF, in_progress
from tests.measures.instructing import TEXT, instructed, received
from tests.measures.test_admin import act, now, sentences

__all__ = ["now"]


def typed(now, **changes):
    scan = SimpleUploadedFile("批示.pdf", PDF, content_type="application/pdf")
    day = now.today.isoformat()
    return {"text": TEXT, "by_name": "李某", "decided_on": day, "scan": scan} | changes


def test_the_office_records_it_with_its_scan(now, clause):
    measure, browser = in_progress(now, clause), now.signed_in("supervisor")
    answer = act(browser, measure, "record_instruction", **typed(now))
    assert sentences(answer) == ["Done: m-1 A measure"]
    made = Instruction.objects.get()
    assert (made.text, made.by_name, made.scan.name) == (TEXT, "李某", "批示.pdf")


def test_what_is_missing_is_said_and_no_file_is_kept(now, clause):
    measure, browser = in_progress(now, clause), now.signed_in("supervisor")
    answer = act(browser, measure, "record_instruction", **typed(now, text=""))
    assert sentences(answer) == ["Write the instruction."]
    assert not Evidence.objects.filter(name="批示.pdf").exists()


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
