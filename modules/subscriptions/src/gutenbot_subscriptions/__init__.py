"""Subscriptions: people join and leave categories by a word, and see what they get. This page says what the module is made of."""

from gutenbot.sdk import ContentUser, Module, Part
from gutenbot_subscriptions.categories import Words, category
from gutenbot_subscriptions.desk import Desk, begin, follow, renamed, take_settings
from gutenbot_subscriptions.handlers import hear
from gutenbot_subscriptions.http import routes
from gutenbot_subscriptions.pages import add_pages
from gutenbot_subscriptions.references import content_uses, rename_content
from gutenbot_subscriptions.service import Subscriptions
from gutenbot_subscriptions.settings import SubscriptionSettings

turns = Part()
turns.provide(Subscriptions, Desk)
turns.wrap("decide", name="subscriptions")(hear)
turns.on_start(begin)
turns.on_settings(take_settings)
turns.task(follow)
turns.contribute("content_users", "subscriptions", ContentUser(content_uses, rename_content, renamed))
add_pages(routes)

module = Module(
    "subscriptions",
    parts=[turns, routes],
    settings=SubscriptionSettings,
    summary="People join and leave categories by a word, and manage what they get.",
)

__all__ = ["Subscriptions", "Words", "category", "module"]
