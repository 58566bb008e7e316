"""Five bots of 10 to 12 as strangers left them: what can be said is said, each question leads to its own answer, and every line
that was not carried is named with its place."""

import json
from typing import Any

from core.tests.importing.desk import Desk

from gutenbot.events.messages import Card, Carousel, Choices, plain_text

Record = dict[str, Any]


def qna(name: str, **data: Any) -> Record:
    """A question as 12 kept it."""
    usual = {"action": "text", "contexts": ["global"], "enabled": True, "redirectFlow": "", "redirectNode": ""}
    return {"id": name, "data": {**usual, **data}}


def element(name: str, **data: Any) -> Record:
    return {"id": name, "formData": data, "createdBy": "admin", "createdOn": "2020-01-01", "modifiedOn": "2020-02-01"}


def lines(value: Any) -> str:
    """JSON with each value on a line of its own."""
    return json.dumps(value, indent=0, ensure_ascii=False)


def asked(desk: Desk) -> dict[str, str]:
    """Question → the item that it leads to."""
    return {text: one.item for one in desk.imported.questions for texts in one.asked.values() for text in texts}


def test_the_folder_of_a_whole_bot_of_12(desk: Desk) -> None:
    desk.write("bot.config.json", lines({"id": "shop", "defaultLanguage": "en", "languages": ["en", "fr"]}))
    desk.write("flows/main.flow.json", lines({"startNode": "entry", "nodes": [{"onEnter": ["say #!builtin_text-hi"]}]}))
    desk.write("flows/main.ui.json", "{}").write("actions/a.js", "exit()").write("models/en.model", b"\x00\x01")
    desk.write("intents/__qna__a1.json", lines({"name": "__qna__a1", "utterances": {"en": ["when"]}, "contexts": []}))
    desk.write("entities/size.json", lines({"id": "size", "type": "list", "occurrences": []}))
    questions = {"en": ["When?", "do you open today"], "fr": ["Quand ?"]}
    answers = {"en": ["At nine", "At 9"], "fr": ["À neuf heures"]}
    desk.write("qna/a1.json", lines(qna("a1", category="hours", questions=questions, answers=answers)))
    hi = element("builtin_text-hi", **{"typing$en": True, "text$en": "Hi {{{user.first_name}}}", "text$fr": "Salut"})
    drop = element("d-1", **{"message$en": "Pick", "buttonText$en": "Go", "options$en": [{"label": "A", "value": "a"}]})
    desk.write("content-elements/builtin_text.json", lines([hi]))
    desk.write("content-elements/builtin_dropdown.json", lines([drop])).read()
    assert desk.words("builtin_text-hi", user={"first_name": "# {{7*7}}"}) == ["Hi # {{7*7}}"]
    assert [getattr(one, "text", "") for one in desk.says("qna.a1", locale="fr")] == ["À neuf heures"]
    (pick,) = desk.says("d-1")
    assert isinstance(pick, Choices)
    assert (pick.text, [(one.title, one.payload) for one in pick.quick_replies]) == ("Pick", [("A", "a")])
    assert asked(desk) == dict.fromkeys(["When?", "do you open today", "Quand ?"], "qna.a1")
    assert desk.where() == [
        "actions/a.js:1 code", "bot.config.json:1 settings", "content-elements/builtin_dropdown.json:6 `buttonText$en`",
        "entities/size.json:1 language understanding", "flows/main.flow.json:1 flow",
        "intents/__qna__a1.json:1 language understanding",
    ]  # fmt: skip


def test_questions_with_redirects_switched_off_and_answered_by_elements(desk: Desk) -> None:
    qnas = [
        qna("go", action="text_redirect", redirectFlow="order.flow.json", questions={"en": ["order"], "de": ["bestellen"]},
            answers={"en": ["Sure"], "de": []}),
        qna("off", enabled=False, questions={"en": ["x"]}, answers={"en": ["y"]}),
        qna("mixed", questions={"en": ["mixed"]}, answers={"en": ["#!builtin_text-a", "Words"]}),
        qna("each", questions={"en": ["two"], "fr": ["deux"]}, answers={"en": ["#!builtin_text-a"], "fr": ["Bonjour"]}),
        qna("unasked", questions={"en": ["one"]}, answers={"en": ["say #!builtin_text-a"], "fr": ["#!builtin_text-b"]}),
        qna("gone", questions={"en": ["gone"]}, answers={"en": ["#!builtin_text-gone"]}),
        qna("away", action="redirect", redirectNode="node-1", questions={"en": ["away"]}, answers={"en": [""]}),
        qna("half", questions={"en": ["", " "], "fr": ["seul"]}, answers={"fr": ["Oui"]}),
        qna("odd", questions={"en": ["braces"]}, answers={"en": ["{{user.name}} # a: “b”"]}),
    ]  # fmt: skip
    texts = [element("builtin_text-a", **{"text$en": "A"}), element("builtin_text-b", **{"text$fr": "B"})]
    elements = [{**one, "contentType": "builtin_text"} for one in texts]
    desk.write("export.json", lines({"qnas": qnas, "contentElements": elements})).read(desk.old / "export.json")
    assert asked(desk) == {
        "order": "qna.go", "bestellen": "qna.go", "mixed": "qna.mixed", "two": "builtin_text-a", "deux": "qna.each",
        "one": "builtin_text-a", "seul": "qna.half", "braces": "qna.odd",
    }  # fmt: skip
    assert [desk.words(f"qna.{name}") for name in ("go", "mixed", "half")] == [["Sure"], ["Words"], ["Oui"]]
    assert desk.words("qna.odd", user={"name": "{x}"}) == ["{x} # a: “b”"]
    text = (desk.old / "export.json").read_text("utf-8").splitlines()
    lost = {(note.construct, note.place.line) for note in desk.lost()}
    for construct, near in (
        ("answer", '"#!builtin_text-a",'),
        ("question", '"id": "off",'),
        ("question", '"id": "gone",'),
    ):
        line = text.index(near) + 1
        assert {(construct, line), (construct, line - 1)} & lost, (construct, line, lost)
    assert sorted(construct for construct, _ in lost) == [
        "answer", "answer", "question", "question", "question", "redirect of a question", "redirect of a question",
    ]  # fmt: skip


