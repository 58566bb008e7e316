"""What can be wrong with a job."""

from typing import ClassVar

from gutenbot.kernel.errors import AuthorMistake, UserMistake


class NoJob(UserMistake):
    """There is no job {job}, or it is not yours to see."""

    code = "jobs.no-job"
    status: ClassVar[int] = 404


class NoResult(UserMistake):
    """Job {job} has no result to be downloaded. Results are kept for {days} days."""

    code = "jobs.no-result"
    status: ClassVar[int] = 404


class WrongState(UserMistake):
    """Job {job} is {state}: it cannot be {wanted} now."""

    code = "jobs.wrong-state"
    status: ClassVar[int] = 409


class UnknownKind(AuthorMistake):
    """There are no jobs of the kind {kind}. Known kinds: {known}."""

    code = "jobs.unknown-kind"
