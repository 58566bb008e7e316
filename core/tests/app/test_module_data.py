"""What a module keeps is counted before it is removed, and can be taken along as a file."""

import asyncio
import json
import sys
from pathlib import Path

import sqlalchemy as sa
from core.tests.app.test_installing import install
from core.tests.app.wheels import CODE
from core.tests.http.house import Someone
from core.tests.http.served import serving

from gutenbot.app.installing import forget_code
from gutenbot.modules.store import Store

MIGRATION = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table("NAME_keyed", sa.Column("id", sa.Integer, primary_key=True), sa.Column("words", sa.Text))
    op.create_table("NAME_loose", sa.Column("data", sa.LargeBinary), sa.Column("n", sa.Integer))
"""


async def test_rows_are_counted_exported_and_dropped(tmp_path: Path) -> None:
    async with serving(tmp_path) as served:
        served.app.installing.use(Store(tmp_path))
        someone = Someone(served.client)
        assert (await install(served, code=CODE, files={"migrations/versions/0001_first.py": MIGRATION}))["ok"]

        def fill(db: sa.Connection) -> None:
            keyed, loose = (
                sa.table("shouter_keyed", sa.column("id"), sa.column("words")),
                sa.table("shouter_loose", sa.column("data"), sa.column("n")),
            )
            db.execute(keyed.insert(), [{"id": n, "words": f"Wörter {n}"} for n in range(450)])
            db.execute(loose.insert(), [{"data": bytes([n % 256]), "n": n} for n in range(201)])

        await served.app.storage.write(fill)
        data = await someone.get("/modules/shouter/data")
        assert data == {"tables": [{"name": "shouter_keyed", "rows": 450}, {"name": "shouter_loose", "rows": 201}],
                        "settings": 0}  # fmt: skip
        job = await someone.do("POST", "/modules/shouter/data/exports")
        async with asyncio.timeout(20):
            while job["state"] not in ("done", "failed"):
                await asyncio.sleep(0.01)
                job = await someone.get(f"/jobs/{job['id']}")
        assert (job["state"], job["done"], job["file"]) == ("done", 651, "shouter.jsonl")
        text = (await someone.call("GET", f"/jobs/{job['id']}/result")).text
        rows = [json.loads(line) for line in text.splitlines()]
        assert [one["row"]["id"] for one in rows[:450]] == list(range(450))
        assert rows[0] == {"table": "shouter_keyed", "row": {"id": 0, "words": "Wörter 0"}}
        assert sorted(one["row"]["n"] for one in rows[450:]) == list(range(201))
        assert {"table": "shouter_loose", "row": {"data": {"base64": "AQ=="}, "n": 1}} in rows
        await someone.do("DELETE", "/modules/shouter?data=drop")
        assert await someone.refused("GET", "/modules/shouter/data") == "modules.unknown"
        assert await someone.refused("POST", "/modules/core/data/exports") == "modules.no-data"
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]
