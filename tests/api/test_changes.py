"""The feed of changes: who is told of what, in which order, and when a place is good no more."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.operations import keep_service_account
from apps.agencies.models import Agency, District
from apps.api.feed.reading import prune
from apps.api.feed.sight import KINDS
from apps.api.models import Change, FeedEpoch
from apps.kpis.models import Kpi, Observation, Sight, Target
from apps.measures.models import Measure, Milestone
from apps.policies.models import ChainSegment, Clause, Policy, Problem
from tests.api.calling import EVERY_SCOPE, a_program
from tests.api.feed_rounds import a_round_ends, rounds  # noqa: F401  # a fixture
from tests.conftest import (
    SET_UP,
    drafted,
    extension_asked,
    finished,
    in_progress,
    issued,
)
from tests.core.test_admin import describe_an_industry
from tests.web.here import of_today

pytestmark = pytest.mark.usefixtures("rounds")


class Follower:
    """A program that follows the feed."""

    def __init__(self, program):
        self.program = program
        a_round_ends()
        self.cursor = program.get("changes").json()["cursor"]

    def ask(self, **said):
        a_round_ends()
        query = "&".join(f"{name}={value}" for name, value in said.items())
        return self.program.get(f"changes?cursor={self.cursor}&{query}")

    def news(self, **said) -> list[tuple[str, int, bool]]:
        """What is new: kind, row, gone; each row once."""
        answer = self.ask(**said)
        assert answer.status_code == 200, answer.content
        self.cursor = answer.json()["cursor"]
        rows = answer.json()["results"]
        return list(dict.fromkeys((r["type"], r["id"], r["gone"]) for r in rows))


def test_the_first_answer_names_the_place_of_now_and_the_lists(cast, clause):
    issued(of_today(cast), clause)
    a_round_ends()
    said = a_program(cast).get("changes").json()
    assert (said["results"], said["has_more"]) == ([], False)
    assert said["types"]["measure"] == "/api/v1/measures?limit=500&expand=clauses,milestones,clock"
    assert said["types"]["policy"] == "/api/v1/policies?limit=500"


def test_a_change_is_told_once_with_version_and_address(cast, clause):
    follower = Follower(a_program(of_today(cast)))
    assert follower.news() == []
    measure = in_progress(cast, clause)
    answer = follower.ask().json()
    last = answer["results"][-1]
    assert {name: last[name] for name in ("type", "id", "version", "gone", "href")} == {
        "type": "measure",
        "id": measure.pk,
        "version": measure.version,
        "gone": False,
        "href": f"/api/v1/measures/{measure.pk}",
    }
    assert follower.program.get(last["href"]).json()["version"] == measure.version
    follower.cursor = answer["cursor"]
    assert follower.news() == []


def test_pages_join_without_gap_or_repetition(cast, clause):
    follower = Follower(a_program(of_today(cast), role="SUPERVISOR", agency="office"))
    for number in range(5):
        in_progress(cast, clause, code=f"m-{number}")
    whole = [row["sequence"] for row in follower.ask().json()["results"]]
    read = []
    more = True
    while more:
        answer = follower.ask(limit=3).json()
        read += [row["sequence"] for row in answer["results"]]
        follower.cursor, more = answer["cursor"], answer["has_more"]
    assert read == whole
    assert len(read) == len(set(read)) > 10


def test_a_measure_is_told_to_those_who_see_it(cast, clause):
    followers = {
        name: Follower(a_program(of_today(cast), role=role, agency=agency))
        for name, role, agency in [
            ("lead", "LIAISON", "bureau"),
            ("supporter", "UNIT_HEAD", "other"),
            ("section", "LIAISON", "section"),
            ("district", "LIAISON", "district"),
            ("owner", "KPI_OWNER", "bureau"),
            ("office", "SUPERVISOR", "office"),
            ("auditor", "AUDITOR", "office"),
        ]
    }
    draft = drafted(cast, clause)
    told = {name for name, each in followers.items() if ("measure", draft.pk, False) in each.news()}
    assert told == {"office"}
    in_progress(cast, clause, code="m-2")
    at_work = Measure.objects.get(code="m-2")
    told = {n for n, each in followers.items() if ("measure", at_work.pk, False) in each.news()}
    assert told == {"lead", "supporter", "office", "auditor"}


def test_the_numbers_say_what_visible_to_says(cast, clause):
    """Each program against the measures in each state, restricted or not."""
    programs = [
        Follower(a_program(of_today(cast), role=role, agency=agency))
        for role in ("LIAISON", "UNIT_HEAD", "KPI_OWNER", "SUPERVISOR", "AUDITOR")
        for agency in ("office", "bureau", "section", "other", "district")
    ]
    reader = programs[-1].program.account.user_id
    for number, make in enumerate((drafted, issued, in_progress)):
        for restricted in (False, True):
            measure = make(cast, clause, code=f"m-{number}-{restricted}")
            readers = [reader, programs[15].program.account.user_id] if restricted else []
            Measure.objects.filter(pk=measure.pk).update(restricted=restricted, reader_ids=readers)
    seen = 0
    for each in programs:
        standing = type(cast["liaison"]).of_service(each.program.account, on=cast.today)
        visible = set(Measure.objects.visible_to(standing).values_list("pk", flat=True))
        last = {row: gone for kind, row, gone in each.news(limit=5000) if kind == "measure"}
        told = set(last)
        assert visible <= told, each.program.account
        gone = {row for row, is_gone in last.items() if is_gone}
        assert told - visible <= gone, each.program.account
        seen += len(visible)
    assert seen > 30


def test_losing_sight_is_told_as_gone_with_all_that_hangs_on_it(cast, clause):
    measure = extension_asked(of_today(cast), clause)
    supporter = Follower(a_program(cast, agency="other"))
    lead = Follower(a_program(cast))
    viewers = [each for each in measure.viewer_agencies if each != cast.agencies["other"].pk]
    Measure.objects.filter(pk=measure.pk).update(viewer_agencies=viewers)
    steps = set(Milestone.objects.filter(measure=measure).values_list("pk", flat=True))
    gone = {("milestone", pk, True) for pk in steps} | {("measure", measure.pk, True)}
    gone.add(("request", measure.requests.get().pk, True))
    assert set(supporter.news()) == gone
    assert lead.news() == [("measure", measure.pk, False)]
    Measure.objects.filter(pk=measure.pk).update(viewer_agencies=measure.viewer_agencies)
    assert set(supporter.news()) == {(kind, row, False) for kind, row, _gone in gone}
    assert lead.news() == [("measure", measure.pk, False)]


def test_parts_of_a_measure_are_told_with_what_became_of_them(cast, clause):
    follower = Follower(a_program(of_today(cast)))
    measure = finished(cast, clause)
    report = measure.reports.get()
    news = follower.ask().json()["results"]
    of_report = [row for row in news if (row["type"], row["id"]) == ("report", report.pk)]
    assert len(of_report) == 2  # handed in, approved
    assert of_report[0]["version"] < of_report[1]["version"]
    assert {row["type"] for row in news} >= {"measure", "milestone", "report"}


STATED = {"sources": ["x"], "at": timezone.now()}
"""A figure that nobody handed in."""


def a_kpi(cast, **said) -> Kpi:
    sums = {"frequency": "MONTHLY", "over_time": "SUM", "over_districts": "SUM"}
    return Kpi.objects.create(code="k", name="指标", **(sums | said))


def test_figures_are_told_to_those_who_see_them(cast):
    kpi = a_kpi(of_today(cast), owner=Agency.objects.get(code="bureau"))
    followers = [
        Follower(a_program(cast, role=role, agency=agency))
        for role in ("LIAISON", "KPI_OWNER", "AUDITOR")
        for agency in ("bureau", "section", "other", "district")
    ]
    district = cast.agencies["district"]
    places = [{"district_id": district.district_id}, {"agency": cast.agencies["section"]}, {}]
    for number, place in enumerate(places):
        period = f"2026-0{number + 1}"
        Observation.objects.create(kpi=kpi, period=period, value=1, **STATED, **place)
    told = 0
    for each in followers:
        standing = type(cast["liaison"]).of_service(each.program.account, on=cast.today)
        rows = Observation.objects.filter(Sight.of(standing).rows())
        news = {row for kind, row, _gone in each.news() if kind == "observation"}
        assert news == set(rows.values_list("pk", flat=True)), each.program.account
        told += len(news)
    assert told > 10


def test_a_target_that_is_superseded_is_gone(cast):
    kpi = a_kpi(of_today(cast))
    first = Target.objects.create(kpi=kpi, period="2026", comparator="AT_LEAST", low=1, **STATED)
    office = Follower(a_program(cast, "SUPERVISOR", "office"))
    said = {"number": 2, "reason": "raised", "is_withdrawn": True} | STATED
    second = Target.objects.create(kpi=kpi, period="2026", comparator="AT_LEAST", low=2, **said)
    assert set(office.news()) == {("target", first.pk, True), ("target", second.pk, False)}
    assert office.program.get(f"targets/{first.pk}").status_code == 404


def test_an_indicator_that_is_seen_by_its_figures_comes_with_the_first(cast):
    kpi = a_kpi(of_today(cast), frequency="ONCE", owner=cast.agencies["other"])
    follower = Follower(a_program(cast))
    assert follower.program.get(f"kpis/{kpi.pk}").status_code == 404
    agency = cast.agencies["bureau"]
    figure = Observation.objects.create(kpi=kpi, agency=agency, period="2026", value=1, **STATED)
    assert set(follower.news()) == {("observation", figure.pk, False), ("kpi", kpi.pk, False)}
    assert follower.program.get(f"kpis/{kpi.pk}").status_code == 200


def test_scopes_bound_the_feed(cast, clause):
    scopes = ["changes:read", "policies:read"]
    follower = Follower(a_program(of_today(cast), "SUPERVISOR", "office", scopes=scopes))
    issued(cast, clause)
    clause.policy.save()
    assert follower.news() == [("policy", clause.policy_id, False)]
    outside = a_program(cast, "LIAISON", "other", scopes=["measures:read"])
    assert outside.get("changes").status_code == 403


# --- Places that are good no more -----------------------------------------------------------


def gone(follower: Follower) -> str:
    answer = follower.ask()
    assert answer.status_code == 410
    assert "load every list again" in answer.json()["detail"]
    code = answer.json()["code"]
    follower.cursor = follower.program.get("changes").json()["cursor"]
    assert follower.ask().status_code == 200
    return code


def test_changed_rights_begin_anew(cast):
    program = a_program(of_today(cast), scopes=EVERY_SCOPE)
    follower = Follower(program)
    said = {"scopes": ["changes:read", "measures:read"]}
    keep_service_account(program.account, said, seen=1, by=SET_UP, at=timezone.now())
    assert gone(follower) == "sight_changed"
    said = {"agency": cast.agencies["other"]}
    keep_service_account(program.account, said, seen=2, by=SET_UP, at=timezone.now())
    assert gone(follower) == "sight_changed"
    keep_service_account(program.account, {"name": "x"}, seen=3, by=SET_UP, at=timezone.now())
    assert follower.ask().status_code == 200


def test_an_agency_that_moves_or_joins_a_district_begins_anew(cast):
    follower = Follower(a_program(of_today(cast)))
    section = cast.agencies["section"]
    Agency.objects.filter(pk=section.pk).update(short_name_en="Another")
    assert follower.ask().status_code == 200
    Agency.objects.filter(pk=section.pk).update(path=[cast.agencies["other"].pk, section.pk])
    assert gone(follower) == "feed_restarted"


def test_words_by_which_other_rows_name_a_row_begin_anew_when_they_change(cast, clause):
    """A report is listed with the name of its agency: who mirrors it would keep the old one."""
    describe_an_industry(clause.policy, of_today(cast))
    kpi, follower = a_kpi(cast), Follower(a_program(cast))
    for rows, words in [
        (Agency.objects.filter(pk=cast.agencies["other"].pk), {"name": "改名局"}),
        (District.objects.all(), {"name_en": "Renamed"}),
        (Policy.objects.filter(pk=clause.policy_id), {"code": "Q"}),
        (Clause.objects.all(), {"code": "Q/1"}),
        (Problem.objects.all(), {"code": "9"}),
        (ChainSegment.objects.all(), {"code": "c/9"}),
        (Kpi.objects.filter(pk=kpi.pk), {"code": "k-9"}),
    ]:
        assert rows.update(**words) == 1
        assert gone(follower) == "feed_restarted", rows.model
        rows.update(**words)
        assert follower.ask().status_code == 200, rows.model


def test_with_a_kind_that_is_new_to_the_feed_one_begins_anew(cast, monkeypatch):
    with monkeypatch.context() as before:
        before.delitem(KINDS, "baseline")
        follower = Follower(a_program(of_today(cast)))
        assert follower.ask().status_code == 200
    assert gone(follower) == "sight_changed"


def test_a_restored_database_begins_anew(cast):
    follower = Follower(a_program(of_today(cast)))
    FeedEpoch.objects.all().delete()
    assert gone(follower) == "feed_restarted"


def test_under_another_key_one_begins_anew(cast, settings):
    """A backup was restored to a server of its own: no cursor of before can be checked there."""
    follower = Follower(a_program(of_today(cast)))
    settings.SECRET_KEY = "another" * 10
    assert gone(follower) == "feed_restarted"


def test_what_is_pruned_cannot_be_gone_on_from(cast, clause):
    cast = of_today(cast)
    late, early = Follower(a_program(cast)), Follower(a_program(cast))
    issued(cast, clause)
    late.news()
    a_round_ends()
    Change.objects.update(at=timezone.now() - timedelta(days=100))
    before = Change.objects.count()
    assert prune(before=timezone.now() - timedelta(days=90)) == before > 5
    assert prune(before=timezone.now() - timedelta(days=90)) == 0
    assert late.ask().status_code == 200
    assert gone(early) == "cursor_too_old"


@pytest.mark.parametrize("word", ["", "0", "x:y", "WzFd:forged", "é:1", "WyJhIiwiYiIsMV0:x"])
def test_a_word_that_is_none_of_ours_is_refused(cast, word):
    program = Follower(a_program(of_today(cast))).program
    answer = program.get(f"changes?cursor={word}")
    assert (answer.status_code, answer.json()["field"]) == (400, "cursor")


@pytest.mark.parametrize("said", ["limit=0", "limit=5001", "limit=x", "since=yesterday"])
def test_what_cannot_be_meant_is_refused(cast, said):
    assert a_program(of_today(cast)).get(f"changes?{said}").status_code == 400


def test_a_cursor_of_another_program_is_refused(cast):
    mine, yours = Follower(a_program(of_today(cast))), Follower(a_program(cast))
    mine.cursor = yours.cursor
    assert mine.ask().json()["code"] == "sight_changed"


def test_people_are_led_elsewhere(cast):
    answer = of_today(cast).signed_in("liaison").get("/api/v1/changes")
    assert (answer.status_code, answer.json()["code"]) == (403, "programs_only")


def test_queries_do_not_grow(cast, clause, django_assert_max_num_queries):
    follower = Follower(a_program(of_today(cast)))
    for number in range(4):
        in_progress(cast, clause, code=f"m-{number}")
    a_round_ends()
    with django_assert_max_num_queries(4):
        assert follower.program.get(f"changes?cursor={follower.cursor}").json()["results"]
