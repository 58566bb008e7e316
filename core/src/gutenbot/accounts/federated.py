"""Whose account it is when another service says who somebody is."""

from dataclasses import dataclass

import sqlalchemy as sa

from gutenbot.accounts.errors import NotInvited
from gutenbot.accounts.oidc import Person, Provider
from gutenbot.accounts.people import add, by_email
from gutenbot.accounts.rows import many
from gutenbot.accounts.secrets import email_of
from gutenbot.accounts.tables import IDENTITY


@dataclass(frozen=True, slots=True)
class Rules:
    """Who may come in this way."""

    role: str = ""
    """Of people who come for the first time; empty: nobody new."""
    domains: tuple[str, ...] = ()
    trust_email: bool = True


def account_of(db: sa.Connection, provider: Provider, person: Person, rules: Rules, now_ms: int) -> str:
    """The id of their account: known already, found by a verified address, or made. Raises `NotInvited`.

    A subject is somebody with its issuer alone, whatever the service is called here: its settings may change.
    """
    known = _known(db, provider, person.subject)
    if known:
        return known
    email = email_of(person.email)
    if not email or not person.email_verified or not rules.trust_email:
        raise NotInvited(email=email[:100] or "Somebody without a verified address")
    account = by_email(db, email)
    if account is None:
        domains = [domain.lower() for domain in rules.domains]
        if not rules.role or (domains and email.rpartition("@")[2] not in domains):
            raise NotInvited(email=email[:100])
        account = add(db, now_ms, email=email, name=person.name[:100] or email, role=rules.role, password="")
    db.execute(
        IDENTITY.insert().values(
            provider=provider.issuer, subject=person.subject, account_id=account["id"], created_ms=now_ms
        )
    )
    return str(account["id"])


def _known(db: sa.Connection, provider: Provider, subject: str) -> str:
    """The account of a subject. What an earlier release kept by the service's name here is kept by its issuer now."""
    mine = IDENTITY.c.subject == subject
    query = sa.select(IDENTITY).where(IDENTITY.c.provider.in_((provider.issuer, provider.id)), mine)
    rows = many(db, query)
    found = {str(row["provider"]): str(row["account_id"]) for row in rows}
    if provider.issuer not in found and provider.id in found:
        db.execute(IDENTITY.update().where(IDENTITY.c.provider == provider.id, mine).values(provider=provider.issuer))
    return found.get(provider.issuer) or found.get(provider.id, "")
