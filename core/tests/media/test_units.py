"""Which texts of an item are translated, and how they travel."""

import pytest
from pydantic import BaseModel, Field

from gutenbot.content.types import content_type
from gutenbot.editing import sheets, xliff
from gutenbot.editing.placeholders import difference
from gutenbot.editing.units import replaced, units
from gutenbot.editing.xliff import Document, NotXliff, Pair

VALUE = [
    "Hello",
    {
        "text": ["One", "Two"],
        "typing": "1s",
        "if": "user.gold",
        "quick_replies": ["<YES> Yes", "No", {"title": "Maybe", "payload": "M"}],
    },
    {"text": "Which?", "choices": {"S": "Small", "L": {"title": "Large", "image": "l.png"}}},
    {"image": "a.png", "alt": "A pizza", "caption": "Tasty", "on": {"sms": {"text": "Pizza"}}},
    {
        "card": {
            "title": "Card",
            "subtitle": "Sub",
            "url": "https://x.org",
            "buttons": [{"title": "Open", "link": "https://x.org"}],
        }
    },
    {"carousel": [{"title": "C1"}, {"title": "C2", "buttons": ["<GO> Go"]}]},
    {
        "form": {
            "id": "f",
            "title": "Form",
            "fields": [{"name": "n", "label": "Name", "kind": "select", "options": {"a": "A"}}],
        }
    },
    {"location": {"latitude": 1, "title": "Here"}},
    {"file": "x.pdf", "name": "Menu"},
    {"template": {"name": "t", "parameters": {"a": "b"}}},
]
WORDS = (
    "Hello|One|Two|Yes|No|Maybe|Which?|Small|Large|A pizza|Tasty|Pizza|Card|Sub|Open|C1|C2|Go|Form|Name|A|Here|Menu"
).split("|")


def test_words_that_people_read_are_translated_and_nothing_else() -> None:
    assert sorted(unit.text for unit in units(VALUE)) == sorted(WORDS)


def test_other_words_stand_where_the_first_ones_stood() -> None:
    changed = replaced(VALUE, {unit.path: unit.text.upper() for unit in units(VALUE)})
    assert sorted(unit.text for unit in units(changed)) == sorted(word.upper() for word in WORDS)
    assert changed[1]["quick_replies"][0] == "<YES> YES"
    assert changed[2]["choices"].keys() == {"S", "L"}
    assert changed[4]["card"]["url"] == "https://x.org"
    assert VALUE[0] == "Hello"


def test_variants_and_single_texts_are_translated() -> None:
    value = {"choose": "random", "variants": [{"name": "warm", "text": "Hi"}, {"entries": ["Hey"]}]}
    assert [unit.name for unit in units(value)] == ["variants.0.text", "variants.1.entries.0"]
    assert [unit.name for unit in units("Hello")] == [""]
    assert replaced("Hello", {(): "Bonjour"}) == "Bonjour"


class Trivia(BaseModel):
    question: str
    answers: list[str]
    code: str = Field("", json_schema_extra={"x-translate": False})
    picture: str = Field("", json_schema_extra={"x-widget": "media"})


def test_fields_of_a_type_are_translated_but_addresses_and_what_says_that_it_is_no_text() -> None:
    value = {"type": "trivia", "question": "Q?", "answers": ["a", "b"], "code": "X1", "picture": "p.png", "tags": ["t"]}
    assert [unit.text for unit in units(value, content_type(Trivia))] == ["Q?", "a", "b"]


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("{{ n }} left", "noch {{n}}", ""),
        ("Hello {{ user.first_name | default('you') }}", "Bonjour {{ user.first_name | default('toi') }}", ""),
        ("{{ n }} left", "noch", "`{{n}}` is missing"),
        ("left", "noch {{ secret }}", "`{{secret}}` is not in the source"),
        ("{{ a }} {{ a }}", "{{ a }}", "`{{a}}` is missing"),
        ("{% if x %}a{% endif %}", "{% if y %}a{% endif %}", "missing"),
    ],
)
def test_placeholders_are_the_same_in_any_order(source: str, target: str, told: str) -> None:
    found = difference(source, target)
    assert told in found
    assert bool(told) == bool(found)


