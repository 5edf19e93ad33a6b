"""Mail through the server that the settings name, several letters on one connection."""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from apps.reminders.outbound.trouble import Failure, Trouble


@dataclass(frozen=True)
class Mail:
    """One letter to one person. `message_id` stays the same however often it is sent."""

    message_id: str
    recipient: str
    subject: str
    text: str
    html: str


class MailLine:
    """A connection that is opened with the first letter and kept for the next ones."""

    def __init__(self, backend: BaseEmailBackend) -> None:
        self._backend = backend

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator["MailLine"]:
        """The way to the mail server (or the folder) of the settings."""
        backend = get_connection(fail_silently=False)
        try:
            yield cls(backend)
        finally:
            with suppress(smtplib.SMTPException, OSError):  # the letters are through, or not
                backend.close()

    def open(self) -> Failure | None:
        """None when the server is there and lets us in."""
        return self._done(self._backend.open)

    def send(self, mail: Mail) -> Failure | None:
        """None when the server has taken the letter into its care."""
        return self.open() or self._done(lambda: self._backend.send_messages([_message(mail)]))

    def _done(self, act: Callable[[], object]) -> Failure | None:
        try:
            act()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._hang_up()
            return _failure(error)
        return None

    def _hang_up(self) -> None:
        """After a failure the next letter begins on a connection of its own."""
        with suppress(smtplib.SMTPException, OSError):
            self._backend.close()


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        mail.subject,
        mail.text,
        settings.DEFAULT_FROM_EMAIL,
        [mail.recipient],
        headers={"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(mail.html, "text/html")
    return message


def _failure(error: Exception) -> Failure:
    """What a code of the 400s says will pass; what one of the 500s says, will not."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
        return _refusal(code, said)
    if isinstance(error, smtplib.SMTPAuthenticationError | smtplib.SMTPSenderRefused):
        return Failure(Trouble.SIGN_IN, _words(error.smtp_error))
    if isinstance(error, smtplib.SMTPDataError):
        return _refusal(error.smtp_code, error.smtp_error)
    return _failure_of_line(error)


def _refusal(code: int, said: bytes | str) -> Failure:
    trouble = Trouble.REFUSED if code >= 500 else Trouble.BUSY
    return Failure(trouble, f"{code} {_words(said)}")


def _failure_of_line(error: Exception) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(Trouble.CERTIFICATE, error.verify_message)
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return Failure(Trouble.TIMEOUT)  # smtplib says "disconnected" where it gave up waiting
    if isinstance(error, ValueError):  # a header that would have held two lines
        return Failure(Trouble.REFUSED, str(error))
    return Failure(Trouble.NO_CONNECTION, str(error))


def _words(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
