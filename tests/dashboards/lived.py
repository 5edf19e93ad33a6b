"""Two months of an office by chance, through the operations: reports, returns, moved deadlines,
suspensions, cancellations, completions, reopenings, another lead, parts, questions, figures.
"""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from random import Random

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core.errors import RuleBroken
from apps.kpis.models import Kpi
from apps.kpis.operations import Aim, Spot, set_baseline
from apps.kpis.periods import Period
from apps.measures import operations
from apps.measures.models import Measure, MeasureProblem, ProgressReport
from apps.policies.models import Clause, Problem
from tests.conftest import (
    Cast,
    a_plan,
    an_estimate,
    drafted,
    evidence,
    fresh,
    issued,
    proposed,
    reported,
)
from tests.dashboards.boards import Days
from tests.kpis.figuring import a_kpi, aimed, another_district, entered, entry, huangpu, known
from tests.measures.acts_on_requests import (
    apply,
    ask_extension,
    close,
    confirm_objection,
    extend,
    object_to,
    reissue,
    send_back_completion,
    verify,
)
from tests.measures.stories_of_others import answered, asked
from tests.measures.stories_of_rest import ask_cancellation, ask_suspension, decide

Act = Callable[[Cast, Measure, Random], object]
ROUNDS, STEP = 9, 6
LEADS = ("bureau", "section", "district", "bureau")


def live_through(cast: Cast, clause: Clause, seed: int) -> Days:
    """Whatever the rules refuse does not happen."""
    chance, days = Random(seed), Days(cast)
    clauses = tree(clause)
    evidence(cast)
    made = [a_measure(cast, chance, clauses, n) for n in range(9)]
    drafted(cast, clauses[-1], code="draft", plan=a_plan(cast, lead=None))
    proposed(cast, clauses[-1], code="proposal")
    a_problem(99)
    kpis = indicators(cast)
    meanwhile = surely(cast, clause, chance)
    for round_ in range(ROUNDS):
        days.pass_by(STEP)
        meanwhile.get(round_, lambda: None)()
        for measure in chance.sample(made, 6):
            for act in chance.choice(ACTS):
                tried(act, cast, measure, chance)
        entered_by_chance(cast, kpis, chance, round_)
    days.end()
    return days


def tree(clause: Clause) -> list[Clause]:
    """A chapter of two articles, one of them retired; one alone, one unknown."""
    Clause.objects.filter(pk=clause.pk).update(actionable="NO")
    found = [clause]
    for n, said in enumerate(
        ({"parent": clause}, {"parent": clause}, {}, {"actionable": "UNKNOWN", "heading": ""}, {}),
        2,
    ):
        facts = {"actionable": "YES", "heading": f"条款{n}"} | said
        found.append(
            Clause.objects.create(policy=clause.policy, code=f"P-{n}", position=n, **facts)
        )
    return found


def a_measure(cast: Cast, chance: Random, clauses: list[Clause], n: int) -> Measure:
    said = {
        "lead": cast.agencies[LEADS[n % len(LEADS)]],
        "supporters": [],
        "restricted": n % 5 == 4,
        "due_on": cast.today + timedelta(days=chance.randint(15, 70)),
    }
    measure = issued(
        cast, chance.choice(clauses[:5]), code=f"m-{n}", plan=an_estimate(cast, **said)
    )
    if n in (6, 7):
        Measure.objects.filter(pk=measure.pk).update(parent=Measure.objects.get(code="m-0"))
    if n % 3 == 0:
        MeasureProblem.objects.create(measure=measure, problem=a_problem(n))
    return measure


