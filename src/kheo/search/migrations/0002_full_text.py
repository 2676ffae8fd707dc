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
# PostgreSQL's inverted index does not answer newest first. Where every word is common, the newest texts are looked
# through first, which soon finds enough; where one is rare, or they found too few, the index finds the few there are.
NEWEST = """
CREATE FUNCTION search_newest(asked text[], which text, below bigint, most integer)
RETURNS TABLE (id bigint, subject_id bigint, title text, marked text) LANGUAGE plpgsql SET jit = off AS $$
#variable_conflict use_column
DECLARE
    question tsquery := array_to_string(asked, ' & ')::tsquery;
    one text;
    plan json;
    bound bigint := below;
    got integer := 0;
    common boolean := true;
BEGIN
    FOREACH one IN ARRAY asked LOOP
        EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM search_text WHERE full_text @@ %L::tsquery', one) INTO plan;
        IF (plan->0->'Plan'->>'Plan Rows')::numeric <= 3000 THEN
            common := false;
            EXIT;
        END IF;
    END LOOP;
    IF common THEN
        SELECT least(below, max(s.id) + 1) - 8000 INTO bound FROM search_text s;
        RETURN QUERY
            SELECT s.id, s.subject_id, s.title, s.marked FROM search_text s
            WHERE s.id < below AND s.id >= bound AND ts_match_vq(s.full_text, question) AND s.kind = which
            ORDER BY s.id DESC LIMIT most;
        GET DIAGNOSTICS got = ROW_COUNT;
    END IF;
    IF got < most THEN
        RETURN QUERY EXECUTE
            'SELECT s.id, s.subject_id, s.title, s.marked FROM search_text s'
            ' WHERE s.full_text @@ $1 AND s.kind = $2 AND s.id < $3 ORDER BY s.id + 0 DESC LIMIT $4'
            USING question, which, bound, most - got;
    END IF;
END $$
"""
POSTGRES = (
    "ALTER TABLE search_text ADD COLUMN full_text tsvector GENERATED ALWAYS AS"
    " (array_to_tsvector(array_remove(string_to_array(words, ' '), ''))) STORED",
    # Many words are common: with more statistics the planner knows how common each is, and takes no rare one for it.
    "ALTER TABLE search_text ALTER COLUMN full_text SET STATISTICS 1000",
    "CREATE INDEX search_text_full ON search_text USING gin (full_text)",
    NEWEST,
)
POSTGRES_BACK = (
    "DROP FUNCTION search_newest(text[], text, bigint, integer)",
    "DROP INDEX search_text_full",
    "ALTER TABLE search_text DROP COLUMN full_text",
)


def put(_apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement, params=None)


def drop(_apps, schema_editor):
    for statement in SQLITE_BACK if schema_editor.connection.vendor == "sqlite" else POSTGRES_BACK:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]
    operations = [migrations.RunPython(put, drop)]
