"""Which settings of a login go together; `app.settings.load` asks once every value is right by itself."""

from app.settings.fields import Settings


def login_faults(settings: Settings) -> list[str]:
    """One sentence for each thing that is missing, doubled or unsafe, with its mend."""
    faults = _key_faults(settings)
    if not settings.security.startswith("sasl"):
        return faults
    if settings.security == "sasl_plaintext" and not settings.sasl_without_tls:
        faults.append(
            "security = sasl_plaintext: the login would go over the network for all to read; set security = sasl_ssl,"
            " or sasl_without_tls = true where nobody else listens"
        )
    return faults + (_token_faults(settings) if settings.sasl_mechanism == "OAUTHBEARER" else _user_faults(settings))


def _user_faults(settings: Settings) -> list[str]:
    faults = []
    if not settings.sasl_user:
        faults.append(f"sasl_user is not set: sasl_mechanism = {settings.sasl_mechanism} logs in by user and password")
    return faults + _one_of(settings, "sasl_password", "sasl_password_file")


def _token_faults(settings: Settings) -> list[str]:
    faults = _one_of(settings, "sasl_token_file", "sasl_token_url")
    url = settings.sasl_token_url
    if faults or url is None:
        return faults
    if not settings.sasl_client_id:
        faults.append("sasl_client_id is not set: sasl_token_url gives tokens to clients that it knows")
    if url.startswith("http:") and not settings.sasl_without_tls:
        faults.append(
            f"sasl_token_url = {url}: the client's secret would go over the network for all to read; use https:,"
            " or set sasl_without_tls = true where nobody else listens"
        )
    return faults + _one_of(settings, "sasl_client_secret", "sasl_client_secret_file")


def _key_faults(settings: Settings) -> list[str]:
    faults = []
    if settings.ssl_key_file is not None and settings.ssl_cert_file is None:
        faults.append("ssl_cert_file is not set: ssl_key_file is the key of a certificate")
    if settings.ssl_key_password is not None and settings.ssl_key_password_file is not None:
        faults.append("ssl_key_password and ssl_key_password_file are both set: keep one of them")
    if settings.ssl_cert_file is not None and settings.security not in {"ssl", "sasl_ssl"}:
        faults.append(
            f"ssl_cert_file is set and security = {settings.security} shows no certificate: set security = ssl, or"
            " leave ssl_cert_file out"
        )
    return faults


def _one_of(settings: Settings, first: str, second: str) -> list[str]:
    given = [name for name in (first, second) if getattr(settings, name) is not None]
    if len(given) == 1:
        return []
    what = "are both set: keep one of them" if given else "are not set: one of them is needed"
    return [f"{first} and {second} {what} (sasl_mechanism = {settings.sasl_mechanism})"]
