"""Instructions in the web: given, put on record and acknowledged; on the measure and on desks."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.measures import operations
from apps.measures.models import Evidence, Instruction, InstructionReceipt
from apps.web.workbench import OTHERS
from tests.conftest import PDF, a_plan, fresh, in_progress
from tests.measures.instructing import TEXT, instructed, received, recorded
from tests.web.here import in_chinese, of_today
from tests.web.test_workbench import desk_of, held
from tests.web.watching import queries_of


@pytest.fixture
def here(cast):
    return of_today(cast)


@pytest.fixture
def measure(here, clause):
    return in_progress(here, clause)


def url(measure, act: str) -> str:
    return f"/measures/{measure.pk}/{act}/"


def page_of(cast, who: str, address: str, language: str = "en") -> str:
    return cast.signed_in(who, language=language).get(address).content.decode()


def typed(cast, **changes):
    scan = SimpleUploadedFile("批示.pdf", PDF, content_type="application/pdf")
    said = {"text": TEXT, "by_name": "李某", "decided_on": cast.today.isoformat(), "scan": scan}
    return said | changes


INSTRUCT, RECORD, RECEIVE = "instruct", "instructions/record", "instructions/acknowledge"


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("leader", [200, 403, 403]),
        ("supervisor", [403, 200, 403]),
        ("liaison", [403, 403, 200]),
        ("unit_leader", [403, 403, 200]),
        ("stranger", [403, 403, 403]),
        ("auditor", [403, 403, 403]),
        ("district_liaison", [404, 404, 404]),
    ],
)
def test_who_comes_where(here, measure, who, statuses):
    instructed(here, measure)
    client = here.signed_in(who)
    found = [client.get(url(measure, act)).status_code for act in (INSTRUCT, RECORD, RECEIVE)]
    assert found == statuses


def test_the_leader_instructs_and_the_lead_acknowledges(here, measure):
    client = here.signed_in("leader")
    silent = client.post(url(measure, INSTRUCT), {"text": " "})
    assert silent.status_code == 422
    assert "Write the instruction." in silent.content.decode()
    assert client.post(url(measure, INSTRUCT), {"text": TEXT}).status_code == 302
    page = page_of(here, "liaison", f"/measures/{measure.pk}/")
    assert "Instructions to be acknowledged" in page
    assert url(measure, RECEIVE) in page
    answer = here.signed_in("liaison").post(url(measure, RECEIVE), {"number": 1, "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert InstructionReceipt.objects.get().instruction.text == TEXT
    page = page_of(here, "leader", f"/measures/{measure.pk}/")
    assert "Instructions to be acknowledged" not in page
    assert "Receipt of instruction 1 acknowledged" in page
    assert "No report has followed yet" in page


def test_a_second_receipt_is_told_of_the_first(here, measure):
    received(here, instructed(here, measure), by="drafter")
    client = here.signed_in("liaison")
    page = client.post(url(measure, RECEIVE), {"number": 1}, follow=True).content.decode()
    assert "This instruction has been acknowledged already: drafter." in page
    assert client.get(url(measure, RECEIVE))["Location"] == f"/measures/{measure.pk}/"
    assert client.post(url(measure, RECEIVE), {"number": 7}).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_on_paper_it_is_labelled_and_its_scan_is_opened(here, measure, language):
    client = here.signed_in("supervisor")
    assert client.post(url(measure, RECORD), typed(here)).status_code == 302
    made = Instruction.objects.get()
    page = page_of(here, "liaison", f"/measures/{measure.pk}/", language)
    label = "on paper"
    assert (in_chinese(label) if language != "en" else label) in page
    scan = f"/measures/{measure.pk}/evidence/{made.scan_id}/"
    assert scan in page
    download = here.signed_in("liaison").get(scan)
    assert b"".join(download.streaming_content).startswith(b"%PDF")
    download.close()


def test_what_is_refused_keeps_no_scan(here, measure):
    client = here.signed_in("supervisor")
    answer = client.post(url(measure, RECORD), typed(here, by_name=""))
    assert answer.status_code == 422
    assert "Say who gave the instruction." in answer.content.decode()
    assert TEXT in answer.content.decode()
    assert not Evidence.objects.filter(name="批示.pdf").exists()


def test_a_report_that_followed_is_told(here, measure):
    received(here, instructed(here, measure, hour=9), hour=10)
    reported_on(here, measure)
    assert "Report #1 followed on" in page_of(here, "leader", f"/measures/{measure.pk}/")


def reported_on(cast, measure) -> None:
    account = operations.Account(no_change=True)
    seen = fresh(measure).version
    operations.submit_report(measure, account, seen=seen, by=cast["liaison"], at=cast.at(12))


# --- On the desks ---------------------------------------------------------------------------


def waits(cast, who: str, **said) -> list[str]:
    return held(desk_of(cast, who, **said), OTHERS).get("m-1", [])


def test_whose_desk_it_lies_on(here, measure):
    """Received by the lead, followed by a report, and forgotten after a fortnight."""
    made = instructed(here, measure, hour=9)
    assert held(desk_of(here, "liaison"))["m-1"][0] == "instruction"
    assert held(desk_of(here, "unit_leader"))["m-1"] == ["instruction"]
    assert "m-1" not in held(desk_of(here, "stranger"))
    assert waits(here, "leader") == ["own_open_instruction"]
    assert waits(here, "supervisor") == ["unacknowledged_instruction"]
    received(here, made, hour=10)
    assert "instruction" not in held(desk_of(here, "liaison")).get("m-1", [])
    assert waits(here, "leader") == ["own_unanswered_instruction"]
    assert waits(here, "supervisor") == []
    reported_on(here, measure)
    assert waits(here, "leader") == ["own_answered_instruction"]
    assert waits(here, "leader", days=13) == ["own_answered_instruction"]
    assert waits(here, "leader", days=14) == []


def test_one_on_paper_is_nobodys_own(here, measure):
    recorded(here, measure)
    assert waits(here, "leader") == []
    assert waits(here, "director") == ["unacknowledged_instruction"]


def test_the_row_says_who_what_and_since_when(here, measure):
    recorded(here, measure, on=here.today)
    page = page_of(here, "liaison", "/")
    assert "Instruction to be acknowledged" in page
    assert TEXT in page
    assert "副市长 李某" in page
    assert "waits since" in page
    assert f"{url(measure, RECEIVE)}?next=" in page
    assert "Instruction not acknowledged yet" in page_of(here, "supervisor", "/")


def test_a_restricted_one_is_on_no_other_desk(here, clause):
    plan = a_plan(here, restricted=True)
    secret = in_progress(here, clause, plan=plan)
    recorded(here, secret)
    assert waits(here, "second_supervisor") == []
    assert waits(here, "director") == ["unacknowledged_instruction"]


def test_as_many_queries_however_many(here, measure):
    client, address = here.signed_in("liaison"), f"/measures/{measure.pk}/"
    received(here, recorded(here, measure))
    instructed(here, measure)
    client.get(address)
    few = len(queries_of(client, address))
    for _more in range(3):
        received(here, recorded(here, measure))
        instructed(here, measure)
    assert len(queries_of(client, address)) == few
