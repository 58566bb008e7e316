"""Settings: one order of precedence, and every mistake told with its place."""

import pytest
from pydantic import BaseModel, Field, SecretStr

from gutenbot.kernel.settings import Resolver, WrongSettings, env_names, lines_of, read_toml

TOML = """
port = 4000
hosts = ["a"]

[modules.web]
colour = "red"
"""


class Top(BaseModel):
    port: int = Field(3000, ge=0, le=65535)
    hosts: tuple[str, ...] = ()
    token: SecretStr = SecretStr("")


class Web(BaseModel):
    colour: str = "blue"


PRECEDENCE = [
    ({"GUTENBOT_PORT": "5000"}, "port = 4000", {"port": 6000}, 5000, "env", "GUTENBOT_PORT", True),
    ({}, "port = 4000", {"port": 6000}, 4000, "file", "gutenbot.toml:1", True),
    ({}, "", {"port": 6000}, 6000, "console", "console", False),
    ({}, "", {}, 3000, "default", "default", False),
]


@pytest.mark.parametrize(
    ("environ", "file", "console", "value", "source", "where", "locked"), PRECEDENCE, ids=[row[4] for row in PRECEDENCE]
)
def test_the_environment_goes_before_the_file_the_console_and_the_default(
    environ: dict[str, str], file: str, console: dict[str, int], value: int, source: str, where: str, locked: bool
) -> None:
    found = Resolver(read_toml("gutenbot.toml", file), environ, console).section(Top)
    assert found is not None
    one = found.provenance["port"]
    assert (found.values.port, one.value, one.source, one.where, one.locked) == (value, value, source, where, locked)


def test_sections_are_named_in_the_file_and_in_the_environment() -> None:
    file = read_toml("gutenbot.toml", TOML)
    in_file = Resolver(file, {}).section(Web, "modules.web")
    assert in_file is not None
    assert (in_file.values.colour, in_file.provenance["colour"].where) == ("red", "gutenbot.toml:6")
    for name in env_names("modules.web", "colour"):
        in_env = Resolver(file, {name: "green"}).section(Web, "modules.web")
        assert in_env is not None
        assert (in_env.values.colour, in_env.provenance["colour"].where) == ("green", name)
    assert env_names("modules.channel-web", "colour")[0] == "GUTENBOT_CHANNEL_WEB__COLOUR"


@pytest.mark.parametrize("text", ["a,b", "a, b,", '["a", "b"]'])
def test_a_list_in_the_environment_is_written_with_commas_or_as_json(text: str) -> None:
    found = Resolver(read_toml("x", ""), {"GUTENBOT_HOSTS": text}).section(Top)
    assert found is not None
    assert found.values.hosts == ("a", "b")


def test_all_mistakes_are_told_at_once_each_with_its_place_and_a_suggestion() -> None:
    file = read_toml("gutenbot.toml", 'port = "x"\nhots = []\n\n[modules.web]\ncolor = 1\n')
    resolver = Resolver(file, {"GUTENBOT_HOSTS": "[1"})
    resolver.section(Top, ignore=["modules"])
    resolver.section(Web, "modules.web")
    with pytest.raises(WrongSettings) as caught:
        resolver.finish()
    told = {problem.where: f"{problem.message} {problem.hint}" for problem in caught.value.problems}
    assert "Did you mean `hosts`?" in told["gutenbot.toml:2"]
    assert "`port`" in told["gutenbot.toml:1"]
    assert "valid integer" in told["gutenbot.toml:1"]
    assert "Did you mean `colour`?" in told["gutenbot.toml:5"]
    assert "`hosts`" in told["GUTENBOT_HOSTS"]


def test_a_file_that_is_not_toml_says_which_line() -> None:
    with pytest.raises(WrongSettings, match=r"gutenbot\.toml:2: this is not TOML"):
        read_toml("gutenbot.toml", "port = 1\nhost = = 2\n")


def test_secrets_are_never_shown() -> None:
    found = Resolver(read_toml("x", ""), {"GUTENBOT_TOKEN": "hush"}).section(Top)
    assert found is not None
    assert found.values.token.get_secret_value() == "hush"
    assert "hush" not in str(found.provenance)
    resolver = Resolver(read_toml("x", 'token = ["hush"]'), {})
    resolver.section(Top)
    assert resolver.problems
    assert "hush" not in str(resolver.problems)


def test_a_variable_that_is_no_setting_is_told_with_a_suggestion() -> None:
    resolver = Resolver(read_toml("x", ""), {"GUTENBOT_PROT": "1", "OTHER": "2"})
    resolver.section(Top)
    (warning,) = resolver.unknown_variables()
    assert (warning.where, warning.hint) == ("GUTENBOT_PROT", "Did you mean `GUTENBOT_PORT`?")


def test_lines_are_found_in_tables_and_with_quoted_keys() -> None:
    assert lines_of('a = 1\n"b" = 2\n[x.y]\nc = 3 # port\n') == {"a": 1, "b": 2, "x.y": 3, "x.y.c": 4}
