"""Group robots: one call a workday to the agency's group, which harms nobody when it fails."""

from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from apps.reminders import operation
from apps.reminders.channels import Call, sealed, sealed_anew, unsealed
from apps.reminders.models import Channel, Delivery, Robot
from apps.reminders.operations.group_calls import call_groups
from apps.reminders.operations.sending import MOST_ATTEMPTS, Sendings, send_waiting
from apps.reminders.outbound import Failure, MailLine, Trouble
from apps.reminders.robots import Notice
from tests.conftest import a_plan
from tests.reminders.https_server import serving
from tests.reminders.mornings import THURSDAY, TUESDAY, measures, morning, told

AT = morning(TUESDAY, hour=9)


def robot(cast, address: str, **said) -> Robot:
    """A robot in the group of the bureau."""
    said = {"name": address[-20:], "kind": "WECOM", "agency": cast.agencies["bureau"]} | said
    secret = sealed(said.pop("secret", ""))
    return Robot.objects.create(address_encrypted=sealed(address), secret_encrypted=secret, **said)


def call(*, at: datetime = AT) -> Sendings:
    return send_waiting(Channel.ROBOT, clock=lambda: at, limit=10)


def calls() -> list[tuple[str, str, int]]:
    return [(c.robot.name, c.state, c.attempts) for c in Delivery.objects.filter(channel="ROBOT")]


@pytest.fixture
def owed(cast, clause):
    measures(cast, clause)
    told(TUESDAY)
    return cast


def test_a_group_hears_once_a_day_what_its_people_were_reminded_of(owed, site, settings):
    settings.SITE_URL = "https://duban.example"
    robot(owed, site.url("/wecom?key=k"))
    robot(owed, site.url("/dingtalk?access_token=t"), kind="DINGTALK", secret="SEC")
    robot(owed, site.url("/other"), agency=owed.agencies["other"])  # nobody there is owed anything
    assert call_groups(at=morning(TUESDAY, hour=8)) == 0
    assert call_groups(at=AT) == 2
    assert call_groups(at=AT) == 0
    assert call() == Sendings(sent=2)
    wecom, dingtalk = sorted(site.asked, key=lambda asked: "dingtalk" in asked[0])
    said = wecom[1].decode()
    assert "m-1 一项举措" in said
    assert said.count("m-1 一项举措") == 1  # two people were told, the group hears it once
    assert "https://duban.example/measures/" in said
    assert "&sign=" in dingtalk[0]
    assert call_groups(at=morning(THURSDAY, hour=9)) == 0  # nobody was told anything that day


def test_a_group_hears_no_escalation_and_nothing_restricted(cast, clause, site):
    robot(cast, site.url("/ok"))
    measures(cast, clause, plan=a_plan(cast, restricted=True, supporters=[]))
    told(TUESDAY)
    assert call_groups(at=AT) == 0
    told(THURSDAY)
    assert call_groups(at=morning(THURSDAY, hour=9)) == 0


def test_a_robot_that_fails_is_tried_again_and_given_up_while_others_speak(owed, site, authority):
    with serving(authority.context_for("somebody.example")) as stranger:
        robot(owed, site.url("/500"), name="unwell")
        robot(owed, stranger.url("/ok"), name="wrong certificate")
        robot(owed, site.url("/302"), name="redirect")
        robot(owed, "https://10.0.0.1/", name="inside")
        robot(owed, site.url("/ok"), name="well")
        assert call_groups(at=AT) == 5
        assert call() == Sendings(sent=1, postponed=2, failed=2)
        assert sorted(calls()) == [
            ("inside", "FAILED", 1),
            ("redirect", "FAILED", 1),
            ("unwell", "WAITING", 1),
            ("well", "SENT", 1),
            ("wrong certificate", "WAITING", 1),
        ]
        assert stranger.asked == []
        Delivery.objects.waiting().update(attempts=MOST_ATTEMPTS - 1)
        assert call(at=AT + timedelta(hours=4)) == Sendings(failed=2)
    given_up = {each.robot.name: each.last_error.split()[0] for each in operation.failed()}
    assert given_up == {
        "unwell": "BUSY",
        "wrong certificate": "CERTIFICATE",
        "redirect": "REDIRECT",
        "inside": "FORBIDDEN",
    }
    assert {attempts for name, _state, attempts in calls() if name == "unwell"} == {MOST_ATTEMPTS}


def test_a_robot_that_was_switched_off_says_nothing(owed, site):
    Robot.objects.filter(pk=robot(owed, site.url("/ok")).pk).update(active=False)
    assert call_groups(at=AT) == 0


def test_addresses_and_secrets_are_unreadable_in_the_database(cast, settings):
    kept = robot(cast, "https://qyapi.example/send?key=KEY", secret="SECRET")
    for column in (kept.address_encrypted, kept.secret_encrypted):
        assert "KEY" not in column
        assert "SECRET" not in column
    assert unsealed(kept.address_encrypted) == "https://qyapi.example/send?key=KEY"
    assert (sealed(""), unsealed("")) == ("", "")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, which is long enough for everybody to use"
    renewed = sealed_anew(kept.secret_encrypted)
    settings.SECRET_KEY_FALLBACKS = []
    assert unsealed(renewed) == "SECRET"


def test_after_a_change_of_key_all_robots_are_encrypted_anew_and_the_lost_named(cast, settings):
    """What the former key encrypted is read by the new one alone afterwards."""
    lost = robot(cast, "https://robot.invalid/lost")
    settings.SECRET_KEY, former = "new" * 20, settings.SECRET_KEY
    settings.SECRET_KEY_FALLBACKS = []
    kept = robot(cast, "https://robot.invalid/kept", secret="SEC")
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "newer" * 20, ["new" * 20]
    said, wrong = StringIO(), StringIO()
    with pytest.raises(SystemExit):
        call_command("seal_robots_anew", stdout=said, stderr=wrong)
    settings.SECRET_KEY_FALLBACKS = []
    kept.refresh_from_db()
    assert unsealed(kept.address_encrypted) == "https://robot.invalid/kept"
    assert unsealed(kept.secret_encrypted) == "SEC"
    assert said.getvalue() == "1 robots encrypted anew.\n"
    assert str(lost) in wrong.getvalue()
    settings.SECRET_KEY = former
    lost.refresh_from_db()
    assert unsealed(lost.address_encrypted) == "https://robot.invalid/lost"


def test_a_robot_whose_key_is_gone_says_so_and_stops_nobody(cast, settings):
    lost = robot(cast, "https://robot.invalid/lost")
    settings.SECRET_KEY = "new" * 20
    message = Call(lost, Notice("三月二日", (), ""))
    with MailLine.opened() as line:
        assert message.send(line, at=cast.at()) == Failure(Trouble.KEY_GONE)
