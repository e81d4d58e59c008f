"""Client certificates: shown to the server, and nowhere on the disk."""

import base64
import shutil
import ssl
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from support.api_server import ScriptedServer

from cockpit.reading import SourceError, TroubleKind
from cockpit.sources.kubernetes.connection import Cluster

Write = Callable[..., Path]

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificates")


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself, and its key."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3650"]
    names = ["-subj", "/CN=ana", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-out", str(certificate), "-keyout", str(key)]
    subprocess.run(["openssl", *request, *names, *files], check=True, capture_output=True)
    return certificate, key


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files are made."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def with_data(kubeconfig: Path, certificate: Path, key: Path) -> Path:
    """Put the certificate and the key into a kubeconfig."""
    content: Any = yaml.safe_load(kubeconfig.read_text())
    shown, secret = (base64.b64encode(path.read_bytes()).decode() for path in (certificate, key))
    content["clusters"][0]["cluster"]["certificate-authority-data"] = shown
    content["users"][0]["user"] = {"client-certificate-data": shown, "client-key-data": secret}
    kubeconfig.write_text(yaml.safe_dump(content))
    return kubeconfig


def test_the_certificate_is_shown_and_no_key_stays_on_the_disk(
    server: ScriptedServer, write_kubeconfig: Write, pair: tuple[Path, Path], temporary: Path
) -> None:
    demanding = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=pair[0])
    demanding.load_cert_chain(*pair)
    demanding.verify_mode = ssl.CERT_REQUIRED
    server._server.socket = demanding.wrap_socket(server._server.socket, server_side=True)
    server.text("/version", "{}")
    kubeconfig = with_data(write_kubeconfig(server.url.replace("http:", "https:")), *pair)
    for cluster in (Cluster(kubeconfig), Cluster(kubeconfig)):
        assert cluster.get("/version") == b"{}"
        assert list(temporary.iterdir()) == []
        cluster.close()


def test_nobody_is_asked_for_the_passphrase_of_a_key(
    write_kubeconfig: Write, pair: tuple[Path, Path], temporary: Path
) -> None:
    certificate, key = pair
    lock = ["openssl", "ec", "-aes256", "-passout", "pass:hunter2", "-in", str(key), "-out", str(key)]
    subprocess.run(lock, check=True, capture_output=True)
    with pytest.raises(SourceError, match="the client key is encrypted") as caught:
        Cluster(with_data(write_kubeconfig("https://127.0.0.1:1"), certificate, key)).get("/version")
    assert caught.value.kind is TroubleKind.MALFORMED
    assert list(temporary.iterdir()) == []
