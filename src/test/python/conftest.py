"""One Spark session for all tests: classic, or with --connect a client of a real Connect server."""

import os
import socket
import subprocess
import time
from pathlib import Path

import pyspark
import pytest
from pyspark.sql import SparkSession

import normact

ROOT = Path(__file__).resolve().parents[3]

SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.log.level": "ERROR",
}


def pytest_addoption(parser):
    parser.addoption("--connect", action="store_true", help="run on Spark Connect")


def pytest_configure(config):
    config.addinivalue_line("markers", "classic: needs what Spark Connect lets no client do")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--connect"):
        skip = pytest.mark.skip(reason="Spark Connect lets no client do this")
        for item in items:
            if item.get_closest_marker("classic"):
                item.add_marker(skip)


@pytest.fixture(scope="session")
def connect(request):
    return request.config.getoption("--connect")


@pytest.fixture(scope="session")
def spark(connect, tmp_path_factory):
    folder = tmp_path_factory.mktemp("session")
    if connect:
        yield from _remote(folder)
    else:
        yield from _classic(folder)


def _classic(folder):
    builder = SparkSession.builder.master("local[2]").config("spark.jars", normact.jar_path())
    for key, value in SETTINGS.items():
        builder = builder.config(key, value)
    if pyspark.__version__.startswith("3."):
        builder = builder.config("spark.sql.extensions", "io.normact.sql.SessionExtensions")
    session = builder.config("spark.sql.warehouse.dir", str(folder)).getOrCreate()
    yield session
    session.stop()


def _remote(folder):
    with socket.socket() as free:
        free.bind(("localhost", 0))
        port = free.getsockname()[1]
    home = Path(pyspark.__file__).parent
    command = [
        str(home / "bin" / "spark-submit"),
        "--class",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        "--master",
        "local[2]",
        "--jars",
        normact.jar_path(),
    ]
    settings = {**SETTINGS, "spark.connect.grpc.binding.port": str(port)}
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SPARK_")}
    environment["SPARK_HOME"] = str(home)
    with open(folder / "server.log", "wb") as log:
        server = subprocess.Popen(
            [*command, "spark-internal"], cwd=folder, env=environment, stdout=log, stderr=log
        )
    try:
        _wait(server, port, folder / "server.log")
        session = SparkSession.builder.remote(f"sc://localhost:{port}").getOrCreate()
        yield session
        session.stop()
    finally:
        server.terminate()
        server.wait(60)


def _wait(server, port, log):
    end = time.monotonic() + 120
    while time.monotonic() < end and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("The Connect server does not answer:\n" + log.read_text()[-4000:])


@pytest.fixture(scope="session")
def cancer(spark):
    """The sample data, as a user reads them."""
    path = str(ROOT / "sample-data" / "breast-cancer.csv")
    data = spark.read.csv(path, header=True, inferSchema=True)
    return data.withColumnRenamed("malignant", "label").cache()


@pytest.fixture(scope="session")
def features(cancer):
    return [name for name in cancer.columns if name != "label"][:4]
