"""The way out: only where it may lead, never longer than it may take, and what comes back."""

import socket
import threading
import time
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.reminders.outbound import Answer, Failure, Trouble, post
from apps.reminders.outbound.addresses import may_be_written_to
from apps.reminders.robots import Notice, plain, send_to_dingtalk, send_to_wecom, signature
from tests.reminders.https_server import serving

AT = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:10.0.0.1", False),  # carries an IPv4 address
        ("2002:0a00:0001::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::808:808", True),
        ("2001:0:808:808:0:0:f5ff:fffe", False),  # Teredo of 10.0.0.1
        ("::10.0.0.1", False),  # what IPv4-compatible addresses once were
        ("::ffff:0:10.0.0.1", False),  # translated by the site itself
        ("64:ff9b:1::10.0.0.1", False),  # the same, by a prefix of its own
        ("fec0::1", False),
        ("2002:0808:0808::", True),
    ],
)
def test_only_public_addresses_may_be_written_to(address, may):
    assert may_be_written_to(address) is may


def test_a_network_of_the_office_can_be_opened(settings):
    settings.OUTBOUND_NETWORKS = ["10.20.0.0/16"]
    assert may_be_written_to("10.20.3.4")
    assert may_be_written_to("::ffff:10.20.3.4")
    assert not may_be_written_to("10.21.3.4")


def test_what_is_accepted_comes_back_with_its_answer(site):
    answer = post(site.url("/ok?key=甲"), b"said", {"Content-Type": "text/plain"})
    assert isinstance(answer, Answer)
    assert (answer.status, answer.body[:11]) == (200, b'{"errcode":')
    assert site.asked == [("/ok?key=%E7%94%B2", b"said")]


@pytest.mark.parametrize(
    ("path", "trouble", "lasting"),
    [
        ("/500", Trouble.BUSY, False),
        ("/503", Trouble.BUSY, False),
        ("/429", Trouble.BUSY, False),
        ("/404", Trouble.REFUSED, True),
        ("/302", Trouble.REDIRECT, True),
        ("/307", Trouble.REDIRECT, True),
    ],
)
def test_what_is_not_accepted_says_whether_to_try_again(site, path, trouble, lasting):
    failure = post(site.url(path), b"said", {})
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.lasting) == (trouble, lasting)
    assert len(site.asked) == 1  # a redirect is not followed


@pytest.mark.parametrize("path", ["/slow", "/drip"])
def test_the_whole_exchange_ends_in_time(site, path):
    began = time.monotonic()
    failure = post(site.url(path), b"said", {}, patience=0.5)
    assert time.monotonic() - began < 1.5
    assert failure == Failure(Trouble.TIMEOUT)
    assert not failure.lasting


def test_who_never_shakes_hands_is_left_in_time(trusted):
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"https://localhost:{mute.getsockname()[1]}/"
        assert post(url, b"", {}, patience=0.3) == Failure(Trouble.TIMEOUT)


def test_of_a_large_answer_only_the_beginning_is_read(site):
    site.answers["large"] = b"x" * 1_000_000
    answer = post(site.url("/large"), b"", {})
    assert isinstance(answer, Answer)
    assert len(answer.body) == 65_536


def test_a_certificate_for_another_name_is_refused(trusted):
    with serving(trusted.context_for("somebody.example")) as other:
        failure = post(other.url("/ok"), b"secret", {})
        assert isinstance(failure, Failure)
        assert failure.trouble == Trouble.CERTIFICATE
        assert other.asked == []


def test_a_certificate_of_an_unknown_authority_is_refused(site, settings):
    settings.OUTBOUND_CA_FILE = ""
    failure = post(site.url("/ok"), b"secret", {})
    assert isinstance(failure, Failure)
    assert failure.trouble == Trouble.CERTIFICATE
    assert site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "https://",
        "https://user:word@localhost/",
        "https://localhost:99999/",
        "file:///etc/passwd",
        "https://[::1/",
    ],
)
def test_what_is_no_plain_https_address_is_refused(url):
    failure = post(url, b"", {})
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.lasting) == (Trouble.BAD_ADDRESS, True)


def test_this_machine_is_not_written_to(site, settings):
    settings.OUTBOUND_NETWORKS = []
    failure = post(site.url("/ok"), b"", {})
    assert isinstance(failure, Failure)
    assert failure.trouble == Trouble.FORBIDDEN
    assert site.asked == []


def names(monkeypatch, *answers: list[str]) -> list[object]:
    """A name server that gives these addresses, one list a question; what it was asked."""
    asked: list[object] = []
    real = socket.getaddrinfo

    def found(host, port, *rest, **said):
        if host[0].isdigit():  # the connection itself is made to a number
            return real(host, port, *rest, **said)
        asked.append(host)
        given = answers[len(asked) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in given]

    monkeypatch.setattr("socket.getaddrinfo", found)
    return asked