NASTY = [
    Pair("a", "Hello {{ user.name }} & <b>", "Bonjour {{ user.name }} & <b> \"q\" 'x'", "live"),
    Pair("b#0.text", "two\nlines\ttab", "deux\nlignes\ttab", "stale"),
    Pair("c#1", "{{ a }}{% if b %}x{% endif %}{{ c }}", "{{ c }}{% if b %}y{% endif %}{{ a }}", "draft"),
    Pair("d#x..y", "=1+1", "=cmd|' /C calc'!A0", "live"),
    Pair("e", "'quoted", "''=twice", "live"),
    Pair("f", "مرحبا 👩‍👩‍👧 ]]> &amp;", "שלום 🇫🇷 <![CDATA[x]]>", "live"),
    Pair("g", "-1", "+1", "live"),
    Pair("h", "only a source", "", "missing"),
]


def _plain(document: Document) -> list[tuple[str, str, str]]:
    return [(pair.id, pair.source, pair.target) for pair in document.pairs]


def test_xliff_gives_back_what_went_in() -> None:
    found = xliff.read("".join(xliff.write('b"ot', "en", "fr", NASTY)).encode())
    assert (found.source, found.target) == ("en", "fr")
    assert _plain(found) == [(pair.id, pair.source, pair.target) for pair in NASTY]


def test_a_table_gives_back_what_went_in() -> None:
    text = "".join(sheets.write("en", "fr", NASTY))
    found = sheets.read(text.encode())
    assert _plain(found) == [(pair.id, pair.source, pair.target) for pair in NASTY]
    assert _plain(sheets.read(text.lstrip("\ufeff").encode("utf-16"))) == _plain(found)


def test_inp_08_no_cell_begins_a_formula() -> None:
    import csv
    import io

    rows = csv.reader(io.StringIO("".join(sheets.write("en", "fr", NASTY)).lstrip("\ufeff"), newline=""))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


def test_placeholders_are_elements_that_tools_protect() -> None:
    text = "".join(xliff.write("bot", "en", "fr", NASTY))
    assert '<source>Hello <ph id="1">{{ user.name }}</ph> &amp; &lt;b&gt;</source>' in text
    assert 'state="needs-review-translation"' in text


def test_an_empty_placeholder_stands_for_that_of_the_source() -> None:
    found = xliff.read(
        b"""<xliff version="1.2" xmlns="urn:oasis:names:tc:xliff:document:1.2"><file source-language="en" target-language="fr"
        original="x" datatype="plaintext"><body><trans-unit id="a">
        <source>Hi <ph id="1">{{ a }}</ph> <ph id="2">{{ b }}</ph></source>
        <alt-trans><target>Not this</target></alt-trans><seg-source>nor this</seg-source>
        <target><g id="9"><x id="2"/></g> et <ph id="1"/></target></trans-unit></body></file></xliff>"""
    )
    assert _plain(found) == [("a", "Hi {{ a }} {{ b }}", "{{ b }} et {{ a }}")]


BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>"""
HOSTILE = [
    b"",
    b"hello",
    b"<xliff>",
    b"<html></html>",
    (BOMB + "<xliff><file><body><trans-unit id='a'><source>&b;</source></trans-unit></body></file></xliff>").encode(),
    b'<!DOCTYPE xliff SYSTEM "http://example.org/x.dtd"><xliff/>',
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xliff>&e;</xliff>',
    b"<xliff>&e;</xliff>",
    b"<xliff>" + b"<g>" * 5000 + b"</g>" * 5000 + b"</xliff>",
    b"\xff\xfe\x00",
    b'<?xml version="1.0" encoding="utf-7"?><xliff/>',
    b"<xliff>\x00</xliff>",
    b"<xliff><file source-language='en' target-language='fr'/><file source-language='en' target-language='de'/></xliff>",
]


@pytest.mark.parametrize("data", HOSTILE)
def test_inp_12_hostile_xml_is_refused(data: bytes) -> None:
    with pytest.raises(NotXliff):
        xliff.read(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a,b,c\n",
        b"id,source en,target fr\na\n",
        b'id,source en,target fr\n"a',
        b"\x80\x81",
        b"id,source en,target fr\na,b,\0",
    ],
)
def test_tables_that_are_none_are_refused(data: bytes) -> None:
    with pytest.raises(sheets.NotTable):
        sheets.read(data)


def test_a_table_of_another_country_is_read() -> None:
    found = sheets.read(b'id;source en;target fr;state\r\na;Hello;"Bon;jour\r\nici";live\r\n')
    assert _plain(found) == [("a", "Hello", "Bon;jour\nici")]
