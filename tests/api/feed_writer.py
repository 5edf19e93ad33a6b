"""Writes by chance, for the tests of the mirror: feed_process.py runs it. Some is taken back."""

import random
import time
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from apps.agencies.models import Agency
from apps.kpis.models import Baseline, Kpi, Observation, Submission, SubmissionReview
from apps.measures.models import (
    Contribution,
    ContributionEvidence,
    CoordinationItem,
    CoordinationOutcome,
    Evidence,
    Measure,
    Milestone,
    Support,
)
from apps.policies.models import Clause, Policy, Problem

LEAST = 11
"""Transactions that a writer makes, however slow the machine is."""


class TakenBack(Exception):
    """Nothing of this transaction stays."""


class Writer:
    """Somebody who writes what chance says, all over the field."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        held = Measure.objects.get(code="held")
        self.measures = list(Measure.objects.exclude(pk=held.pk).values_list("pk", flat=True))
        self.agency = Agency.objects.get(code="other")
        self.kpi = Kpi.objects.get()
        everybody = held.viewer_agencies
        self.viewers: Sequence[list[int]] = [
            everybody,
            everybody[:1],
            everybody[1:],
            everybody[:2],
        ]

    def work(self, seconds: float) -> int:
        """Write for so long, and LEAST times at least; how many transactions there were."""
        until, done = time.monotonic() + seconds, 0
        while time.monotonic() < until or done < LEAST:
            self.chance.choice([self.single, self.single, self.several])()
            done += 1
        return done

    def several(self) -> None:
        """In one transaction, slowly, so that it overlaps with those of others."""
        try:
            with transaction.atomic():
                list(
                    Measure.objects.select_for_update().filter(pk__in=self.measures).order_by("pk")
                )
                for _each in range(self.chance.randrange(1, 4)):
                    self.write()
                    time.sleep(self.chance.random() * 0.01)
                if self.chance.random() < 0.2:
                    raise TakenBack
        except (TakenBack, IntegrityError):
            pass

    def single(self) -> None:
        try:
            with transaction.atomic():
                self.write()
                time.sleep(self.chance.random() * 0.02)
        except IntegrityError:  # the place is taken
            pass

    def write(self) -> None:
        chance = self.chance
        rows = Measure.objects.filter(pk=chance.choice(self.measures))
        locked = rows.select_for_update()  # the parent before the child, as operations do
        acts = [
            lambda: rows.update(remark=self.word(), version=F("version") + 1),
            lambda: rows.update(viewer_agencies=chance.choice(self.viewers)),
            lambda: rows.update(restricted=chance.random() < 0.3, version=F("version") + 1),
            lambda: Milestone.objects.filter(measure__in=rows).update(title=self.word()),
            lambda: Support.objects.filter(measure__in=rows).delete(),
            lambda: Support.objects.create(measure=locked.get(), agency=self.agency),
            lambda: Policy.objects.update(name_en=self.word(), version=F("version") + 1),
            lambda: Problem.objects.create(code=self.code(), name=self.word(), position=1),
            lambda: Problem.objects.filter(pk=chance.randrange(1, 500)).delete(),
            self.clause,
            lambda: self.contribution(locked.get()),
            lambda: self.question(locked.get()),
            self.figures,
            self.review,
            self.baseline,
            lambda: chance.random() < 0.2 and self.new_name(),
        ]
        chance.choice(acts)()

    def clause(self) -> None:
        Clause.objects.create(
            policy=Policy.objects.get(),
            code=self.code(),
            position=self.chance.randrange(10_000),
            number="一",
            heading="条款",
        )

    def contribution(self, measure: Measure) -> None:
        made = Contribution.objects.create(
            measure=measure, agency=self.agency, text=self.word(), **self.signed()
        )
        file = Evidence.objects.create(
            agency=self.agency,
            name=self.word(),
            size=1,
            sha256=self.word(),
            uploaded_by_id=1,
            uploaded_at=timezone.now(),
        )
        ContributionEvidence.objects.create(contribution=made, evidence=file)

    def question(self, measure: Measure) -> None:
        """Another one, or the answer to the last."""
        last = measure.coordination_items.last()
        if last and not CoordinationOutcome.objects.filter(item=last).exists():
            said = {"kind": "ANSWERED", "text": self.word(), **self.signed()}
            CoordinationOutcome.objects.create(item=last, **said)
            return
        CoordinationItem.objects.create(
            measure=measure,
            number=last.number + 1 if last else 1,
            asked_by=self.agency,
            agency=self.agency,
            question=self.word(),
            wanted_on=timezone.localdate(),
            **self.signed(),
        )

    def figures(self) -> None:
        """Some that are handed in together, of an agency or of all."""
        sheet = Submission.objects.create(
            kpi=self.kpi,
            agency=self.agency,
            submitted_by_id=1,
            submitted_by_name="x",
            at=timezone.now(),
        )
        place = self.chance.choice([None, self.agency])
        Observation.objects.bulk_create(
            Observation(
                kpi=self.kpi,
                agency=place,
                period=f"2026-{month:02}",
                value=self.chance.randrange(100),
                submission=sheet,
                at=timezone.now(),
            )
            for month in range(1, 4)
        )

    def review(self) -> None:
        """The verdict on what waits, which makes it seen by others or leaves it unseen."""
        waiting = Submission.objects.waiting().order_by("?").first()
        if waiting:
            outcome = self.chance.choice(SubmissionReview.Outcome.values)
            said = {"outcome": outcome, "reason": "x", **self.signed()}
            SubmissionReview.objects.create(submission=waiting, **said)

    def baseline(self) -> None:
        """Another version, which takes the place of the one before."""
        last = Baseline.objects.filter(kpi=self.kpi).order_by("-number").first()
        Baseline.objects.create(
            kpi=self.kpi,
            period=last.period if last else "2025",
            number=last.number + 1 if last else 1,
            value=self.chance.randrange(100),
            reason="x",
            sources=["x"],
            at=timezone.now(),
        )

    def new_name(self) -> None:
        """By which other rows name it: everybody begins anew."""
        Agency.objects.filter(pk=self.agency.pk).update(name_en=self.word())

    def signed(self) -> dict[str, object]:
        return {"by_id": 1, "by_name": "x", "at": timezone.now()}

    def word(self) -> str:
        return str(self.chance.random())

    def code(self) -> str:
        return f"{self.seed}-{time.monotonic_ns() % 10**10}"
