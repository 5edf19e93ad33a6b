"""Six indicators of the demo with two years of figures by district. Nobody's real figures."""

from dataclasses import dataclass

from apps.kpis.models import Basis, Comparator, Direction, OverDistricts, OverTime

WEIGHTS = {
    "440111": 12,
    "440117": 5,
    "440113": 20,
    "440105": 3,
    "440114": 15,
    "440112": 22,
    "440103": 3,
    "440115": 11,
    "440106": 5,
    "440104": 2,
    "440118": 9,
}
"""How much of the whole each district has, by its division code."""
SEASON = (7, 6, 9, 10, 11, 12, 9, 10, 11, 10, 12, 13)
"""January to December."""
GROWTH = dict(zip(WEIGHTS, (8, 12, 15, 4, 18, 9, -3, 22, 6, -5, 11), strict=True))
"""By how many percent of the last year each district adds more in a year."""
FALLING_BEHIND = "440111"
"""From half a year ago on this district makes little headway."""
MISSING = "440117"
"""This one has no figures of the last month yet."""


@dataclass(frozen=True)
class Indicator:
    """An indicator, what its figures grow by, and what is aimed at in the year of the demo."""

    code: str
    name: str
    name_en: str
    unit: str
    definition: str
    basis: str = Basis.PERIOD
    over_time: str = OverTime.SUM
    over_districts: str = OverDistricts.SUM
    direction: str = Direction.HIGHER
    places: int = 0
    is_rate: bool = False
    numerator: str = ""
    denominator: str = ""
    weight: str = ""
    tenths: int = 0
    """What a month adds for a weight of 10, in tenths; of a level, where it began."""
    begins: int = 0
    """Of a stock: where it stood for a weight of 10 two years ago."""
    comparator: str = Comparator.AT_LEAST
    aim: int = 0
    """The target of the whole, in percent of what is to be expected of the year's figures."""
    measures: tuple[str, ...] = ()


INDICATORS = (
    Indicator(
        "demo-digital-firms",
        "数字化改造企业数",
        "Firms transformed digitally",
        "家",
        "完成数字化改造并经验收的规模以上工业企业数，累计（演示口径）。",
        basis=Basis.POINT,
        over_time=OverTime.LAST,
        tenths=40,
        begins=60,
        aim=110,
        measures=("6.1-3.5",),
    ),
    Indicator(
        "demo-firms-in-scope",
        "纳入改造范围企业数",
        "Firms to be transformed",
        "家",
        "纳入数字化改造范围的规模以上工业企业数（演示口径）。",
        basis=Basis.POINT,
        over_time=OverTime.LAST,
        tenths=5,
        begins=240,
    ),
    Indicator(
        "demo-digital-coverage",
        "数字化改造覆盖率",
        "Share of firms transformed digitally",
        "%",
        "数字化改造企业数占纳入改造范围企业数的比重（演示口径）。",
        basis=Basis.POINT,
        over_time=OverTime.LAST,
        over_districts=OverDistricts.RATIO,
        places=1,
        is_rate=True,
        numerator="demo-digital-firms",
        denominator="demo-firms-in-scope",
    ),
    Indicator(
        "demo-tech-investment",
        "技改投资",
        "Investment in technical renewal",
        "亿元",
        "工业技术改造投资额，本年累计（演示口径）。",
        basis=Basis.CUMULATIVE,
        over_time=OverTime.LAST,
        places=2,
        tenths=28,
        aim=102,
        measures=("6.2-2.4",),
    ),
    Indicator(
        "demo-unveiled-accepted",
        "揭榜验收数",
        "Unveiled projects accepted",
        "项",
        "“揭榜挂帅”项目通过验收的数量，当期（演示口径）。",
        tenths=14,
        aim=115,
        measures=("6.1-2.1", "6.1-2.2"),
    ),
    Indicator(
        "demo-acceptance-days",
        "揭榜项目平均验收用时",
        "Mean workdays to accept a project",
        "工作日",
        "从申请验收到通过验收的平均工作日数，按验收数加权（演示口径）。",
        over_time=OverTime.MEAN,
        over_districts=OverDistricts.WEIGHTED_MEAN,
        direction=Direction.LOWER,
        places=1,
        weight="demo-unveiled-accepted",
        tenths=240,
        comparator=Comparator.AT_MOST,
        aim=95,
    ),
)


@dataclass(frozen=True)
class Reopening:
    """A closed month that was opened again; `add` is what a district's figure then had more."""

    code: str
    months_ago: int
    reason: str
    district: str = ""
    add: str = ""


REOPENINGS = (
    Reopening(
        "demo-tech-investment", 3, "番禺区补报两个项目的技改投资", district="440113", add="1.2"
    ),
    Reopening("demo-digital-firms", 1, "天河区核对企业名单后将更正"),
)
"""Before the last month with figures. The second one still waits for its correction."""
