"""In a real browser: every number of the pages of figures is followed to what it was counted from.

All of them are fetched from within the browser, and the first of each kind is clicked. No number
stands on these pages that leads nowhere.
"""

import re
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from urllib.parse import urljoin, urlsplit

import pytest

from apps.agencies.models import DistrictProfile
from apps.dashboards.operations import tally_missing_days
from apps.kpis.models import Kpi
from apps.kpis.operations import Spot
from apps.kpis.periods import Period
from apps.measures.models import Measure
from apps.policies.models import Clause, Policy, Problem
from tests.conftest import a_plan, in_progress, issued
from tests.dashboards.boards import Days
from tests.journeys.visits import DESK, Screen, Visit
from tests.kpis.figuring import a_kpi, aimed, another_district, entry, huangpu, known
from tests.measures.stories_of_others import asked
from tests.web.here import of_today

NUMBERS = r"""() => {
  const apart = "svg, script, .chart-drawing, .chart-one, .code, form, details:not(.chart-figures)";
  const found = {linked: [], loose: []};
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim(), at = walker.currentNode.parentElement;
    if (!/^-?\d[\d,.]*$/.test(text) || at.closest(apart)) continue;
    const link = at.closest("a");
    if (link) found.linked.push([link.getAttribute("href"), text, at.checkVisibility()]);
    else if (text !== "0" && !/^20\d\d$/.test(text) && !at.closest(".change")) found.loose.push(
      `${text} in ${at.parentElement.textContent.trim().replace(/\s+/g, " ").slice(0, 90)}`);
  }
  return found;
}"""
LISTED = """async addresses => {
  const found = {};
  for (const address of addresses) {
    const answer = await fetch(address), page = document.createElement("template");
    page.innerHTML = await answer.text();
    const of = sign => [...page.content.querySelectorAll(sign)];
    found[address] = {
      status: answer.status,
      rows: of("ROWS").length,
      texts: of("TEXTS").map(each => each.textContent.trim()),
    };
  }
  return found;
}"""
ROWS = {
    r"/measures/": ".measures-table tbody tr",
    r"/cockpit/measures/": ".told > li",
    r"/cockpit/(problems|waiting)/": ".board-part .plain-list > li",
    r"/policies/\d+/": ".matrix tbody tr:not(:has(.empty-note))",
}
"""The lists, by the paths that they stand at."""
TEXTS = {
    r"/kpis/\d+/figure/": ".kpi-big",
    r"/kpis/\d+/": "#aims td, #aims td a, #figures td a",
    r"/agencies/\d+/workdays/": "tfoot td",
}
"""What is no list says the number itself."""
PARTS = ("aims", "figures")
"""Of an indicator's page: the targets that a curve follows, and the periods that are added up."""


@dataclass(frozen=True)
class Number:
    page: str
    href: str
    text: str
    is_visible: bool
    """Not in the table of a chart, which is to be opened first."""

    @property
    def address(self) -> str:
        return urljoin(self.page, self.href)

    @property
    def kind(self) -> str:
        return re.sub(r"\d+", "n", urlsplit(self.address).path)


def a_month(cast, clause) -> None:
    """Some red, some led by the district, a part, a question, a problem, figures, tallies."""
    now, days = of_today(cast).today, Days(cast)
    cast.today = now - timedelta(days=30)
    Clause.objects.filter(pk=clause.pk).update(actionable="YES")
    Clause.objects.create(
        policy=clause.policy, code="P-2", position=2, heading="条款二", actionable="YES"
    )
    group = Problem.objects.create(code="g", name="组", position=1)
    Problem.objects.create(code="p", name="堵点", position=2, kind="TALENT", group=group)
    first = in_progress(cast, clause, code="m-1")
    by_district = a_plan(cast, lead=cast.agencies["district"], supporters=[])
    issued(cast, clause, code="m-2", plan=by_district)
    part = issued(cast, clause, code="m-3", plan=by_district)
    issued(cast, clause, code="m-4", plan=a_plan(cast, restricted=True, supporters=[]))
    Measure.objects.filter(pk=part.pk).update(parent=first)
    asked(cast, first)
    figures(cast, Period.holding(now, 1))
    DistrictProfile.objects.create(district_id=huangpu().district_id, key_areas=["园区"])
    days.pass_by(27)
    Measure.objects.filter(code__in=("m-1", "m-2")).update(overdue_from_on=cast.today)
    days.pass_by(3)
    tally_missing_days(at=cast.at())


