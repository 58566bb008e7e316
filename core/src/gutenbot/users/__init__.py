"""People: profiles, attributes, tags, identities."""

from gutenbot.users.people import People, Person

__all__ = ["People", "Person"]
