"""What the configuration says, and what it says when it cannot be used."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from cockpit.config import Config, Flags, PostgresConfig, ProtectedConfig
from cockpit.config_error import ConfigError
from cockpit.config_load import load


class Settings:
    """A configuration file that is looked up as by a person's shell."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, text: str = "", environ: Mapping[str, str] | None = None, flags: Flags | None = None) -> Config:
        self.path.write_text(text)
        return load(flags or Flags(), {"COCKPIT_CONFIG": str(self.path), **(environ or {})})

    def complaint(self, text: str, environ: Mapping[str, str] | None = None) -> str:
        with pytest.raises(ConfigError) as caught:
            self.load(text, environ)
        return str(caught.value)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "cockpit.toml")


def test_no_configuration_file_is_normal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    config = load(Flags(), {})
    assert config == Config()
    assert config.incident.directory == tmp_path / "state" / "cockpit" / "incidents"


def test_the_file_is_looked_for_in_the_xdg_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "cockpit").mkdir()
    (tmp_path / "cockpit" / "cockpit.toml").write_text("[ui]\nmouse = true")
    assert load(Flags(), {}).ui.mouse


def test_every_setting_can_be_written_in_the_file(settings: Settings) -> None:
    config = settings.load(
        """
        [ui]
        theme = "light"
        zone = "Europe/Vienna"
        mouse = true
        [ui.keys]
        "app.leave" = "Q"
        [kubernetes]
        kubeconfig = "/etc/kubeconfig"
        context = "staging"
        namespace = "shop"
        [protected]
        contexts = ["*live*"]
        databases = ["*live*", "main"]
        [incident]
        directory = "/srv/incidents"
        shared = "postgresql://cockpit@db-1/incidents"
        [logs]
        memory_mb = 16
        spool_mb = 0
        directory = "spool"
        tail_lines = 50
        [aws]
        profile = "ops"
        region = "eu-central-1"
        endpoint_url = "http://127.0.0.1:5000"
        log_groups = ["/aws/rds/instance/shop-db/postgresql"]
        live_tail = true
        [postgres.shop-db]
        dsn = "host=db-1 dbname=shop"
        service = "shop"
        host = "db-2"
        port = 6432
        user = "cockpit"
        database = "orders"
        sslmode = "verify-full"
        iam = true
        emergency = "shop-admin"
        protected = true
        [postgres.reports]
        [thresholds]
        restarts_per_hour = 3
        certificate_days = 21
        """
    )
    assert (config.ui.theme, config.ui.zone, config.ui.mouse) == ("light", "Europe/Vienna", True)
    assert config.ui.keys == {"app.leave": "Q"}
    assert config.kubernetes.kubeconfig == Path("/etc/kubeconfig")
    assert (config.kubernetes.context, config.kubernetes.namespace) == ("staging", "shop")
    assert (config.protected.contexts, config.protected.databases) == (("*live*",), ("*live*", "main"))
    assert config.incident.directory == Path("/srv/incidents")
    assert config.incident.shared == "postgresql://cockpit@db-1/incidents"
    assert (config.logs.memory_mb, config.logs.spool_mb, config.logs.tail_lines) == (16, 0, 50)
    assert config.logs.directory == settings.path.parent / "spool"
    assert (config.aws.profile, config.aws.region) == ("ops", "eu-central-1")
    assert config.aws.endpoint_url == "http://127.0.0.1:5000"
    assert config.aws.log_groups == ("/aws/rds/instance/shop-db/postgresql",)
    assert config.aws.live_tail
    assert config.postgres == {
        "shop-db": PostgresConfig(
            dsn="host=db-1 dbname=shop",
            service="shop",
            host="db-2",
            port=6432,
            user="cockpit",
            database="orders",
            sslmode="verify-full",
            iam=True,
            emergency="shop-admin",
            protected=True,
        ),
        "reports": PostgresConfig(),
    }
    assert (config.thresholds.restarts_per_hour, config.thresholds.certificate_days) == (3, 21)
    assert (config.thresholds.cpu_percent, config.thresholds.memory_percent) == (80, 85)


def test_flags_go_before_the_environment_and_that_before_the_file(settings: Settings) -> None:
    text = '[kubernetes]\ncontext = "file"'
    environ = {"COCKPIT_CONTEXT": "environment"}
    assert settings.load().kubernetes.context is None
    assert settings.load(text).kubernetes.context == "file"
    assert settings.load(text, environ).kubernetes.context == "environment"
    assert settings.load(text, environ, Flags(context="flag")).kubernetes.context == "flag"


