"""The first visitors of a new server come at the same moment."""

import asyncio

from gutenbot_channel_web.testing import Website


async def test_issue_the_very_first_visitors_all_keep_their_tokens(site: Website) -> None:
    visitors = await asyncio.gather(*(site.visitor() for _ in range(10)))
    assert [len(await visitor.conversation()) for visitor in visitors] == [26] * 10
