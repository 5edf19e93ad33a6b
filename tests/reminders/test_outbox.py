"""The folder that takes mails where there is no mail server."""

from pathlib import Path

import pytest

from apps.reminders import outbox
from apps.reminders.outbound import Mail, MailLine


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.EMAIL_BACKEND = "apps.reminders.outbox.FileOutbox"
    settings.MAIL_OUTBOX_DIR = str(tmp_path / "outbox")
    return tmp_path / "outbox"


def sent(number: int, *, subject: str = "督办提醒") -> None:
    mail = Mail(f"<d-{number}@here>", "liaison@here", subject, "正文\n", "<p>正文</p>\n")
    with MailLine.opened() as line:
        assert line.send(mail) is None


def test_a_mail_can_be_read_with_both_its_texts(folder):
    sent(7)
    (letter,) = outbox.letters()
    assert (letter.recipient, letter.subject) == ("liaison@here", "督办提醒")
    assert (letter.text, letter.html) == ("正文\n", "<p>正文</p>\n")
    assert letter.message_id == "<d-7@here>"
    assert outbox.letter(letter.name) == letter
    (file,) = folder.iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_mail_sent_again_replaces_itself(folder):
    sent(7)
    sent(7, subject="again")
    assert [letter.subject for letter in outbox.letters()] == ["again"]


def test_the_newest_come_first_and_no_more_than_asked_for(folder):
    for number in range(4):
        sent(number)
    assert [letter.message_id for letter in outbox.letters(most=2)] == ["<d-3@here>", "<d-2@here>"]


@pytest.mark.parametrize("name", ["../secret.eml", "secret.txt", "none.eml", ".hidden.eml", ""])
def test_nothing_outside_the_folder_can_be_read(folder, name):
    sent(1)
    (folder.parent / "secret.eml").write_text("To: x\n\nsecret")
    (folder / "secret.txt").write_text("secret")
    (folder / ".hidden.eml").write_text("secret")
    assert outbox.letter(name) is None


def test_without_a_folder_there_are_no_letters(folder):
    assert outbox.in_use()
    assert outbox.letters() == []


def test_with_a_mail_server_the_folder_is_not_in_use(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert not outbox.in_use()
