"""The way to accounts for the API and the command line: every change is one transaction with its line in the audit log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa

from gutenbot.accounts import audit, challenges, limits, links, people, sessions, totp
from gutenbot.accounts.errors import NoAccount, SetUpAlready, WrongPassword, WrongSecondFactor
from gutenbot.accounts.lines import Line, Who
from gutenbot.accounts.oidc import Services
from gutenbot.accounts.passwords import Hasher, refuse_weak
from gutenbot.accounts.permissions import CORE, OWNER, Catalogue
from gutenbot.accounts.roles import CATALOGUE
from gutenbot.accounts.secrets import email_of, network_of
from gutenbot.accounts.span import Span
from gutenbot.accounts.tables import PASSKEY
from gutenbot.kernel.clock import Clock, to_ms
from gutenbot.kernel.sealing import Keyring
from gutenbot.storage.port import Tables

T = TypeVar("T")
Db = sa.Connection
PLACE = "accounts"
DEVELOPER = "developer"
DEVELOPER_EMAIL = "developer@localhost"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`secret` goes into the cookie, and nowhere else."""

    secret: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Pending:
    """The password was right; one of these is wanted as well."""

    challenge: str
    second_factor: Sequence[str]


class Desk:
    """Accounts over a storage. Its own lines in the log are written with what they tell."""

    def __init__(
        self,
        tables: Tables,
        clock: Clock,
        *,
        hasher: Hasher | None = None,
        span: Span | None = None,
        most: limits.Limits | None = None,
        catalogue: Callable[[], Catalogue] = lambda: CORE,
        keyring: Keyring | None = None,
    ) -> None:
        self.tables = tables
        self.keyring = keyring or Keyring()
        """What seals secrets of second factors."""
        self.catalogue = catalogue
        """Which permissions there are now: modules come and go."""
        self.clock = clock
        self.hasher = hasher or Hasher()
        self.span = span or Span()
        self.most = most or limits.Limits()
        self.services = Services(clock)

    def now_ms(self) -> int:
        """This moment, as tables keep it."""
        return to_ms(self.clock.now())

    async def read(self, work: Callable[[sa.Connection], T]) -> T:
        """See `Tables.read`."""
        return await self.tables.read(self._knowing(work))

    async def write(self, work: Callable[[sa.Connection], T]) -> T:
        """See `Tables.write`; changes of accounts wait for each other, in all processes."""
        return await self.tables.write(self._knowing(work), place=PLACE)

    def _knowing(self, work: Callable[[sa.Connection], T]) -> Callable[[sa.Connection], T]:
        """The same work over a connection that knows which permissions there are."""
        catalogue = self.catalogue()
        return lambda db: work(db.execution_options(**{CATALOGUE: catalogue}))

    async def change(self, who: Who, work: Callable[[sa.Connection], tuple[T, Line]]) -> T:
        """A change and the line that tells of it: both or none."""

        def both(db: sa.Connection) -> T:
            result, line = work(db)
            audit.append(db, who, line, self.now_ms())
            return result

        return await self.write(both)

    async def note(self, who: Who, line: Line) -> None:
        """A line about something that has happened elsewhere."""
        await self.write(lambda db: audit.append(db, who, line, self.now_ms()))

    async def check_audit(self) -> dict[str, Any]:
        """Whether the whole log is as it was written: `ok`, `checked` (lines), `broken_at` (the number of a line, or None)."""
        after, previous = 0, b""
        while True:
            after, previous, broken, ended = await self.read(
                partial(audit.check_some, after_n=after, previous=previous)
            )
            if ended:
                return {"ok": broken is None, "checked": after, "broken_at": broken}

    # Setting up -----------------------------------------------------------------------------------------------------

    async def setup_needed(self) -> bool:
        """Whether nobody owns this server yet."""
        return not await self.read(people.anybody)

    async def set_up(self, token: str, name: str, email: str, password: str, locale: str, visitor: Visitor) -> SignedIn:
        """Makes the first owner; of two at once, one is it (AUT-10). Raises `WrongLink`, `SetUpAlready`, `WeakPassword`."""
        await self.count_link(visitor)
        await self.read(lambda db: links.look(db, "setup", token, self.now_ms()))
        refuse_weak(password, email, name)
        digest = await self.hasher.hash(password)

        def work(db: sa.Connection) -> SignedIn:
            now = self.now_ms()
            links.use(db, "setup", token, now)
            if people.anybody(db):
                raise SetUpAlready
            account = people.add(db, now, email=email, name=name, role=OWNER, password=digest, locale=locale)
            line = Line(verb="server.set-up", object="account", object_id=account["id"],
                        what=f"{name} set the server up and owns it", after={"email": email, "role": OWNER})  # fmt: skip
            return self._open(db, account, visitor, "password", line)

        return await self.write(work)

    async def developer(self, visitor: Visitor) -> SignedIn:
        """The session of whoever develops on this very machine; the account is made when it is new."""

        def work(db: sa.Connection) -> SignedIn:
            now = self.now_ms()
            try:
                account = people.by_id(db, DEVELOPER)
            except NoAccount:
                account = people.add(
                    db, now, email=DEVELOPER_EMAIL, name="Developer", role=OWNER, password="", as_id=DEVELOPER
                )
            return self._open(db, account, visitor, "this machine")

        return await self.write(work)

    # Signing in -----------------------------------------------------------------------------------------------------

    async def sign_in(self, email: str, password: str, visitor: Visitor) -> SignedIn | Pending:
        """By password. Raises `TooManyTries`, and `WrongPassword` with one answer, as late, for every cause (AUT-04)."""
        wanted = email_of(email)
        await self.write(lambda db: limits.count_sign_in(db, self.most, wanted, visitor.address, self.now_ms()))
        account = await self.read(lambda db: people.by_email(db, wanted))
        right, better = await self.hasher.check(account["password"] if account else "", password)
        if account is None or not right or account["disabled_ms"]:
            raise WrongPassword

        def work(db: sa.Connection) -> SignedIn | Pending:
            fresh = people.by_id(db, account["id"])
            if fresh["disabled_ms"] or fresh["password"] != account["password"]:
                raise WrongPassword
            if better:
                people.change(db, account["id"], password=better)
            kinds = self._second_factors(db, fresh)
            if kinds:
                challenge = challenges.make(db, "second-factor", self.now_ms(), account_id=fresh["id"])
                return Pending(challenge, kinds)
            return self._open(db, fresh, visitor, "password")

        return await self.write(work)

    async def second_factor(self, challenge: str, kind: str, code: str, visitor: Visitor) -> SignedIn:
        """After the password. Raises `ChallengeOver`, `WrongSecondFactor`."""

        def counted(db: sa.Connection) -> None:
            row = challenges.look(db, "second-factor", challenge, self.now_ms())
            account = people.by_id(db, row["account_id"])
            limits.count_code(db, self.most, account["id"], account["email"], visitor.address, self.now_ms())
            challenges.count(db, challenge)

        await self.write(counted)

        def work(db: sa.Connection) -> SignedIn:
            now = self.now_ms()
            row = challenges.use(db, "second-factor", challenge, now)
            account = people.by_id(db, row["account_id"])
            if account["disabled_ms"]:
                raise WrongSecondFactor
            if kind == "totp":
                totp.check(db, self.keyring, account, code, now)
            else:
                totp.check_recovery(db, account["id"], code, now)
            return self._open(db, account, visitor, f"password and {kind}")

        return await self.write(work)

    async def count_code(self, account_id: str) -> None:
        """Counts a try to confirm a new app. Raises `TooManyTries`."""
        subject = f"confirm {account_id}"
        await self.write(lambda db: limits.count(db, subject, self.most.account, self.now_ms()))

    def open_for(self, db: sa.Connection, account_id: str, visitor: Visitor, means: str) -> SignedIn:
        """Signs an account in that proved itself otherwise (passkey, another service). Raises `WrongPassword`."""
        account = people.by_id(db, account_id)
        if account["disabled_ms"]:
            raise WrongPassword
        return self._open(db, account, visitor, means)

    def _open(
        self, db: sa.Connection, account: people.Account, visitor: Visitor, means: str, line: Line | None = None
    ) -> SignedIn:
        now = self.now_ms()
        for sweep in (links.sweep, challenges.sweep, limits.sweep):
            sweep(db, now)
        sessions.sweep(db, now, self.span)
        limits.signed_in(db, account["email"], visitor.address, now)
        secret = sessions.open_session(
            db, account["id"], now, self.span, address=visitor.address, agent=visitor.agent, means=means
        )
        told = line or Line(verb="session.opened", object="account", object_id=account["id"],
                            what=f"{account['name']} signed in ({means})")  # fmt: skip
        audit.append(db, who_is(account, visitor), told, now)
        return SignedIn(secret, account["id"])

    def _second_factors(self, db: sa.Connection, account: people.Account) -> list[str]:
        kinds = ["totp", "recovery"] if account["totp_secret"] else []
        keys = sa.select(PASSKEY.c.id).where(PASSKEY.c.account_id == account["id"]).limit(1)
        if kinds and db.execute(keys).first() is not None:
            kinds.append("passkey")
        return kinds

    # Links ----------------------------------------------------------------------------------------------------------

    async def accept_invite(
        self, token: str, name: str, email: str, password: str, locale: str, visitor: Visitor
    ) -> SignedIn:
        """Makes the account that an invite is for, and signs it in. Raises `WrongLink`, `EmailTaken`, `WeakPassword`."""
        await self.count_link(visitor)
        await self.read(lambda db: links.look(db, "invite", token, self.now_ms()))
        refuse_weak(password, email, name)
        digest = await self.hasher.hash(password)

        def work(db: sa.Connection) -> SignedIn:
            now = self.now_ms()
            link = links.use(db, "invite", token, now)
            account = people.add(db, now, email=email, name=name, role=link["role"], password=digest, locale=locale)
            line = Line(verb="invite.accepted", object="account", object_id=account["id"],
                        what=f"{name} joined as {link['role']}", after={"email": email, "role": link["role"]})  # fmt: skip
            return self._open(db, account, visitor, "password", line)

        return await self.write(work)

    async def reset_password(self, token: str, password: str, visitor: Visitor) -> None:
        """Sets another password by a link; all sessions end. Raises `WrongLink`, `WeakPassword` (AUT-05)."""
        await self.count_link(visitor)
        link = await self.read(lambda db: links.look(db, "reset", token, self.now_ms()))
        account = await self.read(lambda db: people.by_id(db, link["account_id"]))
        refuse_weak(password, account["email"], account["name"])
        digest = await self.hasher.hash(password)

        def work(db: sa.Connection) -> tuple[None, Line]:
            links.use(db, "reset", token, self.now_ms())
            people.change(db, account["id"], password=digest)
            sessions.end_all(db, account["id"])
            what = f"{account['name']} set another password by a link"
            return None, Line(verb="password.reset", object="account", object_id=account["id"], what=what)

        await self.change(who_is(account, visitor), work)

    async def set_password(self, account_id: str, session_id: str, current: str, new: str, visitor: Visitor) -> str:
        """Sets another password; the other sessions end. Returns the renewed secret of this one."""
        account = await self.check_password(account_id, current, visitor)
        refuse_weak(new, account["email"], account["name"])
        digest = await self.hasher.hash(new)

        def work(db: sa.Connection) -> tuple[str, Line]:
            people.change(db, account_id, password=digest)
            sessions.end_all(db, account_id, but=session_id)
            what = f"{account['name']} set another password"
            line = Line(verb="password.changed", object="account", object_id=account_id, what=what)
            return sessions.renew(db, session_id, self.now_ms()), line

        return await self.change(who_is(account, visitor), work)

    async def check_password(self, account_id: str, password: str, visitor: Visitor) -> people.Account:
        """The account, when the password is right. Raises `WrongPassword`, `TooManyTries`."""
        account = await self.read(lambda db: people.by_id(db, account_id))
        await self.write(
            lambda db: limits.count_sign_in(db, self.most, account["email"], visitor.address, self.now_ms())
        )
        if not (await self.hasher.check(account["password"], password))[0]:
            raise WrongPassword
        return account

    async def count_link(self, visitor: Visitor) -> None:
        """Counts a try with a link. Raises `TooManyTries`."""
        subject = f"links {network_of(visitor.address)}"
        await self.write(lambda db: limits.count(db, subject, self.most.links, self.now_ms()))


def who_is(account: people.Account, visitor: Visitor) -> Who:
    """The account as the one who acts."""
    return Who("account", account["id"], account["name"], visitor.address)
