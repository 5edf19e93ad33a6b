"""Writes by chance, for the tests of the mirror: feed_process.py runs it. Some is taken back."""

import random
import time
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import F

from apps.measures.models import Measure, Milestone
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
        acts = [
            lambda: rows.update(remark=self.word(), version=F("version") + 1),
            lambda: rows.update(viewer_agencies=chance.choice(self.viewers)),
            lambda: rows.update(restricted=chance.random() < 0.3, version=F("version") + 1),
            lambda: Milestone.objects.filter(measure__in=rows).update(title=self.word()),
            lambda: Policy.objects.update(name_en=self.word(), version=F("version") + 1),
            lambda: Problem.objects.create(code=self.code(), name=self.word(), position=1),
            lambda: Problem.objects.filter(pk=chance.randrange(1, 500)).delete(),
            self.clause,
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

    def word(self) -> str:
        return str(self.chance.random())

    def code(self) -> str:
        return f"{self.seed}-{time.monotonic_ns() % 10**10}"
