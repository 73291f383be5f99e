"""Where the jar is, and what is said where it is missing."""

import os
import subprocess
import sys
import zipfile

import pytest

import normact

# Without the jar in the session, and with the package imported from the jar itself.
PROGRAM = """
import normact
from pyspark.sql import SparkSession

print(normact.__file__, normact.jar_path(), sep="|")
for call in (normact.BatchNorm, lambda: normact.functions.elu("x")):
    try:
        call()
    except RuntimeError as e:
        print(e)
SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
for call in (normact.BatchNorm, lambda: normact.functions.elu("x")):
    try:
        call()
    except normact.JarMissingError as e:
        print(e)
"""


def test_the_wheel_carries_the_jar():
    with zipfile.ZipFile(normact.jar_path()) as jar:
        names = jar.namelist()
    assert os.path.basename(normact.jar_path()).startswith("normact-spark")
    assert normact.__version__ in os.path.basename(normact.jar_path())
    assert {"normact/__init__.py", "normact/py.typed", "io/normact/ml/BatchNorm.class"} <= set(names)


@pytest.mark.classic
def test_a_missing_jar_is_named(tmp_path):
    jar = normact.jar_path()
    environment = {**os.environ, "PYTHONPATH": jar}
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == os.path.join(jar, "normact", "__init__.py") + "|" + jar
    assert all(line.startswith("No Spark session is active: make one first") for line in lines[1:3])
    for line, name in zip(lines[3:], ["ml.BatchNorm", "sql.ActivationFunctions"]):
        assert line == (
            f"Spark knows no io.normact.{name}, since {os.path.basename(jar)} is not on its class "
            'path: make the session with .config("spark.jars", normact.jar_path()), or start Spark '
            f"with --jars and that jar, or --packages io.normact:normact-spark:{normact.__version__}."
        )
    assert len(lines) == 5
