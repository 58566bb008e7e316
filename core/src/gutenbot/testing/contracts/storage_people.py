"""The contract of users, threads and the small stores."""

import asyncio
from typing import Any

import pytest

from gutenbot.events.incoming import MessageEvent, PayloadEvent
from gutenbot.events.messages import TextMessage
from gutenbot.kernel.ids import UserId, conversation_id, user_id
from gutenbot.storage.errors import NoConversation, NotANumber, NotStorable, NoUser
from gutenbot.storage.names import words_in
from gutenbot.storage.port import Storage
from gutenbot.storage.rows import UserPatch
from gutenbot.testing.contracts.storage_kit import BOT, CID, NOW, WEB, accept, arrival, begin, finish

ADA = user_id(BOT, WEB, "t1")


class PeopleContract:
    """What must be true of users."""

    async def test_a_user_is_found_by_id_and_by_address(self, storage: Storage) -> None:
        assert await storage.find_user(BOT, WEB, "t1") is None
        await accept(storage)
        found = await storage.find_user(BOT, WEB, "t1")
        assert found is not None
        assert found == await storage.user(BOT, ADA)
        assert (found.created_ms, found.seen_ms, found.attributes) == (NOW, NOW, {})
        assert await storage.identities(BOT, ADA) == [(WEB, "t1")]

    async def test_con_08_changes_at_once_are_all_kept(self, storage: Storage) -> None:
        await accept(storage)
        patches = [UserPatch(set_attributes={f"key {i}": i}, tags={f"tag {i}": ""}) for i in range(30)]
        await asyncio.gather(*(storage.patch_user(BOT, ADA, patch, NOW) for patch in patches))
        user = await storage.user(BOT, ADA)
        assert user is not None
        assert user.attributes == {f"key {i}": i for i in range(30)}
        assert len(await storage.tags(BOT, ADA)) == 30

    async def test_a_patch_sets_and_unsets(self, storage: Storage) -> None:
        await accept(storage)
        await storage.patch_user(BOT, ADA, UserPatch(set_attributes={"a": 1, "b": 2}, tags={"x": "1", "y": ""}), NOW)
        patch = UserPatch(
            unset_attributes=("a", "never"), set_attributes={"b": 3}, untag=("X",), profile={"locale": "el"}
        )
        patched = await storage.patch_user(BOT, ADA, patch, NOW + 5)
        assert (patched.attributes, patched.profile, patched.profile_ms, patched.rev) == (
            {"b": 3},
            {"locale": "el"},
            NOW + 5,
            2,
        )
        assert await storage.tags(BOT, ADA) == {"Y": ("", NOW)}

    async def test_a_patch_of_an_unknown_user_is_an_error(self, storage: Storage) -> None:
        with pytest.raises(NoUser):
            await storage.patch_user(BOT, UserId("nobody"), UserPatch(), NOW)

    async def test_users_are_listed_and_counted_by_all_of_their_tags(self, storage: Storage) -> None:
        wanted = {"t1": {"VIP": "", "EU": "1"}, "t2": {"VIP": ""}, "t3": {"EU": ""}, "t4": {"vip": "", "eu": ""}}
        await storage.accept([arrival(thread=thread) for thread in wanted])
        for thread, tags in wanted.items():
            await storage.patch_user(BOT, user_id(BOT, WEB, thread), UserPatch(tags=tags), NOW)
        both = await storage.list_users(BOT, tags=["vip", "EU"])
        assert {user.user_id for user, _ in both} == {user_id(BOT, WEB, "t1"), user_id(BOT, WEB, "t4")}
        assert {user.user_id: tags for user, tags in both}[ADA] == {"VIP": "", "EU": "1"}
        assert await storage.count_users(BOT, tags=["VIP"]) == 3
        assert await storage.count_users(BOT, tags=["VIP", "NONE"]) == 0
        assert await storage.count_users(BOT) == 4

    async def test_users_are_found_by_the_beginnings_of_the_words_of_their_names(self, storage: Storage) -> None:
        names = {
            "t1": UserPatch(profile={"first_name": "Zoë", "last_name": "van der Berg"}),
            "t2": UserPatch(set_attributes={"name": "zoe Bergmann", "email": "ZB@example.com", "age": 3}),
            "t3": UserPatch(profile={"name": "Ahmed %_ الزهراني"}),
            "t4": UserPatch(set_attributes={"city": "Berg"}),
        }
        await storage.accept([arrival(thread=thread) for thread in names])
        for thread, patch in names.items():
            await storage.patch_user(BOT, user_id(BOT, WEB, thread), patch, NOW)

        async def found(text: str, *tags: str) -> set[str]:
            rows = await storage.list_users(BOT, words=words_in(text), tags=tags)
            assert await storage.count_users(BOT, words=words_in(text), tags=tags) == len(rows)
            return {thread for thread in names if user_id(BOT, WEB, thread) in {user.user_id for user, _ in rows}}

        assert await found("ZOE") == await found("zoë  BERG") == {"t1", "t2"}
        assert await found("bergm") == await found("zb@exam") == {"t2"}
        assert await found("الزه") == {"t3"}
        assert await found("%") == set(names), "what has no word asks for nothing"
        assert await found("oe") == await found("zoe nobody") == set()
        await storage.patch_user(BOT, ADA, UserPatch(profile={"first_name": "Ada"}, tags={"vip": ""}), NOW)
        assert await found("zoe") == {"t2"}
        assert await found("ada", "VIP") == {"t1"}
        await storage.patch_user(BOT, user_id(BOT, WEB, "t2"), UserPatch(unset_attributes=("name",)), NOW)
        assert await found("zoe") == set()

    async def test_users_come_in_pages(self, storage: Storage) -> None:
        await storage.accept([arrival(thread=f"t{i}") for i in range(7)])
        seen: list[str] = []
        while page := await storage.list_users(BOT, limit=3, after=seen[-1] if seen else ""):
            seen += [user.user_id for user, _ in page]
        assert seen == sorted(seen)
        assert len(seen) == 7

    async def test_an_address_is_linked_to_another_user(self, storage: Storage) -> None:
        await accept(storage)
        await accept(storage, channel="telegram", thread="42")
        old = user_id(BOT, "telegram", "42")
        await storage.patch_user(BOT, ADA, UserPatch(set_attributes={"name": "Ada"}), NOW)
        patch = UserPatch(set_attributes={"name": "A.", "city": "Athens"}, tags={"vip": ""})
        await storage.patch_user(BOT, old, patch, NOW)
        await storage.link_identity(BOT, arrival(channel="telegram").channel_id, "42", ADA)
        assert await storage.user(BOT, old) is None
        assert [user.user_id for user, _ in await storage.list_users(BOT, words=["ada"])] == [ADA]
        ada = await storage.find_user(BOT, arrival(channel="telegram").channel_id, "42")
        assert ada is not None
        assert (ada.user_id, ada.attributes) == (ADA, {"name": "Ada", "city": "Athens"})
        assert set(await storage.tags(BOT, ADA)) == {"VIP"}
        assert len(await storage.identities(BOT, ADA)) == 2
        moved = await storage.load(conversation_id(BOT, "telegram", "42"))
        assert (moved.conversation.user_id, moved.user.user_id) == (ADA, ADA)

    async def test_a_turn_that_ran_during_the_link_changes_the_right_user(self, storage: Storage) -> None:
        claim = await begin(storage)
        await storage.link_identity(BOT, WEB, "t1", UserId("somebody"))
        done = await finish(storage, claim, user=UserPatch(set_attributes={"seen": True}))
        assert done.applied
        user = await storage.user(BOT, UserId("somebody"))
        assert user is not None
        assert user.attributes == {"seen": True}

    async def test_a_new_conversation_of_a_linked_address_has_the_linked_user(self, storage: Storage) -> None:
        await storage.link_identity(BOT, WEB, "ada", UserId("somebody"))
        assert (await begin(storage, thread="room 1", sender="ada")).user_id == "somebody"


