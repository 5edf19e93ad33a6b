"""Escalation on the page of a measure: urging notices received, the bulletin decided, all told."""

from datetime import timedelta

import pytest

from apps.audit.models import AuditEvent
from apps.measures.models import Measure
from apps.reminders.models import BulletinDecision, BulletinProposal, Urging, UrgingReceipt
from apps.web.timeline import Show, since, timeline
from tests.conftest import in_progress
from tests.measures.stories_of_rest import put_into
from tests.web.here import in_chinese, of_today
from tests.web.reminding import later, reminded
from tests.web.test_workbench import desk_of, held
from tests.web.watching import queries_of


@pytest.fixture
def here(cast):
    return of_today(cast)


@pytest.fixture
def measure(here, clause) -> Measure:
    """Overdue since yesterday, whatever day of the week that was."""
    running = in_progress(here, clause, code="z-9")
    due_on = here.today - timedelta(days=1)
    Measure.objects.filter(pk=running.pk).update(due_on=due_on, overdue_from_on=here.today)
    running.refresh_from_db()
    return running


def urged(cast, measure, *, step=1, number=7) -> Urging:
    return Urging.objects.create(
        measure=measure,
        owed_on=measure.due_on,
        step=step,
        year=cast.today.year,
        number=number,
        agency=measure.lead,
        at=cast.at(8),
    )


def proposed(cast, measure) -> BulletinProposal:
    return BulletinProposal.objects.create(
        measure=measure, owed_on=measure.due_on, step=5, at=cast.at(8)
    )


def escalated(cast, measure, who: str, reached_as: str, **said) -> None:
    said = {"owed_on": measure.due_on, "step": 3, "is_escalation": True} | said
    reminded(cast, who, measure, "deadline", reached_as=reached_as, **said)


def page_of(cast, who: str, measure, query: str = "", language: str = "en") -> str:
    address = f"/measures/{measure.pk}/{query}"
    return cast.signed_in(who, language=language).get(address).content.decode()


def url(measure, act: str) -> str:
    return f"/measures/{measure.pk}/{act}/"


@pytest.mark.parametrize(
    ("who", "statuses"),
    [
        ("liaison", [200, 403]),
        ("unit_leader", [200, 403]),
        ("unit_head", [403, 403]),
        ("supervisor", [403, 403]),
        ("director", [403, 200]),
        ("stranger", [403, 403]),
        ("auditor", [403, 403]),
        ("district_liaison", [404, 404]),
    ],
)
def test_who_comes_where(here, measure, who, statuses):
    urged(here, measure)
    proposed(here, measure)
    client = here.signed_in(who)
    assert [
        client.get(url(measure, act)).status_code for act in ("urgings", "bulletin")
    ] == statuses


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_how_far_it_has_escalated_is_said_on_top(here, measure, language):
    assert "Urged up to" not in page_of(here, "liaison", measure)
    escalated(here, measure, "unit_leader", "UNIT_LEADER")
    escalated(here, measure, "unit_head", "UNIT_HEAD")
    escalated(here, measure, "director", "ISSUER")
    page = page_of(here, "stranger", measure, language=language)
    said = "Urged up to: Unit head of the lead"
    assert (said if language == "en" else f"已催办至{in_chinese('Unit head of the lead')}") in page


def test_another_deadline_begins_anew(here, measure):
    escalated(here, measure, "unit_head", "UNIT_HEAD")
    Measure.objects.filter(pk=measure.pk).update(overdue_from_on=here.today + timedelta(days=9))
    assert "Urged up to" not in page_of(here, "liaison", measure)


def test_the_lead_receives_a_notice_once(here, measure):
    first, second = urged(here, measure), urged(here, measure, step=3, number=8)
    page = page_of(here, "liaison", measure)
    assert f"[{here.today.year}] No. 7" in page
    assert page.count('name="urging"') == 2
    assert 'name="urging"' not in page_of(here, "supervisor", measure)
    client = here.signed_in("liaison")
    answer = client.post(url(measure, "urgings"), {"urging": first.pk, "next": "/"})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert UrgingReceipt.objects.get().urging == first
    again = client.post(url(measure, "urgings"), {"urging": first.pk}, follow=True)
    assert "This notice has been acknowledged already." in again.content.decode()
    assert client.post(url(measure, "urgings"), {"urging": "x"}).status_code == 404
    client.post(url(measure, "urgings"), {"urging": second.pk})
    assert client.get(url(measure, "urgings"))["Location"] == f"/measures/{measure.pk}/"


