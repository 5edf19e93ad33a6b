"""Measures that go as they should, and what each of them reported."""

from apps.console.demo_story.words import (
    Help,
    Question,
    Report,
    Rest,
    Step,
    Story,
    before_reports,
    days,
    report_due,
    workdays,
)

ON_COURSE = (
    Story(
        "6.1-2.1",
        "gz-gxj",
        days(150),
        clauses=(
            "GD-10/unnumbered-2",
            "GD-09/driver-3",
        ),
        supporters=("gz-kjj", "gz-fgw"),
        steps=(
            Step("征集技术需求并形成榜单", report_due(-3)),
            Step("公开发榜", report_due(-1)),
            Step("完成揭榜评审和签约", days(70)),
            Step("中期评估", days(140)),
        ),
        issued=before_reports(4),
        reports=(
            Report(
                "印发需求征集通知，已收到4大重点领域企业技术需求67项。",
                next_step="组织专家筛选，形成榜单。",
            ),
            Report(
                "专家组两轮筛选，形成首批榜单18项，覆盖“五基”各环节。",
                reached=(1,),
                next_step="按程序报审后公开发榜。",
                files=("首批榜单及专家意见.pdf",),
            ),
            Report(
                "榜单经局务会审议通过，发榜公告已完成合法性审查。",
                problems="部分榜单的配套资金比例需与发改部门再作衔接。",
                next_step="下月公开发榜。",
            ),
            Report(
                "首批18项榜单公开发榜，已接受揭榜申请41份。",
                reached=(2,),
                next_step="组织揭榜评审。",
                files=("发榜公告.pdf", "揭榜申请按领域分布.png"),
            ),
        ),
        questions=(
            Question(
                "gz-fgw",
                "首批18项榜单拟由市、区两级按1:1安排配套资金，请明确市级配套资金渠道和比例，以便组织揭榜签约。",
                asked=workdays(-8),
                wanted=workdays(-2),
            ),
        ),
        helps=(
            Help(
                "gz-kjj",
                "请提供首批榜单技术需求与在研科技项目的查重情况。",
                asked=workdays(-3),
                wanted=workdays(4),
            ),
        ),
    ),
    Story(
        "6.3-1.5",
        "demo-huangpu",
        days(200),
        clauses=("GD-10/unnumbered-1",),
        supporters=("gz-gxj",),
        issued=before_reports(3),
        reports=(
            Report("确定数控机床、智能装备两个方向先行，签订数据共享协议5份。", progress=12),
            Report(
                "完成数据标注规范，采集设备运行数据1200万条。",
                progress=24,
                files=("数据标注规范.pdf",),
            ),
            Report(
                "首个数据集通过质量评测，开放给区内23家企业试用。",
                progress=36,
                problems="中小企业数据采集意愿不足。",
                next_step="出台数据贡献激励办法。",
                files=("数据集质量评测报告.pdf", "试用企业分布.png"),
            ),
        ),
    ),
    Story(
        "6.3-2.3",
        "demo-equipment",
        days(190),
        clauses=("GD-09/breakthrough-2",),
        issued=before_reports(2),
        rest=Rest(
            grounds="数据归集标准须与省级工业数据目录衔接，目录尚未印发，继续推进将造成返工。",
            condition="省级工业数据目录正式印发",
            review=days(45),
            asked=workdays(-4),
            decided=workdays(-2),
            recorded=workdays(-1),
            by="副市长 郑某（演示）",
            reason="同意暂缓，目录印发后立即恢复。",
            scan="暂缓请示批示件.pdf",
        ),
        reports=(
            Report("走访企业32家，确定首批贯通数据链的企业名单。", progress=10),
            Report("首批12家企业完成采购、生产环节数据归集。", progress=24),
        ),
    ),
    Story(
        "6.2-1.4",
        "demo-sfj",
        days(260),
        supporters=("demo-zsj", "gz-fgw"),
        steps=(
            Step("完成立法调研报告", report_due(-2)),
            Step("形成条例草案征求意见稿", days(40)),
            Step("草案提请审议", days(240)),
        ),
        issued=before_reports(4),
        reports=(
            Report("成立起草专班，赴三地开展立法调研。"),
            Report(
                "完成立法调研，梳理数据采集、流通、存储、交易四个环节问题21项。",
                next_step="据此起草条例框架。",
            ),
            Report(
                "立法调研报告经局务会审议通过。",
                reached=(1,),
                next_step="起草征求意见稿。",
                files=("立法调研报告.pdf",),
            ),
            Report(
                "条例框架已与政务服务和数据管理局会商两次。",
                problems="公共数据授权运营条款尚有不同意见。",
            ),
        ),
    ),
    Story(
        "6.1-2.2",
        "demo-czj",
        days(210),
        supporters=("gz-gxj",),
        clauses=("GD-10/ch4",),
        steps=(
            Step("形成组合支持方式测算方案", report_due(-1)),
            Step("方案报市政府审定", days(90)),
            Step("首批资金拨付", days(200), weight=2),
        ),
        issued=before_reports(3),
        reports=(
            Report("收集近三年专项资金使用情况，完成绩效回溯。"),
            Report("完成“财政专项+低息补贴”两档测算。", next_step="补充免税政策衔接口径。"),
            Report(
                "测算方案经部门会商形成一致意见。",
                reached=(1,),
                next_step="按程序报市政府审定。",
                files=("组合支持测算方案.pdf",),
            ),
        ),
        questions=(
            Question(
                "gz-fgw",
                "低息补贴部分是否可与设备更新专项再贷款叠加享受？",
                asked=workdays(-9),
                wanted=workdays(-4),
                answer="经研究，可以叠加享受，但同一设备的财政补助不得重复申领，请在方案中予以明确。",
                answered=workdays(-5),
            ),
        ),
        helps=(
            Help(
                "gz-gxj",
                "请提供近三年装备企业技改贷款规模和贴息需求。",
                asked=workdays(-8),
                wanted=workdays(-3),
                text="近三年装备企业技改贷款余额逐年上升，有贴息需求的企业112家，分规模情况见附件。",
                given=workdays(-4),
                files=("贴息需求摸底.pdf",),
            ),
        ),
    ),
    Story(
        "6.1-4.1",
        "demo-jyj",
        days(230),
        supporters=("gz-rsj",),
        clauses=("GD-10/ch6",),
        issued=before_reports(3),
        reports=(
            Report("征集产教融合项目意向46个。", progress=10),
            Report("遴选首批项目18个，签订校企合作协议。", progress=22),
            Report("首批项目开班9个，在训学员760人。", progress=33, files=("开班情况汇总.pdf",)),
        ),
    ),
    Story(
        "6.1-5.2",
        "demo-scjgj",
        days(180),
        clauses=("GD-09/driver-2",),
        target=30,
        unit="项",
        issued=before_reports(2),
        reports=(
            Report("会同标准化组织确定首批拟制订标准15项，3项已立项。", quantity=3),
            Report("累计7项标准完成立项公示。", quantity=7, next_step="组建起草组。"),
        ),
    ),
)
