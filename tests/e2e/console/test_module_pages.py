"""Pages of modules in all four tiers, as the browser meets them; and what happens when one of them is broken (MOD-15)."""

import json
import os
import shutil
import subprocess
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from gutenbot.cli.new import make_module, template
from tests.e2e.console.conftest import People, Someone, failing_shop, talk
from tests.e2e.console.test_every_page import overflow, violations
from tests.e2e.server import TOP, Server, until
from tests.e2e.test_accessible import AXE

pytestmark = pytest.mark.timeout(300)

SAMPLER = '''
"""Pages of all kinds."""
from gutenbot.sdk import Call, Element, Module, Sandbox, Script

module = Module("sampler", summary="Pages of all kinds.")
module.permission("samples:read", "See samples", roles=("analyst",))

@module.api("GET", "/hello", needs="samples:read")
async def hello(call: Call, name: str = "nobody") -> dict[str, str]:
    """Greets."""
    return {"hello": name, "by": call.actor.kind}

for name, body in {
    "hand": Script("hand.js"), "element": Element("sample-bed", "bed.js"), "sandbox": Sandbox("box.html"),
    "bad-import": Script("bad.js"), "throws": Script("throws.js"), "absent": Script("absent.js"),
    "other-kit": Script("hand.js", sdk=9), "no-page": Script("hand.js"), "no-element": Element("no-bed", "bed.js"),
}.items():
    module.page(name, title=f"Sample {name}", permission="samples:read", group="data", body=body)
'''
UI = {
    "hand.js": """
import { Card, Button, defineModule, useModule } from "@gutenbot/console";
import { createElement, lazy, useState } from "react";
import { jsx, jsxs } from "react/jsx-runtime";
import { createRoot } from "react-dom/client";
const Later = lazy(() => import("./later.js"));
function Hand() {
  const { api, name, language } = useModule();
  const [said, say] = useState("nothing");
  const ask = async () => say((await api.get("/hello", { query: { name: "Ann" } })).hello);
  return jsxs(Card, { children: [
    jsx("p", { children: `module ${name}, language ${language}, root ${typeof createRoot}, said ${said}` }),
    jsx(Button, { onClick: () => void ask(), children: "Ask" }), createElement(Later)] });
}
export default defineModule({ name: "sampler", sdk: 1, pages: { hand: Hand } });
""",
    "later.js": """
import { useState } from "react";
import { jsx } from "react/jsx-runtime";
export default function Later() { const [words] = useState("the lazy part shares React"); return jsx("p", { children: words }); }
""",
    "bed.js": """
customElements.define("sample-bed", class extends HTMLElement {
  async connectedCallback() {
    const { hello } = await this.context.api.get("/hello", { query: { name: "Bed" } });
    this.textContent = `element says ${hello}`;
  }
});
""",
    "box.html": """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Box</title></head>
<body><p id="said">waiting</p><script src="box.js"></script></body></html>""",
    "box.js": """
const said = document.getElementById("said");
const lines = [];
const tell = (line) => { lines.push(line); said.textContent = lines.join(" | "); };
try { tell(`cookie ${document.cookie.length}`); } catch { tell("no cookies"); }
try { localStorage.length; tell("storage"); } catch { tell("no storage"); }
try { parent.document.title; tell("parent"); } catch { tell("no parent"); }
fetch("/api/v1/session").then(() => tell("fetched"), () => tell("no fetch"));
addEventListener("message", (event) => {
  const port = event.ports[0];
  tell(`welcome ${event.data.module}`);
  port.onmessage = ({ data }) => tell(`${data.id}: ${data.status} ${data.body?.by ?? data.body?.detail ?? ""}`);
  port.postMessage({ id: 1, method: "GET", path: "/hello", query: { name: "Box" } });
  port.postMessage({ id: 2, method: "GET", path: "/../../roles" });
});
parent.postMessage("gutenbot:hello", "*");
""",
    "bad.js": 'import { nothing } from "no-such-package";\nexport default nothing;\n',
    "throws.js": """
import { defineModule } from "@gutenbot/console";
export default defineModule({ name: "sampler", sdk: 1, pages: { throws: () => { throw new Error("thrown on purpose"); } } });
""",
}
BROKEN = {
    "bad-import": "no-such-package",
    "throws": "thrown on purpose",
    "absent": "absent.js",
    "other-kit": "was made for version 9",
    "no-page": "has no page “no-page”",
    "no-element": "does not define the element “no-bed”",
}


