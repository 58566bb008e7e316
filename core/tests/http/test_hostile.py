"""Bodies that nobody sends by accident (INP-01 to INP-05): refused in words, never with a 500."""

import json
from collections.abc import AsyncIterator

import pytest
from core.tests.http.served import Served

JSON = {"content-type": "application/json"}
BODIES = {
    "nested too deeply": b'{"event":{"type":"custom","name":"x","data":{"a":'
    + b"[" * 100_000
    + b"]" * 100_000
    + b"}}}",
    "nested in an unknown field": b'{"text":"a","x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}",
    "a number of 5,000 digits": b'{"event":{"type":"custom","name":"x","data":{"a":' + b"9" * 5000 + b"}}}",
    "not a number": b'{"event":{"type":"custom","name":"x","data":{"a":NaN}}}',
    "infinity": b'{"event":{"type":"custom","name":"x","data":{"a":1e999}}}',
    "bytes that are not UTF-8": b'{"text":"\xff\xfe"}',
    "half a character": b'{"text":"\\ud800"}',
    "a byte order mark": b'\xef\xbb\xbf{"text":"a"}',
    "UTF-16": '{"text":"a"}'.encode("utf-16"),
    "nothing": b"",
    "half of it": b'{"text":"a"',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
async def test_what_is_not_plain_json_is_refused(served: Served, body: bytes) -> None:
    answer = await served.client.post("/api/v1/converse/ann", content=body, headers=JSON)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "http.not-json"
    other = await served.client.post("/api/v1/keys", content=body, headers=JSON)
    assert 400 <= other.status_code < 500


@pytest.mark.parametrize(
    "body",
    [{}, {"text": 1}, {"text": "a", "event": {"type": "message", "body": "b"}}, [], [{}] * 101, "a", 1, None,
     {"event": {"type": "timer", "name": "x", "generation": 1}}, {"text": "a", "wait_s": 31}, {"text": "a", "wait_s": -1},
     {"text": "a", "id": "x" * 201}],
    ids=lambda body: str(body)[:40],
)  # fmt: skip
async def test_what_has_another_form_is_refused_with_the_reason(served: Served, body: object) -> None:
    answer = await served.client.post("/api/v1/converse/ann", content=json.dumps(body).encode(), headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["code"] == "http.invalid"


@pytest.mark.parametrize("path", ["/api/v1/converse/ann", "/api/v1/keys", "/bots/echo/x"])
async def test_a_body_over_the_limit_is_refused_everywhere(served: Served, path: str) -> None:
    answer = await served.client.post(path, content=b"x" * 1_100_000, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "http.too-large")


@pytest.mark.parametrize("path", ["/api/v1/converse/ann", "/api/v1/keys"])
async def test_a_body_without_a_stated_length_is_counted(served: Served, path: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(40):
            yield b" " * 65_536

    answer = await served.client.post(path, content=chunks(), headers=JSON)
    assert answer.status_code == 413


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", None])
async def test_only_json_is_taken_so_that_no_form_of_another_site_gets_in(served: Served, kind: str | None) -> None:
    headers = {} if kind is None else {"content-type": kind}
    answer = await served.client.post("/api/v1/converse/ann", content=b'{"text":"a"}', headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (415, "http.wrong-type")


async def test_a_compressed_body_is_refused(served: Served) -> None:
    headers = {**JSON, "content-encoding": "gzip"}
    answer = await served.client.post("/api/v1/converse/ann", content=b"\x1f\x8b", headers=headers)
    assert answer.status_code == 415


async def test_a_null_character_is_stored_and_answered(served: Served) -> None:
    answer = await served.say({"text": "a\0b"})
    assert answer.status_code == 200
    assert len(answer.json()["messages"]) == 1


async def test_of_two_equal_keys_the_last_one_counts(served: Served) -> None:
    answer = await served.client.post("/api/v1/converse/ann", content=b'{"text":"a","text":"b"}', headers=JSON)
    assert [message["text"] for message in answer.json()["messages"]] == ["b"]


async def test_a_million_keys_that_fit_are_no_trouble(served: Served) -> None:
    body = json.dumps({"text": "a", **{f"k{number}": 0 for number in range(60_000)}})
    answer = await served.client.post("/api/v1/converse/ann", content=body.encode(), headers=JSON)
    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["a\nb", "x" * 65, "ünï", '"><script>'])
async def test_an_odd_request_id_is_replaced(served: Served, given: str) -> None:
    answer = await served.client.get("/health", headers=[(b"x-request-id", given.encode())])
    assert answer.headers["x-request-id"] not in ("", given)


async def test_a_decent_request_id_comes_back(served: Served) -> None:
    answer = await served.client.get("/api/v1/nothing", headers={"x-request-id": "abc-1"})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == "abc-1"
