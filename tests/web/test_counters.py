"""Every number with a link opens exactly the list that it counts: all pages, several readers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import resolve, reverse

from apps.agencies.models import Agency
from apps.kpis.periods import Period
from apps.measures import operations
from apps.measures.models import Measure, MeasureClause
from apps.policies.models import Clause, Policy
from apps.web import tallies
from apps.web.pages import policy as policy_page
from tests.conftest import a_plan, drafted, evidence, fresh, in_progress, issued, proposed, reported
from tests.kpis.figuring import a_kpi, entered, entry, known
from tests.measures.stories_of_rest import put_into
from tests.web.here import of_today

NUMBER = re.compile(r"\d+")
CLASSES = {"figure", "count"}


@dataclass
class Number:
    """A number inside a link, as the page shows it."""

    count: int
    url: str


class Numbers(HTMLParser):
    """Collects the links that hold a bare number in <strong>, .figure or .count."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Number] = []
        self.href = ""
        self.depth_is_number = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        names = set((said.get("class") or "").split())
        if tag == "a":
            self.href = said.get("href") or ""
        if self.href:
            self.depth_is_number = tag == "strong" or bool(names & CLASSES)

    def handle_endtag(self, tag: str) -> None:
        self.depth_is_number = False
        if tag == "a":
            self.href = ""

    def handle_data(self, data: str) -> None:
        if self.href and self.depth_is_number and NUMBER.fullmatch(data.strip()):
            self.found.append(Number(int(data), self.href))


def numbers_on(client: Client, url: str) -> list[Number]:
    page = client.get(url)
    if page.status_code == 404 and url.startswith(("/agencies/", "/cockpit/")):
        return []  # not this reader's to see: tests/web/test_agencies.py says whose it is
    assert page.status_code == 200, url
    parser = Numbers()
    parser.feed(page.content.decode())
    return [Number(each.count, urljoin(url, each.url)) for each in parser.found]


def length_of(client: Client, url: str) -> int:
    """How many rows the list at that address has, all its pages together.

    The list knows the address: no filter of it is dropped with a sentence.
    """
    parts = urlsplit(url)
    page = client.get(f"{parts.path}?{parts.query}")
    assert page.status_code == 200, url
    assert not page.context.get("sentences"), url
    name = resolve(parts.path).url_name
    if name == "policy":
        rows = "sheet" if parts.fragment == "matrix" else "branches"
        shown = page.context[rows]
        return len(shown.rows if rows == "sheet" else shown)
    if name == "review":
        return len(page.context["queue"])
    if name == "measures":
        return rows_of_all_pages(client, page)
    return int(page.context["total"])


def rows_of_all_pages(client: Client, page) -> int:
    """Counted row by row: the list's own total is one of the numbers that are tried."""
    rows = len(page.context["cards"])
    while page.context["after"]:
        page = client.get(f"/measures/?{page.context['after']}")
        rows += len(page.context["cards"])
    return rows


@pytest.fixture
def cast(cast):
    return of_today(cast)


@pytest.fixture
def office(cast, replay) -> list[Policy]:
    return replay("office of two policies", lambda: two_policies(cast))


def two_policies(cast) -> list[Policy]:
    """With a tree of clauses; restricted, broken down, drafted, late, reported."""
    policies = []
    for code in ("P", "Q"):
        policy = Policy.objects.create(
            code=code, name=code, level="CITY", kind="PLAN", use="OBLIGES"
        )
        policies.append(policy)
        parent = None
        for n in range(1, 6):
            clause = Clause.objects.create(
                policy=policy,
                parent=parent if n in (2, 3) else None,
                code=f"{code}-{n}",
                position=n,
                heading="" if n == 5 else f"条款{n}",
                actionable="UNKNOWN" if n == 5 else "YES",
            )
            parent = parent or clause
    Policy.objects.create(code="B", name="B", level="CITY", kind="PLAN", use="BACKGROUND")
    the = {clause.code: clause for clause in Clause.objects.all()}
    whole = in_progress(cast, the["P-2"], code="m-1")
    MeasureClause.objects.create(measure=whole, clause=the["P-3"])
    MeasureClause.objects.create(measure=whole, clause=the["Q-1"])
    led = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    part = issued(cast, the["P-2"], code="m-1.1", plan=led)
    Measure.objects.filter(pk=part.pk).update(parent=whole)
    issued(cast, the["P-3"], code="m-2", plan=a_plan(cast, restricted=True, supporters=[]))
    drafted(cast, the["Q-2"], code="m-3", plan=a_plan(cast, lead=None))
    proposed(cast, the["Q-3"], code="m-4", plan=a_plan(cast, lead=cast.agencies["section"]))
    figures_of(cast)
    late = in_progress(cast, the["Q-3"], code="m-5")
    Measure.objects.filter(pk=late.pk).update(
        due_on=cast.today.replace(day=1), overdue_from_on=cast.today
    )
    waits = in_progress(cast, the["P-2"], code="m-6")
    sent_back(cast, reported(cast, waits, evidence=[evidence(cast)]))
    for n, (early, late_by) in enumerate([(None, None), (cast.today, None), (cast.today,) * 2]):
        done = in_progress(cast, the["P-2"], code=f"m-{n + 7}")
        Measure.objects.filter(pk=done.pk).update(
            **put_into("CLOSED", cast.today),
            original_due_on=cast.today.replace(year=2025),
            original_overdue_from_on=early,
            first_overdue_on=late_by,
            overdue_from_on=late_by,
        )
    return policies


