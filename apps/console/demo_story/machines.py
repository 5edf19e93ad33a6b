"""6.3-1.6 机器换人: one measure that every district carries out."""

from apps.console.demo_story.words import Report, Story, before_reports, days

MACHINES = (
    Story(
        "6.3-1.6",
        "gz-gxj",
        days(190),
        clauses=("GD-09/breakthrough-2",),
        issued=before_reports(2),
        reports=(
            Report("走访企业32家，确定首批改造企业名单。", progress=10),
            Report("首批12家企业开工改造，其中3家完成产线联网。", progress=24),
        ),
    ),
)
