"""Sign-in, the session's view of itself, sign-out, nonces."""

from starlette.responses import Response

from diascope.audit import event, schema
from diascope.audit.event import Actor, Moment
from diascope_server.errors import (
    SessionRefused,
    SetupRefused,
    SignInRefused,
    SignInThrottled,
    StoreFault,
)
from diascope_server.http.call import Call
from diascope_server.http.replies import json_reply, refusal
from diascope_server.http.strict import SESSION_COOKIE
from diascope_server.identity import throttle
from diascope_server.identity.sessions import Session
from diascope_server.identity.users import User
from diascope_server.site import Site

COOKIE_RULES = "Path=/; Secure; HttpOnly; SameSite=Strict"
CREDENTIALS = schema.members(
    {
        "user": schema.pattern(r"(?s).{1,256}"),
        "password": schema.pattern(r"(?s).{1,1024}"),
        "totp": schema.pattern(r"[0-9]{6}"),
    }
)
NOTHING = schema.members({})


def sign_in(site: Site, call: Call) -> Response:
    """Check both factors and begin a session; an earlier one of this browser ends."""
    asked = call.json(CREDENTIALS)
    account = site.users.subject(asked["user"])
    address = site.fields.index("address", call.address)
    limits = {account: throttle.ACCOUNT, address: throttle.ADDRESS}
    try:
        throttle.admit(site.engine, limits, site.clock())
    except SignInThrottled as error:
        return refusal(error, {"Retry-After": error.detail.removesuffix(" s")})
    try:
        user = site.users.verify(asked["user"], asked["password"], asked["totp"], site.clock())
    except SignInRefused:
        site.record(event.sign_in_failed(_claimed(site, asked["user"]), "refused"))
        raise
    throttle.forgive(site.engine, account, address)
    _replace_session(site, call.cookie)
    return _begin(site, user)


def _claimed(site: Site, login: str) -> Moment:
    """Return a moment whose actor is the account, if it exists: people type passwords there."""
    now = site.moment()
    try:
        user = site.users.find(login)
    except SetupRefused:
        return now
    return Moment(now.time_ms, now.source, Actor(user.login, user.roles))


def _begin(site: Site, user: User) -> Response:
    """Start a session; it counts only once the ledger has acknowledged it."""
    token, session = site.sessions.start(user)
    try:
        site.record(event.signed_in(site.moment(session)))
    except StoreFault:
        site.sessions.end(session)
        raise
    cookie = f"{SESSION_COOKIE}={token}; {COOKIE_RULES}"
    return json_reply(view_of(site, session), 200, {"Set-Cookie": cookie})


def _replace_session(site: Site, cookie: str) -> None:
    try:
        _end(site, site.sessions.require(cookie))
    except SessionRefused:
        return


def _end(site: Site, session: Session) -> None:
    if site.sessions.end(session):
        site.record(event.signed_out(site.moment(session)))


def view_of(site: Site, session: Session) -> dict[str, object]:
    """Return what a page may know about its session."""
    left_ms = site.sessions.expires_in_ms(session.created_ms, session.seen_ms)
    return {
        "user": session.user,
        "roles": list(session.roles),
        "idle_s": site.settings.idle_s,
        "absolute_s": site.settings.absolute_s,
        "expires_in_s": left_ms // 1000,
        "label": site.settings.label,
    }


def view(site: Site, session: Session, call: Call) -> Response:
    """Show the session to its page, with the time it has: asking need not have renewed it."""
    del call
    return json_reply(view_of(site, site.sessions.live(session.id_hash) or session))


def sign_out(site: Site, session: Session, call: Call) -> Response:
    """End the session on the server and forget the cookie in the browser."""
    del call
    _end(site, session)
    expired = f"{SESSION_COOKIE}=; {COOKIE_RULES}; Max-Age=0"
    return Response(status_code=204, headers={"Set-Cookie": expired})


def nonce(site: Site, session: Session, call: Call) -> Response:
    """Issue a nonce for one signed request."""
    call.json(NOTHING)
    fresh = site.nonces.issue(session.id_hash)
    return json_reply({"nonce": fresh, "server_ms": site.clock()})


def end_overdue(site: Site) -> None:
    """End sessions whose time is up and record each; also forget unused nonces."""
    for session in site.sessions.over():
        if site.sessions.end(session):
            reason = site.sessions.reason(session)
            site.record(event.timed_out(site.moment(session), reason))
    site.nonces.sweep()