def install(folder: Path, name: str, package: Path) -> None:
    """Makes a package known as that of a module, as an installer does."""
    shutil.copytree(package, folder / package.name)
    facts = folder / f"gutenbot_{name}-1.0.dist-info"
    facts.mkdir(parents=True)
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: gutenbot-{name}\nVersion: 1.0\n", "utf-8")
    (facts / "entry_points.txt").write_text(f"[gutenbot.modules]\n{name} = {package.name}:module\n", "utf-8")
    (facts / "RECORD").write_text("", "utf-8")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Generator[Server]:
    """A shop with a module from the scaffold, and one with pages of all kinds."""
    folder = tmp_path_factory.mktemp("modules")
    sampler = folder / "made" / "gutenbot_sampler"
    (sampler / "ui").mkdir(parents=True)
    (sampler / "__init__.py").write_text(SAMPLER, "utf-8")
    for name, text in UI.items():
        (sampler / "ui" / name).write_text(text, "utf-8")
    install(folder / "site", "sampler", sampler)
    words = make_module("word-watch", folder / "made")
    install(folder / "site", "word-watch", words / "src" / "gutenbot_word_watch")
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(folder / "site"), before]))
    try:
        with failing_shop(folder / "shop", "dev") as server:
            yield server
    finally:
        if before is None:
            del os.environ["PYTHONPATH"]
        else:
            os.environ["PYTHONPATH"] = before


def comes(people: People, shop: Server, **options: object) -> Someone:
    """The developer, at the console."""
    return people.comes(f"http://localhost:{shop.port}", **options)


def asks(shop: Server, method: str, path: str, body: object = None) -> Any:
    """Calls a route of the word watch for the bot."""
    data = None if body is None else json.dumps(body).encode()
    wanted = urllib.request.Request(f"{shop.url}/api/v1/m/word-watch/shop{path}", data, method=method)
    wanted.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(wanted, timeout=10) as answer:
        return json.loads(answer.read() or b"null")


def watches(shop: Server, *words: str) -> None:
    """From now on it counts these words alone, from nought: tests share the server, in any order."""
    for one in asks(shop, "GET", "/words")["items"]:
        asks(shop, "DELETE", f"/words/{one['word']}")
    for word in words:
        asks(shop, "POST", "/words", {"word": word})


def test_a_page_in_python_shows_adds_and_removes(people: People, shop: Server) -> None:
    watches(shop)
    someone = comes(people, shop)
    someone.goes("/")
    page = someone.page
    page.get_by_role("link", name="Words", exact=True).click()
    expect(page.get_by_role("heading", name="Words", level=1)).to_be_visible()
    someone.sees("No word is watched for yet.")
    page.get_by_role("textbox", name="Word").fill("two words")
    page.get_by_role("button", name="Watch for a word").click()
    someone.sees("This does not have the expected form.")
    for word in ("pizza", "order"):
        page.get_by_role("textbox", name="Word").fill(word)
        page.get_by_role("button", name="Watch for a word").click()
        expect(page.get_by_role("region", name="List").get_by_role("cell", name=word, exact=True)).to_be_visible()
        expect(page.get_by_role("textbox", name="Word")).to_have_value("")
    talk(shop, "uma", "a pizza please")
    until(lambda: asks(shop, "GET", "/total") == {"heard": 1})
    page.reload()
    expect(page.get_by_role("row", name="pizza 1").first).to_be_visible()
    page.get_by_role("row", name="order 0").get_by_role("button", name="Remove").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Its count, 0, is gone with it.")).to_be_visible()
    dialog.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("region", name="List").get_by_role("cell", name="order", exact=True)).to_have_count(0)
    someone.sees("“order” is not watched for any more.")


def test_a_page_of_the_scaffold_shares_react_with_the_console(people: People, shop: Server) -> None:
    watches(shop, "pizza")
    talk(shop, "ken", "one pizza")
    until(lambda: asks(shop, "GET", "/total") == {"heard": 1})
    someone = comes(people, shop)
    someone.goes("/bots/shop/m/word-watch/cloud")
    word = someone.page.get_by_role("listitem").filter(has_text="pizza")
    expect(word).to_be_visible()
    size = word.evaluate("(one) => getComputedStyle(one).fontSize")
    someone.page.get_by_label("Size").fill("60")
    expect(word).not_to_have_css("font-size", size)


