"""The queues of the admin: measures by the act that they wait for."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.measures.admin.queues import QUEUES
from apps.measures.lifecycle import REQUEST_PATHS
from apps.measures.models import Measure
from tests.conftest import (
    applied,
    extension_asked,
    in_progress,
    issued,
    proposed,
    reopening_asked,
    reported,
    verified,
)
from tests.measures.stories_of_rest import cancellation_asked, suspended, suspension_asked


def report_waits(cast, clause, **said) -> None:
    reported(cast, in_progress(cast, clause, **said))


def to_review(cast, clause, **said) -> None:
    """It rests; the day to look at it again came yesterday, as the admin reads the clock."""
    resting = suspended(cast, clause, **said)
    yesterday = timezone.localdate() - timedelta(days=1)
    Measure.objects.filter(pk=resting.pk).update(review_on=yesterday)


STORIES = {
    "ISSUE": proposed,
    "ACKNOWLEDGE": issued,
    "REVIEW": report_waits,
    "VERIFY": applied,
    "CLOSE": verified,
    "REOPEN": reopening_asked,
    "EXTEND": extension_asked,
    "SUSPEND": suspension_asked,
    "CANCEL": cancellation_asked,
    "RESUME": to_review,
}


def test_each_queue_holds_what_waits_for_its_act(cast, clause):
    for action, story in STORIES.items():
        story(cast, clause, code=action)
    browser = cast.signed_in("director")
    for action in STORIES:
        page = browser.get(reverse("admin:measures_measure_changelist"), {"waits": action})
        assert [measure.code for measure in page.context["cl"].queryset] == [action]


def test_every_kind_of_request_has_a_queue():
    paths = REQUEST_PATHS.values()
    decided = {act for path in paths for act in (path.verify, path.grant) if act}
    assert decided <= set(QUEUES)


@pytest.mark.parametrize("value", ["", "REPORT", "nonsense"])
def test_what_is_no_queue_filters_nothing(cast, clause, value):
    issued(cast, clause)
    browser = cast.signed_in("director")
    page = browser.get(reverse("admin:measures_measure_changelist"), {"waits": value})
    assert page.context["cl"].queryset.count() == 1