def test_the_flag_names_another_file_than_the_environment(settings: Settings, tmp_path: Path) -> None:
    other = tmp_path / "other.toml"
    other.write_text('[ui]\ntheme = "light"')
    assert settings.load('[ui]\ntheme = "dark"', flags=Flags(config=other)).ui.theme == "light"


def test_each_variable_sets_its_setting(settings: Settings) -> None:
    config = settings.load(
        environ={
            "COCKPIT_THEME": "light",
            "COCKPIT_ZONE": "local",
            "COCKPIT_NAMESPACE": "shop",
            "COCKPIT_INCIDENT_DIRECTORY": "~/incidents",
        }
    )
    assert (config.ui.theme, config.ui.zone, config.kubernetes.namespace) == ("light", "local", "shop")
    assert config.incident.directory == Path.home() / "incidents"


def test_an_empty_variable_sets_nothing(settings: Settings) -> None:
    assert settings.load(environ={"COCKPIT_THEME": ""}).ui.theme == "dark"


def test_one_namespace_and_all_of_them_push_each_other_out(settings: Settings) -> None:
    everywhere = settings.load('[kubernetes]\nnamespace = "shop"', flags=Flags(all_namespaces=True)).kubernetes
    assert (everywhere.namespace, everywhere.all_namespaces) == (None, True)
    here = settings.load("[kubernetes]\nall_namespaces = true", flags=Flags(namespace="shop")).kubernetes
    assert (here.namespace, here.all_namespaces) == ("shop", False)


