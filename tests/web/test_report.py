"""Handing in a report: what is typed is never lost, nothing is saved by halves."""

import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from apps.measures import operations
from apps.measures.models import Evidence, ProgressReport
from tests.conftest import PDF, an_estimate, fresh, in_progress, issued, reported
from tests.web.watching import queries_of, writes_in

IN_PANEL = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def today_cast(cast):
    """The cast on the day the pages see."""
    cast.today = timezone.localdate()
    return cast


@pytest.fixture
def estimated(today_cast, clause):
    return in_progress(today_cast, clause, plan=an_estimate(today_cast))


@pytest.fixture
def stepwise(today_cast, clause):
    return in_progress(today_cast, clause)


@pytest.fixture
def liaison(today_cast) -> Client:
    return today_cast.signed_in("liaison")


def url_of(measure) -> str:
    return f"/measures/{measure.pk}/report/"


def typed(measure, **said) -> dict:
    return {"seen": fresh(measure).version, "summary": "做了一些事", "progress": "20"} | said


def pdf(name: str = "验收报告.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF)


def hand_in(client: Client, measure, **said):
    return client.post(url_of(measure), typed(measure, **said), **IN_PANEL)


def text_of(page) -> str:
    return page.content.decode()


# --- Opening ----------------------------------------------------------------------------------


def test_the_panel_is_a_fragment_and_the_page_a_page(liaison, estimated):
    panel = text_of(liaison.get(url_of(estimated), **IN_PANEL))
    assert "<html" not in panel
    assert 'name="progress"' in panel
    assert "No classified material may be uploaded." in panel
    assert "<html" in text_of(liaison.get(url_of(estimated)))


def test_on_milestones_there_is_no_figure_to_type(liaison, stepwise):
    panel = text_of(liaison.get(url_of(stepwise), **IN_PANEL))
    assert 'name="progress"' not in panel
    assert panel.count('name="reached"') == 2


def test_a_milestone_reached_stays_ticked(today_cast, liaison, stepwise):
    reported(today_cast, stepwise)
    panel = text_of(liaison.get(url_of(stepwise), **IN_PANEL))
    assert panel.count("checked disabled") == 1


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("drafter", 200),
        ("unit_leader", 403),
        ("stranger", 403),
        ("supervisor", 403),
        ("district_liaison", 404),
    ],
)
def test_the_lead_writes_and_nobody_else(today_cast, estimated, who, status):
    client = today_cast.signed_in(who)
    assert client.get(url_of(estimated)).status_code == status
    expected = 302 if status == 200 else status
    assert client.post(url_of(estimated), typed(estimated)).status_code == expected
    assert ProgressReport.objects.exists() == (status == 200)


def test_no_evidence_is_kept_from_who_may_not_report(today_cast, estimated):
    client = today_cast.signed_in("unit_leader")
    client.post(url_of(estimated), typed(estimated, attachments=[pdf()]))
    assert not Evidence.objects.exists()


def test_before_it_is_acknowledged_there_is_nothing_to_report(today_cast, clause, liaison):
    measure = issued(today_cast, clause)
    page = liaison.get(url_of(measure))
    assert page.status_code == 403
    assert "Awaiting acknowledgement" in text_of(page)


def test_opening_writes_nothing(liaison, estimated):
    assert not writes_in(queries_of(liaison, url_of(estimated)))


# --- Handing in -------------------------------------------------------------------------------


def test_an_estimate_with_evidence(liaison, estimated):
    page = hand_in(
        liaison, estimated, problems="缺人", next_step="招人", attachments=[pdf(), pdf("二.pdf")]
    )
    assert page.status_code == 200
    assert page["HX-Trigger"] == "reported"
    report = ProgressReport.objects.get()
    assert (report.progress, report.problems, report.next_step) == (Decimal(20), "缺人", "招人")
    assert sorted(piece.name for piece in report.evidence.all()) == ["二.pdf", "验收报告.pdf"]


def test_a_milestone_with_evidence(liaison, stepwise):
    first = stepwise.milestones.first()
    assert hand_in(liaison, stepwise, reached=[first.pk], attachments=[pdf()]).status_code == 200
    first.refresh_from_db()
    assert first.reached_in_id is not None


