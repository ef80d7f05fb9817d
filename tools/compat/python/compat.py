"""What the scripts of one client share; see ../node/compat.js, which is the same."""
import json
import os

URL = os.environ["COMPAT_URL"]
ACCOUNT = os.environ["COMPAT_ACCOUNT"]
SECRET = os.environ["COMPAT_SECRET"]
PUBLISHABLE = os.environ["COMPAT_PUBLISHABLE"]
LINES = []


class Needs(Exception):
    """An operation builds on one that was refused."""


def op(name, run):
    """Runs one operation; returns its value, or None if it was refused."""
    try:
        value = run()
        LINES.append({"operation": name, "pass": True})
        return True if value is None else value
    except Exception as error:  # whatever a client raises is its refusal
        LINES.append({"operation": name, "pass": False, "error": describe(error)})
        return None


def need(value, operation):
    if value is None:
        raise Needs('needs "%s"' % operation)
    return value


def same(got, want, what):
    if got != want:
        raise AssertionError("%s is %r, not %r" % (what, got, want))


def truth(holds, what):
    if not holds:
        raise AssertionError(what)


def status_of(error):
    for name in ("status", "status_code"):
        value = getattr(error, name, None)
        if isinstance(value, int):
            return value
    return getattr(getattr(error, "response", None), "status_code", None)


def refused(status, run):
    """Demands that a call is refused with a status."""
    try:
        value = run()
    except Exception as error:
        if status_of(error) == status:
            return True
        raise
    raise AssertionError("was done, and should be refused with %d: %r" % (status, value))


def describe(error):
    if isinstance(error, Needs):
        return str(error)
    status, text = status_of(error), None
    for name in ("body", "description"):
        text = text or getattr(error, name, None)
    if text is None:
        text = "%s: %s" % (type(error).__name__, error)
    if not isinstance(text, str):
        text = json.dumps(text, default=str)
    return (("%s " % status if status else "") + text)[:400]


def main(run):
    try:
        run()
    except Exception as error:
        LINES.append({"operation": "(the script itself)", "pass": False, "error": describe(error)})
    with open(os.environ["COMPAT_OUT"], "w") as out:
        json.dump(LINES, out)