def test_paths_in_the_file_are_relative_to_the_file(settings: Settings) -> None:
    config = settings.load('[kubernetes]\nkubeconfig = "kube.yaml"\n[incident]\ndirectory = "~/incidents"')
    assert config.kubernetes.kubeconfig == settings.path.parent / "kube.yaml"
    assert config.incident.directory == Path.home() / "incidents"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[ui]\nmuse = true", "[ui] has no setting 'muse'; did you mean 'mouse'?"),
        ("[ui]\nxyz = true", "[ui] has no setting 'xyz'; there is theme, zone, mouse, keys"),
        ("[log]\ntail_lines = 1", "there is no table [log]; did you mean 'logs'?"),
        ("theme = 'dark'", "there is no table [theme]"),
        ("ui = 3", "ui is a table; write [ui] and its settings below it"),
        ("[ui]\nmouse = 3", "[ui] mouse: expected true or false, got a whole number"),
        ("[ui]\nzone = 'Mars'", "[ui] zone: 'Mars' is not a time zone that this machine knows; allowed are 'UTC'"),
        ("[ui.keys]\nleave = ['q']", "[ui] keys: expected text, got a list"),
        ("[logs]\nmemory_mb = 0", "[logs] memory_mb: expected a whole number >= 1"),
        ("[protected]\ncontexts = 'prod'", "[protected] contexts: expected a list, got text"),
        ("[incident]\ndirectory = 4", "[incident] directory: expected text"),
        ("[incident]\nshared = 4", "[incident] shared: expected text"),
        ("[incident]\nshared = ''", "[incident] shared is empty; leave it out where nothing is shared"),
        ("[incident]\nshared = 'mysql://db/x'", "[incident] shared cannot be read: it is neither"),
        ("[incident]\nshared = 'host=db dbnam=x'", "[incident] shared: libpq has no parameter 'dbnam'; did"),
        ("[kubernetes]\nnamespace = 'a'\nall_namespaces = true", "namespace and all_namespaces exclude each other"),
        ("[thresholds]\nrestarts = 3", "[thresholds] has no setting 'restarts'; did you mean 'restarts_per_hour'?"),
        ("[thresholds]\ncpu_percent = 0", "[thresholds] cpu_percent: expected a whole number >= 1"),
        ("[thresholds]\nmemory_percent = 101", "[thresholds] memory_percent: expected a whole number <= 100"),
        ("[thresholds]\nmemory_percent = 90.5", "expected a whole number, got a number with a fraction"),
        ("[thresholds]\nmemory_percent = '85'", "[thresholds] memory_percent: expected a whole number, got text"),
        ("[postgres.shop]\nhots = 'db'", "[postgres.shop] has no setting 'hots'; did you mean 'host'?"),
        ("[postgres.shop]\nport = 0", "[postgres.shop] port: expected a whole number >= 1"),
        ("[postgres.shop]\niam = 'yes'", "[postgres.shop] iam: expected true or false, got text"),
        ("[postgres]\nhost = 'db'", "[postgres] holds a table for each server; write [postgres.NAME]"),
        ("[postgres.'a b/c']\nhost = 'db'", "'a b/c' cannot be the name of a server; it may have letters, digits"),
        ("[postgres.shop]\ndsn = 'host=db dbnam=shop'", "[postgres.shop] dsn: libpq has no parameter 'dbnam'; did"),
        ("[postgres.shop]\ndsn = 'host=db shop'", "[postgres.shop] dsn cannot be read: it is neither"),
        ("[protected]\ndatabases = 'prod'", "[protected] databases: expected a list, got text"),
        ("[ui]\nmouse = \n", "is not valid TOML: Invalid value (at line 2, column 9)"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_what_is_allowed(settings: Settings, text: str, says: str) -> None:
    complaint = settings.complaint(text)
    assert complaint.startswith(str(settings.path))
    assert says in complaint


@pytest.mark.parametrize(
    "setting",
    [
        "password = 'hunter2'",
        "dsn = 'host=db password=hunter2'",
        "dsn = 'postgresql://app:hunter2@db/shop'",
        "dsn = 'postgresql://db/shop?sslpassword=hunter2'",
        "emergency = 'postgresql://postgres:hunter2@db/shop'",
    ],
)
def test_a_password_is_refused_and_not_repeated(settings: Settings, setting: str) -> None:
    complaint = settings.complaint(f"[postgres.shop]\n{setting}")
    assert complaint.startswith(f"{settings.path}: [postgres.shop] {setting.partition(' ')[0]}")
    assert "~/.pgpass" in complaint
    assert "pg_service.conf" in complaint
    assert "hunter2" not in complaint


def test_servers_of_the_command_line_take_the_place_of_those_of_the_file(settings: Settings) -> None:
    dsn = ("host=db-1 dbname=shop", "postgresql://db-2/shop", "reports")
    config = settings.load("[postgres.main]\nhost = 'db-0'", flags=Flags(dsn=dsn))
    assert {name: server.dsn for name, server in config.postgres.items()} == {
        "shop": dsn[0],
        "shop-2": dsn[1],
        "reports": dsn[2],
    }
    assert settings.load("[postgres.main]\nhost = 'db-0'").postgres.keys() == {"main"}


@pytest.mark.parametrize("shared", ["host=db password=hunter2", "postgresql://app:hunter2@db/incidents"])
def test_a_password_for_the_shared_log_is_refused_and_not_repeated(settings: Settings, shared: str) -> None:
    complaint = settings.complaint(f"[incident]\nshared = '{shared}'")
    assert complaint.startswith(f"{settings.path}: [incident] shared holds a secret (password); passwords are kept in")
    assert "hunter2" not in complaint


@pytest.mark.parametrize(
    "dsn", ["mysql://app:hunter2@db/shop", "app:hunter2@db", "jdbc:postgresql://db?password=hunter2"]
)
def test_what_is_no_connection_string_is_told_and_not_repeated(settings: Settings, dsn: str) -> None:
    with pytest.raises(ConfigError, match="--dsn cannot be read: it is neither KEYWORD=VALUE pairs") as caught:
        settings.load(flags=Flags(dsn=(dsn,)))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("dsn", ["host=db password=hunter2", "postgres://app:hunter2@db/shop"])
def test_a_password_on_the_command_line_is_refused(settings: Settings, dsn: str) -> None:
    with pytest.raises(ConfigError, match=r"--dsn holds a secret \(password\), which everybody") as caught:
        settings.load(flags=Flags(dsn=(dsn,)))
    assert "hunter2" not in str(caught.value)


def test_a_wrong_variable_is_told_by_its_name(settings: Settings) -> None:
    assert settings.complaint("", {"COCKPIT_ZONE": "../../etc/passwd"}).startswith("COCKPIT_ZONE: ")


def test_a_file_that_was_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml cannot be read: No such file"):
        load(Flags(config=tmp_path / "none.toml"), {})


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "cockpit.toml"
    path.write_bytes(b"[ui]\ntheme = '\xff'\n")
    with pytest.raises(ConfigError, match="line 2 is not UTF-8"):
        load(Flags(config=path), {})


@pytest.mark.parametrize("context", ["prod", "PROD-eu", "my-production"])
def test_contexts_that_sound_like_production_are_protected(context: str) -> None:
    assert ProtectedConfig().covers(context)


def test_other_contexts_are_not_protected() -> None:
    assert not ProtectedConfig().covers("staging")
    assert not ProtectedConfig(contexts=()).covers("prod")


@pytest.mark.parametrize("names", [("shop-prod",), ("shop", "PROD-1.internal"), ("shop", "db", "production")])
def test_databases_that_sound_like_production_are_protected(names: tuple[str, ...]) -> None:
    assert ProtectedConfig().covers_database(*names)
    assert not ProtectedConfig(databases=()).covers_database(*names)


def test_other_databases_are_not_protected() -> None:
    assert not ProtectedConfig().covers_database("shop", "staging-1")
