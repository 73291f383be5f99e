"""What the generated functions are made of."""

from decimal import Decimal
from typing import Any, NamedTuple, Tuple, Union

from pyspark.sql import Column
from pyspark.sql import functions as F

from normact import _connect_column, _jar

ColumnOrName = Union[Column, str]


class ActivationParameter(NamedTuple):
    """A parameter of an activation function: `default`, and what it may be in words."""

    name: str
    default: float
    range: str


class ActivationFunction(NamedTuple):
    """
    An activation function. `elementwise` is false where each output depends on all elements of a
    vector or array. `aliases` are read wherever `name` is.
    """

    name: str
    parameters: Tuple[ActivationParameter, ...]
    formula: str
    elementwise: bool
    aliases: Tuple[str, ...] = ()

    def __str__(self) -> str:
        if not self.parameters:
            return self.name
        return f"{self.name}({', '.join(f'{p.name}={_java_text(p.default)}' for p in self.parameters)})"


def _java_text(x: float) -> str:
    """A number as Java writes it, and with it a saved stage its function."""
    if x == 0 or 1e-3 <= abs(x) < 1e7:
        return repr(x)
    number = Decimal(repr(x)).normalize()
    sign, digits, _ = number.as_tuple()
    first, *rest = map(str, digits)
    return f"{'-' if sign else ''}{first}.{''.join(rest) or '0'}E{number.adjusted()}"


Given = Tuple[str, float, float]
"""A parameter's name, value and default."""


def by_name(name: str, x: ColumnOrName, *parameters: Given) -> Column:
    """A call of the function of this name; trailing defaults are left out."""
    values = [_number(name, parameter, value) for parameter, value, _ in parameters]
    while values and values[-1] == parameters[len(values) - 1][2]:
        values.pop()
    return call(name, x, *values)


def by_text(name: str, x: ColumnOrName, *parameters: Given) -> Column:
    """A call of `activate`, for a name that is Spark's own in SQL."""
    values = [f"{p}={_number(name, p, value)!r}" for p, value, _ in parameters]
    return call("activate", x, f"{name}({', '.join(values)})" if values else name)


def call(name: str, x: ColumnOrName, *arguments: Any) -> Column:
    """A call of a function with constants behind its column, whatever SQL has under that name."""
    # By name, since Spark 3.5 has another class of columns for Spark Connect.
    if not isinstance(x, str) and type(x).__name__ != "Column":
        raise TypeError(
            f"Function {name} takes a Column or a column's name, but got {type(x).__name__}."
        )
    _jar.require()
    columns = [F.col(x) if isinstance(x, str) else x, *map(F.lit, arguments)]
    if _jar.remote():
        return _connect_column.call(_jar.session(), name, columns)
    gateway = _jar.session().sparkContext._gateway
    assert gateway is not None  # A classic session has one.
    java_columns = gateway.new_array(gateway.jvm.org.apache.spark.sql.Column, len(columns))
    for i, column in enumerate(columns):
        java_columns[i] = column._jc
    return Column(_jar.java_class("io.normact.sql.ActivationFunctions").call(name, java_columns))


def _number(function: str, parameter: str, value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        raise TypeError(
            f"Parameter {parameter} of {function} is {value!r}, but must be a number."
        ) from None
