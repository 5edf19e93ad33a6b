"""What can go wrong on the way out, and whether trying again may help."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class Trouble(models.TextChoices):
    """Why nothing arrived, or why nobody knows whether it did."""

    BAD_ADDRESS = "BAD_ADDRESS", _("The address is not a complete https address.")
    FORBIDDEN = "FORBIDDEN", _("The address lies in a network that may not be written to.")
    NO_NAME = "NO_NAME", _("The name of the server is not known.")
    NAME_TIMEOUT = "NAME_TIMEOUT", _("The name of the server was not found in time.")
    NO_CONNECTION = "NO_CONNECTION", _("The server cannot be reached.")
    TIMEOUT = "TIMEOUT", _("The server did not answer in time.")
    CERTIFICATE = "CERTIFICATE", _("The certificate of the server is not valid for it.")
    SIGN_IN = "SIGN_IN", _("The server refused our sign-in or our sender address.")
    REDIRECT = "REDIRECT", _("The server pointed to another address, which is not followed.")
    BUSY = "BUSY", _("The server asked to try again later.")
    REFUSED = "REFUSED", _("The server refused the message.")
    BAD_ANSWER = "BAD_ANSWER", _("The server gave an answer that cannot be understood.")
    KEY_GONE = "KEY_GONE", _("The address was encrypted with another key: enter it again.")


LASTING = {
    Trouble.BAD_ADDRESS,
    Trouble.FORBIDDEN,
    Trouble.REDIRECT,
    Trouble.REFUSED,
    Trouble.KEY_GONE,
}
"""What the same message will meet again, until somebody changes something."""
OF_ONE_MESSAGE = {Trouble.REFUSED, Trouble.BUSY}
"""What says something about this message; anything else the next one would meet too."""


@dataclass(frozen=True)
class Failure:
    """Not accepted. `detail` is what the other side said, in its own words."""

    trouble: Trouble
    detail: str = ""

    @property
    def lasting(self) -> bool:
        return self.trouble in LASTING

    @property
    def of_the_line(self) -> bool:
        """Whether the next message on the same way would fail as well."""
        return self.trouble not in OF_ONE_MESSAGE

    def __str__(self) -> str:
        """As it is kept: the code, then the other side's words on one line."""
        return f"{self.trouble.value} {' '.join(self.detail.split())}".strip()[:500]
