"""Where the jar is, and what is said where it is missing."""

import os
import shutil
import subprocess
import sys
import zipfile

import pytest

import normact
from normact._version import COORDINATES

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
    for line, name in zip(lines[3:], ["ml.BatchNorm", "sql.SessionExtensions"]):
        assert line == (
            f"Spark knows no io.normact.{name}, since {os.path.basename(jar)} is not on its class "
            'path: make the session with .config("spark.jars", normact.jar_path()), or start Spark '
            f"with --jars and that jar, or --packages io.normact:normact-spark:{normact.__version__}."
        )
    assert len(lines) == 5


SUBMITTED = """
import normact
from pyspark.sql import SparkSession

spark = SparkSession.builder.getOrCreate()
rows = spark.range(3).selectExpr("double(id) x")
model = normact.BatchNorm(inputCol="x", outputCol="y").fit(rows)
print("from", normact.__file__, model.mean[0], rows.select(normact.functions.relu("x")).count())
"""

# Nothing but a folder of the test, so that no network is asked.
IVY = """
<ivysettings>
  <settings defaultResolver="folder"/>
  <caches defaultCacheDir="{folder}/cache"/>
  <resolvers>
    <ibiblio name="folder" m2compatible="true" root="file://{folder}/repository"/>
  </resolvers>
</ivysettings>
"""

POM = """
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>{group}</groupId>
  <artifactId>{artifact}</artifactId>
  <version>{version}</version>
</project>
"""


def packages(folder):
    """A repository with the jar, and how to ask for it."""
    group, artifact, version = COORDINATES.split(":")
    place = folder / "repository" / group.replace(".", "/") / artifact / version
    place.mkdir(parents=True)
    shutil.copy(normact.jar_path(), place / f"{artifact}-{version}.jar")
    pom = POM.format(group=group, artifact=artifact, version=version)
    (place / f"{artifact}-{version}.pom").write_text(pom)
    (folder / "ivy.xml").write_text(IVY.format(folder=folder))
    return ["--packages", COORDINATES, "--conf", f"spark.jars.ivySettings={folder / 'ivy.xml'}"]


def files(folder):
    return ["--jars", normact.jar_path(), "--py-files", normact.jar_path()]


@pytest.mark.classic
@pytest.mark.parametrize("way", [packages, files])
def test_the_package_comes_out_of_the_jar(way, tmp_path):
    import pyspark

    program = tmp_path / "program.py"
    program.write_text(SUBMITTED)
    home = os.path.dirname(pyspark.__file__)
    command = [os.path.join(home, "bin", "spark-submit"), "--master", "local[1]", *way(tmp_path)]
    command += ["--conf", "spark.ui.enabled=false", str(program)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SPARK_")}
    environment.update(SPARK_HOME=home, PYSPARK_PYTHON=sys.executable)
    result = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr[-4000:]
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("from ")]
    path, mean, count = line.split()[1:]
    # From a jar, and not the installed one.
    assert path.endswith(os.path.join(".jar", "normact", "__init__.py"))
    assert (mean, count) == ("1.0", "3")
