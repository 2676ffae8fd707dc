"""What `kheo doctor` looks at. Every finding is one sentence a person can act on; nothing is changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from kheo.audit.guards import missing_guards
from kheo.audit.queries import verify
from kheo.base.access import Actor
from kheo.exchange.queries import half_saved
from kheo.figures.actions import recount
from kheo.figures.words import Measure
from kheo.files import queries as files
from kheo.search.words import sources
from kheo.units.queries import map_findings

LONG_SAVED = timedelta(hours=1)  # the longest list saves in minutes
GUARDED = ("audit_entry", "audit_seal", "fig_line")


def findings(measures: Sequence[Measure], *, known: datetime, actor: Actor) -> list[str]:
    """Everything that is not as it should be; empty when all is well."""
    if unapplied := _unapplied():
        return [_("%(n)s migrations are not applied; run: kheo init") % {"n": unapplied}]
    found = [*_database(), *map_findings()]
    found += [
        _("The append-only guard of %(table)s is missing; run: kheo init") % {"table": table}
        for table in GUARDED
        if missing_guards(table)
    ]
    if differences := recount(measures, heal=False, known=known, actor=actor):
        found.append(
            _("Figures differ from the records in %(n)s places; see: kheo figures recount --all")
            % {"n": len(differences)}
        )
    found += [
        _("Import %(import)s (%(file)s) was left half saved; none of it counts. Open it and save it again.")
        % {"import": run.pk, "file": run.filename}
        for run in half_saved(known - LONG_SAVED)
    ]
    found += files.findings()
    if behind := sum(source.lag() for source in sources().values()):
        found.append(_("%(n)s texts are not found as they are; run: kheo search rebuild") % {"n": behind})
    verdict = verify()
    if not verdict.ok:
        found.append(_("The audit trail is broken at entry %(id)s.") % {"id": verdict.first_broken})
    return found


def _unapplied() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _database() -> list[str]:
    if connection.vendor != "sqlite":
        return []
    found = []
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        mode = cursor.fetchone()[0]
        if mode not in ("wal", "memory"):
            found.append(_("The database is in journal mode %(mode)s instead of WAL.") % {"mode": mode})
        cursor.execute("PRAGMA foreign_keys")
        if cursor.fetchone()[0] != 1:
            found.append(_("Foreign keys are not enforced by the database."))
        cursor.execute("PRAGMA quick_check(1)")
        if (answer := cursor.fetchone()[0]) != "ok":
            found.append(_("The database file is damaged: %(answer)s") % {"answer": answer})
    return found
