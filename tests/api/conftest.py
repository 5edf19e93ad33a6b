"""Where webhooks arrive: a real HTTPS server on this machine."""

import pytest

from tests.reminders.https_server import Authority, serving


@pytest.fixture(scope="module")
def receiver(tmp_path_factory):
    authority = Authority.made(tmp_path_factory.mktemp("authority"))
    with serving(authority.context_for("localhost")) as site:
        site.authority = authority
        yield site


@pytest.fixture
def site(receiver, settings):
    settings.OUTBOUND_CA_FILE = receiver.authority.file
    settings.OUTBOUND_NETWORKS = ["127.0.0.0/8", "::1/128"]
    receiver.asked.clear()
    receiver.headers.clear()
    return receiver
