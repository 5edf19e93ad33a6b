from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class CoreConfig(AppConfig):
    name = "apps.core"


class AdminConfig(DjangoAdminConfig):
    default_site = "apps.core.admin.Site"