def surely(cast: Cast, clause: Clause, chance: Random) -> dict[int, Callable[[], object]]:
    """What chance may miss: completed late, a deadline moved once it was over, another lead, a
    question that was answered, one whose measure ended, a clause that only a hidden measure
    carries out, one that nothing does, a retired part. By round, what happens then.
    """
    found = {
        code: issued(cast, clause, code=code, plan=an_estimate(cast, supporters=[], **facts))
        for code, facts in {
            "late": {"due_on": cast.today + timedelta(days=10)},
            "moved": {"due_on": cast.today + timedelta(days=10)},
            "elsewhere": {},
            "answered": {},
            "ended": {},
        }.items()
    }
    hidden = Clause.objects.create(
        policy=clause.policy, code="P-7", position=7, heading="条款七", actionable="YES"
    )
    Clause.objects.create(
        policy=clause.policy, code="P-8", position=8, heading="条款八", actionable="YES"
    )
    issued(cast, hidden, code="hidden", plan=an_estimate(cast, supporters=[], restricted=True))
    MeasureProblem.objects.create(measure=found["ended"], problem=a_problem(98))

    def now(code: str, *acts: Act) -> None:
        for act in acts:
            act(cast, fresh(found[code]), chance)

    for code in ("late", "moved", "answered", "ended"):
        now(code, acknowledge)
    now("elsewhere", by("liaison", object_to), by("unit_leader", confirm_objection))
    for code in ("answered", "ended"):
        now(code, question)
    return {
        1: lambda: now("elsewhere", by("director", reissue)),
        2: lambda: now("answered", answer),
        3: lambda: now("moved", by("liaison", ask_extension), by("director", extend)),
        4: lambda: now("late", *TO_ITS_END),
        5: lambda: now("ended", cancel),
        6: lambda: Clause.objects.filter(code="P-3").update(retired_on=cast.today),
    }


def a_problem(n: int) -> Problem:
    group, _made = Problem.objects.get_or_create(code="g", name="组", position=1)
    said = {"name": "堵点", "position": n + 2, "kind": "TALENT", "group": group}
    return Problem.objects.create(code=f"p-{n}", **said)


def tried(act: Act, cast: Cast, measure: Measure, chance: Random) -> None:
    try:
        with transaction.atomic():
            act(cast, fresh(measure), chance)
    except (RuleBroken, PermissionDenied, ValueError, IndexError):
        return


# --- What may happen --------------------------------------------------------------------------


def who(cast: Cast, measure: Measure) -> str:
    names = {agency.pk: name for name, agency in cast.agencies.items()}
    people = {"section": "section_liaison", "district": "district_liaison", "other": "stranger"}
    return people.get(names[measure.lead_id or 0], "liaison")


def said(cast: Cast, measure: Measure, name: str = "") -> dict[str, object]:
    by = cast[name or who(cast, measure)]
    return {"seen": fresh(measure).version, "by": by, "at": cast.at(11)}


def acknowledge(cast: Cast, measure: Measure, _chance: Random) -> None:
    operations.acknowledge_measure(measure, **said(cast, measure))


def report(cast: Cast, measure: Measure, chance: Random) -> None:
    reported(cast, measure, by=who(cast, measure), progress=Decimal(chance.randint(0, 100)))


def all_reported(cast: Cast, measure: Measure, _chance: Random) -> None:
    reported(cast, measure, by=who(cast, measure), progress=Decimal(100))


def reviewed(outcome: str) -> Act:
    def review(cast: Cast, measure: Measure, _chance: Random) -> None:
        waiting = ProgressReport.objects.filter(measure=measure).order_by("pk").last()
        if waiting is None:
            raise IndexError
        how = said(cast, measure, "supervisor")
        if outcome == "APPROVED":
            operations.approve_report(waiting, **how)
        else:
            operations.return_report(waiting, reason="缺材料", **how)

    return review


def by(name: str, act: Callable[..., object]) -> Act:
    def done(cast: Cast, measure: Measure, _chance: Random) -> None:
        act(cast, measure, said(cast, measure, name))

    return done


def decided(name: str) -> Act:
    return lambda cast, measure, _chance: decide(cast, name, measure)


