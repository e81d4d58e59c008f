"""Which host an URL names, and which certificate is for it."""


def host_of(url: str) -> str:
    """Give the host of an URL, in lower case and without its port; empty when it names none."""
    rest = url.partition("://")[2].partition("/")[0].partition("?")[0].rpartition("@")[2]
    host = rest.partition("]")[0] + "]" if rest.startswith("[") else rest.partition(":")[0]
    return host.lower()


def is_for(name: str, host: str) -> bool:
    """Tell whether a name of a certificate is that of a host: `*` stands for one label (RFC 6125, 6.4.3)."""
    name = name.lower()
    if name.startswith("*."):
        return bool(host) and host.partition(".")[2] == name[2:]
    return bool(host) and name == host
