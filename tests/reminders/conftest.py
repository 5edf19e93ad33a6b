"""Servers of this machine that reminders go out to."""

from collections.abc import Iterator

import pytest

from tests.conftest import Cast
from tests.reminders.https_server import Authority, Site, serving
from tests.reminders.mail_server import Postbox, mail_server
from tests.reminders.mornings import use_mail_server


@pytest.fixture(scope="session")
def authority(tmp_path_factory) -> Authority:
    return Authority.made(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def trusted(authority, settings) -> Authority:
    """This machine may be written to, and certificates of the test's authority count."""
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8", "::1/128"]
    settings.OUTBOUND_CA_FILE = authority.file
    return authority


@pytest.fixture
def site(trusted) -> Iterator[Site]:
    """An HTTPS server called localhost, robot.example and inside.example."""
    with serving(trusted.context_for("localhost", "robot.example", "inside.example")) as site:
        yield site


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    """A mail server, named by the settings."""
    with mail_server() as postbox:
        use_mail_server(settings, postbox.port)
        yield postbox


@pytest.fixture
def everybody_has_mail(cast) -> Cast:
    """Each of the cast is written to under their own name."""
    return written_to(cast)


def written_to(cast: Cast) -> Cast:
    for user in cast.users.values():
        user.email = f"{user.username}@office.example"
        user.save()
    return cast
