"""Measures at the end of their way: closed in time, waiting to be closed, sent back."""

from apps.console.demo_story.words import (
    Completion,
    Report,
    Step,
    Story,
    before_reports,
    days,
    report_due,
    workdays,
)

CLOSED = (
    Story(
        "6.1-4.3",
        "demo-swj",
        days(20),
        supporters=("gz-kjj",),
        clauses=("GD-10/ch6",),
        steps=(
            Step("确定对接活动方案", report_due(-3)),
            Step("举办首场四方对接活动", report_due(-2)),
        ),
        issued=before_reports(4),
        reports=(
            Report("梳理可利用的重大博览会平台6个。"),
            Report("活动方案经局务会审定。", reached=(1,), files=("对接活动方案.pdf",)),
            Report(
                "首场四方对接活动举办，促成意向合作27项。",
                reached=(2,),
                next_step="整理材料，申请办结。",
                files=("对接活动总结.pdf", "意向合作按类型.png"),
            ),
        ),
        completion=Completion(
            "两个节点均按期完成，首场四方对接活动已举办，意向合作已建台账跟踪，申请办结。",
            files=("办结材料汇编.pdf",),
            applied=report_due(-2, then=3),
            verified=report_due(-2, then=5),
            closed=report_due(-2, then=7),
        ),
    ),
)

TO_BE_CLOSED = (
    Story(
        "6.3-1.8",
        "demo-zsj",
        days(35),
        supporters=("gz-gxj", "demo-sfj"),
        steps=(
            Step("形成指南征求意见稿", report_due(-3)),
            Step("指南通过专家评审", report_due(-2)),
        ),
        issued=before_reports(4),
        reports=(
            Report("完成行业数据流动现状调研，走访企业24家。"),
            Report(
                "征求意见稿挂网公开征求意见。", reached=(1,), files=("数据流动指南征求意见稿.pdf",)
            ),
            Report("指南通过专家评审。", reached=(2,), files=("专家评审意见.pdf",)),
            Report("根据评审意见完成文字校核，准备印发。"),
        ),
        completion=Completion(
            "指南已按程序印发并在门户网站公开，申请办结。",
            files=("指南印发件.pdf",),
            applied=workdays(-5),
            verified=workdays(-2),
        ),
    ),
)

SENT_BACK = (
    Story(
        "6.3-1.2",
        "gz-rsj",
        days(45),
        supporters=("demo-jyj",),
        steps=(
            Step("完成能力素质标准草案", report_due(-3)),
            Step("标准通过评审", report_due(-2)),
        ),
        issued=before_reports(4),
        reports=(
            Report("分岗位梳理数字创新人才能力要求。"),
            Report("标准草案完成。", reached=(1,), files=("能力素质标准草案.pdf",)),
            Report("标准通过评审。", reached=(2,), files=("标准评审意见.pdf",)),
            Report("配合发布程序完善标准文本。"),
        ),
        completion=Completion(
            "标准已通过评审，申请办结。",
            files=("标准报批稿.pdf",),
            applied=workdays(-7),
            sent_back=workdays(-3),
            reason="标准尚未发布，报批稿不能作为办结依据，请在正式发布后附发布文件再报。",
        ),
    ),
)

COMPLETION = (*CLOSED, *TO_BE_CLOSED, *SENT_BACK)
