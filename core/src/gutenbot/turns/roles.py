"""What a process does of all the work; several processes on one database may share it out."""

from typing import Literal, get_args

Role = Literal["web", "turns", "delivery", "schedules"]
"""`web` takes events in, serves pages and the API; `turns` runs bots; `delivery` sends messages to channels; `schedules` fires
schedules and timers."""
ALL_ROLES: frozenset[Role] = frozenset(get_args(Role))
