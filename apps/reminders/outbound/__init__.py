"""The one way out of the product: HTTPS to addresses that were checked, and mail by SMTP."""

from apps.reminders.outbound.https import Answer, post
from apps.reminders.outbound.mail import Mail, MailLine
from apps.reminders.outbound.trouble import Failure, Trouble

__all__ = ["Answer", "Failure", "Mail", "MailLine", "Trouble", "post"]
