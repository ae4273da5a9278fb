"""Settings: defaults, then the file, then the environment, then flags; wrong values say where."""

from __future__ import annotations

import pytest

from base.settings import ENVIRONMENT, SECRETS, SettingsError, load_settings

SOURCE = '[[source]]\ninstitution = "HKU"\nfiles = ["a.mrc"]\n'


def load(tmp_path, toml="", flags=None, **environ):
    (tmp_path / "hkall.toml").write_text(toml, encoding="utf-8")
    return load_settings(flags, environ={"HKALL_HOME": str(tmp_path), **environ})


def test_each_layer_overrides_the_one_before(tmp_path):
    """A flag beats the environment, which beats the file, which beats the default."""
    toml = 'prefix = "file"\n[engine]\nport = 9201\nheap = "1g"\n'
    loaded = load(tmp_path, toml, {"prefix": "flag"}, HKALL_PREFIX="env", HKALL_ENGINE_PORT="9202")
    assert loaded.settings.prefix == "flag"
    assert loaded.settings.engine.port == 9202
    assert loaded.settings.engine.heap == "1g"
    assert loaded.settings.engine.idle_minutes == 120
    assert loaded.origins["prefix"] == "flag"
    assert loaded.origins["engine.port"] == "HKALL_ENGINE_PORT"
    assert loaded.origins["engine.heap"] == str(tmp_path / "hkall.toml")


def test_home_holds_the_cache_unless_the_cache_is_named(tmp_path):
    """With HKALL_HOME set, nothing is kept outside it; HKALL_CACHE alone moves the downloads."""
    assert load(tmp_path).settings.cache_path == tmp_path / "cache"
    elsewhere = tmp_path / "elsewhere"
    assert load(tmp_path, HKALL_CACHE=str(elsewhere)).settings.cache_path == elsewhere


def test_sources_come_from_tables(tmp_path):
    """A [[source]] table is a source with the defaults of the model."""
    toml = '[[source]]\ninstitution = "HKU"\nfiles = ["hku/*.mrc.gz"]\nextent = "delta"\n'
    (source,) = load(tmp_path, toml).settings.source
    assert source.institution == "HKU"
    assert source.files == ("hku/*.mrc.gz",)
    assert source.extent == "delta"
    assert source.control_number == ("001",)


@pytest.mark.parametrize(
    ("toml", "environ", "words"),
    [
        ("[engine]\nport = 70000\n", {}, ["hkall.toml", "engine.port", "65535"]),
        ("[engine]\nprot = 1\n", {}, ["hkall.toml", "prot"]),
        ("prefix = \n", {}, ["hkall.toml", "line 1"]),
        ('[es]\napi_key = "k"\n', {}, ["es.api_key", "configuration file"]),
        ('home = "x"\n', {}, ["home", "configuration file"]),
        ("", {"HKALL_ENGINE_PORT": "many"}, ["HKALL_ENGINE_PORT", "engine.port"]),
        ("", {"HKALL_PREFIX": "UPPER"}, ["HKALL_PREFIX", "small letters"]),
        ('[[source]]\ninstitution = "HKU"\nfiles = []\n', {}, ["hkall.toml", "source"]),
        ("es = 1\n", {"HKALL_ES_URL": "http://x"}, ["hkall.toml", "es", "must be a table"]),
        ("unknown = 1\n", {}, ["hkall.toml", "unknown"]),
        (
            '[[source]]\ninstitution = "HKU"\nfiles = "a.mrc"\n',
            {},
            ["hkall.toml", "source 1.files"],
        ),
        (
            f"{SOURCE}control_number = []\n",
            {},
            ["hkall.toml", "source 1.control_number", "not empty"],
        ),
        (f'{SOURCE}holdings = ["852b"]\n', {}, ["hkall.toml", "source 1.holdings", "three digits"]),
        ("", {"HKALL_ES_TIMEOUT": "-1"}, ["HKALL_ES_TIMEOUT", "> 0"]),
        ("", {"HKALL_ES_TIMEOUT": "nan"}, ["HKALL_ES_TIMEOUT"]),
        ("", {"HKALL_ES_UR": "http://x"}, ["HKALL_ES_UR", "no such variable"]),
        ("", {"HKALL_ENGINE_HEAP": "1t"}, ["HKALL_ENGINE_HEAP", "a size such as 900m"]),
        ("", {"HKALL_CONFIG": "/"}, ["cannot be read: Is a directory"]),
        ("cache = 5\n", {}, ["hkall.toml", "cache", "must be text"]),
        ('cache = "~nobody-of-that-name/x"\n', {}, ["cache", "no such user"]),
        (
            SOURCE + SOURCE + "bogus = 1\n",
            {},
            ["hkall.toml", "source 2: there is no such key: bogus"],
        ),
        ("", {"HKALL_ES_TIMEOUT": "inf"}, ["HKALL_ES_TIMEOUT"]),
        ("", {"HKALL_CONFIG": "absent.toml"}, ["absent.toml", "no such configuration file"]),
    ],
)
def test_a_wrong_setting_is_one_error_that_says_where(tmp_path, toml, environ, words):
    """The message names the layer and the key; the hint says what to do."""
    with pytest.raises(SettingsError) as caught:
        load(tmp_path, toml, **environ)
    for word in words:
        assert word in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 3


def test_every_secret_can_be_set_from_the_environment():
    """A secret that the file refuses has a variable of its own."""
    assert set(SECRETS) <= set(ENVIRONMENT.values())


def test_a_url_chooses_the_url_kind(tmp_path):
    """HKALL_ES_URL alone selects an existing cluster; without it the embedded node is used."""
    assert load(tmp_path).settings.engine_kind == "embedded"
    assert load(tmp_path, HKALL_ES_URL="http://127.0.0.1:1").settings.engine_kind == "url"
