"""`alliance token` and `alliance account …`: who may sign in, and tokens for trying and for programs."""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import Annotated

import typer

from alliance.cli.bodies import ROLES, WHO, Who, body_of
from alliance.cli.opening import DatabaseOption, checked_url, database
from alliance.cli.terminal import accepted, note, run, stop, write, write_table
from alliance.core.period import SHANGHAI
from alliance.core.vocabulary import Role
from alliance.identity import actions
from alliance.identity.actions import SignedIn
from alliance.identity.reads import ListedAccount, all_accounts
from alliance.identity.rules import LONGEST_TOKEN_LIFE_HOURS, SESSION_LENGTH, SHORTEST_PASSWORD
from alliance.identity.tables import Account
from alliance.journal.settle import settle

BUREAUS = (Who.CITY, Who.DISTRICT)
account = typer.Typer(no_args_is_help=True, help="Open, close and list the accounts that people sign in with.")

WhoArgument = Annotated[
    Who, typer.Argument(metavar="ROLE", help="What it stands for: station, organization, city, district or base.")
]
OfOption = Annotated[
    str | None,
    typer.Option("--of", metavar="ID-OR-NAME", help="The body: its id, its name, or a part that fits one name only."),
]
DutyOption = Annotated[
    bool,
    typer.Option("--duty", help="For the bureau's duty officer, who reviews what screening holds back."),
]


def token(
    who: WhoArgument,
    of: OfOption = None,
    hours: Annotated[
        int, typer.Option(min=1, max=LONGEST_TOKEN_LIFE_HOURS, help="How long the token works.")
    ] = SESSION_LENGTH // timedelta(hours=1),
    duty: DutyOption = False,
    database: DatabaseOption = None,
) -> None:
    """Print a bearer token; the last line of the output is the token and nothing else.

    Send it as `Authorization: Bearer TOKEN`. It works for these hours, used or not; it is shown this once, and the
    database keeps a hash. Without --of it is for a body that shows the demo data well. The line
    `TOKEN=$(alliance token station)` holds the token alone.
    """
    _check_duty(who, duty)
    name, signed_in = run(_token(database, who, of, timedelta(hours=hours), duty))
    until = signed_in.expires_at.astimezone(SHANGHAI)
    note(f"{who}: {name}, account {signed_in.account.name}, works until {until:%Y-%m-%d %H:%M} (Wuxi)")
    write(signed_in.token)


@account.command("add")
def add(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The account's name: 3 to 40 of a-z, 0-9, dot, dash, underscore.")
    ],
    who: WhoArgument,
    of: OfOption = None,
    duty: DutyOption = False,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from the first line of standard input.")
    ] = False,
    tokens_only: Annotated[
        bool, typer.Option("--tokens-only", help="No password: the account is given tokens by `alliance token`.")
    ] = False,
    database: DatabaseOption = None,
) -> None:
    """Open an account for one person at one body.

    The password is asked for twice, or read with --password-stdin; it is never an argument, where other users of
    this computer and the shell's history could see it.
    """
    _check_duty(who, duty)
    if password_stdin and tokens_only:
        raise typer.BadParameter("Give either --password-stdin or --tokens-only.")
    if of is None and who is not Who.CITY:
        raise typer.BadParameter(f"Name the {who} with --of.", param_hint="--of")
    password = None if tokens_only else _password(is_from_stdin=password_stdin)
    added = run(_add(database, name, who, of, password, duty))
    write(f"Account {added.name} is open ({who}). It signs in {'by token' if tokens_only else 'with its password'}.")


@account.command("disable")
def disable(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The account's name, as `alliance account list` shows it.")
    ],
    database: DatabaseOption = None,
) -> None:
    """Close an account and end all its sessions and tokens at once."""
    disabled = run(_disable(database, name))
    write(f"Account {disabled.name} is disabled; its sessions have ended.")


@account.command("list")
def listing(database: DatabaseOption = None) -> None:
    """Show every account: its role, its body, how it signs in, its open sessions and when it was last used."""
    accounts = run(_list(database))
    columns = ("name", "role", "body", "signs in", "open sessions", "last used", "state")
    write_table(f"Accounts: {len(accounts)}", columns, [_row(one) for one in accounts])


async def made_token(who: Who, of: str | None, *, length: timedelta, is_duty_officer: bool) -> tuple[str, SignedIn]:
    """The body's name and a fresh token for it, in the open database. Raises CommandError."""
    body = await body_of(who, of)

    async def issue() -> SignedIn:
        return await actions.issue_token(
            role=ROLES[who], body_id=body.id if body else None, length=length, is_duty_officer=is_duty_officer
        )

    return body.name if body else Role.CITY_BUREAU.zh, accepted(await settle(issue))


async def _token(url: str | None, who: Who, of: str | None, length: timedelta, duty: bool) -> tuple[str, SignedIn]:
    async with database(checked_url(url)):
        return await made_token(who, of, length=length, is_duty_officer=duty)


async def _add(url: str | None, name: str, who: Who, of: str | None, password: str | None, duty: bool) -> Account:
    async with database(checked_url(url)):
        body = await body_of(who, of)

        async def add() -> Account:
            return await actions.add_account(
                name=name, role=ROLES[who], body_id=body.id if body else None, password=password, is_duty_officer=duty
            )

        return accepted(await settle(add))


async def _disable(url: str | None, name: str) -> Account:
    async with database(checked_url(url)):
        return accepted(await settle(lambda: actions.disable_account(name)))


async def _list(url: str | None) -> tuple[ListedAccount, ...]:
    async with database(checked_url(url)):
        return await all_accounts()


def _check_duty(who: Who, duty: bool) -> None:
    if duty and who not in BUREAUS:
        raise typer.BadParameter("Only a bureau has duty officers: use it with city or district.", param_hint="--duty")


def _password(*, is_from_stdin: bool) -> str:
    if is_from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        stop("There is no terminal to ask for the password. Use --password-stdin, or --tokens-only for no password.")
    asked = f"Password (at least {SHORTEST_PASSWORD} characters)"
    typed: str = typer.prompt(asked, hide_input=True, confirmation_prompt=True)
    return typed


def _row(one: ListedAccount) -> tuple[object, ...]:
    account, body = one.account, one.body_name or one.account.body_id or Role.CITY_BUREAU.zh
    role = f"{WHO[account.role]}{', duty officer' if account.is_duty_officer else ''}"
    way = "password" if account.password_hash else "token only"
    used = f"{one.last_used_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if one.last_used_at else "never"
    state = "disabled" if account.is_disabled else "enabled"
    return account.name, role, body, way, one.open_sessions, used, state
