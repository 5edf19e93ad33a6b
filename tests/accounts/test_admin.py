"""People in the admin: rights by role only, passwords by the rules and never on record."""

import json
from datetime import date

import pytest
from django.urls import reverse

from apps.accounts.models import Deputy, Membership, User
from apps.audit.models import AuditEvent

PASSPHRASE = "correct horse battery 7"
INLINES = ("memberships", "memberships-2", "deputies", "deputies-2")


def page(user, name: str = "change") -> str:
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


def said(user, **changes: object) -> dict[str, object]:
    """The form of a person's page, unchanged but for the changes."""
    form: dict[str, object] = {
        "name": user.name,
        "email": user.email,
        "language": user.language,
        "is_active": "on",
        "seen": user.version,
    }
    for inline in INLINES:
        form |= {f"{inline}-TOTAL_FORMS": 0, f"{inline}-INITIAL_FORMS": 0}
    return form | changes


def held(membership: Membership, to_on: str) -> dict[str, object]:
    return {
        "memberships-TOTAL_FORMS": 1,
        "memberships-INITIAL_FORMS": 1,
        "memberships-0-id": membership.pk,
        "memberships-0-user": membership.user_id,
        "memberships-0-to_on": to_on,
    }


def given(user, agency, **changes: object) -> dict[str, object]:
    row = {"user": user.pk, "role": "DRAFTER", "agency": agency.pk, "from_on": "2026-03-02"}
    filled = {f"memberships-2-0-{name}": value for name, value in (row | changes).items()}
    return {"memberships-2-TOTAL_FORMS": 1, **filled}


def trail_of(user) -> list[str]:
    return list(AuditEvent.objects.about(user).values_list("act", flat=True))


def test_a_person_is_entered_with_a_password_that_keeps_the_rules(cast):
    browser = cast.signed_in("administrator")
    form = {"username": "new", "name": "新人", "language": "zh-hans", "email": ""}
    weak = browser.post("/admin/accounts/user/add/", form | passwords("short"))
    assert "too short" in weak.content.decode()
    assert not User.objects.filter(username="new").exists()
    browser.post("/admin/accounts/user/add/", form | passwords(PASSPHRASE))
    user = User.objects.get(username="new")
    assert user.check_password(PASSPHRASE)
    assert not user.is_superuser
    assert trail_of(user) == ["accounts.add_user"]


def passwords(text: str) -> dict[str, str]:
    return {"password1": text, "password2": text}


def test_no_page_gives_rights_by_flag(cast):
    user = cast.users["liaison"]
    browser = cast.signed_in("administrator")
    form = browser.get(page(user)).context["adminform"].form
    assert set(form.fields) == {"name", "email", "language", "is_active", "seen"}
    browser.post(page(user), said(user, is_superuser="on", is_staff="on", username="x"))
    user.refresh_from_db()
    assert not user.is_superuser
    assert not user.is_staff
    assert user.username == "liaison"


def test_an_edit_is_versioned_and_on_record(cast):
    user = cast.users["liaison"]
    browser = cast.signed_in("administrator")
    browser.post(page(user), said(user, name="张三"))
    event = AuditEvent.objects.about(user).get()
    assert event.changes == {"name": ["liaison", "张三"]}
    stale = browser.post(page(user), said(user, name="李四"))
    assert "administrator changed this record" in stale.content.decode()
    user.refresh_from_db()
    assert (user.name, user.version) == ("张三", 2)


def test_a_closed_account_is_out_at_once(cast):
    user, liaison = cast.users["liaison"], cast.signed_in("liaison")
    form = said(user)
    del form["is_active"]
    cast.signed_in("administrator").post(page(user), form)
    assert "_auth_user_id" in liaison.session
    assert not liaison.get("/accounts/login/").wsgi_request.user.is_authenticated
    assert User.objects.filter(pk=user.pk).exists()


def test_nobody_closes_their_own_account(cast):
    user = cast.users["administrator"]
    form = said(user)
    del form["is_active"]
    answer = cast.signed_in("administrator").post(page(user), form)
    assert "Nobody closes their own account." in answer.content.decode()
    user.refresh_from_db()
    assert user.is_active


def test_a_role_is_given_and_ended_never_changed(cast):
    user, browser = cast.users["liaison"], cast.signed_in("administrator")
    browser.post(page(user), said(user, **given(user, cast.agencies["other"])))
    new = user.memberships.get(role="DRAFTER")
    assert (new.agency, new.from_on) == (cast.agencies["other"], date(2026, 3, 2))

    old = user.memberships.get(role="LIAISON")
    browser.post(page(user), said(user, **held(old, "2026-03-31"), **{"memberships-0-role": "X"}))
    old.refresh_from_db()
    assert (old.to_on, old.role) == (date(2026, 3, 31), "LIAISON")
    assert trail_of(user) == ["accounts.end_role", "accounts.give_role"]


