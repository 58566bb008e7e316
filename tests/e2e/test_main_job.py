"""Order a pizza in the browser, and lose nothing when the server dies or the code changes in between."""

import re
import time
from collections.abc import Generator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.chat import WebChat
from tests.e2e.conftest import NewPage
from tests.e2e.server import Server


@pytest.fixture(scope="module")
def pizzeria(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A server which tests may kill, if they start it again."""
    with Server("pizzeria", tmp_path_factory.mktemp("pizzeria")) as server:
        yield server


def test_a_pizza_order_goes_on_after_kill_9_between_question_and_answer(pizzeria: Server, new_page: NewPage) -> None:
    chat = WebChat(new_page(pizzeria.url + "/", restarts=True))
    chat.sees("What would you like?")
    chat.tap("Order a pizza")
    chat.sees("Which size?")
    chat.tap("Large")
    chat.sees("Street?")
    pizzeria.kill()
    chat.say("1 Main Street")  # typed while there is no server
    time.sleep(0.5)
    pizzeria.start()
    chat.sees("City?", times=1)
    pizzeria.kill()
    pizzeria.start()
    chat.say("Springfield")
    chat.sees("A pizza of size L to 1 Main Street, Springfield. Shall I book it?")
    chat.tap("Yes")
    chat.sees(re.compile(r"Done! Your order number is"), times=1)


def test_code_and_words_change_while_a_conversation_waits_and_it_goes_on_with_both(
    tmp_path: Path, new_page: NewPage
) -> None:
    with Server("pizzeria", tmp_path, "dev") as server:
        page = new_page(server.url + "/")
        chat = WebChat(page)
        chat.sees("What would you like?")
        chat.say("order")
        chat.tap("Small")
        chat.sees("Street?")
        server.edit("content/order.yaml", "address.city: City?", "address.city: Which town?")
        server.edit(
            "bot.py",
            '    street = await chat.ask("#address.street", Text(max_length=120))\n',
            '    floor = await chat.ask("Which floor?", Text())\n'
            '    street = await chat.ask("#address.street", Text(max_length=120))\n'
            '    bell = await chat.ask("Which bell?", Text())\n',
        )
        server.edit("bot.py", 'return f"{street}, {city}"', 'return f"{street}, {floor}, {bell}, {city}"')
        _wait_for_reload(server)
        chat.say("1 Main Street")  # answers the question that was open
        chat.sees("Which floor?")
        chat.say("third floor")
        chat.sees("Which bell?")
        chat.say("Smith")
        chat.sees("Which town?")
        chat.say("Springfield")
        chat.sees("A pizza of size S to 1 Main Street, third floor, Smith, Springfield. Shall I book it?")
        chat.sees("Street?", times=1)
        page.close()


def test_a_broken_file_says_file_and_line_in_the_chat_and_the_order_goes_on_once_it_is_mended(
    tmp_path: Path, new_page: NewPage
) -> None:
    with Server("pizzeria", tmp_path, "dev") as server:
        page = new_page(server.url + "/")
        chat = WebChat(page)
        chat.sees("What would you like?")
        chat.say("order")
        chat.sees("Which size?")
        server.edit("bot.py", "bot = Bot(", "bot = Bott(")
        _wait_for_reload(server, "NameError")
        chat.say("Large")
        chat.sees(re.compile(r"bot\.py:\d+"))
        server.edit("bot.py", "bot = Bott(", "bot = Bot(")
        _wait_for_reload(server)
        chat.say("Large")
        chat.sees("Street?")
        page.close()


def test_two_tabs_show_the_same_conversation(pizzeria: Server, new_page: NewPage) -> None:
    first = WebChat(new_page(pizzeria.url + "/"))
    first.sees("What would you like?")
    second = WebChat(new_page(pizzeria.url + "/", same_visitor=True))
    second.sees("What would you like?", times=1)
    first.say("order")
    second.sees("Which size?")
    second.tap("Medium")
    first.sees("Street?", times=1)
    second.sees("Street?", times=1)


def test_a_reloaded_page_shows_the_thread_once_and_goes_on(pizzeria: Server, new_page: NewPage) -> None:
    page = new_page(pizzeria.url + "/")
    chat = WebChat(page)
    chat.sees("What would you like?")
    chat.say("order")
    chat.sees("Which size?")
    page.reload()
    chat.sees("Which size?", times=1)
    chat.tap("Small")
    chat.sees("Street?", times=1)
    expect(chat.box).to_be_focused()


def _wait_for_reload(server: Server, text: str = "reloaded") -> None:
    seen = server.log().count(text)
    deadline = time.monotonic() + 100
    while server.log().count(text) == seen and seen == 0 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.7)
