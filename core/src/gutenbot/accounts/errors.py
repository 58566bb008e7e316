"""What can go wrong with accounts, in words for the person who is signed in, or wants to be."""

from typing import ClassVar

from gutenbot.kernel.errors import UserMistake


class AccountMistake(UserMistake):
    """The account cannot do this."""

    code = "accounts.mistake"
    status: ClassVar[int] = 422


class WrongPassword(AccountMistake):
    """The e-mail address or the password is wrong."""

    code = "accounts.wrong-password"
    status = 401


class WrongSecondFactor(AccountMistake):
    """The code is wrong, or was used before. Wait for the next one and try again."""

    code = "accounts.wrong-code"
    status = 401


class CodesUnreadable(AccountMistake):
    """Codes cannot be checked: the key of secrets with which they were sealed is not on this server. Use a recovery code, or ask
    whoever runs the server to bring the key back (the file `secrets.key` of the data folder, or GUTENBOT_SECRETS_KEY)."""

    code = "accounts.codes-unreadable"
    status = 503


class ChallengeOver(AccountMistake):
    """This sign-in took too long or had too many tries. Start again."""

    code = "accounts.challenge-over"
    status = 401


class TooManyTries(AccountMistake):
    """Too many tries. Wait {retry_after} seconds and try again."""

    code = "accounts.too-many-tries"
    status = 429


class WrongLink(AccountMistake):
    """This link does not work: it was used, taken back, or is too old. Ask for a new one."""

    code = "accounts.wrong-link"
    status = 404


class SetUpAlready(AccountMistake):
    """This server has an owner already. Sign in."""

    code = "accounts.set-up-already"
    status = 409


class WeakPassword(AccountMistake):
    """This password is not good enough: {reason}."""

    code = "accounts.weak-password"


class EmailTaken(AccountMistake):
    """There is an account with this e-mail address already."""

    code = "accounts.email-taken"
    status = 409


class NoAccount(AccountMistake):
    """There is no account {account}."""

    code = "accounts.unknown"
    status = 404


class NoSession(AccountMistake):
    """There is no such session."""

    code = "accounts.no-session"
    status = 404


class NoInvite(AccountMistake):
    """There is no such invite."""

    code = "accounts.no-invite"
    status = 404


class NoRole(AccountMistake):
    """There is no role {role}."""

    code = "accounts.no-role"
    status = 404


class RoleKept(AccountMistake):
    """The role {role} cannot be removed: {reason}."""

    code = "accounts.role-kept"
    status = 409


class UnknownPermissions(AccountMistake):
    """There are no such permissions: {names}."""

    code = "accounts.unknown-permissions"


class UnknownLimit(AccountMistake):
    """{permission} cannot be limited by {field}: {known}."""

    code = "accounts.unknown-limit"


class MoreThanOwn(AccountMistake):
    """Nobody can give or touch what they may not do themselves: {what}."""

    code = "accounts.more-than-own"
    status = 403


class LastOwner(AccountMistake):
    """This is the last owner. Make somebody else owner first."""

    code = "accounts.last-owner"
    status = 409


class SecondFactorOn(AccountMistake):
    """Your account has an authenticator app already. Switch it off first, with your password; then set up another one."""

    code = "accounts.second-factor-on"
    status = 409


class NotWithoutSecondFactor(AccountMistake):
    """There is no second factor to switch off or confirm. Begin with a new one."""

    code = "accounts.no-second-factor"
    status = 409


class SignInAgain(AccountMistake):
    """You signed in more than {minutes} minutes ago. Sign out and in again, then add the passkey: it is a key to your account."""

    code = "accounts.sign-in-again"
    status = 409


class WrongPasskey(AccountMistake):
    """This passkey was not accepted: {reason}."""

    code = "accounts.wrong-passkey"
    status = 401


class NoPasskey(AccountMistake):
    """There is no such passkey."""

    code = "accounts.no-passkey"
    status = 404


class PreferencesTooLarge(AccountMistake):
    """Preferences take {size} bytes; {limit} are allowed."""

    code = "accounts.preferences-too-large"


class NoProvider(AccountMistake):
    """There is no sign-in service named {provider}."""

    code = "accounts.no-provider"
    status = 404


class ForeignSignIn(AccountMistake):
    """The other service could not sign you in: {reason}."""

    code = "accounts.foreign-sign-in"
    status = 401


class NotInvited(AccountMistake):
    """{email} has no account here. Ask somebody who runs this server for an invite."""

    code = "accounts.not-invited"
    status = 403


class KeyReused(AccountMistake):
    """This `Idempotency-Key` was used for another request. Choose a new one."""

    code = "http.idempotency-key-reused"
    status = 409


class StillRunning(AccountMistake):
    """The first request with this `Idempotency-Key` has not been answered yet. Try again in a moment."""

    code = "http.still-running"
    status = 409
