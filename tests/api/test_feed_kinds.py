"""What the interface lists is told of in the feed: a copy that follows equals what is listed."""

from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from django.utils import timezone

from apps.api.feed.sight import KINDS, UNTOLD
from apps.api.models import Change
from apps.api.urls import NOUNS
from apps.kpis.models import Baseline, Kpi, Observation, Submission, SubmissionReview, Target
from apps.measures.models import Measure, MeasureClause, Milestone, Support
from apps.policies.models import Clause
from tests.api.calling import Caller, a_program
from tests.api.feed_rounds import a_round_ends, rounds  # noqa: F401  # a fixture
from tests.api.worlds import PROGRAMS, a_world
from tests.conftest import drafted, evidence, fresh
from tests.kpis.figuring import FEBRUARY, entered, entry
from tests.measures.stories_of_others import answered, asked
from tests.web.here import of_today

pytestmark = pytest.mark.usefixtures("rounds")


class Copy:
    """What docs/consumer.py does, without a process."""

    def __init__(self, program: Caller) -> None:
        self.program = program
        self.begin()

    def begin(self) -> None:
        start = self.program.get("changes").json()
        self.cursor, self.rows = start["cursor"], {}
        for kind, where in start["types"].items():
            for row in self.program.get(where).json()["results"]:
                self.rows[kind, row["id"]] = orjson.dumps(row)

    def follow(self) -> None:
        answer = self.program.get(f"changes?limit=5000&cursor={self.cursor}")
        if answer.status_code == 410:
            return self.begin()
        news = answer.json()
        self.cursor = news["cursor"]
        for kind, pk, where in {(e["type"], e["id"], e["href"]) for e in news["results"]}:
            row = self.program.get(where)
            self.rows.pop((kind, pk), None)
            if row.status_code == 200:
                self.rows[kind, pk] = orjson.dumps(row.json())
        return None


def copies(cast: Any, *names: str) -> dict[str, Copy]:
    a_round_ends()
    return {name: Copy(a_program(cast, *PROGRAMS[name])) for name in names}


def differences(copies: dict[str, Copy]) -> list[tuple[str, Any]]:
    """Who keeps another row than is listed now, of which kind."""
    a_round_ends()
    found = []
    for name, copy in copies.items():
        copy.follow()
        listed = Copy(copy.program).rows
        found += [
            (name, key)
            for key in copy.rows.keys() | listed
            if copy.rows.get(key) != listed.get(key)
        ]
    return found


def test_what_is_listed_is_told_of_or_a_reason_is_given():
    told = {noun for _part, noun in KINDS.values()}
    assert set(NOUNS) - set(UNTOLD) == told
    assert not told & set(UNTOLD)


def test_copies_that_began_empty_know_a_whole_world(cast, clause):
    began = copies(of_today(cast), "supporter", "supervisor")
    a_world(cast, clause)
    assert set(Change.objects.values_list("kind", flat=True)) == set(KINDS)
    assert differences(began) == []


# --- One change after another -------------------------------------------------------------


def in_turn(cast: Any, clause: Clause) -> Iterator[tuple[str, Callable[[], object]]]:
    """What may happen to rows that are listed with others, or that come in versions.

    What is done in one turn hides nothing else of it.
    """
    running = Measure.objects.get(code="m-1")
    kpi, baseline = Kpi.objects.get(code="k"), Baseline.objects.get()
    version = {"kpi": kpi, "number": 2, "reason": "x", "sources": ["x"], "at": timezone.now()}
    is_again = {"period": baseline.period, "value": 2, **version}
    is_no_more = {"period": "2026", "comparator": "AT_LEAST", "low": 1, "is_withdrawn": True}
    yield (
        "rows that are shown with others",
        lambda: [
            evidence(cast, name="own.pdf"),
            Milestone.objects.filter(measure=running).update(title="改"),
            MeasureClause.objects.exclude(measure=running).delete(),
            entered(cast, kpi, entry(7, FEBRUARY)),
            Baseline.objects.create(**is_again),
        ],
    )
    yield (
        "a supporter alone, figures returned, a target withdrawn, a draft",
        lambda: [
            Support.objects.all().delete(),
            returned(Observation.objects.latest("pk").submission),
            Target.objects.create(**is_no_more, **version),
            drafted(cast, clause, code="draft"),
        ],
    )
    yield (
        "another code, a draft dropped",
        lambda: [
            Measure.objects.filter(pk=running.pk).update(code="m-9"),
            Measure.objects.get(code="draft").delete(),
        ],
    )
    yield "a question to somebody outside", lambda: asked(cast, fresh(running), of="district")
    item = running.coordination_items.last
    yield "its answer, and sight of the measure ends", lambda: answered(cast, item())
    yield "restricted", lambda: Measure.objects.update(restricted=True)
    yield (
        "open again, and an indicator retired",
        lambda: [
            Measure.objects.update(restricted=False),
            Kpi.objects.update(retired_on=cast.today),
        ],
    )


def returned(submission: Submission) -> SubmissionReview:
    said = {"outcome": "RETURNED", "reason": "重报", "by_id": 1, "by_name": "x"}
    return SubmissionReview.objects.create(submission=submission, at=timezone.now(), **said)


def test_whatever_changes_is_followed(cast, clause, replay):
    replay("world of the interface", lambda: a_world(cast, clause))
    began = copies(of_today(cast), "lead", "outside")
    for what, act in in_turn(cast, clause):
        act()
        assert (what, differences(began)) == (what, [])