def test_no_change_in_one_click(liaison, estimated):
    assert hand_in(liaison, estimated, no_change="1", summary="", progress="").status_code == 200
    assert ProgressReport.objects.get().no_change


def test_evidence_handed_in_before_serves_again(today_cast, liaison, stepwise):
    reported(today_cast, stepwise)
    piece = Evidence.objects.get()
    second = stepwise.milestones.last()
    page = hand_in(liaison, stepwise, reached=[second.pk], earlier=[piece.pk])
    assert page.status_code == 200
    assert list(ProgressReport.objects.get(number=2).evidence.all()) == [piece]


def test_without_htmx_they_are_sent_back_with_a_word(liaison, estimated):
    page = liaison.post(url_of(estimated), typed(estimated, next="/?only=report"), follow=True)
    assert page.redirect_chain == [("/?only=report", 302)]
    assert "is handed in and waits for review" in text_of(page)


def test_nobody_is_sent_to_another_site(liaison, estimated):
    page = liaison.post(url_of(estimated), typed(estimated, next="https://example.org/"))
    assert page["Location"] == f"/measures/{estimated.pk}/"


def test_the_next_thing_on_the_desk_is_offered(today_cast, clause, liaison, estimated):
    issued(today_cast, clause, code="m-2")
    page = hand_in(liaison, estimated)
    assert page.context["following"].card.measure.code == "m-2"
    assert "Acknowledge receipt" in text_of(page)


# --- Refusals, each beside its field ----------------------------------------------------------

TYPED = "一段不能丢的文字"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"progress": "101"}, "Progress is a percentage from 0 to 100"),
        ({"progress": "-1"}, "Progress is a percentage from 0 to 100"),
        ({"progress": "33.333"}, "Progress is a percentage from 0 to 100"),
        ({"progress": "a lot"}, "Progress is a percentage from 0 to 100"),
        ({"progress": "NaN"}, "Progress is a percentage from 0 to 100"),
        ({"progress": ""}, "Progress is a percentage from 0 to 100"),
        ({"next_step": "长" * 4001}, "4000"),
        ({"summary": " "}, "Say what was done in this period."),
        ({"attachments": [SimpleUploadedFile("报告.pdf", b"MZ\x90 a program")]}, "is not accepted"),
        ({"attachments": [SimpleUploadedFile("空.pdf", b"")]}, "empty"),
        ({"attachments": [pdf(f"{n}.pdf") for n in range(11)]}, "At most 10 files at a time."),
        ({"earlier": ["999999"]}, "was not handed in for this measure"),
        ({"earlier": ["x"]}, "was not handed in for this measure"),
    ],
)
def test_a_refusal_is_a_sentence_and_nothing_is_saved(liaison, estimated, said, sentence):
    page = hand_in(liaison, estimated, problems=TYPED, **said)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert TYPED in text_of(page)
    assert not ProgressReport.objects.exists()
    assert not Evidence.objects.exists()


def test_good_files_are_not_kept_when_one_is_refused(liaison, estimated):
    bad = SimpleUploadedFile("x.pdf", b"MZ")
    assert hand_in(liaison, estimated, attachments=[pdf(), bad]).status_code == 422
    assert not Evidence.objects.exists()


def test_a_fall_needs_an_explanation(today_cast, liaison, estimated):
    reported(today_cast, estimated, progress=Decimal(50))
    page = hand_in(liaison, estimated, progress="20")
    assert "Progress falls from 50% to 20%: say why." in text_of(page)
    assert ProgressReport.objects.count() == 1
    assert hand_in(liaison, estimated, explanation="重新核算").status_code == 200


def test_a_milestone_without_evidence_is_refused(liaison, stepwise):
    page = hand_in(liaison, stepwise, reached=[stepwise.milestones.first().pk])
    assert page.status_code == 422
    assert "A milestone reached is shown by evidence." in page.context["form"].errors["attachments"]
    assert re.search(r'name="reached" value="\d+" checked', text_of(page))


