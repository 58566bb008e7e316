"""What the web chat tells of itself, and what it lets through when there is too much to do."""

import pytest

from gutenbot_channel_web.errors import TooFast
from gutenbot_channel_web.rates import MESSAGES, Rates


def test_rat_01_a_refusal_is_counted_by_its_limit() -> None:
    refused: list[str] = []
    rates = Rates(lambda: 0.0, refused=refused.append)
    for _ in range(MESSAGES.amount):
        rates.take((MESSAGES, "ann"))
    with pytest.raises(TooFast):
        rates.take((MESSAGES, "ann"))
    rates.take((MESSAGES, "bob"))
    assert refused == ["messages"]


def test_rat_02_while_the_server_has_too_much_to_do_a_visitor_may_do_half() -> None:
    pressed = True
    rates = Rates(lambda: 0.0, pressed=lambda: pressed)
    for _ in range(MESSAGES.amount // 2):
        rates.take((MESSAGES, "ann"))
    with pytest.raises(TooFast) as refused:
        rates.take((MESSAGES, "ann"))
    assert refused.value.fields["retry_after"] == 2
    pressed = False
    with pytest.raises(TooFast):
        rates.take((MESSAGES, "ann"))
    rates.take((MESSAGES, "bob"))
