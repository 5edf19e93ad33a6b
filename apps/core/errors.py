"""How a refusal is said: by permission (403), by rule (409) or because what is on record cannot be
found (404), always as a sentence for people."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.utils.functional import Promise

Sentence = str | Promise


@dataclass(frozen=True)
class Verdict:
    """A permission's answer: truthy, or falsy with the reason in words."""

    reason: Sentence = ""

    def __bool__(self) -> bool:
        return not self.reason

    def or_refuse(self) -> None:
        """Raise NotAllowed with the reason unless the answer was yes."""
        if not self:
            raise NotAllowed(self.reason)


ALLOWED = Verdict()


class Refusal(Exception):
    """Anything an operation declines to do; `reason` is the sentence the person reads."""

    code = "refused"

    def __init__(self, reason: Sentence) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return str(self.reason)


class NotAllowed(Refusal, PermissionDenied):
    """This person may not do this here."""

    code = "not_allowed"


class RuleBroken(Refusal):
    """The act is this person's to do, but a rule of the field forbids it as asked.

    `field` names the input that has to change, where one does.
    """

    code = "rule_broken"

    def __init__(self, reason: Sentence, *, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class Missing(Refusal):
    """What is on record, and this person's to see, is not where it is kept."""

    code = "missing"


class Stale(RuleBroken):
    """Someone else changed the record after this person's page was made."""

    code = "stale"