def test_the_connection_goes_to_the_address_that_was_checked(site, monkeypatch, settings):
    """A name that points elsewhere a moment later is not asked a second time."""
    settings.OUTBOUND_NETWORKS = ["127.0.0.1/32"]
    asked = names(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    assert isinstance(post(site.url("/ok", host="robot.example"), b"", {}), Answer)
    assert asked == ["robot.example"]


def test_a_name_that_leads_inside_by_one_of_its_addresses_is_refused(site, monkeypatch, settings):
    settings.OUTBOUND_NETWORKS = ["127.0.0.1/32"]
    names(monkeypatch, ["127.0.0.1", "10.0.0.1"])
    failure = post(site.url("/ok", host="inside.example"), b"", {})
    assert isinstance(failure, Failure)
    assert (failure.trouble, failure.detail) == (Trouble.FORBIDDEN, "inside.example: 10.0.0.1")


@pytest.fixture
def mute_name_server(monkeypatch):
    """Asked for a name, it says nothing until the test is over."""
    over = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *asked, **said: over.wait(30) and [])
    yield
    over.set()


def test_a_name_server_that_says_nothing_is_left_in_time(mute_name_server, trusted):
    began = time.monotonic()
    failure = post("https://robot.example/send", b"said", {}, patience=0.3)
    assert time.monotonic() - began < 1.5
    assert failure == Failure(Trouble.NAME_TIMEOUT, "robot.example")
    assert not failure.lasting
    assert failure.of_the_line


def test_finding_the_name_and_the_exchange_share_their_time(site, monkeypatch):
    real = socket.getaddrinfo

    def slow(host, *rest, **said):
        if not host[0].isdigit():  # the connection itself is made to a number
            time.sleep(0.7)
        return real(host, *rest, **said)

    monkeypatch.setattr("socket.getaddrinfo", slow)
    began = time.monotonic()
    assert post(site.url("/slow"), b"said", {}, patience=1) == Failure(Trouble.TIMEOUT)
    assert time.monotonic() - began < 1.5


def test_a_name_that_nobody_knows_is_told_as_such(monkeypatch, trusted):
    def unknown(*asked, **said):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr("socket.getaddrinfo", unknown)
    failure = post("https://robot.example/send", b"said", {})
    assert isinstance(failure, Failure)
    assert failure.trouble == Trouble.NO_NAME
    assert "Name or service not known" in failure.detail


# --- Group robots -------------------------------------------------------------------------

NOTICE = Notice("3 月 2 日", ("- 一项", "- 二项"), "[打开](https://here/)")


def test_wecom_gets_markdown_at_the_address_with_its_key(site):
    assert send_to_wecom(site.url("/cgi-bin/webhook/send?key=k"), NOTICE) is None
    ((path, body),) = site.asked
    assert path == "/cgi-bin/webhook/send?key=k"
    assert body.decode() == (
        '{"msgtype": "markdown", "markdown": {"content": '
        '"### 3 月 2 日\\n\\n- 一项\\n\\n- 二项\\n\\n[打开](https://here/)"}}'
    )


def test_dingtalk_gets_markdown_and_a_signature(site):
    assert send_to_dingtalk(site.url("/robot/send?access_token=t"), "SEC1", NOTICE, at=AT) is None
    ((path, body),) = site.asked
    asked = parse_qs(urlsplit(path).query)
    assert asked["access_token"] == ["t"]
    assert asked["timestamp"] == ["1772411400000"]
    # printf '1772411400000\nSEC1' | openssl dgst -sha256 -hmac SEC1 -binary | base64
    assert asked["sign"] == ["CrjTreyOheAVAeiYFFR2KkWyHj/XqML4jhe9hraIVEc="]
    assert body.decode().startswith('{"msgtype": "markdown", "markdown": {"title": "3 月 2 日"')


@pytest.mark.parametrize(
    ("answer", "trouble", "lasting"),
    [
        (b'{"errcode": 45009, "errmsg": "api freq out of limit"}', Trouble.BUSY, False),
        (b'{"errcode": 93000, "errmsg": "invalid webhook url"}', Trouble.REFUSED, True),
        (b"<html>", Trouble.BAD_ANSWER, False),
        (b"[]", Trouble.BAD_ANSWER, False),
    ],
)
def test_a_robot_says_inside_its_answer_what_it_did(site, answer, trouble, lasting):
    site.answers["said"] = answer
    failure = send_to_wecom(site.url("/said"), NOTICE)
    assert failure is not None
    assert (failure.trouble, failure.lasting) == (trouble, lasting)


def test_a_long_notice_keeps_its_title_and_its_link():
    notice = Notice("长", tuple(f"- 举措{n}" for n in range(1000)), "[打开](https://here/)")
    said = notice.markdown(at_most=4096)
    assert len(said.encode()) <= 4096
    assert said.startswith("### 长\n\n- 举措0\n\n")
    assert said.endswith("\n\n[打开](https://here/)")


def test_what_somebody_typed_makes_no_link():
    assert plain("[领奖](https://evil)\n<@all> `x`") == "［领奖］(https://evil) ＜@all＞ 'x'"


def test_the_signature_holds_for_its_moment_only():
    assert signature("a", at=AT) != signature("a", at=AT.replace(minute=31))
