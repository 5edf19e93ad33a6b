"""Measures that wait for the director, and such as were handed out just now."""

from apps.console.demo_story.words import Objection, Step, Story, days, workdays

PROPOSED = (
    Story(
        "6.1-3.4",
        "gz-kjj",
        days(180),
        clauses=("GD-09/driver-1",),
        steps=(Step("完成专项管理办法初稿", days(60)), Step("印发专项管理办法", days(170))),
    ),
    Story(
        "6.2-1.3",
        "gz-fgw",
        days(150),
        clauses=("GD-10/ch6",),
        supporters=("gz-gxj",),
        steps=(Step("梳理直达企业政策清单", days(45)), Step("清单上线并公开", days(140))),
    ),
    Story(
        "6.1-1.1",
        "gz-kjj",
        days(240),
        steps=(Step("提出立法建议稿", days(230)),),
        proposed=workdays(-4),
        proposal_returned="只有一个节点，看不出推进过程，请补充调研和征求意见的节点后再报。",
    ),
)

ISSUED = (
    Story(
        "6.2-2.1",
        "gz-gxj",
        days(200),
        clauses=("GD-10/unnumbered-2",),
        supporters=("gz-fgw", "gz-kjj"),
        steps=(Step("摸清现行政策底数", days(50)), Step("印发产业链政策汇编", days(190))),
        issued=workdays(-1),
        acknowledged=False,
    ),
    Story(
        "6.1-5.4",
        "gz-fgw",
        days(220),
        clauses=("GD-09/driver-2",),
        steps=(Step("确定首批推广标准清单", days(80)), Step("完成首批标准推广", days(210))),
        issued=workdays(-3),
        acknowledged=False,
    ),
    Story(
        "6.2-2.4",
        "demo-huangpu",
        days(35),
        clauses=("GD-10/unnumbered-2",),
        supporters=("gz-gxj",),
        target=75,
        unit="亿元",
        issued=workdays(-5),
    ),
    Story(
        "6.2-3.5",
        "gz-zrzy",
        days(240),
        clauses=("GD-10/ch3",),
        steps=(Step("形成政策建议稿", days(90)), Step("政策印发实施", days(230))),
        issued=workdays(-4),
    ),
    Story(
        "6.2-2.5",
        "gz-kjj",
        days(180),
        clauses=("GD-10/ch6",),
        steps=(Step("完成税收政策效果评估", days(70)), Step("提出推广建议", days(170))),
        issued=workdays(-2),
        acknowledged=False,
        objection=Objection(
            "税收政策的研究和推广属财政部门职责，我局不掌握税收数据，建议由市财政局牵头，我局配合。",
            raised=workdays(-1),
            confirmed=workdays(-1),
            confirmed_by="unit_leader_kjj",
        ),
    ),
)