@pytest.mark.parametrize("case", ["too early", "cleared", "twice"])
def test_a_role_refused_saves_nothing_of_the_page(cast, case):
    user, browser = cast.users["liaison"], cast.signed_in("administrator")
    membership = user.memberships.get()
    if case == "cleared":
        user.memberships.update(to_on=date(2026, 3, 31))
    bureau = cast.agencies["bureau"]
    change, sentence = {
        "too early": (held(membership, "2024-12-31"), "A role cannot end before it begins."),
        "cleared": (held(membership, ""), "A role that has ended is given anew instead."),
        "twice": (
            given(user, bureau, role="LIAISON", from_on="2025-01-01"),
            "given for that day already",
        ),
    }[case]
    answer = browser.post(page(user), said(user, name="张三", **change))
    assert sentence in answer.content.decode()
    user.refresh_from_db()
    assert user.name == "liaison"
    assert user.memberships.count() == 1
    assert trail_of(user) == []


def test_a_deputy_is_named(cast):
    user, deputy = cast.users["director"], cast.users["supervisor"]
    row = {"absent": user.pk, "deputy": deputy.pk, "role": "DIRECTOR"}
    row |= {"from_on": "2026-03-02", "to_on": "2026-03-06"}
    form = {f"deputies-2-0-{name}": value for name, value in row.items()}
    browser = cast.signed_in("administrator")
    browser.post(page(user), said(user, **{"deputies-2-TOTAL_FORMS": 1}, **form))
    assert Deputy.objects.get().deputy == deputy
    assert trail_of(user) == ["accounts.name_deputy"]
    assert "supervisor" in browser.get(page(user)).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"deputy": "director"}, "Nobody is their own deputy."),
        ({"to_on": "2026-03-01"}, "An absence cannot end before it begins."),
    ],
)
def test_a_deputy_that_cannot_be_is_refused(cast, changes, sentence):
    user = cast.users["director"]
    row = {"absent": user.pk, "deputy": "supervisor", "role": "DIRECTOR"}
    row |= {"from_on": "2026-03-02", "to_on": "2026-03-06"} | changes
    row["deputy"] = cast.users[str(row["deputy"])].pk
    form = {f"deputies-2-0-{name}": value for name, value in row.items()}
    answer = cast.signed_in("administrator").post(
        page(user), said(user, name="张三", **{"deputies-2-TOTAL_FORMS": 1}, **form)
    )
    html = answer.content.decode()
    assert sentence in html or "constraint" in html.lower()
    assert not Deputy.objects.exists()
    assert trail_of(user) == []


def test_a_new_password_is_set_by_the_rules(cast):
    user, browser = cast.users["liaison"], cast.signed_in("administrator")

    def set_to(text: str):
        return browser.post(page(user, "password"), {"new_password1": text, "new_password2": text})

    assert "too short" in set_to("short").content.decode()
    assert set_to(PASSPHRASE).status_code == 302
    user.refresh_from_db()
    assert user.check_password(PASSPHRASE)
    assert trail_of(user) == ["accounts.set_password"]


@pytest.mark.parametrize("person", ["auditor", "supervisor", "liaison"])
def test_only_administrators_set_passwords(cast, person):
    browser = cast.signed_in(person)
    address = page(cast.users["director"], "password")
    form = {"new_password1": PASSPHRASE, "new_password2": PASSPHRASE}
    assert browser.post(address, form, follow=True).status_code == 403
    cast.users["director"].refresh_from_db()
    assert not cast.users["director"].check_password(PASSPHRASE)


def test_no_password_is_ever_on_record(cast):
    browser = cast.signed_in("administrator")
    form = {"username": "new", "name": "新人", "language": "zh-hans", "email": ""}
    browser.post("/admin/accounts/user/add/", form | passwords(PASSPHRASE))
    user = User.objects.get(username="new")
    other = {
        "new_password1": "another long passphrase 8",
        "new_password2": "another long passphrase 8",
    }
    browser.post(page(user, "password"), other)
    user.refresh_from_db()
    browser.post(page(user), said(user, name="改名"))
    record = json.dumps(list(AuditEvent.objects.values("changes", "note", "subject_label")))
    for secret in (PASSPHRASE, "another long passphrase 8", user.password, "argon2"):
        assert secret not in record


def test_one_person_or_fifty_ask_the_same_queries(cast, django_assert_max_num_queries):
    browser = cast.signed_in("administrator")
    browser.get("/admin/accounts/user/")
    with django_assert_max_num_queries(30) as few:
        browser.get("/admin/accounts/user/")
    for number in range(40):
        user = User.objects.create(username=f"u{number}", name="人")
        user.memberships.create(
            agency=cast.agencies["bureau"], role="LIAISON", from_on=date(2025, 1, 1)
        )
    with django_assert_max_num_queries(len(few)):
        browser.get("/admin/accounts/user/")
