"""The log: one JSON object a line, with keys of a closed list; nothing that anybody typed, no text of any exception.

Whatever a library logs is cut down to where in its code that was: its words may hold what a caller sent.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from datetime import UTC, datetime
from enum import StrEnum
from traceback import walk_tb
from types import TracebackType
from typing import Any, TextIO

import orjson

from alliance.kit.watching import watched

KEYS = frozenset(
    {
        *("at", "level", "event", "request_id"),
        *("route", "operation", "outcome", "status", "milliseconds"),  # of a request
        *("field", "error_type", "trace"),  # of an error
        *("logger", "place"),  # of a library
    }
)
MOST_FRAMES = 12  # of a trace, the innermost

_own = logging.getLogger("alliance")


class Event(StrEnum):
    """What there is to tell."""

    STARTED = "started"
    ENDED = "ended"
    REQUEST = "request"  # was answered
    OUTAGE = "outage"  # the database cannot be used for a while
    BUG = "bug"
    LIBRARY = "library"  # said something


def begin(stream: TextIO, level: int = logging.INFO) -> None:
    """Log from here on to `stream`: our own events from `level` on, of the libraries only warnings."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.raiseExceptions = False  # else a line that cannot be written is printed with all its values
    _own.setLevel(level)
    sys.excepthook = lambda kind, error, trace: tell(Event.BUG, logging.CRITICAL, error)
    threading.excepthook = lambda told: tell(Event.BUG, logging.CRITICAL, told.exc_value)


def tell(event: Event, level: int = logging.INFO, error: BaseException | None = None, **facts: Any) -> None:
    """Log one event with its facts, whose names are among KEYS, and the type and the place of an error."""
    if unknown := facts.keys() - KEYS:
        raise KeyError(f"no keys of the log: {', '.join(sorted(unknown))}")
    if level >= logging.WARNING or event is Event.REQUEST:
        facts["request_id"] = watched().request_id
    _own.log(level, event, exc_info=error, extra={"facts": facts})


class Lines(logging.Formatter):
    """A record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        facts: dict[str, Any] | None = getattr(record, "facts", None)
        if facts is None:
            line |= {"event": Event.LIBRARY, "logger": record.name, "place": f"{record.module}:{record.lineno}"}
        else:
            line |= {"event": record.msg, **facts}
        if record.exc_info and record.exc_info[1] is not None:
            line |= of_error(record.exc_info[1])
        return orjson.dumps(line).decode()


def of_error(error: BaseException) -> dict[str, Any]:
    """The type of an error and the innermost places it came through, outermost first: code, never values."""
    return {"error_type": type(error).__name__, "trace": _places(error.__traceback__)}


def _places(trace: TracebackType | None) -> list[str]:
    frames = deque(walk_tb(trace), MOST_FRAMES)
    return [f"{frame.f_globals.get('__name__', '?')}:{line} {frame.f_code.co_name}" for frame, line in frames]
