"""The door of the service: documents go in over HTTP, answers come out."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from alliance.app import make_app
from alliance.core.problems import Problem
from alliance.core.vocabulary import Role
from alliance.identity.actions import issue_token
from alliance.identity.reads import BODIES, bodies
from alliance.journal.settle import settle
from alliance.settings import Settings

A = "示例·晨光社工服务中心"  # 梁溪, psychologists and social workers
B = "示例·蠡风家庭与心理服务中心"  # 滨湖
C = "示例·陶都童伴社工服务社"  # 宜兴, holiday care for 10
D = "示例·竹海少儿成长服务中心"  # 宜兴, holiday care for 5
E = "示例·暖邻志愿服务队"  # 新吴, volunteers without a psychologist
F = "示例·明礼法律与社工服务中心"  # background check lapsed
QINGCHENG = "扬名街道"


@dataclass
class Door:
    """One running service and the tokens given out for it."""

    client: httpx.AsyncClient
    tokens: dict[tuple[Role, str, bool], str] = field(default_factory=dict)

    async def ask(
        self,
        document: str,
        variables: dict[str, Any] | None = None,
        *,
        token: str | None = None,
        language: str = "en",
    ) -> dict[str, Any]:
        """The whole answer to a document."""
        headers = {"accept-language": language, "content-type": "application/json"}
        headers |= {"authorization": f"Bearer {token}"} if token else {}
        body = json.dumps({"query": document, "variables": variables or {}})  # escaped: carries lone surrogates too
        response = await self.client.post("/graphql", content=body, headers=headers)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def data(
        self, document: str, variables: dict[str, Any] | None = None, *, token: str | None = None, language: str = "en"
    ) -> Any:
        """The data of an answer that has no errors; of a document with one root field, that field's."""
        answer = await self.ask(document, variables, token=token, language=language)
        assert "errors" not in answer, answer
        data = answer["data"]
        return next(iter(data.values())) if len(data) == 1 else data

    async def codes(self, document: str, variables: dict[str, Any] | None = None, *, token: str | None = None) -> Any:
        """The codes of the errors of an answer that has some."""
        answer = await self.ask(document, variables, token=token)
        return [error["extensions"]["code"] for error in answer["errors"]]

    async def token(self, role: Role, body: str = "", *, is_duty_officer: bool = False) -> str:
        """A token for an account of the first body whose name holds `body`."""
        asked = (role, body, is_duty_officer)
        if asked not in self.tokens:
            body_id = await body_named(role, body) if role in BODIES else None
            issued = await settle(
                lambda: issue_token(
                    role=role, body_id=body_id, length=timedelta(hours=1), is_duty_officer=is_duty_officer
                )
            )
            assert not isinstance(issued, Problem)
            self.tokens[asked] = issued.token
        return self.tokens[asked]

    async def station(self, name: str = QINGCHENG) -> str:
        """A token of the head of the station whose name holds `name`."""
        return await self.token(Role.STATION_HEAD, name)

    async def organization(self, name: str = A) -> str:
        """A token of the staff of the organization whose name holds `name`."""
        return await self.token(Role.ORGANIZATION_STAFF, name)

    async def city(self, *, is_duty_officer: bool = False) -> str:
        """A token of the city bureau."""
        return await self.token(Role.CITY_BUREAU, is_duty_officer=is_duty_officer)

    async def district(self, name: str = "梁溪", *, is_duty_officer: bool = False) -> str:
        """A token of a district bureau."""
        return await self.token(Role.DISTRICT_BUREAU, name, is_duty_officer=is_duty_officer)

    async def base(self) -> str:
        """A token of the manager of the base."""
        return await self.token(Role.BASE_MANAGER)


@asynccontextmanager
async def served(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the whole service as these settings make it, for as long as it runs."""
    app = make_app(settings)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://test") as client,
    ):
        yield client


async def body_named(role: Role, name: str) -> str:
    """The id of the first body of a role whose name holds `name`."""
    return next(body.id for body in await bodies(role) if name in body.name)
