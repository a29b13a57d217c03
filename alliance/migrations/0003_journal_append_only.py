"""Triggers by which both engines refuse every update and delete of a journal entry."""

from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.migrations.schema_editor.base import BaseSchemaEditor
from tortoise.migrations.schema_generator.state_apps import StateApps

SAYS = "journal_entry is append only"

ON_SQLITE = [
    f"CREATE TRIGGER journal_entry_no_{deed} BEFORE {deed.upper()} ON journal_entry "
    f"BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
    for deed in ("update", "delete")
]
ON_POSTGRES = [
    "CREATE FUNCTION journal_entry_refuse() RETURNS trigger LANGUAGE plpgsql "
    f"AS $$ BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$",
    *(
        f"CREATE TRIGGER journal_entry_no_{deed} BEFORE {deed.upper()} ON journal_entry "
        "FOR EACH STATEMENT EXECUTE FUNCTION journal_entry_refuse()"
        for deed in ("update", "delete", "truncate")
    ),
]


async def add_triggers(apps: StateApps, editor: BaseSchemaEditor) -> None:
    """Statement by statement: the editor itself cuts SQL at every semicolon, also inside a trigger."""
    statements = ON_POSTGRES if editor.client.capabilities.dialect == "postgres" else ON_SQLITE
    for statement in statements:
        await editor.client.execute_query(statement)


class Migration(migrations.Migration):
    """The journal becomes append only."""

    dependencies = [("alliance", "0002_checks")]

    initial = False

    operations = [ops.RunPython(add_triggers)]
