"""/healthz: 200 when all is well, else 503 with the part that is not."""

import socket

import pytest


@pytest.fixture
def deaf():
    """The address of a broker that takes every call and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"redis://127.0.0.1:{listening.getsockname()[1]}/0"


def test_a_broker_that_never_answers_is_not_well(client, db, monkeypatch, deaf):
    monkeypatch.setenv("CELERY_BROKER_WRITE_URL", deaf)
    monkeypatch.setattr("apps.web.pages.health.PATIENCE", 0.2)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    said = answer.json()
    assert (said["database"], said["migrations"]) == ("ok", "ok")
    assert said["broker"] != "ok"


def test_it_answers_without_reading_a_session(cast, django_assert_num_queries, monkeypatch):
    browser = cast.signed_in("liaison")

    def unreadable(*args, **said):
        raise AssertionError("the session was read")

    monkeypatch.setattr("django.contrib.sessions.backends.cached_db.SessionStore.load", unreadable)
    assert browser.get("/healthz").json()["database"] == "ok"
