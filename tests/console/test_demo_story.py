"""The demo as people find it: told through the operations, in order of time."""

from datetime import timedelta

from django.core.files.storage import default_storage

from apps.accounts.models import Membership, User
from apps.agencies.models import Agency, installation_is_demo
from apps.audit.models import AuditEvent
from apps.console.demo_story import PASSWORD, PEOPLE
from apps.core.actor import Role
from apps.measures.evidence_content import file_type
from apps.measures.models import Basis, Evidence, Measure, ProgressReport, Review, State
from tests.console.conftest import DEMO_DAY, said_by


def reasons_since(code: str) -> set[str]:
    """The reasons for its light that hold on the day of the demo."""
    measure = Measure.objects.get(code=code)
    columns = [f.name for f in Measure._meta.fields if f.name.endswith("_from_on")]
    today = DEMO_DAY
    return {c for c in columns if (since := getattr(measure, c)) and since <= today}


def test_every_place_of_the_path_is_taken(demo):
    counts = {state: Measure.objects.filter(state=state).count() for state in State}
    assert counts[State.PROPOSED] == 2
    assert counts[State.ISSUED] == 2
    assert counts[State.IN_PROGRESS] == 11
    assert "due_soon_from_on" in reasons_since("6.1-4.2")
    assert "overdue_from_on" in reasons_since("6.2-1.2")
    assert "missed_one_from_on" in reasons_since("6.2-3.4")
    assert "behind_from_on" in reasons_since("6.3-2.1")
    assert "far_behind_from_on" in reasons_since("6.3-3.3")
    assert "unacknowledged_from_on" in reasons_since("6.1-5.4")
    assert Measure.objects.review_waiting().get().code == "6.1-1.2"
    assert Measure.objects.returned().get().code == "6.1-3.5"
    returned = Review.objects.get(outcome=Review.Outcome.RETURNED)
    assert returned.reason == "缺少验收材料，请补充专家验收意见"
    assert set(Measure.objects.issued().values_list("basis", flat=True)) == set(Basis)


def test_reports_are_approved_by_both_supervisors(demo):
    reports = ProgressReport.objects.filter(measure__code="6.1-2.1")
    assert reports.count() == 4
    assert reports.filter(reviews__outcome=Review.Outcome.APPROVED).count() == 4
    assert set(Review.objects.values_list("by_name", flat=True)) == {"苏明察", "叶细问"}


def test_the_evidence_is_what_it_says(demo):
    assert Evidence.objects.count() == 12
    for piece in Evidence.objects.all():
        with default_storage.open(piece.stored_as) as stored:
            content = stored.read()
        kind = file_type(piece.name, content)
        assert kind is not None
        assert kind.media_type == piece.media_type
        if piece.name.endswith(".pdf"):
            assert content.index(b"xref") == int(content.split(b"startxref\n")[1].split()[0])


def test_titles_stay_those_of_the_reference_data(demo):
    assert said_by("load_reference") == ["Inserted nothing; 0 differences, left as they are."]


def test_it_says_who_can_sign_in(demo):
    assert len(demo) == 1 + len(PEOPLE)
    assert demo[1].split()[-5:] == ["Liaison", "liaison", *PASSWORD.split()]
    roles = [person.role for person in PEOPLE]
    assert set(roles) == set(Role) - {Role.KPI_OWNER, Role.INTEGRATOR}
    assert len(set(roles[:9])) == 9
    assert said_by("load_demo", "--show-sign-ins") == demo
    assert all(user.check_password(PASSWORD) for user in User.objects.all()[:2])


def test_everybody_and_everything_is_marked(demo):
    assert installation_is_demo()
    assert Agency.objects.filter(is_demo=True).count() == 4
    assert all("演示" in agency.name for agency in Agency.objects.filter(is_demo=True))
    assert not User.objects.filter(is_superuser=True).exists()
    assert Membership.objects.count() == len(PEOPLE)


def test_what_happened_is_recorded_in_order_of_time(demo):
    moments = list(AuditEvent.objects.filter(act__startswith="measures.").order_by("id"))
    assert [event.at for event in moments] == sorted(event.at for event in moments)
    assert moments[-1].at.date() < DEMO_DAY
    assert moments[0].at.date() > DEMO_DAY - timedelta(days=400)


def test_a_second_time_it_says_so(demo):
    events = AuditEvent.objects.count()
    assert said_by("load_demo") == ["This database is a demo already.", *demo]
    assert AuditEvent.objects.count() == events
