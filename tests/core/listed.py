"""Acts on many rows of an admin list, as a browser sends them."""

from django.contrib.messages import get_messages
from django.urls import reverse


def ask(browser, rows, act: str):
    """Tick the rows and choose the act: the page that asks."""
    chosen = {"action": act, "_selected_action": [row.pk for row in rows]}
    return browser.post(_list_of(rows[0]), chosen)


def confirm(browser, rows, asked, act: str) -> list[str]:
    """Do what was asked about; what the page then says."""
    sent = {
        "action": act,
        "_selected_action": "0",
        "select_across": "1",
        "versions": asked.context["versions"],
        "confirmed": "1",
    }
    answer = browser.post(_list_of(rows[0]), sent)
    return [str(message) for message in get_messages(answer.wsgi_request)]


def _list_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_changelist")