class ThreadContract:
    """What must be true of what people see."""

    async def test_a_thread_has_both_directions_without_gaps(self, storage: Storage) -> None:
        for i in range(3):
            await finish(storage, await begin(storage, f"q{i}", external_id=f"m{i}"), f"a{i}", "more")
        entries = await storage.thread(CID)
        assert [entry.n for entry in entries] == list(range(1, 10))
        assert [entry.direction for entry in entries] == ["in", "out", "out"] * 3
        assert (entries[3].external_id, entries[3].at_ms, entries[3].author) == ("m1", NOW, "user")
        assert (entries[4].author, entries[4].body) == ("bot", TextMessage(text="a1"))

    async def test_a_thread_says_which_event_caused_a_message(self, storage: Storage) -> None:
        claims = []
        for body in ("one", "two"):
            claims.append(await begin(storage, body))
            await finish(storage, claims[-1], "first", "second")
        sent = await storage.send(CID, "k", (TextMessage(text="news"),), deliver=False, now_ms=NOW)
        one, two = (str(claim.seq) for claim in claims)
        found = [entry.cause for entry in await storage.thread(CID)]
        assert found == ["", one, one, "", two, two, sent[0].cause]
        assert sent[0].cause.startswith("send:")

    async def test_a_thread_is_read_from_a_position_on(self, storage: Storage) -> None:
        for i in range(5):
            await finish(storage, await begin(storage, str(i)), str(i))
        assert [entry.n for entry in await storage.thread(CID, after=4, limit=3)] == [5, 6, 7]
        assert await storage.thread(CID, after=10) == []

    async def test_an_event_shows_in_the_thread_before_its_turn(self, storage: Storage) -> None:
        await accept(storage, "hi")
        assert len(await storage.thread(CID)) == 1

    async def test_opening_a_thread_makes_it_once(self, storage: Storage) -> None:
        opened = [await storage.open_thread(BOT, WEB, "t1", "ada", NOW + i) for i in range(2)]
        assert opened == [CID, CID]
        loaded = await storage.load(CID)
        assert (loaded.conversation.created_ms, loaded.conversation.last_n) == (NOW, 0)
        assert (await begin(storage, sender="ada")).user_id == loaded.user.user_id

    async def test_a_person_finds_their_conversations_latest_first(self, storage: Storage) -> None:
        for i, thread in enumerate(("a", "b", "c")):
            claim = await begin(storage, f"about {thread}", thread=thread, sender="ada", at_ms=NOW + i)
            await finish(storage, claim, f"answer {thread}", now_ms=NOW + i)
        await accept(storage, "once more", thread="a", sender="ada", at_ms=NOW + 99)
        found = await storage.conversations(BOT, WEB, "ada")
        assert [(item.thread, item.title, item.last_text) for item in found] == [
            ("a", "about a", "once more"),
            ("c", "about c", "answer c"),
            ("b", "about b", "answer b"),
        ]
        assert (found[0].last_n, found[0].updated_ms) == (3, NOW + 99)
        assert len(await storage.conversations(BOT, WEB, "ada", limit=2)) == 2

    async def test_a_conversation_is_called_by_the_first_words_of_the_person(self, storage: Storage) -> None:
        for n, event in enumerate(
            (PayloadEvent(payload="GET_STARTED"), MessageEvent(body="hello"), MessageEvent(body="more"))
        ):
            await accept(storage, event=event, sender="ada", external_id=str(n))
            (found,) = await storage.conversations(BOT, WEB, "ada")
            assert found.title == ("hello" if n else "")
        await accept(storage, event=PayloadEvent(payload="BUY", title="Buy"), thread="t2", sender="ada")
        assert {one.title for one in await storage.conversations(BOT, WEB, "ada")} == {"hello", "Buy"}

    async def test_the_read_position_never_goes_back(self, storage: Storage) -> None:
        await finish(storage, await begin(storage), "a", "b")
        read = []
        for n in (2, 1, 999):
            await storage.mark_read(CID, n)
            read.append((await storage.conversations(BOT, WEB, "t1"))[0].read_n)
        assert read == [2, 2, 3]
        with pytest.raises(NoConversation):
            await storage.mark_read(conversation_id(BOT, WEB, "nowhere"), 1)


