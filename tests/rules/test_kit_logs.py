"""A line of the log is JSON with keys of a closed list, and says of errors what and where, never with which values."""

from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from alliance.kit import logs
from alliance.kit.logs import KEYS, MOST_FRAMES, Event, tell
from alliance.kit.watching import Watched, watch, watched

SECRET = "王小明 13812345678"


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Where the log goes, until the test ends."""
    root, own = logging.getLogger(), logging.getLogger("alliance")
    before = root.handlers[:], root.level, own.level, logging.raiseExceptions
    for place in (sys, threading):
        monkeypatch.setattr(place, "excepthook", place.excepthook)
    found = io.StringIO()
    root.handlers.clear()  # or `begin` would close those of pytest
    logs.begin(found)
    yield found
    root.handlers[:], root.level, own.level, logging.raiseExceptions = before


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def fail() -> None:
    raise LookupError(SECRET)


def test_an_event_is_one_line_with_its_facts_and_the_id_of_the_request(stream: io.StringIO) -> None:
    seen = watch()
    tell(Event.REQUEST, route="/graphql", outcome="ok", status=200)
    (line,) = lines(stream)
    assert line.pop("at").endswith("+00:00")
    assert line == {
        "level": "info",
        "event": "request",
        "request_id": seen.request_id,
        "route": "/graphql",
        "outcome": "ok",
        "status": 200,
    }


def test_an_error_tells_its_type_and_places_and_not_its_text(stream: io.StringIO) -> None:
    try:
        fail()
    except LookupError as error:
        tell(Event.BUG, logging.ERROR, error, field="needs")
    (line,) = lines(stream)
    assert (line["error_type"], line["field"], line["level"]) == ("LookupError", "needs", "error")
    assert line["trace"][-1].startswith(f"{__name__}:")
    assert line["trace"][-1].endswith(" fail")
    assert SECRET not in stream.getvalue()


def test_a_deep_error_tells_the_innermost_places(stream: io.StringIO) -> None:
    def deep(levels: int) -> None:
        deep(levels - 1) if levels else fail()

    try:
        deep(50)
    except LookupError as error:
        tell(Event.BUG, logging.ERROR, error)
    (line,) = lines(stream)
    assert len(line["trace"]) == MOST_FRAMES
    assert line["trace"][-1].endswith(" fail")


def test_of_a_library_only_who_and_where_is_told(stream: io.StringIO) -> None:
    library = logging.getLogger("uvicorn.error")
    library.warning("cannot read %s", SECRET)
    library.info("nothing to worry about")
    try:
        fail()
    except LookupError:
        library.exception(f"failed on {SECRET}")
    first, second = lines(stream)
    assert (first["event"], first["logger"], first["level"]) == ("library", "uvicorn.error", "warning")
    assert first["place"].startswith("test_kit_logs:")
    assert second["error_type"] == "LookupError"
    assert SECRET not in stream.getvalue()


def test_what_nobody_caught_is_told_without_its_text(
    stream: io.StringIO, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    try:
        fail()
    except LookupError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    assert [(line["event"], line["level"]) for line in lines(stream)] == [("bug", "critical")] * 2
    assert SECRET not in stream.getvalue()
    assert capfd.readouterr().err == ""


def test_every_line_has_keys_of_the_closed_list_only(stream: io.StringIO) -> None:
    with pytest.raises(KeyError, match="query"):
        tell(Event.REQUEST, query=SECRET)
    logging.getLogger("asyncio").error("%s", SECRET, extra={"query": SECRET})
    tell(Event.REQUEST, route="/graphql", operation="needs", outcome="ok", status=200, milliseconds=1.5)
    told = lines(stream)
    assert all(line.keys() <= KEYS for line in told)
    assert len(told) == 2


def test_of_several_deeds_the_first_that_was_refused_counts() -> None:
    seen = Watched()
    for outcome in ("NotEnoughLeft", "BUSY"):
        seen.end_as(outcome)
    assert seen.outcome == "NotEnoughLeft"


def test_a_command_is_noted_under_one_id() -> None:
    watch()
    assert watched() is watched()
    assert watch().request_id != Watched().request_id
