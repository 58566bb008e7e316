"""What categories say of the bot's content, for whoever edits it. The tables are imported when somebody asks."""

from typing import TYPE_CHECKING

from gutenbot.sdk import Reference

if TYPE_CHECKING:
    import sqlalchemy as sa


def content_uses(db: "sa.Connection", bot: str) -> list[Reference]:
    """The content items that categories in use say to whoever joins or leaves."""
    from gutenbot_subscriptions import shelf

    return shelf.content_uses(db, bot)


def rename_content(db: "sa.Connection", bot: str, item: str, to: str) -> None:
    """A content item is called otherwise: those that were removed and may come back say it too."""
    from gutenbot_subscriptions import shelf

    shelf.rename_content(db, bot, item, to)
