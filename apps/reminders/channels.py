"""The ways by which a message leaves. What is in the inbox needs none: the row is the message.

A message knows how it is sent. The line to the mail server is opened once for many letters.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cryptography.fernet import InvalidToken

from apps.core.ciphers import cipher
from apps.reminders.models import Channel, Robot
from apps.reminders.outbound import Failure, Mail, MailLine, Trouble
from apps.reminders.robots import Notice, send_to_dingtalk, send_to_wecom

ROBOTS = "policytrack group robots"
"""Names the key of their addresses and secrets; another name would make them unreadable."""


class Message(Protocol):
    """Something that is ready to leave."""

    def send(self, line: MailLine, *, at: datetime) -> Failure | None:
        """None once whoever has to take it has accepted it."""


@dataclass(frozen=True)
class Letter:
    """By e-mail, through the one mail server."""

    mail: Mail

    def send(self, line: MailLine, *, at: datetime) -> Failure | None:
        return line.send(self.mail)


@dataclass(frozen=True)
class Call:
    """Spoken by a group robot, each of which has a server of its own."""

    robot: Robot
    notice: Notice

    def send(self, line: MailLine, *, at: datetime) -> Failure | None:
        try:
            address = unsealed(self.robot.address_encrypted)
            secret = unsealed(self.robot.secret_encrypted)
        except InvalidToken:  # another SECRET_KEY, as after a restore to another server
            return Failure(Trouble.KEY_GONE)
        if self.robot.kind == Robot.Kind.WECOM:
            return send_to_wecom(address, self.notice)
        return send_to_dingtalk(address, secret, self.notice, at=at)


def trouble_of(channel: Channel, line: MailLine) -> Failure | None:
    """What is wrong with the way as a whole, found out before any message is taken."""
    return line.open() if channel == Channel.EMAIL else None


def sealed(text: str) -> str:
    """A robot's address or secret as the database keeps it; empty stays empty."""
    return cipher(ROBOTS).encrypt(text.encode()).decode() if text else ""


def unsealed(token: str) -> str:
    """What `sealed` was given."""
    return cipher(ROBOTS).decrypt(token.encode()).decode() if token else ""


def sealed_anew(token: str) -> str:
    """The same under the key of today, after SECRET_KEY was changed."""
    return cipher(ROBOTS).rotate(token.encode()).decode() if token else ""
