"""Reports that wait for review or have been returned."""

from apps.console.demo_story.words import Report, Step, Story, before_reports, days, report_due

IN_REVIEW = (
    Story(
        "6.1-1.2",
        "gz-gxj",
        days(170),
        clauses=("GD-09/driver-3",),
        supporters=("gz-kjj",),
        issued=before_reports(2),
        reports=(
            Report("摸底全市高端装备企业研发机构现状。", progress=12),
            Report("启动新一轮认定，受理申请26份。", progress=28),
        ),
        latest=Report(
            "完成形式审查，21家进入现场核查。",
            progress=35,
            next_step="组织现场核查。",
            files=("形式审查结果.pdf",),
            waits=True,
        ),
    ),
    Story(
        "6.1-3.5",
        "gz-gxj",
        days(130),
        clauses=("GD-09/driver-3",),
        supporters=("gz-kjj",),
        steps=(
            Step("确定首批组建方向", report_due(-2)),
            Step("首批创新联合体通过验收", days(30)),
            Step("联合体承担市级任务", days(120)),
        ),
        issued=before_reports(2),
        reports=(
            Report("确定4个组建方向。", reached=(1,), files=("组建方向论证意见.pdf",)),
            Report("两家创新联合体签订组建协议。"),
        ),
        latest=Report(
            "首批创新联合体完成组建并自评合格。",
            reached=(2,),
            files=("自评报告.pdf",),
            returned="缺少验收材料，请补充专家验收意见",
        ),
    ),
)
