"""What may be done, by name (`resource:verb`), and the roles that exist from the start. Knows no database."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

Scopes = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Permission → field → allowed values, such as `{"content:publish": {"language": ("fr",)}}`. What is not named is not limited."""


@dataclass(frozen=True, slots=True)
class Permission:
    """One thing that a role may allow."""

    name: str
    title: str
    group: str
    roles: frozenset[str] = frozenset()
    """Of the roles that exist from the start, those that have it beside owners and admins: for permissions of modules."""
    module: str = ""
    """The module that it belongs to; empty: core."""


@dataclass(frozen=True, slots=True)
class Role:
    """A set of permissions with a name."""

    name: str
    title: str
    description: str
    permissions: frozenset[str]
    scopes: Scopes = field(default_factory=dict)
    builtin: bool = False
    """It exists without having been made; the console may still change it."""

    def may(self, permission: str, **what: str) -> bool:
        """Whether this role allows it, for these values (`language="fr"`)."""
        return allows(self.permissions, self.scopes, permission, what)


def allows(permissions: frozenset[str], scopes: Scopes, permission: str, what: Mapping[str, str]) -> bool:
    """Whether the permission is there and none of its limits stands against these values."""
    if permission not in permissions:
        return False
    limits = scopes.get(permission, {})
    return all(what[name] in allowed for name, allowed in limits.items() if name in what)


def narrowed(scopes: Scopes, further: Scopes) -> Scopes:
    """Limits that hold both."""
    found = {name: dict(limits) for name, limits in scopes.items()}
    for name, limits in further.items():
        mine = found.setdefault(name, {})
        for field_name, allowed in limits.items():
            mine[field_name] = tuple(one for one in mine.get(field_name, allowed) if one in allowed)
    return found


_LANGUAGE = frozenset({"content:write", "content:publish", "content:review"})
_BOT = ("bots", "content", "conversations", "dead-letters", "playground", "turns", "users")


def limits_of(permission: Permission) -> frozenset[str]:
    """By what a role may limit it: `bot`, `language`. Modules decide by their routes; one without a bot is not for the limited."""
    fields = {"language"} if permission.name in _LANGUAGE else set()
    if permission.module or permission.name.partition(":")[0] in _BOT:
        fields.add("bot")
    return frozenset(fields)


SELF = "account:self"
"""What everybody who signed in may: look after the own account. No role needs to name it; no key has it."""

_GROUPS: dict[str, dict[str, str]] = {
    "Conversations": {
        "conversations:read": "Read conversations",
        "conversations:write": "Act in conversations: hand in events, conclude handoffs",
        "bots:converse": "Talk to bots as a program (`/converse`)",
        "users:read": "See the people who talk to bots",
        "users:write": "Say something to people",
        "users:tag": "Put tags on people, and take them off",
        "dead-letters:read": "See events that could not be handled",
        "dead-letters:replay": "Run events that could not be handled again",
        "dead-letters:discard": "Put events aside that could not be handled, and bring them back",
        "turns:read": "See what a turn did",
        "playground:use": "Try bots in the playground",
    },
    "Content": {
        "content:read": "See what bots say",
        "content:write": "Change what bots say",
        "content:publish": "Publish changes",
        "content:review": "Approve what others wrote, or send it back",
    },
    "Platform": {
        "bots:read": "See which bots run",
        "modules:read": "See modules, their settings and their errors",
        "modules:write": "Switch modules on and off, and change their settings",
        "modules:install": "Install and remove modules: their code runs with the rights of the server",
        "settings:read": "See the settings of the server",
        "settings:write": "Change the settings of the server",
        "channels:read": "See the channels on which bots talk, and how they fare",
        "pipeline:read": "See what messages go through on their way to a bot",
        "pipeline:write": "Try and change the order of what messages go through",
        "instance:read": "See which copy of the bot this is, and whether it sends",
        "instance:write": "Lock and unlock sending",
        "server:restart": "Start the server anew",
        "metrics:read": "Read how the server fares: metrics, and the details of its health",
        "audit:read": "Read and export the audit log",
        "logs:read": "Read the server's log",
        "logs:write": "Change what is logged, for a while",
        "jobs:own": "See and steer the jobs that one has started",
        "jobs:read": "See everybody's jobs",
        "jobs:write": "Pause, resume and cancel everybody's jobs",
        "keys:read": "See API keys",
        "keys:write": "Make and revoke API keys",
        "accounts:read": "See the team",
        "accounts:write": "Invite people, change their roles, disable and remove them",
        "roles:write": "Make and change roles",
        "owners:write": "Make and change owners",
        "accounts:view-as": "See the console as another role does",
    },
}

