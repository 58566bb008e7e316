"""The content of the author's guide, rendered exactly."""

from random import Random

from core.tests.content.shelf import Shelf

from gutenbot.content.library import Library
from gutenbot.events.messages import Choices, Image, Outgoing, QuickReply, TextMessage

ORDER = """
welcome:
  - typing: 1s
    text: [Hey there!, "Hello {{ user.first_name | default('you') }}"]      # one of them, at random
  - text: What would you like?
    quick_replies: ["<ORDER> Order a pizza", "<HUMAN> Talk to a person"]
order.size:
  - text: Which size?
    choices: {S: Small, M: Medium, L: Large}
order.done:
  - text: "Done! Your order number is {{ number }}."
  - on: {sms: {text: "OK, order {{ number }}"}}
    image: pizza.png
    alt: A pizza
"""


def _say(library: Library, item: str, channel: str = "web", seed: int = 1, **data: object) -> list[Outgoing]:
    return list(library.render(item, data, locale="en", channel=channel, random=Random(seed)).messages)


def test_the_welcome_greets_at_random_and_offers_two_answers(shelf: Shelf) -> None:
    library = shelf.write(ORDER, "order.yaml").sound()
    greetings = set()
    for seed in range(20):
        first, second = _say(library, "#welcome", seed=seed, user={"first_name": "Ann"})
        assert isinstance(first, TextMessage)
        assert first.typing_ms == 1000
        greetings.add(first.text)
        assert second == Choices(
            text="What would you like?",
            quick_replies=(QuickReply("Order a pizza", "ORDER"), QuickReply("Talk to a person", "HUMAN")),
            content_id="welcome",
            locale="en",
        )
    assert greetings == {"Hey there!", "Hello Ann"}


def test_a_user_without_a_name_is_greeted_by_the_default(shelf: Shelf) -> None:
    library = shelf.write(ORDER, "order.yaml").sound()
    for user in ({}, {"first_name": None}, {"other": 1}):
        said = {getattr(_say(library, "welcome", seed=seed, user=user)[0], "text", "") for seed in range(20)}
        assert said == {"Hey there!", "Hello you"}


def test_the_sizes_are_choices_by_payload(shelf: Shelf) -> None:
    library = shelf.write(ORDER, "order.yaml").sound()
    (question,) = _say(library, "#order.size")
    assert question == Choices(
        text="Which size?",
        quick_replies=(QuickReply("Small", "S"), QuickReply("Medium", "M"), QuickReply("Large", "L")),
        content_id="order.size",
        locale="en",
    )


def test_the_picture_becomes_text_on_sms(shelf: Shelf) -> None:
    library = shelf.write(ORDER, "order.yaml").sound()
    done = TextMessage(text="Done! Your order number is 7.", content_id="order.done", locale="en")
    assert _say(library, "order.done", number=7) == [
        done,
        Image(url="pizza.png", alt="A pizza", content_id="order.done", locale="en"),
    ]
    assert _say(library, "order.done", channel="sms", number=7) == [
        done,
        TextMessage(text="OK, order 7", content_id="order.done", locale="en"),
    ]
