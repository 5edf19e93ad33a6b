"""The inbox: what waits for one person's review or decision, oldest first, with its age."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.measures.lifecycle import REQUEST_PATHS
from apps.measures.models import Measure, ProgressReport
from apps.web import inbox
from apps.web.workbench import COUNTERS
from tests.conftest import (
    an_estimate,
    applied,
    extension_asked,
    in_progress,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.stories_of_rest import cancellation_asked, suspension_asked
from tests.web.here import of_today
from tests.web.test_rest import review_has_come

STORIES = (
    verified,
    reopening_asked,
    extension_asked,
    suspension_asked,
    cancellation_asked,
    review_has_come,
)


@pytest.fixture
def here(cast):
    return of_today(cast)


def report_waits(here, clause, **said) -> Measure:
    measure = in_progress(here, clause, **said)
    reported(here, measure)
    return measure


def page_of(here, who, **said):
    return here.signed_in(who).get("/inbox/", said)


def lines(page) -> list[tuple[str, str]]:
    return [(row.measure.code, row.cause.key) for row in page.context["rows"]]


def test_decisions_come_before_reports_and_the_oldest_first(here, clause):
    report_waits(here, clause, code="r-1")
    suspension_asked(here, clause, code="s-1")
    extension_asked(here, clause, code="e-1")
    proposed(here, clause, code="p-1")
    shown = lines(page_of(here, "director"))
    assert shown[-1] == ("r-1", "review")
    assert set(shown) == {
        ("r-1", "review"),
        ("s-1", "suspend"),
        ("e-1", "extend"),
        ("p-1", "issue"),
    }


def test_a_supervisor_reviews_and_verifies(here, clause):
    report_waits(here, clause, code="r-1")
    applied(here, clause, code="c-1")
    suspension_asked(here, clause, code="s-1")
    assert sorted(lines(page_of(here, "supervisor"))) == [("c-1", "verify"), ("r-1", "review")]


def test_each_says_how_many_workdays_it_waits(here, clause):
    report_waits(here, clause)
    (row,) = page_of(here, "supervisor").context["rows"]
    submitted = timezone.localdate(ProgressReport.objects.get().submitted_at)
    assert (row.since, row.age) == (submitted, 0)
    assert [str(who) for who in row.turn] == ["Supervision office"]


def test_counters_equal_the_lists_that_they_open(here, clause):
    for n, story in enumerate(STORIES):
        story(here, clause, **({} if story is review_has_come else {"code": f"x-{n}"}))
    page = page_of(here, "director")
    counters = {each.key: each for each in page.context["counters"]}
    assert set(counters) == {"", "close", "reopen", "extend", "suspend", "cancel", "resume"}
    browser = here.signed_in("director")
    for each in counters.values():
        assert len(browser.get(each.url).context["rows"]) == each.count
    assert counters[""].count == len(STORIES)


def test_the_act_opens_its_form(here, clause):
    for n, story in enumerate(STORIES[:5]):
        story(here, clause, code=f"x-{n}")
    browser = here.signed_in("director")
    for row in browser.get("/inbox/").context["rows"]:
        assert browser.get(row.button.url).status_code == 200


def test_every_kind_of_request_has_its_line():
    """Whoever decides it, a kind that can be asked for is decided from an inbox."""
    roles = [cause for cause in inbox.CAUSES if inbox._decides(cause)]
    granted = {cause.action for cause in roles}
    assert {path.grant for path in REQUEST_PATHS.values()} <= granted
    assert {cause.key for cause in roles} <= set(COUNTERS)


@pytest.mark.parametrize("who", ["unit_head", "auditor"])
def test_whoever_decides_nothing_has_none(here, clause, who):
    report_waits(here, clause)
    assert page_of(here, who).status_code == 403


def test_the_same_number_of_queries_for_many(here, clause):
    def queries() -> int:
        browser = here.signed_in("director")
        browser.get("/inbox/")
        with CaptureQueriesContext(connection) as caught:
            browser.get("/inbox/")
        return len(caught)

    extension_asked(here, clause, code="e-0")
    suspension_asked(here, clause, code="s-0")
    few = queries()
    for n in range(1, 4):
        extension_asked(here, clause, code=f"e-{n}")
        suspension_asked(here, clause, code=f"s-{n}")
    assert queries() == few


# --- Reports ------------------------------------------------------------------------------


def test_each_report_of_a_measure_is_a_line_that_opens_it(here, clause):
    measure = in_progress(here, clause, plan=an_estimate(here))
    first, second = (reported(here, measure, progress=Decimal(p)) for p in (10, 20))
    page = page_of(here, "supervisor")
    assert [row.report for row in page.context["rows"]] == [first, second]
    assert [each.count for each in page.context["counters"]] == [2, 2]
    for report in (first, second):
        assert f'href="/review/{report.pk}/"' in page.text


def test_the_navigation_counts_what_its_page_lists(here, clause):
    report_waits(here, clause, code="r-1")
    extension_asked(here, clause, code="e-1")
    page = page_of(here, "director")
    (entry,) = [each for each in page.context["nav"] if each.url == "/inbox/"]
    assert (entry.count, entry.active) == (len(page.context["rows"]), True)


def test_a_supervising_leader_finds_second_extensions(here, clause):
    measure = extension_asked(here, clause)
    Measure.objects.filter(pk=measure.pk).update(extensions=1)
    page = page_of(here, "leader")
    assert lines(page) == [("m-1", "extend_again")]
    assert "/review/" not in page.text