def test_another_measures_milestone_is_refused(today_cast, clause, liaison, stepwise):
    other = in_progress(today_cast, clause, code="m-2")
    page = hand_in(liaison, stepwise, reached=[other.milestones.first().pk], attachments=[pdf()])
    assert page.status_code == 422
    assert not Evidence.objects.exists()


def test_a_file_too_large_is_refused_with_the_text_kept(settings, today_cast, liaison, estimated):
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    large = SimpleUploadedFile("大.pdf", PDF + b"x" * 3 * 1024 * 1024)
    page = hand_in(liaison, estimated, problems=TYPED, attachments=[large])
    assert page.status_code == 422
    assert "The file is larger than 1 MB." in text_of(page)
    assert TYPED in text_of(page)
    assert not Evidence.objects.exists()


def test_a_file_too_large_passes_the_check_of_the_form_token(settings, today_cast, estimated):
    """The token stands before the files, so that cutting them off does not lose it."""
    settings.EVIDENCE_MAX_BYTES = 1024 * 1024
    client = Client(enforce_csrf_checks=True)
    client.force_login(
        today_cast.users["liaison"], backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    form = text_of(client.get(url_of(estimated)))
    token = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', form[form.index("report-form") :]
    )
    large = SimpleUploadedFile("大.pdf", PDF + b"x" * 3 * 1024 * 1024)
    said = {"csrfmiddlewaretoken": token[1]} | typed(estimated, problems=TYPED, attachments=[large])
    page = client.post(url_of(estimated), said)
    assert page.status_code == 422
    assert TYPED in text_of(page)


def test_the_file_input_is_the_last_field(liaison, estimated):
    form = text_of(liaison.get(url_of(estimated), **IN_PANEL))
    names = re.findall(r'<(?:input|textarea|select)[^>]* name="(\w+)"', form)
    assert names[-1] == "attachments"


# --- Two versions -----------------------------------------------------------------------------


def test_a_double_submit_writes_once(liaison, estimated):
    said = typed(estimated, attachments=[pdf()])
    assert liaison.post(url_of(estimated), said, **IN_PANEL).status_code == 200
    again = liaison.post(url_of(estimated), said | {"attachments": [pdf()]}, **IN_PANEL)
    assert again.status_code == 409
    assert "changed this measure" in text_of(again)
    assert ProgressReport.objects.count() == 1
    assert Evidence.objects.count() == 1


def test_a_stale_form_shows_both_versions(today_cast, liaison, estimated):
    said = typed(estimated, problems=TYPED)
    operations.submit_report(
        estimated,
        operations.Account(summary="同事写的", progress=Decimal(30)),
        seen=estimated.version,
        by=today_cast["drafter"],
        at=today_cast.at(),
    )
    page = liaison.post(url_of(estimated), said, **IN_PANEL)
    assert page.status_code == 409
    assert TYPED in text_of(page)
    assert "同事写的" in text_of(page)
    assert "drafter" in text_of(page)
    assert f'name="seen" value="{fresh(estimated).version}"' in text_of(page)
    deliberate = said | {"seen": fresh(estimated).version, "explanation": "以此为准"}
    assert liaison.post(url_of(estimated), deliberate, **IN_PANEL).status_code == 200


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣"])
def test_a_version_that_is_none_counts_as_old(liaison, estimated, seen):
    assert hand_in(liaison, estimated, seen=seen).status_code == 409
    assert not ProgressReport.objects.exists()


@pytest.mark.parametrize("pk", ["x", "-1", "9" * 5000])
def test_a_tick_that_is_none_comes_back_with_a_sentence(liaison, estimated, pk):
    assert hand_in(liaison, estimated, earlier=pk).status_code == 422


def test_a_report_made_anew_begins_with_what_was_returned(today_cast, liaison, stepwise):
    operations.return_report(
        reported(today_cast, stepwise, summary="第一稿"),
        reason="缺少验收材料",
        seen=fresh(stepwise).version,
        by=today_cast["supervisor"],
        at=today_cast.at(12),
    )
    panel = text_of(liaison.get(url_of(stepwise), **IN_PANEL))
    assert "缺少验收材料" in panel
    assert "第一稿" in panel
    assert re.search(r'name="reached" value="\d+" checked', panel)
    assert re.search(r'name="earlier" value="\d+" checked', panel)
