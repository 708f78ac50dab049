"""Every setting, documented under its field; `app.settings.load` builds the one frozen `Settings` of a process.

A setting `fetch_bytes` is `--set fetch_bytes=...` on the command line, `KANARYA_FETCH_BYTES` in the environment and
`fetch_bytes = ...` in the TOML file that `KANARYA_CONFIG` names. `docs/settings.md` is made from the text below.
"""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, DirectoryPath, Field, FilePath, SecretStr, ValidationInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from app.names import topic_fault, written_topics

PREFIX: Final = "KANARYA_"


class Allowed(NamedTuple):
    """Which values a setting takes, in words; shown in errors and in the documentation."""

    text: str


def _checked(fault: Callable[[Any], str | None]) -> AfterValidator:
    def check(value: Any) -> Any:
        wrong = fault(value)
        if wrong:
            raise ValueError(wrong)
        return value

    return AfterValidator(check)


def _split(value: object) -> object:
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def _address_fault(value: str) -> str | None:
    for address in value.split(","):
        host, colon, port = address.strip().rpartition(":")
        if not (host and colon and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
            return "each address needs a host and a port"
    return None


def start_ms(value: str) -> int | None:
    """Epoch ms of a start given as a time; None for `earliest` and `latest`. Raises `ValueError` on anything else."""
    if value in {"earliest", "latest"}:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("the time needs an offset")
    return round(moment.timestamp() * 1000)


def _start_fault(value: str) -> str | None:
    try:
        start_ms(value)
    except ValueError:
        return "is no time with an offset"
    return None


def _inputs(topics: tuple[str, ...], told: ValidationInfo) -> tuple[str, ...]:
    """Refuse a topic that is named twice or that workers write: its records would come round for ever."""
    for topic in topics:
        if topics.count(topic) > 1:
            raise ValueError(f"names {topic} twice, name it once")
        if topic in written_topics(told.data.get("topic_prefix", ""), told.data.get("group", "")):
            raise ValueError(f"names {topic}, which Kanarya itself writes; take it out")
    return topics


def _url_fault(value: str | None) -> str | None:
    parts = urlsplit(value or "")
    if value is not None and not (parts.scheme in {"http", "https"} and parts.hostname and parts.username is None):
        return "is no address of an endpoint, or holds a login"
    return None


def _instance_fault(value: str | None) -> str | None:
    return (
        "is no id" if value is not None and re.fullmatch(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}", value) is None else None
    )


_INSTANCE = "1 to 249 letters, digits, '.', '_' or '-'"
_NAME = "a name of letters, digits, '-' and either '.' or '_'"
Broker = Annotated[str, _checked(_address_fault), Allowed("host:port, several separated by commas")]
TopicName = Annotated[str, _checked(topic_fault)]
Start = Annotated[str, _checked(_start_fault), Allowed("earliest, latest or an RFC 3339 time with its offset")]
Bytes = Annotated[int, Field(ge=1024, le=1 << 30)]
Wait = Annotated[float, Field(ge=0, le=3600)]
PathToPem = Annotated[FilePath | None, Allowed("the path of a PEM file that exists")]
PathToSecret = Annotated[FilePath | None, Allowed("the path of a file that exists and holds the secret alone")]


class Settings(BaseSettings):
    """All settings of a process. Immutable; hand it down, never read the environment elsewhere."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    config: Annotated[FilePath | None, Allowed("the path of a TOML file that exists")] = None
    """TOML file with settings; flags and the environment win over it."""

    broker: Broker = "127.0.0.1:9092"
    """Kafka brokers to ask first, `host:port`, several separated by commas."""
    group: Annotated[TopicName, Allowed(_NAME)] = "kanarya"
    """Consumer group of the workers, and the name their state is kept under (`<group>-profiles-changelog`)."""
    topic_prefix: Annotated[TopicName, Allowed(_NAME)] = "kanarya."
    """What every topic of Kanarya begins with."""
    input_topics: Annotated[
        tuple[TopicName, ...],
        NoDecode,
        BeforeValidator(_split),
        AfterValidator(_inputs),
        Allowed("topic names separated by commas"),
    ] = ()
    """Topics to read touchpoints from, co-partitioned; empty means `<topic_prefix>touchpoints` alone."""
    policy: Annotated[FilePath | None, Allowed("the path of a TOML file that exists")] = None
    """TOML file with the numbers that decide who is at risk; without one the shipped policy holds."""
    start: Start = "earliest"
    """Where a group that has committed nothing yet begins to read."""

    lexicon: Annotated[DirectoryPath | None, Allowed("the path of a folder that exists")] = None
    """Folder with your own words for the sentiment scorer: `en.tsv`, `tr.tsv`, `emoji.tsv` ... (docs/sentiment.md)."""
    scorer: str = "rules"
    """Sentiment scorer: `rules`, the built-in one, or the name of an installed plug-in."""
    scorer_budget_s: Annotated[float, Field(gt=0, le=60)] = 1.0
    """Longest that a batch waits for a plug-in; after that the rules' answer holds."""

    partitions: Annotated[int, Field(ge=1, le=10_000)] = 8
    """Partitions of every topic that `kanarya topics apply` creates; all of them share one number."""
    replication: Annotated[int, Field(ge=1, le=32)] = 1
    """Copies of every topic that `kanarya topics apply` creates; 3 where there are three brokers."""
    retention_bytes: Annotated[int, Field(ge=1 << 16)] | None = None
    """Most bytes of one partition of a topic that Kafka deletes from (touchpoints, dead letters, alerts), as
    `kanarya topics apply` creates it: the oldest records go first. Unset, only their age bounds them."""

    security: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] = "plaintext"
    """How to talk to the brokers."""
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER"] = "SCRAM-SHA-512"
    """How this client logs in, with `sasl_plaintext` and `sasl_ssl`."""
    sasl_without_tls: Annotated[bool, Allowed("true or false")] = False
    """Allow `sasl_plaintext` and token endpoints by `http:`, where others on the network can read the login."""
    sasl_user: str | None = None
    """User name, for every mechanism but OAUTHBEARER."""
    sasl_password: SecretStr | None = None
    """Its password; never shown."""
    sasl_password_file: PathToSecret = None
    """File that holds the password instead; read again when a login fails, so that it may be rotated."""
    sasl_token_file: PathToSecret = None
    """File that holds the token for OAUTHBEARER; read at each new connection, so that something else may renew it."""
    sasl_token_url: Annotated[str | None, _checked(_url_fault), Allowed("an https: address")] = None
    """Endpoint that gives tokens for OAUTHBEARER by client credentials, instead of a file."""
    sasl_client_id: str | None = None
    """Client that the endpoint knows."""
    sasl_client_secret: SecretStr | None = None
    """Its secret; never shown."""
    sasl_client_secret_file: PathToSecret = None
    """File that holds the client's secret instead."""
    sasl_scope: str | None = None
    """Scope to ask the endpoint for."""
    ssl_ca_file: PathToPem = None
    """Certificates to trust, with `ssl` and `sasl_ssl`, also of the token endpoint; without one the system's."""
    ssl_cert_file: PathToPem = None
    """This client's own certificate with its chain, where the broker asks for one."""
    ssl_key_file: PathToPem = None
    """Key of this certificate; left out, it stands in the same file."""
    ssl_key_password: SecretStr | None = None
    """Password that opens the key; never shown."""
    ssl_key_password_file: PathToSecret = None
    """File that holds this password instead."""

    fetch_bytes: Bytes = 1 << 21
    """Most bytes of one partition in one fetch; bounds a batch, and with it the work between two commits."""
    batches_in_flight: Annotated[int, Field(ge=1, le=64)] = 4
    """Most batches of a worker read and not yet applied; beyond it only partitions that have none are read."""
    request_bytes: Annotated[int, Field(ge=1 << 16, le=1 << 30)] = 1_000_000
    """Most bytes of one produce request; the topics' `max.message.bytes` must not be smaller."""
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = "none"
    """How produced batches are compressed."""
    store: Literal["memory", "disk"] = "memory"
    """Where a worker keeps the states of its customers: in memory, or, for more than fit there, on disk
    (docs/operations.md; needs the extra `disk`). The changelog holds every state in either case."""
    store_dir: Path | None = None
    """Folder of the disk store, made if it is not there. Each worker needs one of its own; it holds what is known of
    customers, and needs no backup."""
    store_memory_bytes: Annotated[int, Field(ge=1 << 20, le=1 << 40)] = 1 << 28
    """Most memory of the disk store of a worker, for what was read or is to be written; its partitions share it."""
    session_timeout_s: Annotated[float, Field(ge=1, le=300)] = 10.0
    """Silence after which the broker gives a worker's partitions to the others."""
    instance: Annotated[str | None, _checked(_instance_fault), Allowed(_INSTANCE)] = None
    """This worker's own id in the group, such as the name of its pod: it keeps its partitions over a restart that takes
    less than `session_timeout_s`, and nobody rebalances. Never the same for two workers."""
    standbys: Annotated[int, Field(ge=0, le=16)] = 0
    """Other workers that keep a copy of each partition's states, to take it over without reading all of them. Each
    costs the memory of the states once more. The same for all workers of a group."""
    rebalance_timeout_s: Annotated[float, Field(ge=1, le=600)] = 60.0
    """How long the group waits for its members when one joins or leaves."""
    drain_s: Wait = 10.0
    """How long a worker that is told to stop may finish what it has begun."""

    profile_delay_s: Wait = 1.0
    """Most seconds between a change and its public profile while the partition keeps up and the worker has time to
    spare (it uses less than 85 % of a core)."""
    profile_backlog_delay_s: Wait = 30.0
    """The same while the partition works off a backlog, or the worker has no time to spare."""
    max_age_s: Annotated[float, Field(gt=0)] | None = None
    """Older touchpoints become dead letters (`past_retention`); unset takes any age."""
    future_s: Wait = 300.0
    """A touchpoint later than its record's timestamp by more becomes a dead letter (`future_time`)."""
    misplaced_share: Annotated[float, Field(ge=0, le=1)] = 0.01
    """Share of sampled keys on a wrong partition above which a worker stops with `wrong_partitioner`."""

    breaker: Literal["on", "off"] = "on"
    """Whether a partition whose records are nearly all bad is held until that is mended; `off` lets them become dead
    letters. For a while only: docs/dead-letters.md."""
    breaker_run: Annotated[int, Field(ge=1, le=1_000_000)] = 1000
    """Bad records in a row that hold a partition: at 1 % bad it takes 10^2000 records until chance brings so many."""
    breaker_window: Annotated[int, Field(ge=1, le=1_000_000)] = 10_000
    """Newest records of a partition whose share of bad ones is looked at, once so many were read since it was opened:
    enough that a burst from one customer's broken device does not decide."""
    breaker_share: Annotated[float, Field(gt=0, le=1)] = 0.5
    """Share of bad ones in them that holds the partition: one of two producers, or one of two versions, is broken."""
    breaker_retry_s: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    """Seconds from one try of a held batch to the next."""

    health_file: Path | None = None
    """File that a healthy worker touches every second; what `kanarya worker --status` shows stands beside it."""
    stall_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    """A partition with work to do and no progress for so long is stalled, and `health_file` is touched no more."""
    report_path: Path | None = None
    """File into which a worker that drained writes what it did, as JSON."""
    log_format: Literal["auto", "text", "json"] = "auto"
    """`auto`: text on a terminal, JSON elsewhere."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """Least important line to log."""
    log_key: SecretStr | None = None
    """Key under which log lines hash customer ids, so that those of one customer can be found over all workers and
    restarts; without one each process has its own. Never shown."""
    log_key_file: PathToSecret = None
    """File that holds this key instead; read when a process starts."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags, then the environment, then the TOML file that one of the two names."""
        del dotenv_settings, file_secret_settings  # the method's shape is pydantic's; neither is read here
        path: Any = init_settings().get("config") or env_settings().get("config")
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, path)

    @property
    def inputs(self) -> tuple[str, ...]:
        """The topics to read touchpoints from, never empty."""
        return self.input_topics or (f"{self.topic_prefix}touchpoints",)

    @property
    def start_ms(self) -> int | None:
        """`start` in epoch ms UTC, None for `earliest` and `latest`."""
        return start_ms(self.start)