def figures(cast, month: Period) -> None:
    kpi = a_kpi(cast, "k", places=1)
    for n in (1, 2, 3):
        here = entry(10 * n + 1, month.moved(-n), huangpu())
        known(cast, kpi, here, entry(7 * n, month.moved(-n), another_district()))
    aimed(cast, kpi)
    aimed(cast, kpi, of=Spot(district=cast.agencies["district"].district))


def pages(cast) -> list[str]:
    own = [
        f"/districts/{huangpu().district_id}/",
        f"/agencies/{cast.agencies['district'].pk}/",
        f"/policies/{Policy.objects.get().pk}/",
        f"/kpis/{Kpi.objects.get().pk}/",
    ]
    of_a_day = f"?on={(cast.today - timedelta(days=2)).isoformat()}"
    then = [url + of_a_day for url in ("/cockpit/", *own[2:])]
    return ["/cockpit/", *own, "/cockpit/?figure=k", *then]


# --- Following them ---------------------------------------------------------------------------


def numbers_on(visit: Visit, url: str) -> list[Number]:
    """Those that lead somewhere; any other is a fault of the page."""
    visit.goto(url)
    found = visit.page.evaluate(NUMBERS)
    assert found["loose"] == [], url
    return [Number(url, *said) for said in found["linked"]]


def rule(address: str, rules: dict[str, str]) -> str:
    path = urlsplit(address).path
    return next((signs for pattern, signs in rules.items() if re.fullmatch(pattern, path)), "")


def followed(visit: Visit, addresses: list[str]) -> dict[str, dict]:
    """What stands at each address, fetched by the browser with its own session."""
    found = {}
    for address in addresses:
        signs = LISTED.replace("ROWS", rule(address, ROWS) or "none")
        signs = signs.replace("TEXTS", rule(address, TEXTS) or "none")
        found |= visit.page.evaluate(signs, [address])
    return found


def is_told(number: Number, there: dict) -> bool:
    if rule(number.address, ROWS):
        return there["rows"] == int(number.text.replace(",", ""))
    if urlsplit(number.address).fragment in PARTS:
        return bool(there["texts"])
    return value_of(number.text) in {value_of(text) for text in there["texts"]}


def value_of(text: str) -> Decimal | None:
    """Of 105.0 and of 105 the same; None of words."""
    try:
        return Decimal(text.replace(",", ""))
    except InvalidOperation:
        return None


def clicked(visit: Visit, number: Number) -> None:
    """With the mouse, as somebody would."""
    visit.goto(number.page)
    link = visit.page.locator(f'main a[href="{number.href}"]')
    link.filter(has_text=number.text).filter(visible=True).first.click()
    visit.page.wait_for_url(re.compile(re.escape(urlsplit(number.address).path)))


@pytest.mark.parametrize("who", ["director", "district_liaison"])
def test_every_number_leads_to_what_it_counts(who, cast, clause, window):
    a_month(cast, clause)
    visit = window(Screen("zh-hans", DESK))
    visit.is_signed_in(cast, who)
    numbers = [number for url in pages(cast) for number in numbers_on(visit, url)]
    there = followed(visit, sorted({number.address for number in numbers}))
    wrong = [number for number in numbers if not is_told(number, there[number.address])]
    assert wrong == [], [(n, there[n.address]) for n in wrong]
    kinds = {number.kind: number for number in reversed(numbers) if number.is_visible}
    assert len(kinds) >= 4, kinds
    for number in kinds.values():
        clicked(visit, number)
