"""Tokens: hashed, expiring, revocable, rotated with an overlap, within their scopes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from apps.accounts.models import ServiceAccount, ServiceToken, User
from apps.accounts.operations import (
    give_role,
    issue_token,
    keep_service_account,
    keep_user,
    note_use,
    revoke_token,
    rotate_token,
    set_password,
)
from apps.audit.models import AuditEvent
from apps.core.actor import Role
from apps.core.errors import NotAllowed, RuleBroken
from tests.api.calling import Caller, a_program
from tests.conftest import SET_UP, issued
from tests.web.here import in_chinese, of_today


@pytest.fixture
def program(cast) -> Caller:
    return a_program(of_today(cast))


def token_of(program: Caller) -> ServiceToken:
    return ServiceToken.objects.filter(account=program.account).latest("pk")


def test_a_token_is_kept_as_a_hash_and_lets_its_program_in(program):
    token = token_of(program)
    assert program.key.startswith(token.hint)
    assert program.key not in str(ServiceToken.objects.values())
    answer = program.get("measures")
    assert answer.status_code == 200
    assert answer.json() == {"results": [], "next": None, "previous": None}


def test_nobody_is_let_in_without_a_token_or_session(client, db):
    answer = client.get("/api/v1/measures")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["code"] == "not_signed_in"


@pytest.mark.parametrize("said", ["Bearer", "Bearer pt_guessed", "Bearer a b", "bearer \xff"])
def test_what_is_no_token_is_refused(client, db, said):
    answer = client.get("/api/v1/measures", headers={"Authorization": said})
    assert (answer.status_code, answer.json()["code"]) == (401, "bad_token")


def test_a_session_reads_as_its_person(cast, clause):
    issued(of_today(cast), clause)
    assert len(cast.signed_in("liaison").get("/api/v1/measures").json()["results"]) == 1
    assert cast.signed_in("district_liaison").get("/api/v1/measures").json()["results"] == []


def test_tokens_end(program):
    token, now = token_of(program), timezone.now()
    revoke_token(token, by=SET_UP, at=now)
    assert program.get("measures").status_code == 401
    with pytest.raises(RuleBroken):
        revoke_token(token, by=SET_UP, at=now)
    program.key = issue_token(program.account, by=SET_UP, at=now - timedelta(days=366))
    assert program.get("measures").status_code == 401


def test_an_account_taken_out_of_use_is_let_in_no_more(program):
    account = program.account
    keep_service_account(
        account, {"in_use": False}, seen=account.version, by=SET_UP, at=timezone.now()
    )
    assert program.get("measures").status_code == 401


def test_a_rotated_token_goes_on_for_the_overlap(program):
    now = timezone.now()
    before = program.key
    program.key = rotate_token(program.account, by=SET_UP, at=now, overlap=timedelta(days=2))
    assert program.get("measures").status_code == 200
    program.key = before
    assert program.get("measures").status_code == 200
    old = ServiceToken.objects.filter(account=program.account).earliest("pk")
    assert old.expires_at == now + timedelta(days=2)
    rotate_token(program.account, by=SET_UP, at=now, overlap=timedelta(0))
    assert program.get("measures").status_code == 401


@pytest.mark.parametrize("days", [0, 731])
def test_no_token_is_good_for_ever(program, days):
    with pytest.raises(RuleBroken):
        issue_token(program.account, by=SET_UP, at=timezone.now(), good_for=timedelta(days=days))


def test_the_last_use_is_noted_once_a_minute(program):
    program.get("measures")
    first = token_of(program).last_used_at
    assert first is not None
    program.get("measures")
    assert token_of(program).last_used_at == first
    later = first + timedelta(seconds=61)
    note_use(token_of(program), at=later)
    assert token_of(program).last_used_at == later


def test_scopes_bound_what_a_program_may(cast):
    reader = a_program(of_today(cast), scopes=["policies:read"])
    answer = reader.get("measures")
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert "measures:read" in answer.json()["detail"]
    reader.language = "zh-hans"
    said = in_chinese("This token lacks the scope “%(scope)s”.") % {"scope": "measures:read"}
    assert reader.get("measures").json()["detail"] == said


def test_the_agency_bounds_what_a_program_sees(cast, clause):
    issued(of_today(cast), clause)
    seen = {
        agency: len(a_program(cast, agency=agency).get("measures").json()["results"])
        for agency in ("bureau", "other", "section", "district")
    }
    assert seen == {"bureau": 1, "other": 1, "section": 0, "district": 0}


def test_too_many_requests_are_told_when_to_go_on(cast):
    hasty = a_program(of_today(cast), requests_a_minute=2)
    answers = [hasty.get("measures") for _ in range(5)]
    last = answers[-1]
    assert answers[0].status_code == 200
    assert (last.status_code, last.json()["code"]) == (429, "too_many_requests")
    assert 0 < int(last["Retry-After"]) <= 60
    assert last["RateLimit-Limit"] == "2"
    assert last["RateLimit-Remaining"] == "0"


def test_only_administrators_let_programs_in(cast, program):
    now = timezone.now()
    for who in ("director", "supervisor", "auditor"):
        by = cast[who]
        for act in (issue_token, rotate_token):
            with pytest.raises(NotAllowed):
                act(program.account, by=by, at=now)
        with pytest.raises(NotAllowed):
            revoke_token(token_of(program), by=by, at=now)
        with pytest.raises(NotAllowed):
            keep_service_account(program.account, {}, seen=1, by=by, at=now)
    assert ServiceAccount.objects.count() == 1


def test_nobody_signs_in_as_a_program(cast, program):
    """Its user has no password, is closed, and takes neither a password nor a role of its own."""
    user = User.objects.get(pk=program.account.user_id)
    assert (user.is_active, user.has_usable_password()) == (False, False)
    now = timezone.now()
    with pytest.raises(RuleBroken):
        set_password(user, "a long test passphrase", by=SET_UP, at=now)
    with pytest.raises(RuleBroken):
        keep_user(user, {"is_active": True}, seen=1, by=SET_UP, at=now)
    with pytest.raises(RuleBroken):
        give_role(
            user,
            Role.DIRECTOR,
            agency=cast.agencies["office"],
            from_on=cast.today,
            by=SET_UP,
            at=now,
        )


def test_what_happens_to_tokens_is_on_record_but_no_key(program):
    now = timezone.now()
    key = rotate_token(program.account, by=SET_UP, at=now)
    revoke_token(token_of(program), by=SET_UP, at=now)
    events = AuditEvent.objects.about(program.account).order_by("id")
    acts = [event.act.removeprefix("accounts.") for event in events]
    assert acts == [
        "add_serviceaccount",
        "issue_token",
        "shorten_token",
        "issue_token",
        "revoke_token",
    ]
    assert key not in str([event.changes for event in events])