def test_a_page_of_hand_written_javascript_works(people: People, shop: Server) -> None:
    someone = comes(people, shop)
    someone.goes("/m/sampler/hand")
    someone.sees("module sampler, language en, root function, said nothing")
    someone.sees("the lazy part shares React")
    someone.page.get_by_role("button", name="Ask").click()
    someone.sees("said Ann")


def test_a_custom_element_gets_what_a_page_gets(people: People, shop: Server) -> None:
    someone = comes(people, shop)
    someone.goes("/m/sampler/element")
    someone.sees("element says Bed")


def test_a_document_in_a_sandbox_reaches_the_routes_of_its_module_and_nothing_else(
    shop: Server, page_of: "PageOf"
) -> None:
    page = page_of(shop, "/m/sampler/sandbox")
    said = page.frame_locator("iframe").locator("#said")
    expect(said).to_contain_text("1: 200 account")
    expect(said).to_contain_text("2: 0 That is no route of this module.")
    for line in ("no storage", "no parent", "no fetch", "welcome sampler"):
        expect(said).to_contain_text(line)
    expect(said).not_to_contain_text("fetched")


class PageOf:
    """Opens pages on which something is meant to go wrong: what the browser says about it is no failure of the test."""

    def __init__(self, people: People) -> None:
        self._people = people
        self.opened: list[Page] = []

    def __call__(self, shop: Server, path: str) -> Page:
        someone = comes(self._people, shop)
        someone.watch.problems.clear()
        someone.goes(path)
        self.opened.append(someone.page)
        return someone.page

    def forgive(self) -> None:
        """What was said so far was expected."""
        for one in self._people.all:
            one.watch.problems.clear()
            one.page.evaluate("window.refusals.length = 0")


@pytest.fixture
def page_of(people: People) -> Generator[PageOf]:
    """See `PageOf`."""
    found = PageOf(people)
    yield found
    found.forgive()


@pytest.mark.parametrize("name", list(BROKEN))
def test_mod_15_a_broken_page_shows_a_card_with_its_modules_name_and_the_rest_goes_on(
    shop: Server, page_of: PageOf, name: str
) -> None:
    page = page_of(shop, f"/m/sampler/{name}")
    card = page.locator("[data-module-failed=sampler]")
    expect(card.get_by_role("heading", name="The module sampler cannot show this")).to_be_visible()
    expect(card).to_contain_text(BROKEN[name])
    page.get_by_role("link", name="Sample hand").click()
    expect(page.get_by_text("module sampler, language en")).to_be_visible()
    page.get_by_role("link", name="Home").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert page.evaluate("fetch('/ready').then((answer) => answer.status)") == 200


LOOKS = [("light", "en", 1280), ("dark", "ar", 1280), ("light", "fr", 360)]


@pytest.mark.parametrize(("scheme", "language", "width"), LOOKS)
@pytest.mark.parametrize("path", ["/bots/shop/m/word-watch/words", "/bots/shop/m/word-watch/cloud", "/m/sampler/hand"])
def test_pages_of_modules_shut_nobody_out_and_run_over_nowhere(
    people: People, shop: Server, path: str, scheme: str, language: str, width: int
) -> None:
    someone = comes(people, shop, viewport={"width": width, "height": 800}, color_scheme=scheme, locale=language)
    look = f'{{"scheme": "{scheme}", "locale": "{language}"}}'
    someone.page.context.add_init_script(f"localStorage.setItem('gutenbot.look', '{look}')")
    someone.goes(path)
    expect(someone.page.get_by_role("status", name="Loading")).to_have_count(0)
    someone.page.evaluate(AXE.read_text("utf-8"))
    assert violations(someone.page) == []
    assert overflow(someone.page) == 0


@pytest.mark.skipif(not (TOP / "ui/node_modules").is_dir(), reason="npm packages are not installed")
def test_the_built_page_in_the_template_is_what_its_sources_make(tmp_path: Path) -> None:
    made = tmp_path / "module"
    shutil.copytree(template("module"), made)
    (made / "ui" / "node_modules").symlink_to(TOP / "ui/node_modules")
    vite = [
        str(TOP / "scripts/with-node"),
        "node",
        str(TOP / "ui/node_modules/vite/bin/vite.js"),
        "build",
        "--logLevel",
        "warn",
    ]
    subprocess.run(vite, cwd=made / "ui", check=True, timeout=120)
    name = "src/gutenbot_my_module/ui/console.js"
    assert (made / name).read_text("utf-8") == (template("module") / name).read_text("utf-8")
