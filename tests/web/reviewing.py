"""Reports that wait for review, and deciding on them through HTTP."""

from django.urls import reverse

from tests.conftest import a_plan, fresh, in_progress, reported


def item(report):
    return reverse("web:review_report", args=[report.pk])


def waiting(cast, clause, *, code="m-1", **plan):
    """A report that waits for review."""
    measure = in_progress(cast, clause, code=code, plan=a_plan(cast, supporters=[], **plan))
    return reported(cast, measure)


def decide(cast, report, decision, *, by="supervisor", language="en", **said):
    data = {"decision": decision, "seen": fresh(report.measure).version} | said
    return cast.signed_in(by, language=language).post(item(report), data)
