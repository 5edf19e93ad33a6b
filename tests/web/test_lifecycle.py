"""The help page tells the transition table in the reader's language."""

import pytest

from apps.measures.lifecycle import TRANSITIONS
from apps.measures.lifecycle.whose import WHOSE
from apps.measures.models import State
from tests.web.here import in_chinese

URL = "/help/lifecycle/"


@pytest.mark.parametrize("who", ["liaison", "director", "auditor"])
def test_everybody_reads_the_whole_table(cast, who):
    page = cast.signed_in(who).get(URL).content.decode()
    for line in TRANSITIONS:
        assert f'<th scope="row">{line.action.label}</th>' in page
        assert str(WHOSE[line.who]).replace("'", "&#x27;") in page
    for state in State:
        assert f">{state.label}</text>" in page, "not drawn"


def test_it_speaks_chinese(cast):
    page = cast.signed_in("liaison", language="zh-hans").get(URL).content.decode()
    assert f">{in_chinese('In progress')}</text>" in page
    assert in_chinese("liaison or drafter of the lead") in page


def test_a_stranger_signs_in_first(client, db):
    assert client.get(URL).status_code == 302


def test_it_is_found_in_the_account_menu(cast):
    assert f'href="{URL}"' in cast.signed_in("liaison").get("/").content.decode()
