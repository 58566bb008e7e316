"""The documentation over the API: for everybody who is signed in, and nothing beside it."""

from core.tests.http.house import House
from core.tests.http.served import Served

OUTSIDE = ("..%2f..%2fREADME", "%2e%2e/%2e%2e/core/pyproject.toml", "%2fetc%2fpasswd", "how-to", "adr/index", "a%00b")
"""Names that lead out of the pages, or to none."""


async def test_everybody_who_is_signed_in_reads_and_searches_the_documentation(house: House) -> None:
    clerk = await house.member(await house.owner(), "back-office")
    groups = (await clerk.get("/help"))["groups"]
    assert [group["name"] for group in groups] == ["start", "how-to", "examples", "explanation", "reference"]
    for group in groups:
        first = group["pages"][0]
        page = await clerk.get(f"/help/page?name={first['name']}")
        assert (page["name"], page["title"], page["group"]) == (first["name"], first["title"], group["name"])
        assert page["text"].startswith("# ")
    (hit, *_) = (await clerk.get("/help/search?q=invite+somebody&limit=3"))["items"]
    assert (hit["name"], hit["anchor"]) == ("how-to/people-and-roles", "invite-somebody")
    assert (await clerk.get("/help/search?q="))["items"] == []
    for name in OUTSIDE:
        assert await clerk.refused("GET", f"/help/page?name={name}") == "help.unknown-page"


async def test_who_is_not_signed_in_reads_nothing(guarded: Served) -> None:
    for path in ("/help", "/help/search?q=x", "/help/page?name=index"):
        assert (await guarded.client.get(f"/api/v1{path}")).status_code == 401
