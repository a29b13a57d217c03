"""Asking a running server over HTTP, as a program would, and the `curl` line that asks the same."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

SECONDS_TO_ANSWER = 30
SECONDS_BETWEEN_LOOKS = 0.05

_open = build_opener(ProxyHandler({})).open  # the own server is never behind a proxy


@dataclass(frozen=True, slots=True)
class Question:
    """One GraphQL operation and who asks it; without a token, anybody."""

    query: str
    token: str | None = None
    variables: Mapping[str, object] = field(default_factory=dict)

    @property
    def body(self) -> str:
        """What is sent, as JSON."""
        sent = {"query": " ".join(self.query.split())} | ({"variables": self.variables} if self.variables else {})
        return json.dumps(sent, ensure_ascii=False)

    @property
    def headers(self) -> dict[str, str]:
        """What is sent beside it."""
        kind = {"Content-Type": "application/json"}
        return kind | ({"Authorization": f"Bearer {self.token}"} if self.token else {})


class AnswerError(Exception):
    """The server answered with something else than data."""


async def answer(server: str, question: Question) -> Any:
    """The `data` of the answer. Raises AnswerError."""
    return await asyncio.to_thread(_answer, f"{server}/graphql", question)


async def ready(server: str) -> None:
    """Wait until /readyz says yes."""
    while not await asyncio.to_thread(_is_ready, f"{server}/readyz"):  # noqa: ASYNC110 - it is asked as a client would
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)


def curl(server: str, question: Question) -> str:
    """The line to paste into a shell."""
    headers = [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in question.headers.items()]
    return " ".join(["curl", "-s", f"{server}/graphql", *headers, "-d", shlex.quote(question.body)])


def _answer(url: str, question: Question) -> Any:
    request = Request(url, question.body.encode(), question.headers, method="POST")
    try:
        with _open(request, timeout=SECONDS_TO_ANSWER) as response:
            answered = json.load(response)
    except HTTPError as error:
        raise AnswerError(f"HTTP {error.code}: {error.read(1000).decode(errors='replace')}") from None
    if answered.get("errors") or not answered.get("data"):
        raise AnswerError(json.dumps(answered, ensure_ascii=False)[:1000])
    return answered["data"]


def _is_ready(url: str) -> bool:
    try:
        with _open(url, timeout=SECONDS_TO_ANSWER) as response:
            return int(response.status) == 200
    except (URLError, OSError):
        return False