def to_rest(cast: Cast, measure: Measure, _chance: Random) -> None:
    ask_suspension(cast, measure, who=who(cast, measure))
    decide(cast, "suspend_measure", measure)


def cancel(cast: Cast, measure: Measure, _chance: Random) -> None:
    ask_cancellation(cast, measure, who=who(cast, measure))
    decide(cast, "cancel_measure", measure)


def reopen(cast: Cast, measure: Measure, _chance: Random) -> None:
    due_on = cast.today + timedelta(days=40)
    operations.ask_reopening(measure, grounds="缺项", due_on=due_on, **said(cast, measure))
    decide(cast, "reopen_measure", measure)


def question(cast: Cast, measure: Measure, _chance: Random) -> None:
    asked(cast, measure)


def answer(cast: Cast, measure: Measure, _chance: Random) -> None:
    answered(cast, measure.coordination_items.order_by("pk")[0])


TO_ITS_END: tuple[Act, ...] = (
    all_reported,
    reviewed("APPROVED"),
    by("", apply),
    by("supervisor", verify),
    by("director", close),
)
ACTS: list[tuple[Act, ...]] = [
    (acknowledge, report),
    (acknowledge, report, reviewed("APPROVED")),
    (acknowledge, report, reviewed("RETURNED")),
    (reviewed("RETURNED"), report),
    (acknowledge, by("", ask_extension), by("director", extend)),
    (to_rest,),
    (decided("resume_measure"), report),
    (acknowledge, all_reported, reviewed("APPROVED"), by("", apply)),
    (by("supervisor", send_back_completion),),
    (by("supervisor", verify), by("director", close)),
    TO_ITS_END,
    (reopen,),
    (by("liaison", object_to), by("unit_leader", confirm_objection)),
    (by("director", reissue),),
    (cancel,),
    (question,),
    (answer,),
]
"""Each in one go; some leave the next step to another day."""


# --- Indicators -------------------------------------------------------------------------------


def indicators(cast: Cast) -> dict[str, Kpi]:
    """A flow, a stock, and a ratio of two flows; all owned by the other bureau but the flow."""
    another_district()
    made = {
        "flow": a_kpi(cast, "flow"),
        "stock": a_kpi(cast, "stock", basis="POINT", over_time="LAST"),
        "top": a_kpi(cast, "top"),
        "bottom": a_kpi(cast, "bottom"),
    }
    made["ratio"] = a_kpi(
        cast,
        "ratio",
        places=2,
        over_districts="RATIO",
        over_time="LAST",
        numerator=made["top"],
        denominator=made["bottom"],
    )
    a_kpi(cast, "aimless")
    year = Period.parse("2026")
    aimed(cast, made["flow"], Aim("AT_LEAST", low=Decimal(300), period=year))
    aimed(cast, made["flow"], of=Spot(district=cast.agencies["district"].district))
    aimed(cast, made["stock"], Aim("AT_LEAST", low=Decimal(2000), period=year))
    how = {"seen": 0, "by": cast["supervisor"], "at": cast.at()}
    set_baseline(made["stock"], Decimal(20), period=Period.parse("2025"), **how)
    aimed(cast, made["ratio"], Aim("AT_LEAST", low=Decimal(2), period=year))
    return made


def entered_by_chance(cast: Cast, kpis: dict[str, Kpi], chance: Random, round_: int) -> None:
    """Holes, revisions, what is not approved; of three months, in either district."""
    for code in ("flow", "stock", "top", "bottom"):
        month = Period.parse(f"2026-{max(1, cast.today.month - chance.randint(0, 2)):02}")
        place = chance.choice([huangpu(), another_district()])
        value = Decimal(chance.randint(5, 90))
        settled = "REVISED" if round_ > 4 else "PRELIMINARY"
        row = entry(value, month, place, vintage=settled)
        if chance.random() < 0.2:
            entered(cast, kpis[code], row)
        else:
            known(cast, kpis[code], row)
