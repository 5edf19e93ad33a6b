"""What was decided or instructed on paper, from the admin: the form of the web, and back again."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.measures.models import Instruction
from tests.conftest import PDF, extension_asked, fresh, in_progress
from tests.measures.test_admin import act, change_page, now

__all__ = ["now"]


def scan():
    return SimpleUploadedFile("批示.pdf", PDF, content_type="application/pdf")


def on_paper(now, **said):
    day = now.today.isoformat()
    return {"by_name": "李某", "decided_on": day, "scan": scan()} | said


def linked(browser, measure, name, *what) -> str:
    """The address on the button, which has to stand on the page of the measure."""
    page = browser.get(change_page(measure)).text
    start = page.index(reverse(f"web:{name}", args=[measure.pk, *what]))
    return page[start : page.index('"', start)]


def test_a_decision_is_recorded_in_the_web_and_read_here(now, clause):
    measure, browser = extension_asked(now, clause), now.signed_in("supervisor")
    form = linked(browser, measure, "record_paper", 1)
    said = on_paper(now, action="EXTEND", reason="同意", seen=measure.version)
    back = browser.post(form, said)
    assert (back.status_code, back.url) == (302, change_page(measure))
    page = browser.get(change_page(measure)).text
    assert "李某 (on paper, 2 Mar 2026; recorded by supervisor): 同意" in page


def test_an_instruction_is_recorded_in_the_web(now, clause):
    measure, browser = in_progress(now, clause), now.signed_in("supervisor")
    back = browser.post(linked(browser, measure, "record_instruction"), on_paper(now, text="抓紧"))
    assert (back.status_code, back.url) == (302, change_page(measure))
    assert Instruction.objects.get().text == "抓紧"


def test_whoever_has_no_part_in_it_is_offered_nothing(now, clause):
    measure, browser = extension_asked(now, clause), now.signed_in("auditor")
    assert (
        reverse("web:record_paper", args=[measure.pk, 1])
        not in browser.get(change_page(measure)).text
    )


@pytest.mark.parametrize("name", ["record_paper", "record_instruction"])
def test_the_admin_has_no_second_way(now, clause, name):
    measure = extension_asked(now, clause)
    assert act(now.signed_in("supervisor"), measure, name).status_code == 404
    assert not fresh(measure).requests.get().decisions.exists()
