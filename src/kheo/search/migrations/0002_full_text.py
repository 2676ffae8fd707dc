"""The databases' own full-text indexes over `search_text`, kept by the databases themselves.

Words are folded before they are stored, so both databases only cut at spaces: SQLite's `ascii` tokenizer takes every
letter outside ASCII as it is, PostgreSQL is given the words as an array. So both find the same.
"""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE search_full USING fts5(words, content='search_text', content_rowid='id', tokenize='ascii',"
    " detail='none', columnsize=0)",
    "CREATE TRIGGER search_text_in AFTER INSERT ON search_text BEGIN"
    " INSERT INTO search_full(rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER search_text_out AFTER DELETE ON search_text BEGIN"
    " INSERT INTO search_full(search_full, rowid, words) VALUES ('delete', old.id, old.words); END",
    "CREATE TRIGGER search_text_over AFTER UPDATE OF words ON search_text BEGIN"
    " INSERT INTO search_full(search_full, rowid, words) VALUES ('delete', old.id, old.words);"
    " INSERT INTO search_full(rowid, words) VALUES (new.id, new.words); END",
)
SQLITE_BACK = (
    "DROP TRIGGER search_text_over",
    "DROP TRIGGER search_text_out",
    "DROP TRIGGER search_text_in",
    "DROP TABLE search_full",
)
POSTGRES = (
    "ALTER TABLE search_text ADD COLUMN full_text tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED",
    "CREATE INDEX search_text_full ON search_text USING gin (full_text)",
)
POSTGRES_BACK = ("DROP INDEX search_text_full", "ALTER TABLE search_text DROP COLUMN full_text")


def put(_apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement, params=None)


def drop(_apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(put, drop)]
