"""In a real browser: each number of the cockpit is followed and compared with what it opens."""

from datetime import timedelta

from playwright.sync_api import Page, expect

from apps.measures.models import Measure
from tests.conftest import a_plan, in_progress, issued
from tests.dashboards.boards import Days
from tests.journeys.visits import DESK, Screen
from tests.measures.stories_of_others import asked
from tests.web.here import of_today

LISTS = {
    "/measures/": ".measures-table tbody tr",
    "/cockpit/measures/": ".told > li",
    "/cockpit/": ".board-part .plain-list > li",
    "/policies/": ".matrix tbody tr",
}


def a_month(cast, clause) -> None:
    now, days = of_today(cast).today, Days(cast)
    cast.today = now - timedelta(days=30)
    first = in_progress(cast, clause, code="m-1")
    by_district = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    issued(cast, clause, code="m-2", plan=by_district)
    asked(cast, first)
    days.pass_by(27)
    Measure.objects.filter(pk=first.pk).update(overdue_from_on=cast.today)
    days.pass_by(3)


def test_every_number_of_the_cockpit_is_followed(cast, clause, window):
    a_month(cast, clause)
    visit = window(Screen("zh-hans", DESK))
    visit.is_signed_in(cast, "director")
    visit.goto("/cockpit/")
    expect(visit.page.locator("canvas, .empty-note").first).to_be_visible()
    numbers = {
        (link.get_attribute("href"), int(link.inner_text().split()[0]))
        for link in visit.page.locator("main a.figure, main a.light").all()
    }
    assert len(numbers) >= 8
    for address, count in sorted(numbers):
        visit.goto(address)
        assert rows_on(visit.page, address) == count, address


def rows_on(page: Page, address: str) -> int:
    found = max((path for path in LISTS if address.startswith(path)), key=len)
    return page.locator(LISTS[found]).count()
