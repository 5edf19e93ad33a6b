"""The web, the admin and the interface refuse the same act alike: every act × ways to be wrong."""

import html
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.api.nouns.acts import slug
from apps.api.nouns.writes import WRITES
from apps.measures import operations
from apps.measures.admin.acts import PERFORM
from apps.measures.lifecycle import Action, allows
from apps.measures.models import Measure
from apps.measures.permissions import may
from apps.web.acts import ACTS
from tests.conftest import PDF, Cast, closed, evidence, fresh, in_progress
from tests.measures.confirming import shown
from tests.measures.every_action import BY
from tests.measures.stories_in_every_state import POSSIBLE
from tests.web.here import of_today

WRONG = ("role", "state", "stale", "silent")
ONLOOKERS = ("unit_head", "auditor", "supervisor", "liaison")
"""Who sees a measure and has nothing to do there, tried in this order."""
WORDS = ("reason", "grounds", "summary", "text", "condition", "question")
NEED_WORDS = {
    *(each for each in ACTS if each.startswith(("ASK_", "REFUSE_", "SEND_"))),
    *(Action.OBJECT, Action.APPLY, Action.REPORT, Action.CONTRIBUTE, Action.RETURN_PROPOSAL),
    *(Action.DETACH, Action.RESUME, Action.REVIEW, Action.INSTRUCT, Action.RECORD_INSTRUCTION),
} - {Action.ASK_CONTRIBUTION}


@dataclass(frozen=True)
class Try:
    """Who tries the act on which measure, meaning which version, with or without words."""

    action: Action
    wrong: str
    who: str
    measure: Measure
    version: int

    def __str__(self) -> str:
        return f"{self.action} {self.wrong}"


class World:
    """A measure for each act, where it could be done, and two on which most could not."""

    def __init__(self, cast: Cast, clause: Any) -> None:
        self.cast, self.clause, self.made = cast, clause, dict[str, Measure]()

    def of(self, story: Callable[..., Measure]) -> Measure:
        code = story.__name__.replace("_", "-")[:30]
        if code not in self.made:
            self.made[code] = fresh(story(self.cast, self.clause, code=code))
        return self.made[code]

    def where_possible(self, action: Action) -> Measure:
        stories = (story for each in POSSIBLE.values() for story in each.items())
        return self.of(next(story for story, acts in stories if action in acts))

    def tries(self, action: Action) -> Iterator[Try]:
        rightful, measure = BY[action][0], self.where_possible(action)
        if who := next((w for w in ONLOOKERS if self.looks_on(w, action, measure)), None):
            yield Try(action, "role", who, measure, measure.version)
        other = next(m for m in self.others() if not allows(action, m.state))
        yield Try(action, "state", rightful, other, other.version)
        if not WRITES[action].beside:
            yield Try(action, "stale", rightful, measure, 0)
        if action in NEED_WORDS:
            yield Try(action, "silent", rightful, measure, measure.version)

    def others(self) -> list[Measure]:
        return [self.of(story) for story in (in_progress, closed)]

    def looks_on(self, who: str, action: Action, measure: Measure) -> bool:
        standing = self.cast[who]
        sees = Measure.objects.visible_to(standing).filter(pk=measure.pk).exists()
        return sees and not may(action, standing, measure)


def said_in(cast: Cast, each: Try) -> dict[str, Any]:
    """Something for every field of every form and body."""
    report = each.measure.reports.last()
    later = str(cast.today + timedelta(days=200))
    supporter, section = cast.agencies["other"].pk, cast.agencies["section"].pk
    said = dict.fromkeys(WORDS, "" if each.wrong == "silent" else "缘由")
    return said | {
        "due_on": later,
        "review_on": later,
        "wanted_on": later,
        "title": "改后的举措",
        "adjustment": {"title": "改后的举措"},
        "agency": supporter,
        "agencies": [supporter],
        "asked": supporter,
        "lead": cast.agencies["district"].pk,
        "report": report.pk if report else 1,
        "verdict": "return",
        "draft": shown(each.measure),
        "parts": [{"agency": section}] if each.action is Action.BREAK_DOWN else [],
        "by_name": "张市长",
        "decided_on": str(cast.today),
        "scan": cast.scan,
    }


def by_interface(cast: Cast, each: Try) -> Any:
    return cast.signed_in(each.who).post(
        f"/api/v1/measures/{each.measure.pk}/{slug(each.action)}",
        said_in(cast, each),
        content_type="application/json",
        headers={"If-Match": f'"{each.version}"'},
    )


def by_web(cast: Cast, each: Try) -> str:
    section = cast.agencies["section"].pk
    typed = {name: said for name, said in said_in(cast, each).items() if said is not None}
    typed |= {
        "seen": each.version,
        "basis": "MILESTONES",
        "cadence": "MONTHLY",
        "decision": "approve" if each.action is Action.CONFIRM_REPORT else "return",
        "scan": SimpleUploadedFile("scan.pdf", PDF),
        f"agency-{section}-chosen": "on",
        f"agency-{section}-due_on": typed["due_on"],
        f"agency-{section}-weight": 1,
        "milestones-TOTAL_FORMS": 0,
        "milestones-INITIAL_FORMS": 0,
    }
    for nested in ("adjustment", "parts"):
        typed.pop(nested)
    where = reverse(f"web:{each.action.lower()}", args=[each.measure.pk])
    if each.action is Action.REVIEW and (report := each.measure.reports.last()):
        where = reverse("web:review_report", args=[report.pk])
    answer = cast.signed_in(each.who).post(where, typed, follow=True)
    return html.unescape(answer.content.decode())


def by_admin(cast: Cast, each: Try) -> str:
    where = f"/admin/measures/measure/{each.measure.pk}/act/{each.action.lower()}/"
    typed = {"seen": each.version, "reason": said_in(cast, each)["reason"]}
    answer = cast.signed_in(each.who).post(where, typed, follow=True)
    return html.unescape(answer.content.decode())


ELSEWHERE = {"REVIEW role", "REVIEW state"}
"""The web reviews from a queue: who has none is turned away there, and it has no ended measure."""
IN_ADMIN = ("supervisor", "director")
STATUS: Mapping[str, tuple[int, ...]] = {
    "role": (403,),
    "state": (409,),
    "stale": (412,),
    "silent": (409,),
}


@pytest.fixture
def world(cast, clause) -> World:
    evidence(of_today(cast))
    scan = operations.add_scan(
        ContentFile(PDF), name="scan.pdf", by=cast["supervisor"], at=cast.at()
    )
    cast.scan = scan.pk
    return World(cast, clause)


def test_every_face_says_the_same(world):
    cast, faults = world.cast, []
    for action in sorted(ACTS):
        for each in world.tries(action):
            if str(each) in ELSEWHERE:
                continue
            answer = by_interface(cast, each)
            said = answer.json().get("detail", "done")
            if answer.status_code not in STATUS[each.wrong]:
                faults.append(f"{each}: {answer.status_code} {said}")
                continue
            if said not in by_web(cast, each):
                faults.append(f"{each}: the web does not say {said}")
            if action.lower() in PERFORM and each.who in IN_ADMIN:
                capital = said[0].upper() + said[1:]  # as Django begins its messages
                if capital not in by_admin(cast, each):
                    faults.append(f"{each}: the admin does not say {said}")
    assert not faults, "\n".join(["", *faults])
