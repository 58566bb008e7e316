"""The floor of a worker on PostgreSQL: a bare psycopg loop that writes the rows of turns, and does nothing else.

`python bench/floors/postgres_loop.py URL SECONDS GROUP together|apart`, on a migrated database. A group of messages takes
what a group takes in Gutenbot: kept by one commit, its state read, answered by a second commit. With `apart` each
message is one transaction on its own that does all of it, as a plain web application would.
"""

import json
import sys
import time
import uuid
from typing import Any

import psycopg

TEXT = "Good morning! Could you tell me when my parcel will be there, please? The number is 4711-0815. " * 2
PLACES = 512
_TRACE = (
    b'{"by":"fallback","at":1700000000000,"said":1,"did":[],"us":{"load":812,"receive":2,"understand":1,"decide":40}}'
)
_USERS = """INSERT INTO bot_user (bot_id, user_id) SELECT 'floor', u FROM unnest(%s::text[]) AS u"""
_CONVERSATIONS = """INSERT INTO conversation (conversation_id, bot_id, channel_id, user_id, thread, sender)
SELECT u, 'floor', 'api', u, u, u FROM unnest(%s::text[]) AS u"""
_LOCK = "SELECT last_n, head, fence FROM conversation WHERE conversation_id = ANY(%s::text[]) ORDER BY conversation_id FOR UPDATE"
_NUMBERS = "SELECT nextval('inbox_seq_seq') FROM generate_series(1, %s)"
_IN = """INSERT INTO inbox (bot_id, seq, conversation_id, channel_id, sender, external_id, lane, event, n, prev, attempts)
SELECT 'floor', s, c, 'api', c, e, 'live', v, 1, 1, 1
FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[]) AS t (s, c, e, v)"""
_HELD = """UPDATE conversation SET backlog = 1, owner = 'floor', last_n = last_n + 1 WHERE conversation_id = ANY(%s::text[])"""
_STATE = """SELECT c.*, u.profile, u.attributes FROM conversation c JOIN bot_user u USING (bot_id, user_id)
WHERE conversation_id = ANY(%s::text[])"""
_OUT = """INSERT INTO outbox (bot_id, id, conversation_id, n, prev, cause, k, message, state, created_ms, done_ms)
SELECT 'floor', nextval('outbox_id_seq'), c, 2, s, s::text, 0, v, 'sent', 0, 0
FROM unnest(%s::text[], %s::bigint[], %s::text[]) AS t (c, s, v)"""
_FREE = """UPDATE conversation SET backlog = 0, owner = NULL, last_n = last_n + 1, rev = rev + 1
WHERE conversation_id = ANY(%s::text[])"""
_DONE = """UPDATE inbox i SET state = 'done', trace = %s, done_ms = 1 FROM unnest(%s::bigint[]) AS t (s)
WHERE i.bot_id = 'floor' AND i.seq = t.s"""


def main(url: str, seconds: float, group: int, *, apart: bool) -> dict[str, Any]:
    """Messages in so many seconds."""
    with psycopg.connect(url, autocommit=True, prepare_threshold=None) as db:
        places = [f"{uuid.uuid4()}" for _ in range(PLACES)]
        db.execute(_USERS, (places,))
        db.execute(_CONVERSATIONS, (places,))
        message = json.dumps({"type": "text", "text": TEXT})
        done = 0
        started = time.perf_counter()
        used = time.process_time()
        while time.perf_counter() - started < seconds:
            ids = sorted(places[(done + k) % PLACES] for k in range(group))
            _messages(db, ids, message, apart=apart)
            done += len(ids)
        return {
            "turns": done,
            "wall_s": time.perf_counter() - started,
            "cpu_s": time.process_time() - used,
        }


def _messages(db: psycopg.Connection[Any], ids: list[str], message: str, *, apart: bool) -> None:
    with db.pipeline():
        db.execute("BEGIN")
        db.execute(_LOCK, (ids,))
        found = db.execute(_NUMBERS, (len(ids),))
        numbers = [row[0] for row in found.fetchall()]
        db.execute(_IN, (numbers, ids, [f"{uuid.uuid4()}" for _ in ids], [message] * len(ids)))
        db.execute(_HELD, (ids,))
        if not apart:
            db.execute("COMMIT")
    with db.pipeline():
        db.execute(_STATE, (ids,)).fetchall()
    with db.pipeline():
        if not apart:
            db.execute("BEGIN")
            db.execute(_LOCK, (ids,)).fetchall()
        db.execute(_OUT, (ids, numbers, [message] * len(ids)))
        db.execute(_FREE, (ids,))
        db.execute(_DONE, (_TRACE, numbers))
        db.execute("COMMIT")


if __name__ == "__main__":
    found = main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]), apart=sys.argv[4] == "apart")
    print(json.dumps(found), flush=True)
