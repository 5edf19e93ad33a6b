"""Who acts. Apps below accounts know a person only by this protocol."""

from dataclasses import dataclass
from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The roles of an office; what each may do is written in the permissions of each app."""

    LIAISON = "LIAISON", _("Liaison")
    DRAFTER = "DRAFTER", _("Drafter")
    UNIT_LEADER = "UNIT_LEADER", _("Unit leader")
    UNIT_HEAD = "UNIT_HEAD", _("Unit head")
    SUPERVISOR = "SUPERVISOR", _("Supervisor")
    DIRECTOR = "DIRECTOR", _("Director")
    SUPERVISING_LEADER = "SUPERVISING_LEADER", _("Supervising leader")
    KPI_OWNER = "KPI_OWNER", _("KPI owner")
    AUDITOR = "AUDITOR", _("Auditor")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")
    INTEGRATOR = "INTEGRATOR", _("Integrator")


class Actor(Protocol):
    """Whoever an operation is done by. `str()` gives the name the audit trail keeps."""

    @property
    def pk(self) -> int | None: ...

    def holds(self, role: Role) -> bool: ...


@dataclass(frozen=True)
class Machine:
    """A scheduled task or set-up command that acts without a person behind it."""

    name: str
    roles: frozenset[Role] = frozenset()
    pk: None = None

    def holds(self, role: Role) -> bool:
        return role in self.roles

    def __str__(self) -> str:
        return self.name
