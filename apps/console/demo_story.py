"""The demo's people and what happened to them. Data only; nothing of it is anybody's real work.

Days are relative to the day of loading, so that lights are of interest whenever one looks.
"""

from dataclasses import dataclass

from apps.agencies.models import Agency
from apps.core.actor import Role
from apps.measures.models import Basis

PASSWORD = "policytrack demo 2026"
NOTE = "演示数据，不代表任何单位实际工作情况"


# --- The words the story is told in -------------------------------------------------------


@dataclass(frozen=True)
class When:
    """A day: so many days or workdays from the day of loading, or a report due date before it."""

    unit: str
    number: int


def days(number: int) -> When:
    return When("days", number)


def workdays(number: int) -> When:
    return When("workdays", number)


def report_due(number: int) -> When:
    """-1 is the last report due date before the day of loading."""
    return When("report_due", number)


def before_reports(number: int) -> When:
    """A day of issue after which exactly so many reports came due."""
    return When("before_reports", number)


@dataclass(frozen=True)
class Office:
    """An agency that exists in the demo only."""

    code: str
    name: str
    name_en: str
    short_name: str
    kind: Agency.Kind
    parent: str = "gz-gov"
    adcode: str = ""


@dataclass(frozen=True)
class Person:
    username: str
    name: str
    role: Role
    agency: str


@dataclass(frozen=True)
class Step:
    """A milestone."""

    title: str
    due: When
    weight: int = 1


@dataclass(frozen=True)
class Report:
    """`reached` counts milestones from 1. Without a verdict it waits; a reason returns it."""

    summary: str = ""
    progress: int | None = None
    reached: tuple[int, ...] = ()
    problems: str = ""
    next_step: str = ""
    files: tuple[str, ...] = ()
    no_change: bool = False
    waits: bool = False
    returned: str = ""


@dataclass(frozen=True)
class Story:
    """One measure. `reports` answer the report due dates in turn; `latest` came the day before."""

    code: str
    lead: str
    deadline: When
    supporters: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    proposed: When = workdays(-2)
    proposal_returned: str = ""
    issued: When | None = None
    acknowledged: bool = True
    reports: tuple[Report, ...] = ()
    latest: Report | None = None

    @property
    def basis(self) -> Basis:
        return Basis.MILESTONES if self.steps else Basis.ESTIMATE


# --- Who is there -------------------------------------------------------------------------

OFFICES = (
    Office(
        "office",
        "市政府督查室（演示）",
        "Supervision Office (demo)",
        "市督查室（演示）",
        Agency.Kind.SUPERVISION,
    ),
    Office(
        "demo-equipment",
        "市工信局装备工业处（演示）",
        "Equipment Industry Section (demo)",
        "装备工业处（演示）",
        Agency.Kind.SECTION,
        parent="gz-gxj",
    ),
    Office(
        "demo-huangpu",
        "黄埔区政府（演示）",
        "Huangpu District Government (demo)",
        "黄埔区（演示）",
        Agency.Kind.DISTRICT,
        adcode="440112",
    ),
    Office(
        "demo-nansha",
        "南沙区政府（演示）",
        "Nansha District Government (demo)",
        "南沙区（演示）",
        Agency.Kind.DISTRICT,
        adcode="440115",
    ),
)

PEOPLE = (
    Person("liaison", "林知远", Role.LIAISON, "gz-gxj"),
    Person("drafter", "何书简", Role.DRAFTER, "gz-gxj"),
    Person("unit_leader", "梁守成", Role.UNIT_LEADER, "gz-gxj"),
    Person("unit_head", "陈大可", Role.UNIT_HEAD, "gz-gxj"),
    Person("supervisor", "苏明察", Role.SUPERVISOR, "office"),
    Person("director", "方正言", Role.DIRECTOR, "office"),
    Person("leader", "许长策", Role.SUPERVISING_LEADER, "gz-gov"),
    Person("auditor", "严若水", Role.AUDITOR, "office"),
    Person("administrator", "管有序", Role.ADMINISTRATOR, "office"),
    Person("supervisor2", "叶细问", Role.SUPERVISOR, "office"),
    Person("liaison_kjj", "谢新知", Role.LIAISON, "gz-kjj"),
    Person("liaison_fgw", "罗图远", Role.LIAISON, "gz-fgw"),
    Person("liaison_section", "邓精工", Role.LIAISON, "demo-equipment"),
    Person("liaison_huangpu", "黄小埔", Role.LIAISON, "demo-huangpu"),
    Person("liaison_nansha", "沙听澜", Role.LIAISON, "demo-nansha"),
)

LIAISONS = {person.agency: person.username for person in PEOPLE if person.role == Role.LIAISON}


# --- What happened ------------------------------------------------------------------------

PROPOSED = (
    Story(
        "6.1-3.4",
        "gz-kjj",
        days(180),
        steps=(Step("完成专项管理办法初稿", days(60)), Step("印发专项管理办法", days(170))),
    ),
    Story(
        "6.2-1.3",
        "gz-fgw",
        days(150),
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
        supporters=("gz-fgw", "gz-kjj"),
        steps=(Step("摸清现行政策底数", days(50)), Step("印发产业链政策汇编", days(190))),
        issued=workdays(-1),
        acknowledged=False,
    ),
    Story(
        "6.1-5.4",
        "gz-fgw",
        days(220),
        steps=(Step("确定首批推广标准清单", days(80)), Step("完成首批标准推广", days(210))),
        issued=workdays(-5),
        acknowledged=False,
    ),
    Story(
        "6.2-2.4",
        "demo-huangpu",
        days(160),
        supporters=("gz-gxj",),
        steps=(Step("形成堵点清单", days(40)), Step("清单事项销号过半", days(150), weight=2)),
        issued=workdays(-5),
    ),
)

ON_COURSE = (
    Story(
        "6.1-2.1",
        "gz-gxj",
        days(150),
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
    ),
    Story(
        "6.3-1.5",
        "demo-huangpu",
        days(200),
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
        "6.3-1.6",
        "demo-equipment",
        days(190),
        issued=before_reports(2),
        reports=(
            Report("走访企业32家，确定首批改造企业名单。", progress=10),
            Report("首批12家企业开工改造，其中3家完成产线联网。", progress=24),
        ),
    ),
)

AT_RISK = (
    Story(
        "6.1-4.2",
        "gz-kjj",
        workdays(4),
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
    ),
    Story(
        "6.2-3.4",
        "gz-fgw",
        days(220),
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
        issued=before_reports(3),
        reports=(
            Report("建立服务商名录，首批入库9家。", progress=15),
            Report("组织供需对接会1场。", progress=28),
            Report("入库服务商增至14家。", progress=35, problems="区内平台企业数量偏少。"),
        ),
    ),
)

BEHIND = (
    Story(
        "6.2-1.2",
        "demo-nansha",
        workdays(-6),
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
        steps=(
            Step("确定监测指标", report_due(-2), weight=2),
            Step("监测平台上线试运行", report_due(-1), weight=2),
            Step("发布首期监测报告", days(110)),
        ),
        issued=before_reports(3),
        reports=(
            Report("开展监测指标调研。"),
            Report("指标初稿征求意见，未能按期确定。", problems="各部门统计口径不一致。"),
            Report("就统计口径召开协调会1次。", next_step="提请市级层面统一口径。"),
        ),
    ),
)

IN_REVIEW = (
    Story(
        "6.1-1.2",
        "gz-gxj",
        days(170),
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

STORIES = (*PROPOSED, *ISSUED, *ON_COURSE, *AT_RISK, *BEHIND, *IN_REVIEW)
