"""The files of the reference data in an empty database."""

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from apps.agencies.models import Agency, installation_is_demo
from apps.console.reference import FILES
from apps.workdays.models import CalendarYear
from tests.console.conftest import said_by
from tests.console.test_load_reference import check_counts

FIXTURES = [settings.BASE_DIR / "fixtures" / f"{name}.json" for name in FILES]


def test_plain_loaddata_fills_an_empty_database(db):
    call_command("loaddata", *FIXTURES, verbosity=0)
    check_counts()
    assert said_by("load_reference")[-1] == (
        f"Inserted {CalendarYear.objects.count()} workdays.calendaryear; "
        "0 differences, left as they are."
    )
    assert not Agency.objects.filter(path=[]).exists()


def test_it_needs_no_more_rights_than_the_application_has(as_application):
    with as_application():
        said_by("load_reference")
    check_counts()


def test_it_wants_the_reference_data_first(db):
    with pytest.raises(CommandError, match="Load the reference data first"):
        said_by("load_demo")
    assert not installation_is_demo()
