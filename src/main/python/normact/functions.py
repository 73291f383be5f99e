"""
Activation functions as columns: one Python function for each, and two that take a function's text.

A column is a number of any type, a vector (dense or sparse) or an array of numbers, or its name.
Float stays float, vectors and arrays stay what they are, every other number becomes double. null
gives null, NaN gives NaN, an infinity the limit. What is wrong with a parameter or a column's type
is said when the query is analysed, as `pyspark.errors.AnalysisException`.

A column is called as SQL calls it, `elu(x, 0.5)`. It does not depend on which functions the session
has in SQL: neither a UDF of the same name nor the settings of the SQL functions change it. On Spark
Connect this takes Spark 4; a client of 3.5 calls the SQL functions by their names.

>>> from normact.functions import elu, sigmoid
>>> df.select(sigmoid("x"), elu("x", alpha=0.5))
"""

from pyspark.sql import Column

from normact import _functions
from normact._activation import ColumnOrName, call
from normact._functions import *  # noqa: F401,F403

__all__ = [name for f in _functions.ACTIVATIONS for name in (f.name, *f.aliases)]
__all__ += ["activate", "activation_slope"]


def activate(x: ColumnOrName, function: str) -> Column:
    """
    The value of a function that is named by a text.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    function : str
        Such as `"sigmoid"` or `"elu(alpha=0.5)"`; see `normact.activations()`.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.

    Raises
    ------
    pyspark.errors.AnalysisException
        When the query is analysed, if the text is none of a function.
    """
    return call("activate", x, function)


def activation_slope(x: ColumnOrName, function: str) -> Column:
    """
    The derivative of a function with respect to its input.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    function : str
        An elementwise function, such as `"sigmoid"` or `"elu(alpha=0.5)"`.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.

    Raises
    ------
    pyspark.errors.AnalysisException
        When the query is analysed, if the text is none of a function, or of one of a whole vector.
    """
    return call("activation_slope", x, function)
