"""Who is there in the demo: agencies that exist in it only, and the people of all of them."""

from apps.agencies.models import Agency
from apps.console.demo_story.words import Absence, Office, Person, days, workdays
from apps.core.actor import Role

PASSWORD = "policytrack demo 2026"
NOTE = "演示数据，不代表任何单位实际工作情况"

_BUREAUS = (
    ("demo-sfj", "司法局", "Justice Bureau"),
    ("demo-scjgj", "市场监管局", "Market Regulation Bureau"),
    ("demo-czj", "财政局", "Finance Bureau"),
    ("demo-jyj", "教育局", "Education Bureau"),
    ("demo-swj", "商务局", "Commerce Bureau"),
    ("demo-zsj", "政务服务和数据管理局", "Government Services and Data Bureau"),
)
_DISTRICTS = (
    ("baiyun", "440111", "白云区", "Baiyun", "龙云起"),
    ("conghua", "440117", "从化区", "Conghua", "温其玉"),
    ("panyu", "440113", "番禺区", "Panyu", "潘启山"),
    ("haizhu", "440105", "海珠区", "Haizhu", "江望月"),
    ("huadu", "440114", "花都区", "Huadu", "华清韵"),
    ("huangpu", "440112", "黄埔区", "Huangpu", "黄乐山"),
    ("liwan", "440103", "荔湾区", "Liwan", "黎清晏"),
    ("nansha", "440115", "南沙区", "Nansha", "沙听澜"),
    ("tianhe", "440106", "天河区", "Tianhe", "田广和"),
    ("yuexiu", "440104", "越秀区", "Yuexiu", "岳秀林"),
    ("zengcheng", "440118", "增城区", "Zengcheng", "曾成蹊"),
)

DISTRICTS = tuple(f"demo-{place}" for place, *_rest in _DISTRICTS)

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
    *(
        Office(
            code,
            f"广州市{name}（演示）",
            f"{english} (demo)",
            f"市{name}（演示）",
            Agency.Kind.BUREAU,
        )
        for code, name, english in _BUREAUS
    ),
    *(
        Office(
            f"demo-{place}",
            f"{name}政府（演示）",
            f"{english} District Government (demo)",
            f"{name}（演示）",
            Agency.Kind.DISTRICT,
            adcode=adcode,
        )
        for place, adcode, name, english, _liaison in _DISTRICTS
    ),
)

LEADING = (
    Person("liaison", "林知远", Role.LIAISON, "gz-gxj"),
    Person("drafter", "何书简", Role.DRAFTER, "gz-gxj"),
    Person("unit_leader", "梁守成", Role.UNIT_LEADER, "gz-gxj"),
    Person("unit_head", "陈大可", Role.UNIT_HEAD, "gz-gxj"),
    Person("supervisor", "苏明察", Role.SUPERVISOR, "office"),
    Person("director", "方正言", Role.DIRECTOR, "office"),
    Person("leader", "许长策", Role.SUPERVISING_LEADER, "gz-gxj", also=("gz-kjj", "demo-zsj")),
    Person("kpi_owner", "衡知数", Role.KPI_OWNER, "gz-gxj"),
    Person("auditor", "严若水", Role.AUDITOR, "office"),
    Person("administrator", "管有序", Role.ADMINISTRATOR, "office"),
)
"""One person in each role: the sign-ins to begin with."""

PEOPLE = (
    *LEADING,
    Person("supervisor2", "叶细问", Role.SUPERVISOR, "office"),
    Person("deputy_director", "秦继明", Role.SUPERVISOR, "office"),
    Person(
        "leader2",
        "顾经纬",
        Role.SUPERVISING_LEADER,
        "gz-fgw",
        also=("demo-czj", "demo-swj", "demo-scjgj", "gz-tjj"),
    ),
    Person("liaison_fgw", "罗致远", Role.LIAISON, "gz-fgw"),
    Person("liaison_kjj", "谢新知", Role.LIAISON, "gz-kjj"),
    Person("drafter_kjj", "孔维清", Role.DRAFTER, "gz-kjj"),
    Person("unit_leader_kjj", "柳成荫", Role.UNIT_LEADER, "gz-kjj"),
    Person("liaison_rsj", "任望舒", Role.LIAISON, "gz-rsj"),
    Person("liaison_zrzy", "石砚秋", Role.LIAISON, "gz-zrzy"),
    Person("liaison_tjj", "季文澜", Role.LIAISON, "gz-tjj"),
    Person("liaison_sfj", "范如镜", Role.LIAISON, "demo-sfj"),
    Person("liaison_scjgj", "尚景宁", Role.LIAISON, "demo-scjgj"),
    Person("liaison_czj", "钱以宁", Role.LIAISON, "demo-czj"),
    Person("liaison_jyj", "桂兰芳", Role.LIAISON, "demo-jyj"),
    Person("liaison_swj", "商子墨", Role.LIAISON, "demo-swj"),
    Person("liaison_zsj", "舒云帆", Role.LIAISON, "demo-zsj"),
    Person("liaison_section", "邓有成", Role.LIAISON, "demo-equipment"),
    *(
        Person(f"liaison_{place}", liaison, Role.LIAISON, f"demo-{place}")
        for place, _adcode, _name, _english, liaison in _DISTRICTS
    ),
    Person("drafter_huadu", "叶知秋", Role.DRAFTER, "demo-huadu"),
    Person("unit_leader_huadu", "杜若溪", Role.UNIT_LEADER, "demo-huadu"),
    Person("unit_leader_baiyun", "白景行", Role.UNIT_LEADER, "demo-baiyun"),
    Person("unit_head_baiyun", "云山青", Role.UNIT_HEAD, "demo-baiyun"),
)

LIAISONS = {person.agency: person.username for person in PEOPLE if person.role == Role.LIAISON}

ABSENCES = (Absence("director", "deputy_director", Role.DIRECTOR, workdays(-1), days(14)),)
"""Decisions of the director may be taken in the director's place these days."""
