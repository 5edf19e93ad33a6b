"""A process that writes by chance, and says how often it did: feed_process.py SEED SECONDS."""

import os
import sys

import django


def main(seed: str, seconds: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policytrack.settings")
    django.setup()
    # Models can be imported once Django is set up.
    from tests.api.feed_writer import Writer

    sys.stdout.write(str(Writer(int(seed)).work(float(seconds))))


if __name__ == "__main__":
    main(*sys.argv[1:])
