"""People and programs, as administrators keep them."""

from apps.accounts.admin import people, service_accounts

__all__ = ["people", "service_accounts"]