def test_the_director_decides_and_says_why_not(here, measure):
    proposed(here, measure)
    client = here.signed_in("director")
    silent = client.post(url(measure, "bulletin"), {"outcome": "DECLINED", "reason": " "})
    assert silent.status_code == 422
    assert "Say why it is left out." in silent.content.decode()
    assert client.post(url(measure, "bulletin"), {"outcome": "X"}).status_code == 422
    assert not BulletinDecision.objects.exists()
    client.post(url(measure, "bulletin"), {"outcome": "DECLINED", "reason": "已当面督办"})
    held_ = BulletinDecision.objects.get()
    assert (held_.outcome, held_.reason) == ("DECLINED", "已当面督办")
    assert client.get(url(measure, "bulletin"))["Location"] == f"/measures/{measure.pk}/"
    assert AuditEvent.objects.filter(act="reminders.decide_bulletin").count() == 1
    assert "已当面督办" in page_of(here, "liaison", measure)


def test_whose_desk_they_lie_on(here, measure):
    urging, _proposal = urged(here, measure), proposed(here, measure)
    assert "urged" in held(desk_of(here, "liaison"))["z-9"]
    assert "urged" in held(desk_of(here, "unit_leader"))["z-9"]
    assert "bulletin" in held(desk_of(here, "director"))["z-9"]
    for who in ("supervisor", "stranger", "director"):
        assert "urged" not in held(desk_of(here, who)).get("z-9", [])
    here.signed_in("liaison").post(url(measure, "urgings"), {"urging": urging.pk})
    here.signed_in("director").post(url(measure, "bulletin"), {"outcome": "TAKEN"})
    assert "urged" not in held(desk_of(here, "liaison"))["z-9"]
    assert "bulletin" not in held(desk_of(here, "director")).get("z-9", [])


# --- What was sent to whom, when and why ----------------------------------------------------


def told(cast, measure) -> list[tuple[str, str]]:
    return [
        (str(each.title), each.text)
        for each in timeline(measure, cast["supervisor"], show=Show.REMINDERS)
    ]


def test_who_was_told_together_is_one_line(here, measure):
    at = here.at(9)
    escalated(here, measure, "liaison", "LIAISON", step=1, sent_at=at)
    escalated(here, measure, "unit_leader", "UNIT_LEADER", step=1, sent_at=later(at, 5))
    escalated(here, measure, "unit_head", "UNIT_HEAD", step=3, sent_at=later(at, 10))
    urging = urged(here, measure)
    here.signed_in("liaison").post(url(measure, "urgings"), {"urging": urging.pk})
    lines = told(here, measure)
    texts = [text for _title, text in lines]
    assert "Step: after 3 workdays. Sent to: unit head (Unit head of the lead)" in texts
    together = (
        "Step: after 1 workday. Sent to: liaison (Liaison of the lead);"
        " unit leader (Unit leader of the lead)"
    )
    assert together in texts
    assert f"Urging notice [{here.today.year}] No. 7 to Bureau" in [title for title, _ in lines]
    assert f"Receipt of urging notice [{here.today.year}] No. 7 acknowledged" in lines[0]
    assert len(lines) == 4
    assert (
        len([e for e in timeline(measure, here["supervisor"]) if e.kind.value == "reminder"]) == 4
    )


def test_what_was_sent_is_no_version_of_the_measure(here, measure):
    seen = measure.version
    urging = urged(here, measure)
    escalated(here, measure, "liaison", "LIAISON")
    here.signed_in("liaison").post(url(measure, "urgings"), {"urging": urging.pk})
    measure.refresh_from_db()
    assert measure.version == seen
    assert since(measure, here["supervisor"], seen - 1)[0].kind.value != "reminder"


def test_the_timeline_costs_the_same_however_many_were_told(here, measure):
    client, address = here.signed_in("supervisor"), f"/measures/{measure.pk}/?show=reminders"
    escalated(here, measure, "liaison", "LIAISON")
    urged(here, measure)
    few = len(queries_of(client, address))
    for who in ("drafter", "unit_leader", "unit_head", "director"):
        escalated(here, measure, who, "LIAISON")
    urged(here, measure, step=3, number=8)
    assert len(queries_of(client, address)) == few


def test_a_notice_presses_no_more_once_the_measure_has_ended(here, measure):
    urged(here, measure)
    Measure.objects.filter(pk=measure.pk).update(**put_into("CLOSED", here.today))
    assert "urged" not in held(desk_of(here, "liaison")).get("z-9", [])


def test_the_bulletin_is_among_what_the_director_decides(here, measure):
    proposed(here, measure)
    page = here.signed_in("director").get("/inbox/")
    [row] = page.context["rows"]
    assert (row.cause.key, row.since) == ("bulletin", here.today)
    assert f'href="{url(measure, "bulletin")}?next=' in page.text
