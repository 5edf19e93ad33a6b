"""A chart's drawing, table and file hold the same figures; a file is safe to open."""

import csv
import io
import json
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.test import RequestFactory

from apps.agencies.models import Installation
from apps.web.charts import Chart, Kind, Look, Panels, Series, csv_asked

pytestmark = pytest.mark.django_db
LINES = Chart(
    "invested",
    "Invested",
    ["January", "=February"],
    [
        Series("Actual", [Decimal("1234.50"), None], links=["/a/", ""]),
        Series("Target", [Decimal(1000), 2000], Look.TARGET),
    ],
    heading="Month",
    unit="yuan",
)


def shown(chart, query: str = "") -> str:
    request = RequestFactory().get(f"/somewhere/?{query}")
    page = Template("{% load charts %}{% chart one %}")
    return page.render(Context({"one": chart, "request": request}))


def file_of(chart) -> list[list[str]]:
    answer = csv_asked(RequestFactory().get("/?csv=" + chart.key), [chart])
    assert answer is not None
    assert answer["Content-Disposition"] == f'attachment; filename="{chart.name}.csv"'
    text = answer.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def drawn(page: str) -> list[dict]:
    return [json.loads(one) for one in re.findall(r"<script type=.*?>(.*?)</script>", page)]


def test_the_drawing_has_the_figures_as_they_are():
    (data,) = drawn(shown(LINES))
    assert data["kind"] == Kind.LINES.value
    assert data["labels"] == ["January", "=February"]
    assert [one["values"] for one in data["series"]] == [["1234.50", None], ["1000", "2000"]]
    assert [one["look"] for one in data["series"]] == ["", "target"]


def test_the_table_has_them_too_with_their_links():
    page = re.sub(r">\s+<", "><", shown(LINES))
    assert '<a href="/a/">1,234.5</a></td><td class="number">1,000</td>' in page
    assert '<td class="number">—</td><td class="number">2,000</td>' in page
    assert 'id="chart-name-invested"' in page
    assert "Invested: the table below holds the same figures" in page


def test_the_file_is_asked_for_at_the_same_address():
    assert 'href="?district=3&amp;csv=invested"' in shown(LINES, "district=3")
    assert csv_asked(RequestFactory().get("/?csv=other"), [LINES]) is None


def test_words_of_the_file_are_never_formulas():
    assert file_of(LINES) == [
        ["Invested (yuan)"],
        ["Month", "Actual", "Target"],
        ["January", "1234.50", "1000"],
        ["'=February", "", "2000"],
    ]


def test_the_file_of_a_demo_says_that_it_is_one():
    Installation.objects.update_or_create(pk=1, defaults={"is_demo": True})
    assert file_of(LINES)[1] == ["Demo data: not the actual work of any office"]


def test_small_ones_share_their_scale_and_their_table():
    panels = Panels(
        "all",
        "By district",
        [
            Chart("a", "A", ["1", "2"], [Series("Actual", [1, 9])]),
            Chart("b", "B", ["1", "2"], [Series("Actual", [Decimal(30), None])]),
        ],
        heading="District",
    )
    page = shown(panels)
    assert page.count('data-small data-top="30"') == 2
    assert file_of(panels)[1:] == [
        ["District", "1", "2"],
        ["A: Actual", "1", "9"],
        ["B: Actual", "30", ""],
    ]


def test_without_figures_there_is_a_sentence_and_no_drawing():
    page = shown(Chart("none", "None", ["1"], [Series("Actual", [None])]))
    assert "There are no figures yet." in page
    assert "data-chart" not in page
