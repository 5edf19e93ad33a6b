"""6.3-1.6 机器换人: one measure, broken down to every district.

白云区 looks slow in it, but most of its days were those of the bureau that reviews the parts; a
report of 花都区 was returned and has to be mended.
"""

from apps.console.demo_story.people import DISTRICTS
from apps.console.demo_story.words import Handing, Report, Story, before_reports, days, report_due

CODE = "6.3-1.6"
_ISSUED = before_reports(2)
_DEADLINE = days(120)
_FIRST, _SECOND = report_due(-2, then=-2), report_due(-1, then=-2)

_WHOLE = Story(
    CODE,
    "gz-gxj",
    _DEADLINE,
    clauses=("GD-09/breakthrough-2",),
    issued=before_reports(3),
    reports=(
        Report(
            "走访企业32家，制定任务分解方案，拟将年度改造任务分解到11个区。",
            progress=0,
            next_step="按程序将任务分解到各区。",
        ),
        Report("任务已分解到11个区，各区均已签收并开展摸底。"),
        Report(
            "各区首批企业陆续开工改造，进度汇总自各区已审核的进展。", next_step="组织片区现场调度。"
        ),
    ),
    handing=Handing(before_reports(2, then=-1), DISTRICTS),
)


def _part(place: str, *reports: Report, latest: Report | None = None) -> Story:
    """What one district does; the liaison of the bureau reviews its reports."""
    lead = f"demo-{place}"
    return Story(
        f"{CODE}·{DISTRICTS.index(lead) + 1:02}",
        lead,
        _DEADLINE,
        issued=_ISSUED,
        reports=reports,
        latest=latest,
        reviewers=("liaison",),
        is_part=True,
    )


def _first(progress: int, summary: str) -> Report:
    return Report(summary, progress=progress, on=_FIRST)


def _second(progress: int, summary: str, problems: str = "", *files: str) -> Report:
    return Report(summary, progress=progress, problems=problems, files=files, on=_SECOND)


_SLOW = _part(
    "baiyun",
    Report(
        "完成规上装备企业摸底，确定首批改造企业6家，2家签订改造合同。",
        progress=6,
        on=report_due(-2, then=-8),
        reviewed=report_due(-2, then=5),
        returned="改造企业名单与市级台账口径不一致，请按统一口径核对后重报。",
    ),
    Report(
        "已按市级台账口径逐户核对，首批改造企业6家，2家签订改造合同。",
        progress=6,
        on=report_due(-2, then=6),
        reviewed=report_due(-1, then=-1),
    ),
    Report(
        "首批企业中3家完成产线改造并联网，其余3家设备进场。",
        progress=12,
        next_step="组织第二批企业诊断。",
        on=report_due(-1),
        waits=True,
    ),
)

_RETURNED = _part(
    "huadu",
    _first(15, "汽车零部件企业先行，首批7家完成智能化诊断。"),
    _second(34, "首批7家开工改造，其中4家完成产线联网。", "", "产线联网验收单.pdf"),
    latest=Report(
        "新增3家企业完成改造，累计完成7家。",
        progress=46,
        next_step="启动第二批诊断。",
        files=("改造现场照片.png",),
        returned="照片不能说明是哪家企业，请逐家注明企业名称，并补充验收单。",
    ),
)

_OTHERS = (
    _part("conghua", _first(13, "完成企业摸底，确定首批改造企业3家。")),
    _part(
        "panyu",
        _first(16, "发动装备企业参加诊断，首批9家签约。"),
        _second(33, "首批9家中5家完成改造。"),
    ),
    _part(
        "haizhu",
        _first(14, "依托工业互联网平台，为首批5家企业开展诊断。"),
        _second(30, "3家企业完成产线数字化改造。"),
    ),
    _part(
        "huangpu",
        _first(20, "首批18家企业完成诊断，11家签订改造合同。"),
        _second(42, "11家企业开工，7家完成改造并联网。", "", "改造企业台账.pdf"),
    ),
    _part(
        "liwan",
        _first(12, "首批4家企业完成诊断。"),
        _second(28, "2家企业完成改造。", "老厂房供电容量不足，增容周期较长。"),
    ),
    _part(
        "nansha",
        _first(18, "首批12家企业完成诊断，8家签约。"),
        _second(37, "8家企业开工，5家完成改造。"),
    ),
    _part(
        "tianhe",
        _first(17, "组织服务商与6家企业对接，确定改造方案。"),
        _second(35, "4家企业完成改造，服务商跟踪服务。"),
    ),
    _part(
        "yuexiu",
        _first(10, "辖区装备企业少，确定2家企业先行改造。"),
        _second(27, "1家企业完成改造，1家设备调试。"),
    ),
    _part(
        "zengcheng",
        _first(19, "首批10家企业完成诊断并签约。"),
        _second(40, "10家企业开工，6家完成改造。"),
    ),
)

MACHINES = (_WHOLE, _SLOW, _RETURNED, *_OTHERS)
