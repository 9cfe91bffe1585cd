"""What the server refuses, and with which status: one table, no patient data, no path.

    DiascopeError
    ├── RequestRefused     the request itself is not acceptable
    │   └── HostRefused
    ├── SessionRefused     nobody is signed in, or the sign-in failed
    ├── AccessRefused      signed in, but not for this
    ├── ProofRefused       the request proof or the enrolment does not hold
    ├── BeaconRefused      one beacon is not accepted; the others may be
    ├── IngestRefused      a file is not taken in
    ├── KeyRefused         the key provider does not do this
    ├── StoreFault         an object cannot be written or read
    ├── SetupRefused       a command cannot run on this installation
    └── SystemFault        a file, the disk or the database failed a command

The engine's own refusals keep their codes.
"""

from diascope.errors import (
    AuditError,
    DiascopeError,
    LimitExceeded,
    MalformedImage,
    UnsupportedImage,
    UntrustedInput,
)


class RequestRefused(DiascopeError):
    """The request breaks a rule of the strict HTTP layer or of its route."""

    family = "request"
    sentence = "The server does not accept this request. Reload the page."


class HostRefused(RequestRefused):
    """The request names another host; its detail is the right address, which is no secret."""

    sentence = "This server answers at its own address only."


class SessionRefused(DiascopeError):
    """No valid session, or a sign-in that failed; never says which half failed."""

    family = "session"
    sentence = "Sign in to continue."


class SignInRefused(SessionRefused):
    """One sentence for an unknown user, a wrong password, a wrong or used code, a disabled one."""

    sentence = (
        "Sign-in was refused. Check user name and password, and use the newest six-digit code: "
        "each code works once."
    )


class SignInThrottled(SessionRefused):
    """Too many failures for this account or from this address; never permanent."""

    sentence = "Too many failed sign-ins. Wait a moment, then try again."


class AccessRefused(DiascopeError):
    """The session's roles do not allow this, or the thing does not exist for it."""

    family = "access"
    sentence = "This is not available to you."


class ProofRefused(DiascopeError):
    """The signature that proves possession of the session's key does not hold."""

    family = "proof"
    sentence = "This page could not prove its key. Reload it."


class BeaconRefused(DiascopeError):
    """One beacon is not acceptable; its reason says why."""

    family = "beacon"
    sentence = "A record of what was shown was not accepted."


class IngestRefused(DiascopeError):
    """A file that is readable but may not enter the store."""

    family = "ingest"
    sentence = "This file was not stored."


class KeyRefused(DiascopeError):
    """A key that cannot be used: wrong passphrase, context, version or purpose."""

    family = "keys"
    sentence = "The key provider refused. Check the passphrase file and the keystore."


class StoreFault(DiascopeError):
    """The object store cannot do this now."""

    family = "store"
    sentence = "The store could not complete this. Tell your administrator."


class SetupRefused(DiascopeError):
    """The installation is not in the state that this command needs."""

    family = "setup"
    sentence = "This cannot be done on this installation as it is."


class SystemFault(DiascopeError):
    """A file, the disk or the database failed a command, which says neither path nor content."""

    family = "system"
    sentence = "A file or the database failed. Check the paths given, permissions and free space."


CODES = {
    "request.content_type": 415,
    "request.encoding": 415,
    "request.body_size": 413,
    "request.headers": 431,
    "request.method": 405,
    "request.not_found": 404,
    "request.fields": 422,
    "request.origin": 403,
    "request.websocket": 403,
    "access.role": 403,
    "session.wait": 429,
}
BRANCHES: tuple[tuple[type[DiascopeError], int], ...] = (
    (RequestRefused, 400),
    (SessionRefused, 401),
    (AccessRefused, 404),
    (ProofRefused, 403),
    (BeaconRefused, 422),
    (IngestRefused, 409),
    (LimitExceeded, 413),
    (MalformedImage, 422),
    (UnsupportedImage, 422),
    (AuditError, 503),
    (UntrustedInput, 500),
    (KeyRefused, 503),
    (StoreFault, 503),
    (SetupRefused, 503),
)


def status(error: DiascopeError) -> int:
    """Return the HTTP status of a refusal: by its code, else by its branch."""
    if error.code in CODES:
        return CODES[error.code]
    return next((number for branch, number in BRANCHES if isinstance(error, branch)), 500)
