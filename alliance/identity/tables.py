"""What identity keeps: accounts without plain passwords, sessions without plain tokens, counters without names."""

from __future__ import annotations

from tortoise import fields
from tortoise.models import Model

from alliance.core.vocabulary import Role
from alliance.directory.tables import reference
from alliance.kit import columns
from alliance.kit.ids import MAX_LENGTH


class Account(Model):
    """Somebody who may sign in, for one role and one body. `password_hash` is null where only tokens are issued."""

    id = columns.global_id("account")
    name = fields.CharField(40, unique=True)
    role = columns.word(Role)
    body_id = fields.CharField(MAX_LENGTH, null=True, db_index=True)
    password_hash = fields.CharField(200, null=True)
    is_duty_officer = fields.BooleanField(default=False)
    is_disabled = fields.BooleanField(default=False)
    created_at = fields.DatetimeField()

    class Meta:
        table = "account"


class Session(Model):
    """A signed-in stretch of time. The token itself is nowhere, only its SHA-256 and a prefix to recognise it.

    `last_used_at` is at most a minute late. `origin` is a hash of the account and the address it was opened from; null
    for a token from the command line, which does not end when idle.
    """

    id = columns.global_id("session")
    account = reference("Account")
    account_id: str
    token_hash = fields.CharField(64, unique=True)
    token_prefix = fields.CharField(12)
    created_at = fields.DatetimeField()
    expires_at = fields.DatetimeField()
    last_used_at = fields.DatetimeField()
    ends_when_idle = fields.BooleanField(default=True)
    origin = fields.CharField(64, null=True)
    revoked_at = fields.DatetimeField(null=True)

    class Meta:
        table = "session"


class SignInCounter(Model):
    """The password checks of the last minute for one account name or one address, whose hash is the key."""

    id = fields.CharField(64, primary_key=True)
    attempts = columns.codes()
    last_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "sign_in_counter"
