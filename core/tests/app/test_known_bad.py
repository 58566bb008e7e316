"""The list of modules that nobody should run."""

import json
import sys
from pathlib import Path

import pytest
from core.tests.app.installs import installed
from core.tests.app.wheels import wheel
from core.tests.http.house import Someone
from core.tests.http.served import serving

from gutenbot.app.installing import forget_code
from gutenbot.app.known_bad import read_list
from gutenbot.modules.store import Store


async def test_mod_14_a_module_on_the_list_is_switched_off_and_cannot_be_switched_on(tmp_path: Path) -> None:
    file = tmp_path / "known-bad.json"
    async with serving(tmp_path) as served:
        served.app.installing.use(Store(tmp_path))
        served.app.switching.known_bad.use(file)
        someone = Someone(served.client)
        name, data = wheel("evil", "1.2")
        package = (await served.client.post(f"/api/v1/packages?name={name}", content=data)).json()
        assert (await installed(someone, package["id"]))["ok"]
        assert await served.texts({"text": "hi"}) == ["HI"]
        entry = {"distribution": "gb_evil", "versions": ">=1,<1.3", "reason": "It sends what it reads elsewhere."}
        file.write_text(json.dumps({"format": 1, "modules": [entry]}), "utf-8")
        await served.app.switching.look_again()
        found = await someone.get("/modules/evil")
        assert (found["state"], found["locked"]) == ("disabled", "the list of bad modules")
        assert "sends what it reads elsewhere" in found["reason"]
        assert await served.texts({"text": "hi"}, "b") == ["hi"]
        assert await someone.refused("PUT", "/modules/evil/state", {"on": True}) == "modules.not-switchable"
        file.write_text("no list", "utf-8")
        await served.app.switching.look_again()
        assert (await someone.get("/modules/evil"))["state"] == "disabled", "a list that cannot be read changes nothing"
        file.unlink()
        await served.app.switching.look_again()
        assert (await someone.get("/modules/evil"))["state"] == "running"
    forget_code(tmp_path)
    sys.path[:] = [path for path in sys.path if not path.startswith(str(tmp_path))]


@pytest.mark.parametrize(
    "text", ["{}", "[]", '{"format": 1, "modules": [{}]}', '{"format": 1, "modules": [{"distribution": 1}]}']
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="it"):
        read_list(text)
