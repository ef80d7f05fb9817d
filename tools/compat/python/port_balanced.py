"""Ports balanced 0.11, as it was installed, from Python 2 to 3: names, iteration and
metaclasses, and nothing of what it sends or reads. Doing it again changes nothing."""
import importlib.util
import pathlib
import re

NAMES = [
    (r"\bimport urlparse\b", "import urllib.parse as urlparse"),
    (r"in instance_attributes\.items\(\)", "in list(instance_attributes.items())"),
    (r"\.iter(items|keys|values)\b", r".\1"),
    (r"'iteritems'", "'items'"),
    (r"\bbasestring\b", "str"),
    (r"\bunicode\b", "str"),
    (r"\bxrange\b", "range"),
    (r"\.encode\((?:'utf8'|charset)\)", ""),
    (r"\binspect\.getargspec\b", "inspect.getfullargspec"),
    (r"object\.__new__\(cls, \*\*kwargs\)", "object.__new__(cls)"),
]


def metaclasses(text):
    """Moves each __metaclass__ from the body of its class to its header."""
    while "__metaclass__ = " in text:
        at = text.index("__metaclass__ = ")
        end = start = text.index("(", at)
        depth = 0
        while True:
            depth += {"(": 1, ")": -1}.get(text[end], 0)
            end += 1
            if depth == 0:
                break
        expression = text[at + len("__metaclass__ = "):end]
        head = text.rindex("(Resource):", 0, at)
        text = (text[:head] + "(Resource, metaclass=" + expression + "):" + text[head + len("(Resource):"):at] + "pass" + text[end:])
    return text


def main():
    package = pathlib.Path(importlib.util.find_spec("balanced").submodule_search_locations[0])
    for path in sorted(package.glob("*.py")):
        text = path.read_text()
        if text.endswith("# ported\n"):
            continue
        for old, new in NAMES:
            text = re.sub(old, new, text)
        path.write_text(metaclasses(text) + "\n# ported\n")


main()
