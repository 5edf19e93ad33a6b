"""Fill a throwaway database, run the works that are named (all by default), print a table."""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

from script.steps import step, tell_trouble
from script.testing import servers


def main() -> int:
    """Nothing is kept: servers and data are gone afterwards."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("works", nargs="*", help="parts of the names of works")
    parser.add_argument("--measures", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=15, help="how often each is timed")
    asked = parser.parse_args()
    with prepared():
        from script.benching import data, interface, timing, works  # noqa: PLC0415  # Django is set up by now

        with step(f"Filling the database with {asked.measures:,} measures"):
            people = data.fill(asked.measures)
        chosen = works.all_of(people, asked.works) + interface.all_of(asked.works)
        print(timing.HEAD)
        for work in chosen:
            print(timing.line(work, asked.rounds), flush=True)
    return 0


@contextmanager
def prepared() -> Iterator[None]:
    """Django on a new, empty database."""
    with servers() as addresses:
        os.environ.update(addresses, DJANGO_SETTINGS_MODULE="policytrack.settings")
        import django  # noqa: PLC0415  # its settings read the addresses
        from django.core.management import call_command  # noqa: PLC0415
        from django.db import connections  # noqa: PLC0415

        django.setup()
        with step("Making the tables"):
            call_command("migrate", verbosity=0, stdout=StringIO())
        yield
        connections.close_all()


if __name__ == "__main__":
    sys.exit(tell_trouble(main))
