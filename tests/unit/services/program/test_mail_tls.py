"""Mail over STARTTLS, to a real server with a certificate of its own: sent where that is trusted, else nothing goes."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sim.services.app.settings import MailSettings, Secured
from sim.services.app.wiring import App
from sim.services.program.mail import get_status, queue_reminders, send_waiting
from tests.support.fake_clock import FakeClock
from tests.unit.services.program.test_mail import HOME, Post, find_port, program_id

__all__ = ["program_id"]


def write_certificate(path: Path) -> Path:
    """Write a key and a certificate that it has signed itself, of this machine and of today."""
    key, today = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "mail.example.org")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    written = key.private_bytes(serialization.Encoding.PEM, *kept)
    path.write_bytes(written + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    return write_certificate(tmp_path / "mail.pem")


@pytest.fixture
def post(certificate: Path) -> Iterator[Post]:
    """A mail server that takes nothing before STARTTLS."""
    taking = Post(port=find_port())
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    controller = Controller(
        taking,
        hostname="127.0.0.1",
        port=taking.port,
        ready_timeout=30,
        tls_context=context,
        require_starttls=True,
    )
    controller.start()
    yield taking
    controller.stop()


@pytest.fixture
def app(measuring_app: App, post: Post) -> App:
    mail = MailSettings(host="127.0.0.1", port=post.port, secured=Secured.STARTTLS, sender="drills@example.org")
    return replace(measuring_app, settings=replace(measuring_app.settings, mail=mail, address=HOME))


@pytest.mark.usefixtures("program_id")
def test_mail_goes_only_to_a_server_whose_certificate_is_trusted(
    app: App, post: Post, clock: FakeClock, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.pass_s(2 * 3600)
    queue_reminders(app)
    assert send_waiting(app) == 0
    status = get_status(app, zone=UTC)
    assert status is not None
    assert (status.waiting, post.letters) == (4, [])
    assert status.failure.startswith("The certificate of the mail server is not trusted (self-signed certificate).")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert send_waiting(app) == len(post.letters) == 4


@pytest.mark.usefixtures("program_id")
def test_a_server_without_starttls_is_sent_nothing(app: App, clock: FakeClock) -> None:
    plain = Post(port=find_port())
    controller = Controller(plain, hostname="127.0.0.1", port=plain.port, ready_timeout=30)
    controller.start()
    try:
        clock.pass_s(2 * 3600)
        queue_reminders(app)
        mail = replace(app.settings.mail, port=plain.port)  # type: ignore[type-var]
        asked = replace(app, settings=replace(app.settings, mail=mail))
        assert send_waiting(asked) == 0
        status = get_status(asked, zone=UTC)
        assert status is not None
        assert status.failure.startswith("The mail server does not offer what the setting asks for")
        assert plain.letters == []
    finally:
        controller.stop()
