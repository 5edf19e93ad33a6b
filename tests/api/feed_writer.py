"""A process that writes by chance: feed_writer.py SEED SECONDS. Some of it is taken back."""

import os
import random
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policytrack.settings")
django.setup()

from django.db import IntegrityError, transaction  # noqa: E402  # Django had to be set up first
from django.db.models import F  # noqa: E402

from apps.measures.models import Measure, Milestone  # noqa: E402
from apps.policies.models import Clause, Policy, Problem  # noqa: E402


class TakenBack(Exception):
    """Nothing of this transaction stays."""


def write(chance: random.Random) -> None:
    rows = Measure.objects.filter(pk=chance.choice(MEASURES))
    acts = [
        lambda: rows.update(remark=str(chance.random()), version=F("version") + 1),
        lambda: rows.update(viewer_agencies=chance.choice(VIEWERS)),
        lambda: rows.update(restricted=chance.random() < 0.3, version=F("version") + 1),
        lambda: Milestone.objects.filter(measure__in=rows).update(title=str(chance.random())),
        lambda: Policy.objects.update(name_en=str(chance.random()), version=F("version") + 1),
        lambda: a_problem(chance),
        lambda: Problem.objects.filter(pk=chance.randrange(1, 500)).delete(),
        lambda: a_clause(chance),
    ]
    chance.choice(acts)()


def a_problem(chance: random.Random) -> None:
    Problem.objects.create(
        code=f"{SEED}-{time.monotonic_ns() % 10**10}", name=str(chance.random()), position=1
    )


def a_clause(chance: random.Random) -> None:
    Clause.objects.create(
        policy=Policy.objects.get(),
        code=f"{SEED}-{time.monotonic_ns() % 10**10}",
        position=chance.randrange(10_000),
        number="一",
        heading="条款",
    )


def several_writes(chance: random.Random) -> None:
    """In one transaction, slowly, so that it overlaps with those of others."""
    try:
        with transaction.atomic():
            list(Measure.objects.select_for_update().filter(pk__in=MEASURES).order_by("pk"))
            for _each in range(chance.randrange(1, 4)):
                write(chance)
                time.sleep(chance.random() * 0.01)
            if chance.random() < 0.2:
                raise TakenBack
    except (TakenBack, IntegrityError):
        pass


def single_write(chance: random.Random) -> None:
    try:
        with transaction.atomic():
            write(chance)
            time.sleep(chance.random() * 0.02)
    except IntegrityError:  # the place is taken
        pass


if __name__ == "__main__":
    SEED, UNTIL = int(sys.argv[1]), time.monotonic() + float(sys.argv[2])
    MEASURES = list(Measure.objects.exclude(code="held").values_list("pk", flat=True))
    EVERYBODY = Measure.objects.get(code="held").viewer_agencies
    VIEWERS = [EVERYBODY, EVERYBODY[:1], EVERYBODY[1:], EVERYBODY[:2]]
    source = random.Random(SEED)
    done = 0
    while time.monotonic() < UNTIL:
        source.choice([single_write, single_write, several_writes])(source)
        done += 1
    sys.stdout.write(str(done))
