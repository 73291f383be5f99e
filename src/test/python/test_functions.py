"""The functions are those of Java, as columns."""

import math
import os
import subprocess
import sys
from decimal import Decimal

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F

import normact
from normact import functions


@pytest.fixture(scope="module")
def data(spark):
    return spark.sql("SELECT x, array(x, 1D) a FROM VALUES (-2.5D), (0D), (0.75D), (NULL) t(x)")


def python_name(parameter):
    return parameter if parameter.isidentifier() and parameter != "lambda" else parameter + "_"


def test_every_function_is_the_one_of_its_text(data):
    """All in one query, with parameters that are no defaults."""
    columns = []
    for activation in normact.activations():
        given = {p.name: p.default * 1.25 for p in activation.parameters}
        x = "x" if activation.elementwise else "a"
        text = ", ".join(f"{name}={value!r}" for name, value in given.items())
        function = getattr(functions, activation.name)
        keywords = {python_name(name): value for name, value in given.items()}
        name = activation.name
        columns += [
            function(x, **keywords).alias(name + "_given"),
            functions.activate(x, f"{name}({text})" if given else name).alias(name + "_given_text"),
            function(F.col(x)).alias(name),
            functions.activate(x, str(activation)).alias(name + "_text"),
        ]
    for row in data.select(*columns).collect():
        values = [repr(value) for value in row]
        assert values[::2] == values[1::2]
    assert len(columns) == 4 * len(normact.activations())


def test_slopes_and_nulls(data):
    rows = data.select(functions.activation_slope("x", "sigmoid").alias("s")).collect()
    assert rows[1].s == 0.25
    assert rows[3].s is None
    assert functions.__all__ and all(hasattr(functions, name) for name in functions.__all__)


def test_columns_are_called_as_they_are_written(data):
    columns = [functions.elu("x", alpha=0.5), functions.elu("x"), functions.activate("x", "elu")]
    assert data.select(*columns).columns == ["elu(x, 0.5)", "elu(x)", "activate(x, elu)"]


def test_a_column_is_shown_as_it_is_written(data):
    shown = str(functions.elu(F.col("x"), alpha=0.5))
    assert shown in ("Column<'elu(x, 0.5)'>", "Column<'normact_elu(x, 0.5)'>")


# An application of its own, since its settings must be there before its first session, and since
# before Spark 4.2 a user's function can't be dropped that has the name of one of normact's.
PROGRAM = """
import sys

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

import normact
from normact import functions

builder = SparkSession.builder
builder = builder.master("local[1]") if sys.argv[1] == "classic" else builder.remote("local[1]")
builder = builder.config("spark.jars", normact.jar_path()).config("spark.ui.enabled", "false")
spark = builder.config(sys.argv[2], sys.argv[3]).getOrCreate()
names = ["relu", "elu", "activate", "activation_slope"]
for name in [*names, *["na_" + name for name in names], *["normact_" + name for name in names]]:
    spark.udf.register(name, lambda *arguments: 42.0, "double")
print("users", list(spark.sql("SELECT relu(-1D), normact_relu(-1D)").first()))
try:
    spark.sql("SELECT sigmoid(-1D)").collect()
except AnalysisException as e:
    print("SQL", str(e).split("]")[0])
data = spark.sql("SELECT -1.5D x")
columns = [
    functions.relu("x"),
    functions.elu("x", 0.5),
    functions.tanh("x"),
    functions.activate("x", "hard_tanh"),
    functions.activation_slope("x", "relu"),
]
called = data.select(*columns)
print("called", called.columns, list(called.first()))
print("grouped", data.groupBy(functions.relu("x")).count().first().asDict())
print("stage", normact.BatchNorm(inputCol="x", outputCol="y").fit(data).mean[0])
spark.stop()
"""


@pytest.mark.parametrize(
    "setting", [("spark.normact.functions.enabled", "false"), ("spark.normact.functions.prefix", "na_")]
)
def test_neither_settings_nor_functions_of_the_users_change_them(setting, connect, tmp_path):
    arguments = [sys.executable, "-c", PROGRAM, "connect" if connect else "classic", *setting]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SPARK_")}
    environment["PYTHONWARNINGS"] = "ignore"
    result = subprocess.run(
        arguments, cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr[-4000:]
    assert result.stdout.splitlines() == [
        "users [42.0, 42.0]",
        "SQL [UNRESOLVED_ROUTINE",
        "called ['relu(x)', 'elu(x, 0.5)', 'activate(x, tanh)', 'activate(x, hard_tanh)', "
        "'activation_slope(x, relu)'] "
        f"[0.0, {0.5 * math.expm1(-1.5)!r}, {math.tanh(-1.5)!r}, -1.0, 0.0]",
        "grouped {'relu(x)': 0.0, 'count': 1}",
        "stage -1.5",
    ]


def test_parameters_are_numbers_of_any_kind(data):
    numpy = pytest.importorskip("numpy")
    columns = [
        functions.elu("x", alpha=value)
        for value in (Decimal("0.5"), numpy.float32(0.5), numpy.float64(0.5), "0.5", True)
    ]
    assert [c for c in data.select(*columns).columns] == ["elu(x, 0.5)"] * 4 + ["elu(x)"]
    with pytest.raises(AnalysisException) as error:
        data.select(functions.elu("x", alpha=math.nan)).collect()
    assert "Parameter alpha of elu is NaN, but must be a finite number above 0.0" in str(error.value)


def test_a_known_value(data):
    row = data.select(functions.elu("x", alpha=0.5).alias("e")).first()
    assert row.e == pytest.approx(0.5 * math.expm1(-2.5), rel=1e-15)


def test_errors_are_one_line(data):
    with pytest.raises(AnalysisException) as error:
        data.select(functions.elu("x", alpha=-1)).collect()
    first = str(error.value).split("\n", 1)[0]
    assert "Parameter alpha of elu is -1.0, but must be a finite number above 0.0" in first
    with pytest.raises(TypeError, match="Parameter alpha of elu is 'b', but must be a number."):
        functions.elu("x", alpha="b")
    with pytest.raises(TypeError, match="Function elu takes a Column or a column's name, but got int"):
        functions.elu(3)
    with pytest.raises(AnalysisException, match="did you mean 'sigmoid'"):
        data.select(functions.activate("x", "sigmod")).collect()
