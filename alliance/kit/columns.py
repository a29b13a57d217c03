"""Columns that hold the trade's values as plain, searchable text: words, lists of codes, weekly windows, coded maps."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Any, Literal, TypeVar, cast, overload

from tortoise.fields import CharField, TextField
from tortoise.fields.base import Field

from alliance.core.period import Window
from alliance.core.vocabulary import Word
from alliance.kit.ids import MAX_LENGTH, new_id

W = TypeVar("W", bound=Word)
WORD_LENGTH = 40
OURS = frozenset({"prefix", "words", "write", "read", "default"})  # options of a column that no database knows
UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL refuses NUL, and no encoding has lone surrogates
UNHELD = "\ufffd"
Deconstructed = tuple[str, list[Any], dict[str, Any]]


class _IdColumn(CharField[str]):
    def __init__(self, prefix: str) -> None:
        super().__init__(max_length=MAX_LENGTH, primary_key=True, default=lambda: new_id(prefix))
        self.prefix = prefix

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else keepable(str(value))

    def deconstruct(self) -> Deconstructed:
        return _plain("CharField", super().deconstruct(), max_length=self.max_length)

    def describe(self, serializable: bool) -> dict[str, Any]:
        return super().describe(serializable) | ({"field_type": "CharField"} if serializable else {})


class _WordColumn(CharField[str]):
    def __init__(self, words: type[Word], **options: Any) -> None:
        super().__init__(max_length=WORD_LENGTH, **options)
        self.words = words

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else self.words[str(value)].name

    def to_python_value(self, value: Any) -> Word | None:
        return None if value is None else self.words[str(value)]

    def deconstruct(self) -> Deconstructed:
        return _plain("CharField", super().deconstruct(), max_length=self.max_length)

    def describe(self, serializable: bool) -> dict[str, Any]:
        return super().describe(serializable) | ({"field_type": "CharField"} if serializable else {})


class _TextColumn(TextField):
    def __init__(self, write: Callable[[Any], str], read: Callable[[str], Any], **options: Any) -> None:
        super().__init__(**options)
        self.write, self.read = write, read

    def to_db_value(self, value: Any, instance: Any) -> str | None:
        return None if value is None else self.write(value)

    def to_python_value(self, value: Any) -> Any:
        return self.read(value) if isinstance(value, str) else value

    def deconstruct(self) -> Deconstructed:
        return _plain("TextField", super().deconstruct())

    def describe(self, serializable: bool) -> dict[str, Any]:
        return super().describe(serializable) | ({"field_type": "TextField"} if serializable else {})


def _plain(kind: str, column: Deconstructed, **more: int) -> Deconstructed:
    """The column as a migration knows it: plain, so that a changed vocabulary never breaks an old migration."""
    _, arguments, options = column
    kept = {name: value for name, value in options.items() if name not in OURS}
    return f"tortoise.fields.data.{kind}", arguments, kept | more


def global_id(prefix: str) -> Field[str]:
    """The primary key: a global id with this prefix, made when the row is."""
    return cast(Field[str], _IdColumn(prefix))


@overload
def word(words: type[W], *, null: Literal[True], **options: Any) -> Field[W | None]: ...
@overload
def word(words: type[W], **options: Any) -> Field[W]: ...
def word(words: type[W], **options: Any) -> Field[Any]:
    """One word of a closed set, stored by its name."""
    return cast(Field[Any], _WordColumn(words, **options))


def codes(**options: Any) -> Field[tuple[str, ...]]:
    """A list of codes stored as `;a;b;`, so that `contains=listed("a")` finds a whole code on every engine."""
    return cast(Field[tuple[str, ...]], _TextColumn(_join, _split, default=(), **options))


def words_of(kind: type[W], **options: Any) -> Field[tuple[W, ...]]:
    """A list of words of one closed set, stored like `codes`."""

    def read(text: str) -> tuple[W, ...]:
        return tuple(kind[name] for name in _split(text))

    return cast(Field[tuple[W, ...]], _TextColumn(_join, read, default=(), **options))


def windows(**options: Any) -> Field[tuple[Window, ...]]:
    """Weekly windows, stored as `;6 09:00-12:00;`."""
    return cast(
        Field[tuple[Window, ...]],
        _TextColumn(_join, lambda text: tuple(Window.parse(part) for part in _split(text)), default=(), **options),
    )


def coded_map(**options: Any) -> Field[dict[str, Any]]:
    """A small map of coded values, stored as JSON text."""
    return cast(
        Field[dict[str, Any]],
        _TextColumn(
            lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True), json.loads, default=dict, **options
        ),
    )


def listed(code: object) -> str:
    """What `contains` looks for to find `code` in a list column."""
    return f";{keepable(str(code))};"


def keepable(text: str, *, at_most: int | None = None) -> str:
    """A text from outside that is only looked for; U+FFFD, which finds nothing, for what the column cannot hold."""
    return UNHELD if at_most is not None and len(text) > at_most else UNKEEPABLE.sub(UNHELD, text)


def _join(values: Iterable[object]) -> str:
    parts = [str(value) for value in values]
    return f";{';'.join(parts)};" if parts else ""


def _split(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)
