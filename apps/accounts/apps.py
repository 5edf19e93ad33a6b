from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "apps.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        """What allauth and axes do to accounts goes on record from the first request on."""
        from apps.accounts import on_record  # noqa: PLC0415  # models are loaded by now

        on_record.listen()
