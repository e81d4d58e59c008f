"""A certificate authority of the practice world, for the HTTPS endpoint of the shop."""

import ipaddress
import ssl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from cockpit.gameday.web.sites import HOST
from cockpit.gameday.web.validity import Validity

NAMES = ("shop.local", "localhost")
_AUTHORITY_LASTS = timedelta(days=3650)


class Authority:
    """Issues certificates, and keeps the TLS context of a server up to date.

    Args:
        folder: Where its own certificate and those that it issues are written.
        now: When it is founded.
    """

    def __init__(self, folder: Path, now: datetime) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _named("Practice Authority")
        builder = _builder(
            self._name, self._name, self._key.public_key(), (now - _AUTHORITY_LASTS, now + _AUTHORITY_LASTS)
        )
        usage = x509.KeyUsage(
            digital_signature=True,
            content_commitment=False,
            key_encipherment=False,
            data_encipherment=False,
            key_agreement=False,
            key_cert_sign=True,
            crl_sign=True,
            encipher_only=False,
            decipher_only=False,
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(usage, critical=True)
        builder = builder.add_extension(self._own_id(), critical=False)
        self._own = builder.sign(self._key, hashes.SHA256())
        self.file = folder / "practice-authority.pem"
        """Its certificate, which clients have to trust."""
        self.file.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        """Of the server that shows the newest certificate."""

    def issue(self, validity: Validity) -> None:
        """Issue a certificate, and show it to new connections."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_named(NAMES[0]), self._name, key.public_key(), validity)
        names = [*map(x509.DNSName, NAMES), x509.IPAddress(ipaddress.ip_address(HOST))]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        own_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        certificate = builder.add_extension(own_id, critical=False).sign(self._key, hashes.SHA256())
        pem = serialization.Encoding.PEM
        file = self._folder / "shop.pem"
        file.touch(mode=0o600)
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(secret + certificate.public_bytes(pem))
        self.context.load_cert_chain(file)

    def _own_id(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, validity: Validity
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key)
    builder = builder.serial_number(x509.random_serial_number())
    return builder.not_valid_before(validity[0]).not_valid_after(validity[1])
