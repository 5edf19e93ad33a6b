"""The two READMEs tell the same: same sections, same commands, links that lead somewhere."""

import re
from pathlib import Path

import pytest

from apps.console.demo_story import PEOPLE, STORIES, UNCOVERED

CHECKOUT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = "README.md", "README.zh-CN.md"
BOTH = pytest.mark.parametrize("name", [ENGLISH, CHINESE])
SECTIONS = {
    "Two commands": "两条命令",
    "Five minutes in the demo": "五分钟看演示",
    "Who does what in the demo": "演示里谁做什么",
    "On servers of your own": "部署到自己的服务器",
    "Where things are": "东西在哪里",
}


def text(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def found(pattern: str, name: str) -> list[str]:
    return re.findall(pattern, text(name), re.MULTILINE)


def test_the_sections_are_the_same_in_the_same_order():
    assert found(r"^## (.+)$", ENGLISH) == list(SECTIONS)
    assert found(r"^## (.+)$", CHINESE) == list(SECTIONS.values())


@pytest.mark.parametrize(
    "pattern",
    [
        r"^(script/\w+) +#",
        r"^\d+\. ",
        r"^!\[.*\]\((.+)\)$",
    ],
    ids=["commands", "steps", "pictures"],
)
def test_what_is_counted_is_the_same(pattern):
    assert found(pattern, ENGLISH) == found(pattern, CHINESE) != []


def test_the_same_names_are_said():
    assert set(found(r"`([^`\n]+)`", ENGLISH)) == set(found(r"`([^`\n]+)`", CHINESE))


@BOTH
def test_each_links_to_the_other_and_to_files_that_are_there(name):
    links = found(r"\]\(([^)#]+)\)", name)
    assert {ENGLISH, CHINESE} - {name} <= set(links)
    assert [link for link in links if not (CHECKOUT / link).exists()] == []


@BOTH
def test_sign_ins_and_measures_are_those_of_the_demo(name):
    said = set(found(r"`([^`\n]+)`", name))
    signs_in = {one for one in said if re.fullmatch(r"[a-z]+(_[a-z]+)?", one)}
    assert signs_in - {person.username for person in PEOPLE} == {"policytrack_app"}
    measures = {one for one in said if re.fullmatch(r"\d\.\d-\d\.\d+", one)}
    assert measures <= {story.code for story in STORIES}
    assert UNCOVERED.partition("/")[0] in said