class StoresContract:
    """What must be true of values, blobs and keys."""

    @pytest.mark.parametrize("value", [None, 0, 1.5, "Ω", [1, [2]], {"a": {"b": None}}, True])
    async def test_a_value_comes_back_as_it_was(self, storage: Storage, value: Any) -> None:
        await storage.kv_set("bot", "key", value)
        assert await storage.kv_get("bot", "key") == value

    async def test_a_part_of_a_value_is_read_and_set_by_its_path(self, storage: Storage) -> None:
        await storage.kv_set("bot", "user", {"name": "Ada", "list": [{"x": 1}]})
        await storage.kv_set("bot", "user", "Athens", "home.city")
        await storage.kv_set("bot", "user", 2, "list.0.x")
        await storage.kv_set("bot", "user", True, "name.first")
        assert await storage.kv_get("bot", "user") == {
            "name": {"first": True},
            "list": [{"x": 2}],
            "home": {"city": "Athens"},
        }
        assert await storage.kv_get("bot", "user", "home.city") == "Athens"
        assert await storage.kv_get("bot", "user", "home.street.number") is None
        assert await storage.kv_get("bot", "nothing") is None

    async def test_parts_set_at_once_are_all_kept(self, storage: Storage) -> None:
        await asyncio.gather(*(storage.kv_set("bot", "k", i, f"deep.{i}") for i in range(50)))
        assert await storage.kv_get("bot", "k", "deep") == {str(i): i for i in range(50)}

    async def test_of_values_made_at_once_one_stays_and_all_get_it(self, storage: Storage) -> None:
        results = await asyncio.gather(*(storage.kv_make("bot", "secret", f"mine {i}") for i in range(20)))
        assert set(results) == {await storage.kv_get("bot", "secret")}
        assert await storage.kv_make("bot", "secret", "another") == results[0]

    async def test_additions_at_once_are_all_counted(self, storage: Storage) -> None:
        results = await asyncio.gather(*(storage.kv_add("bot", "stats", 2, "visits.today") for _ in range(50)))
        assert sorted(results) == list(range(2, 102, 2))
        assert await storage.kv_get("bot", "stats") == {"visits": {"today": 100}}

    async def test_only_numbers_can_be_added_to(self, storage: Storage) -> None:
        await storage.kv_set("bot", "k", "word")
        with pytest.raises(NotANumber):
            await storage.kv_add("bot", "k", 1)
        assert await storage.kv_get("bot", "k") == "word"

    async def test_what_is_not_json_is_refused(self, storage: Storage) -> None:
        with pytest.raises(NotStorable):
            await storage.kv_set("bot", "k", {"it": object()})

    async def test_values_are_listed_by_prefix_within_their_scope(self, storage: Storage) -> None:
        for scope, key in (("a", "x.1"), ("a", "x.2"), ("a", "y"), ("b", "x.3"), ("a", "x%")):
            await storage.kv_set(scope, key, key)
        assert list(await storage.kv_list("a", "x.")) == ["x.1", "x.2"]
        assert len(await storage.kv_list("a")) == 4
        assert len(await storage.kv_list("a", limit=2)) == 2
        await storage.kv_delete("a", "x.1")
        assert list(await storage.kv_list("a", "x.")) == ["x.2"]

    async def test_a_blob_comes_back_as_it_was(self, storage: Storage) -> None:
        data = bytes(range(256)) * 1000
        blob_id = await storage.put_blob(BOT, "image/png", "a b.png", data, NOW)
        assert await storage.get_blob(BOT, blob_id) == ("image/png", "a b.png", data)
        assert await storage.get_blob(arrival(bot="other").bot_id, blob_id) is None

    async def test_a_key_is_found_by_its_hash_until_it_is_revoked(self, storage: Storage) -> None:
        await storage.add_key(b"h1", "laptop", "admin", "operator:1", NOW)
        await storage.add_key(b"h2", "server", "reader", "operator:1", NOW + 1)
        found = await storage.key(b"h1")
        assert found is not None
        assert (found.key.name, found.key.role, found.key.actor) == ("laptop", "admin", "operator:1")
        assert [key.name for key in await storage.keys()] == ["laptop", "server"]
        assert await storage.revoke_key("laptop")
        assert not await storage.revoke_key("laptop")
        assert await storage.key(b"h1") is None

    async def test_aut_10_of_two_offers_to_set_up_at_once_one_counts(self, storage: Storage) -> None:
        assert await storage.offer_setup(b"first", "1", NOW, NOW + 9)
        assert not await storage.offer_setup(b"second", "2", NOW + 9_000, NOW + 9_009)
        assert await storage.offer_setup(b"third", "3", NOW + 20_000, NOW + 20_009)  # a later start says a new one

    async def test_aut_11_a_key_keeps_its_limits_and_when_it_was_used(self, storage: Storage) -> None:
        await storage.add_key(
            b"h1", "a", "agent", "me", NOW, account_id="nobody", scopes=["users:read"], prefix="gb_ab", ends_ms=NOW + 9
        )
        for at_ms in (NOW + 60_001, NOW + 60_002, NOW + 120_001):
            await storage.use_key(b"h1", at_ms)
        found = await storage.key(b"h1")
        assert found is not None
        key = found.key
        assert (key.scopes, key.prefix, key.ends_ms, key.created_ms) == (("users:read",), "gb_ab", NOW + 9, NOW)
        assert key.used_ms == NOW + 60_001
        assert (key.account_id, found.owner_role, found.owner_disabled) == ("nobody", None, False)
