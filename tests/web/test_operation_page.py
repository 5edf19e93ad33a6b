"""The administrator's page of how reminding runs, and the group robots in the admin."""

import pytest
from django.core.cache import cache
from django.utils import timezone

from apps.audit.models import AuditEvent
from apps.core.errors import NotAllowed, RuleBroken
from apps.reminders.channels import unsealed
from apps.reminders.models import Delivery, Digest, Robot
from apps.reminders.operation import BEAT, leave_sign
from apps.reminders.operations.robots import add_robot
from apps.reminders.operations.trying_again import call_robot, try_again
from tests.web.here import of_today

PAGE = "/operation/"
ADDRESS = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret"
ROBOTS = "/admin/reminders/robot/"


@pytest.fixture
def here(cast):
    cache.clear()
    return of_today(cast)


def given_up(cast, who: str = "liaison") -> Delivery:
    digest = Digest.objects.create(user=cast.users[who], on=cast.today, made_at=cast.at(8))
    return Delivery.objects.create(
        digest=digest,
        channel="EMAIL",
        on=cast.today,
        state="FAILED",
        attempts=12,
        last_error="NO_CONNECTION connection refused",
    )


def page_of(cast, who: str = "administrator") -> str:
    return cast.signed_in(who).get(PAGE).content.decode()


@pytest.mark.parametrize("who", ["liaison", "supervisor", "director", "leader", "auditor"])
def test_only_the_administrator_looks_after_it(here, who):
    failed = given_up(here)
    client = here.signed_in(who)
    assert client.get(PAGE).status_code == 403
    assert client.post(f"{PAGE}{failed.pk}/retry/").status_code == 403
    assert PAGE not in [entry.url for entry in client.get("/messages/").context["nav"]]
    with pytest.raises(NotAllowed):
        try_again(failed, by=here[who], at=here.at())
    failed.refresh_from_db()
    assert failed.state == "FAILED"


def test_a_beat_that_is_silent_is_said(here):
    assert "reminders are not sent" in page_of(here)
    leave_sign(BEAT, at=timezone.now())
    page = page_of(here)
    assert "reminders are not sent" not in page
    assert "last sign" in page


def test_what_was_given_up_is_tried_again(here):
    failed = given_up(here)
    page = page_of(here)
    assert "liaison" in page
    assert "The server cannot be reached." in page
    client = here.signed_in("administrator")
    said = client.post(f"{PAGE}{failed.pk}/retry/", follow=True).content.decode()
    assert "It is tried again within a minute." in said
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == ("WAITING", 0)
    assert failed.next_attempt_at is not None
    again = client.post(f"{PAGE}{failed.pk}/retry/", follow=True).content.decode()
    assert "has not been given up" in again
    assert client.post(f"{PAGE}999999/retry/").status_code == 404
    assert AuditEvent.objects.filter(act="reminders.try_again").count() == 1


# --- Group robots ---------------------------------------------------------------------------


def typed(cast, **changed):
    return {
        "agency": cast.agencies["bureau"].pk,
        "kind": "WECOM",
        "name": "装备处群",
        "address": ADDRESS,
        "secret": "",
        "active": "on",
        "seen": "0",
    } | changed


def entered(cast) -> Robot:
    robot = Robot(agency=cast.agencies["bureau"], kind="DINGTALK", name="群")
    return add_robot(
        robot, address=ADDRESS, secret="s3cr3t", by=cast["administrator"], at=cast.at()
    )


def test_a_robot_is_entered_and_its_address_never_shown_again(here):
    client = here.signed_in("administrator")
    assert client.post(f"{ROBOTS}add/", typed(here)).status_code == 302
    robot = Robot.objects.get()
    assert unsealed(robot.address_encrypted) == ADDRESS
    assert robot.secret_encrypted == ""
    shown = client.get(f"{ROBOTS}{robot.pk}/change/").content.decode()
    history = client.get(f"{ROBOTS}{robot.pk}/history/").content.decode()
    for page in (shown, history, str(AuditEvent.objects.values())):
        assert "very-secret" not in page
        assert robot.address_encrypted not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"address": ""}, "The address is needed."),
        ({"address": "http://robot.example/"}, "The address begins with https://"),
    ],
)
def test_what_is_refused_is_not_saved(here, changed, said):
    answer = here.signed_in("administrator").post(f"{ROBOTS}add/", typed(here, **changed))
    assert said in answer.content.decode()
    assert not Robot.objects.exists()


def test_an_address_left_empty_stays_and_a_robot_is_put_out_of_use(here):
    robot = entered(here)
    said = {"name": "另一个群", "address": "", "secret": "new", "seen": "1"}
    answer = here.signed_in("administrator").post(f"{ROBOTS}{robot.pk}/change/", said)
    assert answer.status_code == 302
    robot.refresh_from_db()
    assert (robot.name, robot.active, robot.version) == ("另一个群", False, 2)
    assert unsealed(robot.address_encrypted) == ADDRESS
    assert unsealed(robot.secret_encrypted) == "new"
    event = AuditEvent.objects.get(act="reminders.keep_robot")
    assert event.changes["secret_encrypted"] == ["•••", "•••"]


@pytest.mark.parametrize("who", ["liaison", "supervisor", "director", "auditor"])
def test_only_the_administrator_keeps_robots(here, who):
    with pytest.raises(NotAllowed):
        add_robot(Robot(), address=ADDRESS, by=here[who], at=here.at())
    robot = entered(here)
    with pytest.raises(NotAllowed):
        call_robot(robot, by=here[who], at=here.at())
    client = here.signed_in(who)
    assert (client.get(ROBOTS).status_code == 200) == (who == "auditor")
    change = f"{ROBOTS}{robot.pk}/change/"
    assert client.post(change, {"name": "x", "seen": "1"}).status_code in (302, 403)
    assert client.post(f"{ROBOTS}{robot.pk}/act/test/", {"seen": "1"}).status_code in (302, 403)
    robot.refresh_from_db()
    assert robot.name == "群"


def test_a_robot_is_tried_and_what_hinders_it_is_said(here):
    robot = entered(here)
    Robot.objects.filter(pk=robot.pk).update(address_encrypted="")
    client = here.signed_in("administrator")
    answer = client.post(f"{ROBOTS}{robot.pk}/act/test/", {"seen": "1"}, follow=True)
    assert "The address is not a complete https address." in answer.content.decode()
    assert client.post(f"{ROBOTS}{robot.pk}/act/nonsense/").status_code == 404
    assert page_of(here).count("群") == 1


def test_nobody_tries_what_waits(here):
    waiting = given_up(here)
    Delivery.objects.filter(pk=waiting.pk).update(state="WAITING")
    with pytest.raises(RuleBroken):
        try_again(waiting, by=here["administrator"], at=here.at())
