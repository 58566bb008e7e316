"""The statement by which a turn puts a person in or takes them out, together with its own writes."""

SWITCH = """
INSERT INTO subscriptions_person (bot_id, category, user_id, subscribed, since_ms, changed_by)
VALUES (:bot, :category, :user, :subscribed, :now, :by)
ON CONFLICT (bot_id, category, user_id) DO UPDATE
SET subscribed = excluded.subscribed, since_ms = excluded.since_ms, changed_by = excluded.changed_by
WHERE subscriptions_person.subscribed <> excluded.subscribed
"""
"""Who is in already stays since when they were; on both engines."""


def switch_values(
    bot: str, category: str, user: str, *, subscribed: bool, now_ms: int, by: str
) -> dict[str, str | int]:
    """The parameters of `SWITCH`."""
    return {"bot": bot, "category": category, "user": user, "subscribed": int(subscribed), "now": now_ms, "by": by}
