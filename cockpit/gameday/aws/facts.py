"""What the practice AWS is called, and how it is reached without the person's own credentials."""

from collections.abc import Mapping
from pathlib import Path

REGION = "eu-central-1"
ACCOUNT = "123456789012"
"""moto's account for keys that it does not know."""
KEY = "practice"
"""The access key and its secret: they open nothing but this server."""
NOWHERE = "http://127.0.0.1:9"
"""The discard port, where nobody listens: what asks for AWS while there is no practice AWS is refused."""
NO_FILE = Path("/nonexistent")
"""Where there is no configuration."""
ENVIRONMENT = ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")


def profile(endpoint_url: str) -> str:
    """Write an AWS configuration file whose default profile is the practice AWS, for all services."""
    lines = (
        "[default]",
        f"region = {REGION}",
        f"endpoint_url = {endpoint_url}",
        f"aws_access_key_id = {KEY}",
        f"aws_secret_access_key = {KEY}",
    )
    return "\n".join((*lines, ""))


def practice_environment(environ: Mapping[str, str], file: Path) -> dict[str, str]:
    """Give an environment in which boto3 and the AWS CLI know the practice AWS alone.

    Args:
        environ: The environment so far; all that it says of AWS is left out.
        file: The configuration file.
    """
    others = {name: value for name, value in environ.items() if not name.startswith("AWS_")}
    return {
        **others,
        **dict.fromkeys(ENVIRONMENT, str(file)),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
