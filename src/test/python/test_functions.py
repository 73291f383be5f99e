"""The functions are those of Java, as columns."""

import math

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