PERMISSIONS: dict[str, Permission] = {
    name: Permission(name, title, group) for group, some in _GROUPS.items() for name, title in some.items()
}
ALL = frozenset(PERMISSIONS)

_TALK = frozenset({"bots:read", "jobs:own", "conversations:read", "users:read", "content:read"})
_TRY = _TALK | {"playground:use"}
_OPERATE = _TALK | {
    "conversations:write",
    "users:write",
    "users:tag",
    "bots:converse",
    "dead-letters:read",
    "turns:read",
}
_LOOK = _TALK | {"dead-letters:read", "turns:read", "modules:read", "channels:read", "pipeline:read", "metrics:read"}


def _role(name: str, title: str, description: str, permissions: frozenset[str]) -> Role:
    return Role(name, title, description, permissions, builtin=True)


OWNER = "owner"
ROLES: dict[str, Role] = {
    role.name: role
    for role in (
        _role(OWNER, "Owner", "Everything. There is always at least one.", ALL),
        _role("admin", "Admin", "Everything, but not what concerns owners.", ALL - {"owners:write"}),
        _role("developer", "Developer", "Builds and mends bots.",
              _OPERATE | {"content:write", "content:publish", "content:review", "dead-letters:replay", "dead-letters:discard",
                          "modules:read", "metrics:read", "audit:read", "keys:read", "modules:write", "settings:read"}
              | {"channels:read", "pipeline:read", "pipeline:write", "playground:use"}
              | {"logs:read", "logs:write", "jobs:read", "jobs:write"}),
        _role("editor", "Editor", "Writes and publishes what bots say.",
              _TRY | {"content:write", "content:publish", "content:review"}),
        _role("marketer", "Marketer", "Reaches people: writes content and messages.",
              _TRY | {"content:write", "users:write", "users:tag"}),
        _role("agent", "Agent", "Talks to people in the inbox.", _OPERATE),
        _role("analyst", "Analyst", "Looks, and changes nothing.", _LOOK),
        _role("back-office", "Back office", "Works on orders and forms only.", frozenset({"bots:read", "jobs:own", "users:read"})),
        _role("auditor", "Auditor", "Reads who did what.",
              frozenset({"bots:read", "jobs:own", "audit:read", "accounts:read", "keys:read"})),
    )
}  # fmt: skip

FORMER = {"operator": "agent", "viewer": "analyst"}
"""Names that keys of earlier releases bear → the role that they mean now."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What may be done on one server, modules included, and the roles that exist from the start there."""

    permissions: Mapping[str, Permission]
    roles: Mapping[str, Role]

    @property
    def all(self) -> frozenset[str]:
        """The names of all permissions."""
        return frozenset(self.permissions)


CORE = Catalogue(PERMISSIONS, ROLES)
"""Without any module."""


def catalogue_with(more: Iterable[Permission]) -> Catalogue:
    """Core's own and those of modules: owners and admins have them, other roles when the permission names them."""
    found = {one.name: one for one in more}
    if not found:
        return CORE

    def widened(role: Role) -> Role:
        gets = {one.name for one in found.values() if role.name in (OWNER, "admin") or role.name in one.roles}
        return replace(role, permissions=role.permissions | gets)

    return Catalogue({**PERMISSIONS, **found}, {name: widened(role) for name, role in ROLES.items()})
