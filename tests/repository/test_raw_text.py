"""What counts as a text that no translation can reach."""

from pathlib import Path

import pytest

from script.checks.raw_text import faults_in_python, faults_in_template


def in_template(source: str, name: str = "page.html") -> list[str]:
    """Line and finding of each fault."""
    return [f"{f.line} {f.what}" for f in sorted(faults_in_template(Path(name), source))]


def in_python(source: str) -> list[str]:
    """Line and finding of each fault."""
    return [f"{f.line} {f.what}" for f in sorted(faults_in_python(Path("file.py"), source))]


@pytest.mark.parametrize(
    "clean",
    [
        '<p class="lead">{% translate "Save" %} {{ measure.title }} 12 %</p>',
        '<a title="{% translate "Open" %}" href="/x">→</a>',
        "{% blocktranslate trimmed with n=x %}\n  One {{ n }} of\n many\n{% endblocktranslate %}",
        "{# a note #}{% comment %}words 说明{% endcomment %}<style>p { color: red }</style>",
        '<script src="x.js">let words;</script><input type="text" value="some words">',
        "<b>policytrack</b> Excel",
        "<p>Left as it is</p>{# no-translate #}",
        '<p {% if a %}class="two words"{% endif %}></p>',
        "&nbsp;&mdash;",
        "{% block bodyclass %}{{ block.super }} dashboard{% endblock %}",
    ],
)
def test_clean_templates(clean: str) -> None:
    assert in_template(clean) == []


def test_words_in_markup_are_found_with_their_line() -> None:
    source = '<p>\n  {% if x %}Yes{% endif %}\n</p>\n<img alt="A map">\n'
    source += '<input type="submit" value="Go">'
    assert in_template(source) == [
        "2 text without a translation tag: «Yes»",
        "4 text without a translation tag: «A map»",
        "5 text without a translation tag: «Go»",
    ]


def test_chinese_is_found_inside_tags_as_well() -> None:
    source = '{% translate "保存" %}\n{% include "a.html" with label="标题" %}'
    assert [line.split()[0] for line in in_template(source)] == ["1", "2"]


def test_mails_are_read_as_plain_text() -> None:
    assert in_template("Dear {{ name }}\n<ok>", "mail.txt") == [
        "1 text without a translation tag: «Dear»",
        "2 text without a translation tag: «<ok>»",
    ]


def test_english_that_people_read_needs_gettext() -> None:
    source = (
        'raise NotAllowed("You may not.")\n'
        'raise ValueError("a bug, in English")\n'
        'field = CharField(verbose_name="due date", help_text=_("A day."))\n'
        'messages.success(request, "It was saved.")\n'
        "class State(models.TextChoices):\n"
        '    OPEN = "OPEN", "Still open"\n'
        '    DONE = "DONE", _("Done well")\n'
    )
    assert in_python(source) == [
        "1 text without gettext: «You may not.»",
        "3 text without gettext: «due date»",
        "4 text without gettext: «It was saved.»",
        "6 text without gettext: «Still open»",
    ]


def test_chinese_may_stand_in_docstrings_and_comments() -> None:
    source = '"""说明"""\n# 注释\nname = "名称"\nother = "名称"  # no-translate: a test\n'
    assert in_python(source) == ["3 Chinese outside the catalogue: «名称»"]