def test_files_by_category_with_the_same_id_twice(desk: Desk) -> None:
    first = qna("h1", category="hours", questions={"en": ["open"]}, answers={"en": ["At nine"]})
    other = qna("h1", category="hours", questions={"en": ["closed"]}, answers={"en": ["At six"]})
    desk.write("qna/hours.json", lines([first, other, "just words", None]))
    desk.write("qna/prices.json", lines({"prices": [qna("p1", questions={"en": ["price"]}, answers={"en": ["9 €"]})]}))
    desk.write("qna/again.json", lines(qna("p1", questions={"en": ["price"]}, answers={"en": ["9 €"]})))
    desk.write("qna/empty.json", "[]").write("qna/export.csv", "question,action\nHi?,text\n").read()
    assert asked(desk) == {"open": "qna.h1", "closed": "qna.h1-2", "price": "qna.p1"}
    assert [desk.words(item) for item in ("qna.h1", "qna.h1-2", "qna.p1")] == [["At nine"], ["At six"], ["9 €"]]
    assert [note.construct for note in desk.changed()] == ["question"]
    assert [place.partition(":")[0] + place.partition(" ")[2] for place in desk.where()] == [
        "qna/export.csvtable", "qna/hours.jsonrecord", "qna/prices.jsonitem",
    ]  # fmt: skip


def test_elements_of_many_languages_with_holes_in_them(desk: Desk) -> None:
    elements = [
        element("builtin_text-ünï", **{"text$pt-br": "Olá", "text$zh_CN": "你好", "text$en": None, "text$ar": "مرحبا"}),
        {"id": "builtin_text-null", "formData": None},
        element("builtin_text-num", **{"text$en": 42}),
        element("builtin_text-num", **{"text$en": "again"}),
        element("builtin_text-list", **{"text$en": ["a", "b"]}),
        element("builtin_text-md", **{"text$en": "**bold** [a](https://x.example)", "markdown$en": True}),
        7,
    ]
    desk.write("content-elements/builtin_text.json", "\ufeff" + lines(elements) + "\n\n").read()
    tags = ("pt-BR", "zh-CN", "ar")
    said = {tag: plain_text(one) for tag in tags for one in desk.says("builtin_text-ünï", locale=tag)}
    assert said == {"pt-BR": "Olá", "zh-CN": "你好", "ar": "مرحبا"}
    assert desk.words("builtin_text-num") == ["42"]
    assert desk.words("builtin_text-md") == ["**bold** [a](https://x.example)"]
    assert [place.partition(" ")[2] for place in desk.where()] == [
        "content element", "item", "content element", "`markdown$en`", "record",
    ]  # fmt: skip


def test_kinds_of_their_own_and_of_10_without_languages(desk: Desk) -> None:
    buttons = [{"title": "Yes", "value": "YES"}, {"value": "no"}, {"title": "Later"}, None, {}]
    desk.write("content-elements/text_and_choices.json", lines([element("own-1", text="Well?", choices=buttons)]))
    cards = [
        {"title": "One", "subtitle": "S", "actions": [{"action": "Say something", "title": "Hi", "text": "hi"}]},
        {},
    ]
    desk.write("content-elements/my_carousel.json", lines([element("own-2", items=cards), element("own-3", items=[])]))
    desk.write("content-elements/product.json", lines([element("own-4", title="Hat", subtitle="Red", price=9)]))
    desk.write(
        "qna.json", lines([{"id": "q", "data": {"questions": ["hats?"], "answer": "#!own-4", "action": "text"}}])
    )
    desk.read()
    (well,), (side_by_side,), (hat,) = (desk.says(item) for item in ("own-1", "own-2", "own-4"))
    assert isinstance(well, Choices)
    assert [(one.title, one.payload) for one in well.quick_replies] == [("Yes", "YES"), ("no", "no"), ("Later", "")]
    assert isinstance(side_by_side, Carousel)
    assert [card.title for card in side_by_side.cards] == ["One"]
    assert isinstance(hat, Card)
    assert asked(desk) == {"hats?": "own-4"}
    assert sorted(place.rpartition("/")[2].partition(":")[0] + place.partition(" ")[2] for place in desk.where()) == [
        "my_carousel.jsoncard", "my_carousel.jsoncontent element", "product.json`price`", "product.json`price` of a card",
        "text_and_choices.jsonquick reply",
    ]  # fmt: skip
