"""Many accounts and roles at once: each judged by itself, each on record, refusals one by one."""

from datetime import date

from django.utils import timezone

from apps.accounts.models import Membership, User
from apps.audit.models import AuditEvent
from tests.core.listed import ask, confirm


def test_accounts_are_closed_but_one_s_own(cast):
    people = [cast.users[name] for name in ("administrator", "drafter", "liaison")]
    User.objects.filter(username="drafter").update(is_active=False)
    browser = cast.signed_in("administrator")
    asked = ask(browser, people, "close")
    assert {str(user): str(verdict.reason) for user, verdict in asked.context["rows"]} == {
        "administrator": "Nobody closes their own account.",
        "drafter": "It says so already.",
        "liaison": "",
    }
    said = confirm(browser, people, asked, "close")
    assert said == [
        "administrator: Nobody closes their own account.",
        "drafter: It says so already.",
        "Done for 1 record.",
    ]
    open_ones = User.objects.filter(is_active=True, pk__in=[user.pk for user in people])
    assert [user.username for user in open_ones] == ["administrator"]
    assert AuditEvent.objects.about(cast.users["liaison"]).get().changes == {
        "is_active": [True, False]
    }


def test_an_account_that_changed_meanwhile_stays_open(cast):
    liaison, browser = cast.users["liaison"], cast.signed_in("administrator")
    asked = ask(browser, [liaison], "close")
    User.objects.filter(pk=liaison.pk).update(version=7)
    said = confirm(browser, [liaison], asked, "close")
    assert said == ["liaison: This record has changed since you opened it."]
    assert User.objects.get(pk=liaison.pk).is_active


def test_roles_are_ended_today_once_and_an_administrator_stays(cast):
    held = [cast.users[name].memberships.get() for name in ("administrator", "drafter", "liaison")]
    Membership.objects.filter(user__username="drafter").update(to_on=date(2025, 12, 31))
    browser = cast.signed_in("administrator")
    said = confirm(browser, held, ask(browser, held, "end"), "end")
    assert sorted(sentence.rpartition(": ")[2] for sentence in said) == [
        "Done for 1 record.",
        "Somebody else has to be an administrator first.",
        "This role has ended already.",
    ]
    days = [Membership.objects.get(pk=each.pk).to_on for each in held]
    assert days == [None, date(2025, 12, 31), timezone.localdate()]
    assert AuditEvent.objects.get(act="accounts.end_role").subject_id == cast.users["liaison"].pk


def test_an_auditor_reads_who_holds_what_and_ends_nothing(cast):
    held = cast.users["liaison"].memberships.get()
    auditor = cast.signed_in("auditor")
    assert auditor.get("/admin/accounts/membership/?held=now").status_code == 200
    ask(auditor, [held], "end")
    assert Membership.objects.get(pk=held.pk).to_on is None
