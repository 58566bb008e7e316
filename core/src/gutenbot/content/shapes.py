"""The built-in types: the messages that every bot can say. Their forms (`content/shape_models.py`) are loaded when asked for."""

from types import MappingProxyType

from gutenbot.content.types import ContentType, Types

_MESSAGES = "Messages"


def _natural(name: str, title: str, description: str, group: str = _MESSAGES) -> ContentType:
    return ContentType(name, None, title, group, description, natural=True)


BUILT_IN: Types = MappingProxyType(
    {
        one.name: one
        for one in (
            _natural("text", "Text", "Words. Several texts: one of them, at random."),
            _natural("choices", "Choices", "A question with answers to tap on."),
            _natural("card", "Card", "A card with a title, a picture and buttons."),
            _natural("carousel", "Carousel", "Cards side by side."),
            _natural("media", "Picture, sound, film or file", "A picture, a sound, a film or a file."),
            _natural("form", "Form", "A form; channels without forms ask field by field."),
            _natural("list", "List", "Cards below one another."),
            _natural("location", "Place", "A place on the map."),
            _natural("template", "Template of a network", "A message template of a network, such as WhatsApp's."),
            _natural("raw", "Message of a network", "A message as one network understands it.", "For developers"),
            _natural("messages", "Several messages", "Several messages, one after the other."),
        )
    }
)
"""The types that every bot has. `messages`: items of several messages, and those that were never given a type."""
