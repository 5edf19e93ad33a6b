"""Agency, District, and where a stated fact comes from."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.audit.history import tracked
from apps.core.search import InitialsField, Searchable


class Level(models.TextChoices):
    INTERNATIONAL = "INTERNATIONAL", _("International")
    NATIONAL = "NATIONAL", _("National")
    PROVINCE = "PROVINCE", _("Province")
    CITY = "CITY", _("City")
    DISTRICT = "DISTRICT", _("District")


class Confidence(models.TextChoices):
    """How well a stated fact is backed; what is not known stays empty."""

    TWO_SOURCES = "TWO_SOURCES", _("Verified in two sources")
    ONE_SOURCE = "ONE_SOURCE", _("One source")
    ARTICLE_ONLY = "ARTICLE_ONLY", _("Article only")
    NOT_FOUND = "NOT_FOUND", _("To be entered")
    DEMO = "DEMO", _("Demo")


class NaturalKey:
    """For QuerySets of reference data: a row is known by a code that never changes.

    Fixtures name rows by it, so that they load into any database.
    """

    key_field = "code"

    def get_by_natural_key(self, key: str) -> Any:
        return self.get(**{self.key_field: key})  # type: ignore[attr-defined]  # mixed into a QuerySet


class SourceQuerySet(NaturalKey, models.QuerySet["Source"]):
    pass


class Source(models.Model):
    """A document or page that facts were taken from."""

    class Kind(models.TextChoices):
        PRIMARY = "PRIMARY", _("Primary text")
        GOVERNMENT = "GOVERNMENT", _("Government site")
        PRESS = "PRESS", _("Press")
        MIRROR = "MIRROR", _("Copy on another site")

    code = models.CharField(_("code"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=300)
    url = models.CharField(_("address"), max_length=500, blank=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


class Sourced(models.Model):
    """A fact that says where it comes from and how sure it is."""

    confidence = models.CharField(
        _("confidence"), max_length=12, choices=Confidence, default=Confidence.ARTICLE_ONLY
    )
    sources = ArrayField(
        models.CharField(max_length=40), verbose_name=_("sources"), default=list, blank=True
    )
    remark = models.TextField(_("remark"), blank=True)

    class Meta:
        abstract = True


class Bilingual(models.Model):
    """Something with a Chinese name and, where there is one, an English one."""

    name = models.CharField(_("name"), max_length=300)
    name_en = models.CharField(_("English name"), max_length=300, blank=True)
    initials = InitialsField("name")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


def in_language(chinese: str, english: str) -> str:
    """The English text for English readers where there is one, else the Chinese."""
    return english if english and (get_language() or "").startswith("en") else chinese


class DistrictQuerySet(NaturalKey, Searchable["District"]):
    key_field = search_code = "adcode"
    search_columns = ("name", "name_en", "initials")


@tracked()
class District(Bilingual, Sourced):
    """A district of the city. `boundary` is a GeoJSON geometry in degrees (WGS 84-like)."""

    adcode = models.CharField(_("division code"), max_length=6, unique=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    boundary = models.JSONField(_("boundary"), null=True, blank=True)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ("position", "id")
        indexes = [
            # matching(words)
            DistrictQuerySet.words_index("district_words"),
        ]


class DistrictProfileQuerySet(NaturalKey, models.QuerySet["DistrictProfile"]):
    key_field = "district"


@tracked()
class DistrictProfile(Sourced):
    """What the article says of a district's equipment industry; its own facts, its own sources."""

    class Role(models.TextChoices):
        CORE = "CORE", _("Core district")
        COLLABORATIVE = "COLLABORATIVE", _("Collaborating district")

    district = models.OneToOneField(
        District, models.PROTECT, related_name="profile", verbose_name=_("district")
    )
    role = models.CharField(_("role in the cluster"), max_length=13, choices=Role, blank=True)
    specialisation = models.CharField(_("specialisation"), max_length=200, blank=True)
    key_areas = ArrayField(
        models.CharField(max_length=100), verbose_name=_("key areas"), default=list, blank=True
    )
    directions = ArrayField(
        models.CharField(max_length=100),
        verbose_name=_("directions of development"),
        default=list,
        blank=True,
    )
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = DistrictProfileQuerySet.as_manager()

    class Meta:
        verbose_name = _("district profile")
        verbose_name_plural = _("district profiles")
        ordering = ("district_id",)

    def __str__(self) -> str:
        return str(self.district)


class AgencyQuerySet(NaturalKey, Searchable["Agency"]):
    search_columns = ("name", "short_name", "name_en", "short_name_en", "initials")

    def within(self, agency_id: int) -> "AgencyQuerySet":
        """The agency and everything below it."""
        return self.filter(path__contains=[agency_id])

    def able_to_lead(self) -> "AgencyQuerySet":
        return self.filter(kind__in=LEADING)


@tracked()
class Agency(Bilingual, Sourced):
    """Who can be responsible: a node of the tree of offices."""

    class Kind(models.TextChoices):
        GOVERNMENT = "GOVERNMENT", _("Government or party body")
        SUPERVISION = "SUPERVISION", _("Supervision office")
        BUREAU = "BUREAU", _("Bureau")
        DISTRICT = "DISTRICT", _("District government")
        SECTION = "SECTION", _("Section or department")
        INSTITUTION = "INSTITUTION", _("Institution")
        FOREIGN = "FOREIGN", _("Foreign body")

    code = models.CharField(_("code"), max_length=40, unique=True)
    short_name = models.CharField(_("short name"), max_length=60, blank=True)
    short_name_en = models.CharField(_("short English name"), max_length=60, blank=True)
    initials = InitialsField("name", "short_name")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    level = models.CharField(_("level"), max_length=13, choices=Level)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("superior agency"),
    )
    district = models.ForeignKey(
        District,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="agencies",
        verbose_name=_("district"),
    )
    path = ArrayField(
        models.BigIntegerField(),
        verbose_name=_("path"),
        default=list,
        editable=False,
        help_text=_("ids from the root down to this agency"),
    )
    confirms_reports = models.BooleanField(
        _("confirms its reports"),
        default=False,
        help_text=_("What its liaisons and drafters hand in waits for the unit leader first."),
    )
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    objects = AgencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("agency")
        verbose_name_plural = _("agencies")
        ordering = ("code",)
        indexes = [
            # within(agency): the subtree of an agency.
            GinIndex(fields=["path"], name="agency_subtree"),
            # matching(words)
            AgencyQuerySet.words_index("agency_words"),
        ]

    @property
    def label(self) -> str:
        """The short name where there is one."""
        return in_language(self.short_name, self.short_name_en) or str(self)

    @property
    def is_able_to_lead(self) -> bool:
        return self.kind in LEADING


LEADING = (Agency.Kind.BUREAU, Agency.Kind.DISTRICT, Agency.Kind.SECTION)
"""The kinds of agencies that lead measures."""


class Installation(models.Model):
    """The one row about this database itself."""

    name = models.CharField(_("office"), max_length=200, blank=True)
    is_demo = models.BooleanField(_("demo database"), default=False, editable=False)
    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta:
        verbose_name = _("installation")
        verbose_name_plural = _("installation")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_installation")]

    def __str__(self) -> str:
        return self.name


def installation_is_demo() -> bool:
    """Whether every screen and export carries the demo mark. One query."""
    return Installation.objects.filter(is_demo=True).exists()


def own_confidence() -> str:
    """Of what an office decides itself: it needs no source, but in a demo it is a demo fact."""
    return Confidence.DEMO if installation_is_demo() else ""
