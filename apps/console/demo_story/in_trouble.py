"""Measures that are at risk or behind, each for a reason of its own."""

from apps.console.demo_story.words import (
    Instruction,
    Report,
    Step,
    Story,
    before_reports,
    days,
    report_due,
    workdays,
)

AT_RISK = (
    Story(
        "6.1-4.2",
        "gz-kjj",
        workdays(4),
        clauses=("GD-10/ch6",),
        issued=before_reports(5),
        reports=(
            Report("与三所高校达成共建意向。", progress=20),
            Report("完成学院建设方案论证。", progress=40),
            Report("两所现代产业学院揭牌。", progress=65, files=("揭牌材料.pdf",)),
            Report(no_change=True),
            Report(
                "第三所学院完成筹建，首届学生到岗实训。",
                progress=92,
                next_step="整理办结材料。",
            ),
        ),
        confirming=Report(
            "三所现代产业学院全部开班，在训学员420人。",
            progress=100,
            next_step="申请办结。",
            files=("开班情况说明.pdf",),
        ),
    ),
    Story(
        "6.2-3.4",
        "gz-fgw",
        days(220),
        clauses=("GD-10/ch6",),
        issued=before_reports(3),
        reports=(
            Report("召开银企对接会2场，收集融资需求58项。", progress=15),
            Report("促成授信31家，金额以银行月报为准。", progress=30),
        ),
    ),
    Story(
        "6.3-2.1",
        "demo-nansha",
        days(50),
        clauses=("GD-10/ch5",),
        issued=before_reports(3),
        reports=(
            Report("建立服务商名录，首批入库9家。", progress=15),
            Report("组织供需对接会1场。", progress=28),
            Report("入库服务商增至14家。", progress=35, problems="区内平台企业数量偏少。"),
        ),
    ),
    Story(
        "6.3-1.1",
        "gz-rsj",
        days(150),
        supporters=("demo-jyj",),
        issued=before_reports(4),
        reports=(
            Report("摸底数字化改造人才缺口，形成需求目录。", progress=10),
            Report("与四所院校商定联合培养方案。", progress=17),
            Report("首期培训班开班，招收学员120人。", progress=22),
            Report(
                "第二期报名人数不足，延后开班。", progress=25, problems="企业学员脱产时间难以落实。"
            ),
        ),
    ),
)

BEHIND = (
    Story(
        "6.2-1.2",
        "demo-nansha",
        workdays(-6),
        clauses=("GD-10/unnumbered-1",),
        supporters=("gz-gxj",),
        steps=(
            Step("梳理市级政策清单", report_due(-5)),
            Step("形成区级配套草案", report_due(-3)),
            Step("印发区级配套政策", workdays(-6)),
        ),
        issued=before_reports(5),
        reports=(
            Report("梳理市级政策24项。", reached=(1,), files=("市级政策梳理表.pdf",)),
            Report("起草配套政策初稿。"),
            Report("草案征求区内部门意见。", reached=(2,), files=("配套政策草案.pdf",)),
            Report("部门意见分歧较大，正在协调。", problems="配套资金来源未定。"),
            Report(no_change=True),
        ),
    ),
    Story(
        "6.3-3.3",
        "gz-gxj",
        days(120),
        clauses=("GD-09/breakthrough-2",),
        steps=(
            Step("确定监测指标", report_due(-2), weight=2),
            Step("监测平台上线试运行", report_due(-1), weight=2),
            Step("发布首期监测报告", days(110)),
        ),
        issued=before_reports(3),
        instruction=Instruction(
            text="统计口径问题不能久拖不决。请牵头单位本月内提出统一口径方案，报我审定。",
            by="副市长 郑某（演示）",
            given=workdays(-3),
            recorded=workdays(-2),
            scan="监测指标滞后情况批示件.pdf",
        ),
        reports=(
            Report("开展监测指标调研。"),
            Report("指标初稿征求意见，未能按期确定。", problems="各部门统计口径不一致。"),
            Report("就统计口径召开协调会1次。", next_step="提请市级层面统一口径。"),
        ),
    ),
)
