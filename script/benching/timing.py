"""How long a work and its floor take, in turn, and what that makes of its goal."""

import gc
import statistics
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

HEAD = (
    "| work | ms | floor, ms | ratio | goal | queries | peak, MB |\n"
    "|---|---:|---:|---:|---:|---:|---:|"
)


@dataclass(frozen=True)
class Work:
    """What the product does, and the same by hand; `goal` is the ratio that is aimed at."""

    name: str
    ours: Callable[[], object]
    floor: Callable[[], object]
    goal: float | None = None


def line(work: Work, rounds: int) -> str:
    """A row of the table: medians of so many rounds after one that warms up."""
    work.floor()
    with CaptureQueriesContext(connection) as asked:
        peak = megabytes(work.ours)
    queries = len(asked)  # counted now: the next request that begins forgets them
    gc.collect()
    gc.freeze()
    pairs = [(milliseconds(work.ours), milliseconds(work.floor)) for _ in range(rounds)]
    ours, floor = (statistics.median(times) for times in zip(*pairs, strict=True))
    goal = f"≤ {work.goal:g}" if work.goal else "–"
    ratio = ours / floor
    figures = f"{ours:.1f} | {floor:.1f} | {ratio:.1f} | {goal} | {queries} | {peak:.1f}"
    return f"| {work.name} | {figures} |"


def milliseconds(run: Callable[[], object]) -> float:
    began = perf_counter()
    run()
    return (perf_counter() - began) * 1000


def megabytes(run: Callable[[], object]) -> float:
    """What Python holds at most meanwhile, over what it held before."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()
