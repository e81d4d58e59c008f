"""Which Python and which packages the cockpit runs on."""

import platform
import re
from importlib import metadata

from cockpit.doctor.result import Result, broken, ok, warning

DISTRIBUTION = "incident-cockpit"
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def package_probe() -> list[Result]:
    """List the versions of what the cockpit needs, and what is missing of it."""
    python = f"Python {platform.python_version()}"
    try:
        own, required = metadata.version(DISTRIBUTION), metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        return [warning("packages", f"{python}; the cockpit is not installed as a package", "pip install -e .")]
    versions, missing = [f"cockpit {own}", python], []
    for requirement in required:
        name = _NAME.match(requirement)
        if name is None or "extra ==" in requirement:
            continue
        try:
            versions.append(f"{name[0]} {metadata.version(name[0])}")
        except metadata.PackageNotFoundError:
            missing.append(name[0])
    if missing:
        return [broken("packages", f"missing: {', '.join(missing)}", f"pip install --force-reinstall {DISTRIBUTION}")]
    return [ok("packages", ", ".join(versions))]
