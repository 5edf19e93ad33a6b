"""Loading the demo: on whatever day, and never where people work."""

from datetime import date

import pytest
from django.core.management import CommandError

from apps.accounts.models import User
from apps.agencies.models import installation_is_demo
from apps.console.demo_story import STORIES
from apps.measures.lights import Light, light_of
from apps.measures.models import Measure, State
from tests import soak
from tests.console.conftest import DEMO_DAY, said_by

LIGHTS = {
    Light.GREY: {"6.2-2.1", "6.1-3.4", "6.2-1.3", "6.1-1.1", "6.3-2.3", "6.2-2.5"},
    Light.YELLOW: {
        *("6.1-5.4", "6.1-4.2", "6.2-3.4", "6.3-1.1", "6.3-2.1"),
        *("6.3-1.6·01", "6.3-1.6·02"),  # 白云区 is behind, 从化区 has missed a report
    },
    Light.RED: {"6.2-1.2", "6.3-3.3"},
    Light.GREEN: {
        *("6.1-1.2", "6.1-2.1", "6.1-2.2", "6.1-3.5", "6.1-4.1", "6.1-5.2"),
        *("6.2-1.4", "6.2-2.4", "6.2-3.5"),
        *("6.3-1.2", "6.3-1.5", "6.3-1.6", "6.3-1.8"),
        *(f"6.3-1.6·{n:02}" for n in range(3, 12)),
    },
    Light.BLUE: {"6.1-4.3"},
}
DAYS = [
    date(2026, 2, 18),  # within Spring Festival
    date(2027, 1, 3),  # a Sunday of a year without a notice
    date(2026, 12, 31),  # the last workday of a month, and of the last year with a notice
]
if soak.ROUNDS:
    # The day of the story's own tests, a first of a month, and one on which a report fell due
    # while a completion was looked at.
    DAYS += [DEMO_DAY, date(2026, 12, 1), date(2026, 11, 4)]


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_light_is_to_be_seen(reference, as_application, day):
    """And loading it needs no more rights than the application has."""
    with as_application():
        said_by("load_demo", "--as-of", day.isoformat())
    told = Measure.objects.filter(code__in=[story.code for story in STORIES])
    shown: dict[Light, set[str]] = {}
    for measure in told:
        shown.setdefault(light_of(measure, on=day), set()).add(measure.code)
    assert shown == LIGHTS
    assert Measure.objects.filter(state=State.DRAFT).count() == 59 - len(STORIES) + 11 + 1
    assert Measure.objects.filter(state=State.IN_PROGRESS).count() == 18 + 11


def test_it_keeps_away_from_a_database_that_people_use(reference):
    User.objects.create(username="somebody")
    with pytest.raises(CommandError, match="the demo needs a database of its own"):
        said_by("load_demo")
    assert not installation_is_demo()
