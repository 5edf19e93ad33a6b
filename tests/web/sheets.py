"""A drafting sheet as a browser posts it."""

from datetime import timedelta

from django.urls import reverse


def new(clause):
    return reverse("web:draft", args=[clause.pk])


def again(measure):
    return reverse("web:revise", args=[measure.pk])


def day(cast, days):
    return (cast.today + timedelta(days=days)).isoformat()


def rows(*milestones, initial=0):
    """The formset's fields for (title, due, weight) rows."""
    said = {
        "milestones-TOTAL_FORMS": len(milestones),
        "milestones-INITIAL_FORMS": initial,
        "milestones-MIN_NUM_FORMS": 0,
        "milestones-MAX_NUM_FORMS": 40,
    }
    for n, (title, due, weight) in enumerate(milestones):
        said |= {
            f"milestones-{n}-title": title,
            f"milestones-{n}-due_on": due,
            f"milestones-{n}-weight": weight,
        }
    return said


def sheet(cast, **changes):
    """A complete sheet as a browser posts it."""
    said = {
        "title": "一项举措",
        "title_en": "A measure",
        "code": "n-1",
        "lead": cast.agencies["bureau"].pk,
        "supporters": [cast.agencies["other"].pk],
        "due_on": day(cast, 120),
        "due_workdays": "",
        "basis": "MILESTONES",
        "cadence": "MONTHLY",
        **rows(("第一步", day(cast, 40), 1), ("第二步", day(cast, 100), 3), ("", "", 1)),
    }
    return said | changes
