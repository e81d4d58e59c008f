"""Fake secrets of the shapes that are known.

They are put together when the tests run, so that no scanner takes this file for a leak.
"""

ALNUM = "aB3dE6gH9jK2mN5pQ8sT1vW4xY7zA0bC3dE6fG9h"
PEM = "-----BEGIN RSA " + "PRIVATE KEY-----"
PEM_END = "-----END RSA " + "PRIVATE KEY-----"
JWT = "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJ" + "zdWIiOiIxMjM0In0." + "dBjftJeZ4CVP-mB92K27uhbUJU1p1r"

WHOLE = {
    "aws-key": "AKIA" + "IOSFODNN7EXAMPLE",
    "github-token": "ghp_" + ALNUM[:36],
    "gitlab-token": "glpat-" + ALNUM[:20],
    "slack-token": "xoxb-" + "123456789012-abcdefABCDEF",
    "stripe-key": "sk_live_" + ALNUM[:24],
    "google-key": "AIza" + ALNUM[:35],
    "npm-token": "npm_" + ALNUM[:36],
    "pypi-token": "pypi-" + ALNUM + ALNUM,
    "docker-token": "dckr_pat_" + ALNUM[:27],
    "digitalocean-token": "dop_v1_" + "0123456789abcdef" * 4,
    "vault-token": "hvs." + ALNUM[:24],
    "sendgrid-key": "SG." + ALNUM[:22] + "." + ALNUM,
    "huggingface-token": "hf_" + ALNUM[:34],
    "ai-key": "sk-" + "proj-" + ALNUM,
    "jwt": JWT,
}
"""Those that are known by what they look like, by kind."""
