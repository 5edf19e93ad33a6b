"""Find text that people read and that no translation can reach.

Templates: words outside translation tags. Python: Chinese in a string, and English where people
will read it (labels, help texts, refusals) without gettext. `no-translate` in a comment on the
line exempts it.
"""

import ast
import builtins
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

CHINESE = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff]")
WORD = re.compile(r"[A-Za-z]{2,}")
# Names and units that are the same in every language.
SAME_EVERYWHERE = {"policytrack", "Excel", "Word", "PDF", "CSV", "API", "JSON", "MB", "KB", "km"}
READ_ATTRIBUTES = {"title", "placeholder", "alt", "aria-label", "aria-description", "hx-confirm"}
SILENT = {"script", "style", "kbd", "code"}
EXEMPT = "no-translate"

_TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
_COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
_TRANSLATED = re.compile(r"{%\s*(blocktrans(?:late)?)\b.*?%}.*?{%\s*end\1\s*%}", re.DOTALL)
# Blocks of the admin's that fill a class attribute.
_CLASS_BLOCK = re.compile(r"{%\s*block (\w*class|coltype)\s*%}.*?{%\s*endblock.*?%}", re.DOTALL)

# Keyword arguments that end on a screen, and calls whose first argument does.
READ_KEYWORDS = {"verbose_name", "verbose_name_plural", "help_text", "label", "empty_label"}
READ_KEYWORDS |= {"short_description", "description"}
READ_CALLS = {"Verdict", "ValidationError"}
READ_CALLS |= {f"messages.{level}" for level in ("debug", "info", "success", "warning", "error")}
# Read by whoever runs or programs the system, in English.
FOR_OPERATORS = {*dir(builtins), "CommandError", "BackupTrouble", "ImproperlyConfigured"}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing to put right, and where."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


def faults_in_template(path: Path, source: str) -> Iterator[Fault]:
    """Chinese anywhere but in comments; words in the markup that no translation tag holds."""
    lines = source.splitlines()
    bare = _COMMENT.sub(_blank, source)
    found = [(line, f"Chinese outside the catalogue: «{text}»") for line, text in _chinese(bare)]
    markup = bare
    for unread in (_TRANSLATED, _CLASS_BLOCK, _TAG):
        markup = unread.sub(_blank, markup)
    reader = _Reader(plain=path.suffix == ".txt")
    reader.read(markup)
    found += [(line, f"text without a translation tag: «{text}»") for line, text in reader.texts]
    yield from (Fault(path, line, what) for line, what in found if EXEMPT not in lines[line - 1])


def faults_in_python(path: Path, source: str) -> Iterator[Fault]:
    """Chinese in a string that is no docstring; English that people read without gettext."""
    lines = source.splitlines()
    tree = ast.parse(source)
    documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        for text in _untranslated(node):
            if EXEMPT not in lines[text.lineno - 1]:
                yield Fault(path, text.lineno, f"text without gettext: «{_short(str(text.value))}»")
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            exempt = id(node) in documentation or EXEMPT in lines[node.lineno - 1]
            if CHINESE.search(node.value) and not exempt:
                what = f"Chinese outside the catalogue: «{_short(node.value)}»"
                yield Fault(path, node.lineno, what)


class _Reader(HTMLParser):
    """Collects the words that a template shows as text or in attributes that people read."""

    def __init__(self, *, plain: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.plain = plain
        self.texts: list[tuple[int, str]] = []
        self._silent = ""

    def read(self, markup: str) -> None:
        if self.plain:
            self._note(markup, 1)
        else:
            self.feed(markup)
            self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SILENT:
            self._silent = tag
        shown = dict(attrs).get("type") in ("submit", "button", "reset")
        for name, value in attrs:
            if value and (name in READ_ATTRIBUTES or (name == "value" and shown)):
                self._note(value, self.getpos()[0])

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._note(data, self.getpos()[0])

    def _note(self, text: str, first_line: int) -> None:
        for line, part in enumerate(text.split("\n"), first_line):
            if set(WORD.findall(part)) - SAME_EVERYWHERE:
                self.texts.append((line, _short(part)))


def _untranslated(node: ast.AST) -> Iterator[ast.Constant]:
    """The plain strings that this piece of Python shows to people."""
    if isinstance(node, ast.Call):
        shown = [word.value for word in node.keywords if word.arg in READ_KEYWORDS]
        shown += node.args[1:2] if ast.unparse(node.func).startswith("messages.") else []
        shown += node.args[:1] if ast.unparse(node.func) in READ_CALLS else []
    elif isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
        shown = [] if ast.unparse(node.exc.func) in FOR_OPERATORS else node.exc.args[:1]
    elif isinstance(node, ast.ClassDef) and any("Choices" in ast.unparse(b) for b in node.bases):
        values = [line.value for line in node.body if isinstance(line, ast.Assign)]
        shown = [value.elts[1] for value in values if isinstance(value, ast.Tuple)]
    else:
        shown = []
    for text in shown:
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and " " in text.value:
            yield text


def _chinese(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), 1):
        if CHINESE.search(line):
            yield number, _short(line)


def _blank(match: re.Match[str]) -> str:
    """As many lines as before, so that line numbers stay true."""
    return " " + "\n" * match.group().count("\n")


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 60 else text[:59] + "…"
