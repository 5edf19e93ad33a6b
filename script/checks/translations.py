"""Check that everything people read exists in English and in Chinese.

    python -m script.checks.translations             name what is missing, wrong or left over
    python -m script.checks.translations --update    put new texts into the catalogue, old ones out

Texts stand in the source in English; locale/zh_Hans/LC_MESSAGES/django.po translates them.
"""

import argparse
import io
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from script.checks.raw_text import CHINESE, Fault, faults_in_python, faults_in_template
from script.steps import CHECKOUT

CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = """\
# The Chinese of policytrack. Written by: python -m script.checks.translations --update
msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(["_", "gettext", "gettext_lazy", "gettext_noop"], None),
    **dict.fromkeys(["ngettext", "ngettext_lazy"], (1, 2)),
    **dict.fromkeys(["pgettext", "pgettext_lazy"], ((1, "c"), 2)),
    **dict.fromkeys(["npgettext", "npgettext_lazy"], ((1, "c"), 2, 3)),
}
# Data and stories that are Chinese by nature.
CHINESE_BY_NATURE = Path("apps/console/demo_story")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdif]|{\w*}")

Key = tuple[str | None, str]


def main() -> int:
    """Check, or update, the catalogue; 1 when something is left to do."""
    arguments = argparse.ArgumentParser(description="Check the translations.")
    arguments.add_argument("--update", action="store_true", help="bring the catalogue up to date")
    extracted = extract()
    if arguments.parse_args().update:
        update(extracted)
    faults = [*faults_in_catalogue(extracted), *faults_in_sources()]
    print("\n".join(str(fault) for fault in sorted(faults)))
    return 1 if faults else 0


def extract() -> Catalog:
    """Every text of ours that goes through gettext, with the files it stands in."""
    found = Catalog(locale="zh_Hans")
    for path in _python_files():
        _gather(found, path, (CHECKOUT / path).read_bytes())
    for path in _templates():
        code = templatize((CHECKOUT / path).read_text(), origin=str(path))
        # What stood around the tags is kept as blanks, which Python would take for indentation.
        flush = "\n".join(line.lstrip() for line in code.splitlines())
        _gather(found, path, flush.encode())
    return found


def update(extracted: Catalog) -> None:
    """Rewrite the catalogue: sorted, new texts with an empty translation, old ones gone."""
    known = _by_key(_catalogue())
    for message in extracted:
        before = known.get(_key(message))
        if message.id and before and isinstance(before.id, str) == isinstance(message.id, str):
            message.string, message.flags = before.string, before.flags
            message.user_comments = before.user_comments
    written = io.BytesIO()
    write_po(
        written, extracted, width=100, sort_output=True, include_lineno=False, omit_header=True
    )
    path = CHECKOUT / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEADER + written.getvalue().decode().lstrip("\n"))


def faults_in_catalogue(extracted: Catalog) -> Iterator[Fault]:
    """Texts without a translation, translations without a text, placeholders that disagree."""
    catalogue = _catalogue()
    known = _by_key(catalogue)
    wanted = _by_key(extracted)
    for key, message in wanted.items():
        path, line = next(iter(message.locations), (str(CATALOGUE), 0))
        for what in _faults(message, known.get(key)):
            yield Fault(Path(path), line, f"{what}: «{key[1]}»")
    unused = [known[key] for key in known.keys() - wanted.keys()]
    for message in [*unused, *catalogue.obsolete.values()]:
        what = f"translated, but nowhere used: «{_key(message)[1]}»"
        yield Fault(CATALOGUE, message.lineno or 0, what)


def faults_in_sources() -> Iterator[Fault]:
    """Texts that never reach gettext."""
    for path in _templates():
        yield from faults_in_template(path, (CHECKOUT / path).read_text())
    for path in _python_files():
        # A migration repeats what its model said; policytrack/ holds the Chinese date formats.
        ours = path.parts[0] == "apps" and "migrations" not in path.parts
        if ours and CHINESE_BY_NATURE not in path.parents:
            yield from faults_in_python(path, (CHECKOUT / path).read_text())


def _faults(wanted: Message, found: Message | None) -> Iterator[str]:
    texts = _texts(wanted.id)
    if any(CHINESE.search(text) for text in texts):
        yield "the source must be English"
    if _placeholders(texts[0]) != _placeholders(texts[-1]):
        yield "singular and plural have other placeholders"
    if found is None:
        yield "not in the Chinese catalogue"
        return
    if found.fuzzy:
        yield "the Chinese is marked fuzzy"
    if len(_texts(found.id)) != len(texts) or not all(_texts(found.string)):
        yield "no Chinese yet"
        return
    for translation in _texts(found.string):
        if _placeholders(translation) != _placeholders(texts[-1]):
            yield f"the Chinese «{translation}» has other placeholders"


def _gather(found: Catalog, path: Path, code: bytes) -> None:
    for line, function, texts, _comments in extract_python(io.BytesIO(code), KEYWORDS, [], {}):
        given = list(texts) if isinstance(texts, (list, tuple)) else [texts]
        name = str(function)
        context = given.pop(0) if name.lstrip("n").startswith("pgettext") else None
        plural = name.startswith("n")
        if given and all(isinstance(text, str) and text for text in given[: 1 + plural]):
            identity = tuple(given[:2]) if plural else given[0]
            found.add(identity, locations=[(path.as_posix(), line)], context=context)


def _catalogue() -> Catalog:
    path = CHECKOUT / CATALOGUE
    if not path.exists():
        return Catalog(locale="zh_Hans")
    with path.open("rb") as file:
        return read_po(file, locale="zh_Hans", abort_invalid=True)


def _by_key(messages: Iterable[Message]) -> dict[Key, Message]:
    return {_key(message): message for message in messages if message.id}


def _key(message: Message) -> Key:
    return message.context, _texts(message.id)[0] if message.id else ""


def _texts(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


def _placeholders(text: str) -> list[str]:
    return sorted(PLACEHOLDER.findall(text.replace("%%", "")))


def _python_files() -> list[Path]:
    return _files("apps/**/*.py", "policytrack/**/*.py")


def _templates() -> list[Path]:
    folders = ("templates/**/*", "apps/*/templates/**/*")
    return _files(*(f"{folder}{suffix}" for folder in folders for suffix in (".html", ".txt")))


def _files(*patterns: str) -> list[Path]:
    found = {path for pattern in patterns for path in CHECKOUT.glob(pattern)}
    return sorted(path.relative_to(CHECKOUT) for path in found)


if __name__ == "__main__":
    sys.exit(main())