def figures_of(cast) -> None:
    """An indicator with figures due, one with figures waiting, one with nothing yet."""
    month = Period.holding(cast.today, 1).moved(-1)
    known(cast, a_kpi(cast, "due"), entry(1, month.moved(-1)))
    entered(cast, a_kpi(cast, "waits"), entry(1, month))
    a_kpi(cast, "blank")


def sent_back(cast, report) -> None:
    """Returned, and reported anew: the measure waits again, and stays one with a return."""
    seen = fresh(report.measure).version
    operations.return_report(
        report, reason="缺材料", seen=seen, by=cast["supervisor"], at=cast.at(11)
    )
    reported(cast, report.measure, evidence=[evidence(cast)])


def pages(policies: list[Policy]) -> Iterator[str]:
    yield "/"
    yield from ("/policies/", "/policies/?use=")
    for policy in policies:
        yield reverse("web:policy", args=[policy.pk])
        yield f"{reverse('web:policy', args=[policy.pk])}?across=districts"
        yield f"{reverse('web:policy', args=[policy.pk])}?clauses=carried_out"
    yield from ("/cockpit/", "/cockpit/?figure=led&sort=-led")
    yield from ("/kpis/", "/kpis/?waits=ANY")
    yield "/agencies/"
    for agency in Agency.objects.order_by("pk"):
        yield reverse("web:agency", args=[agency.pk])
    yield from ("/measures/", "/measures/?q=m-1", f"/measures/?policy={policies[0].pk}")


READERS = ["liaison", "supervisor", "director", "auditor", "district_liaison", "stranger"]
ALL_OF_IT = {"director", "liaison", "stranger"}
"""Who walks every policy; to the others the second has no kind of page that the first has not."""


def differences(client: Client, urls: Iterable[str]) -> tuple[int, list[str]]:
    """How many numbers there are on the pages, and those that differ from their list."""
    tried, wrong, lengths = 0, [], {}
    for page in urls:
        for number in numbers_on(client, page):
            if number.url not in lengths:
                lengths[number.url] = length_of(client, number.url)
            tried += 1
            if lengths[number.url] != number.count:
                wrong.append(f"{page}: {number.count} but {lengths[number.url]} at {number.url}")
    return tried, wrong


@pytest.mark.parametrize("name", READERS)
def test_every_number_opens_exactly_its_list(cast, office, name):
    walked = pages(office if name in ALL_OF_IT else office[:1])
    tried, wrong = differences(cast.signed_in(name), walked)
    assert not wrong
    assert tried >= 20, "the walk finds the numbers at all"


@pytest.mark.parametrize("name", ["director", "liaison"])
def test_a_counter_that_is_off_by_one_is_found(cast, office, name, monkeypatch):
    """The test of the test: a sum that counts a measure twice, in one kind of number only."""

    def one_more(tally, **asked):
        count = tallies.count_of(tally, **asked)
        if "district" not in asked or not count.total:
            return count
        first, *rest = count.marks
        return tallies.Count(
            count.total,
            count.url,
            [tallies.Mark(first.light, first.count + 1, first.url), *rest],
        )

    monkeypatch.setattr(policy_page, "count_of", one_more)
    matrices = [url for url in pages(office) if "across=districts" in url]
    _tried, wrong = differences(cast.signed_in(name), matrices)
    assert wrong
    assert all("district" in each for each in wrong)
