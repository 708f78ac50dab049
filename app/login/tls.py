"""The TLS side of a connection: whom to trust, and the client's own certificate.

`app.login.options` makes one context per client; `renew` reads the client's certificate again, for the next connection.
"""

import ssl

from app.login.secret import LoginError, secret
from app.settings import Settings


def uses_tls(settings: Settings) -> bool:
    """Whether connections are encrypted."""
    return settings.security in {"ssl", "sasl_ssl"}


def context(settings: Settings) -> ssl.SSLContext:
    """`trusting`, with the client's own certificate if there is one. Raises `LoginError`."""
    made = trusting(settings)
    renew(made, settings)
    return made


def trusting(settings: Settings) -> ssl.SSLContext:
    """TLS 1.2 or newer; the other side's certificate and name are checked, always. Raises `LoginError`."""
    try:
        made = ssl.create_default_context(cafile=settings.ssl_ca_file)
    except (OSError, ssl.SSLError) as error:
        raise LoginError(
            f"KANARYA_SSL_CA_FILE = {settings.ssl_ca_file}: holds no certificates in PEM form",
            "name a file that does, or leave the setting out for the system's",
        ) from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def renew(made: ssl.SSLContext, settings: Settings) -> None:
    """Read the client's certificate and key from their files, for connections from now on. Raises `LoginError`."""
    if settings.ssl_cert_file is None:
        return
    password = secret(settings.ssl_key_password, settings.ssl_key_password_file, "KANARYA_SSL_KEY_PASSWORD_FILE")
    try:
        # Without a password OpenSSL would ask for one on the terminal.
        made.load_cert_chain(settings.ssl_cert_file, settings.ssl_key_file, password=password or "")
    except (OSError, ssl.SSLError) as error:
        key = settings.ssl_key_file or settings.ssl_cert_file
        raise LoginError(
            f"KANARYA_SSL_CERT_FILE = {settings.ssl_cert_file} and KANARYA_SSL_KEY_FILE = {key}: no certificate with"
            " its key in PEM form, or a key that is locked",
            "name the files that belong together, and in KANARYA_SSL_KEY_PASSWORD what opens the key",
        ) from error
