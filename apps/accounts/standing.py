"""Standing: everything about a person that rights are decided by, loaded once per request."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.conf import settings

from apps.accounts.models import Membership, ServiceAccount, User
from apps.agencies.models import Agency, in_language
from apps.core.actor import Role

UNIT_ROLES = frozenset({Role.LIAISON, Role.DRAFTER, Role.UNIT_LEADER, Role.UNIT_HEAD})
"""The roles that see what their agency, or an agency below it, leads or supports."""


@dataclass(frozen=True)
class Post:
    """One role held in one agency."""

    role: Role
    agency_id: int
    agency_name: str = ""
    agency_name_en: str = ""
    absent_name: str = ""
    """Whom this person stands in for, where the post is a deputy's."""

    @property
    def agency_label(self) -> str:
        """The agency as it is shown beside the person's name."""
        return in_language(self.agency_name, self.agency_name_en)


@dataclass(frozen=True)
class Standing:
    """A person as permissions and `visible_to` know them. It is the Actor of every operation."""

    pk: int | None
    name: str
    on: date
    posts: tuple[Post, ...] = ()

    @classmethod
    def of(cls, user: User, *, on: date) -> "Standing":
        """Load what `user` holds on that day, deputised roles included. One query."""
        held = Membership.objects.carried_by(user.pk, on=on).order_by("id")
        posts = (
            Post(Role(role), agency, name, name_en, "" if holder == user.pk else holder_name)
            for role, agency, name, name_en, holder, holder_name in held.values_list(
                "role", "agency_id", "agency__name", "agency__name_en", "user_id", "user__name"
            )
        )
        return cls(user.pk, str(user), on, tuple(posts))

    @classmethod
    def of_service(cls, account: ServiceAccount, *, on: date) -> "Standing":
        """What a program holds: its role in its agency. No query; user and agency are loaded."""
        agency = account.agency
        held = (Role(account.role), Role.INTEGRATOR)
        posts = tuple(Post(role, agency.pk, agency.name, agency.name_en) for role in held)
        return cls(account.user_id, account.name, on, posts)

    def __str__(self) -> str:
        return self.name

    @property
    def person_id(self) -> int:
        """The id under which rows keep who did it; 0 is nobody's."""
        return self.pk or 0

    def holds(self, role: Role) -> bool:
        return role in self.roles

    def holds_any(self, roles: Iterable[Role]) -> bool:
        return not self.roles.isdisjoint(roles)

    def holds_for(self, roles: Iterable[Role], agency: Agency) -> bool:
        """Whether one of the roles is held in this agency or in one above it."""
        wanted = frozenset(roles)
        return any(p.role in wanted and p.agency_id in agency.path for p in self.posts)

    def agencies_of(self, roles: Iterable[Role]) -> list[int]:
        """The agencies in which one of the roles is held."""
        wanted = frozenset(roles)
        return sorted({post.agency_id for post in self.posts if post.role in wanted})

    @cached_property
    def roles(self) -> frozenset[Role]:
        return frozenset(post.role for post in self.posts)

    @cached_property
    def unit_agencies(self) -> list[int]:
        """The agencies this person works in: what they see includes what is restricted."""
        return self.agencies_of(UNIT_ROLES)

    @cached_property
    def viewing_agencies(self) -> list[int]:
        """The agencies whose measures this person sees; matched against viewer_agencies."""
        return self.agencies_of(UNIT_ROLES | {Role.SUPERVISING_LEADER})

    @cached_property
    def home(self) -> Post | None:
        """The post shown beside the name: one's own before a deputy's."""
        own = (post for post in self.posts if not post.absent_name)
        return next(own, self.posts[0] if self.posts else None)


def roles_with_second_factor() -> set[Role]:
    """The roles that sign in with a second factor only."""
    return {Role(role) for role in settings.SECOND_FACTOR_ROLES}


NOBODY = Standing(None, "", date.min)
