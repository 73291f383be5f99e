# Generated from the Java sources by PythonSourcesTest, which also says how; not to be edited.
from typing import List

from pyspark.sql import Column

from normact._activation import (
    ActivationFunction,
    ActivationParameter,
    ColumnOrName,
    by_name,
    by_text,
)

ACTIVATIONS: List[ActivationFunction] = [
    ActivationFunction(
        "celu",
        (ActivationParameter("alpha", 1.0, "a finite number at least 1.0E-50 and at most 1.0E50"),),
        "x above 0, alpha * (e^(x / alpha) - 1) below",
        True,
        (),
    ),
    ActivationFunction(
        "cube",
        (),
        "x^3",
        True,
        (),
    ),
    ActivationFunction(
        "elu",
        (ActivationParameter("alpha", 1.0, "a finite number above 0.0 and at most 1.0E50"),),
        "x above 0, alpha * (e^x - 1) below",
        True,
        (),
    ),
    ActivationFunction(
        "exponential",
        (),
        "e^x",
        True,
        (),
    ),
    ActivationFunction(
        "gelu",
        (),
        "x * (1 + erf(x / sqrt(2))) / 2",
        True,
        (),
    ),
    ActivationFunction(
        "gelu_tanh",
        (),
        "0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))",
        True,
        (),
    ),
    ActivationFunction(
        "hard_shrink",
        (ActivationParameter("lambda", 0.5, "a finite number at least 0.0"),),
        "x where |x| is above lambda, else 0",
        True,
        ("hardshrink",),
    ),
    ActivationFunction(
        "hard_sigmoid",
        (ActivationParameter("alpha", 0.16666666666666666, "a finite number above 0.0"), ActivationParameter("beta", 0.5, "a finite number"),),
        "min(max(alpha * x + beta, 0), 1)",
        True,
        ("hardsigmoid",),
    ),
    ActivationFunction(
        "hard_swish",
        (),
        "x * min(max(x + 3, 0), 6) / 6",
        True,
        ("hard_silu", "hardswish",),
    ),
    ActivationFunction(
        "hard_tanh",
        (ActivationParameter("min", -1.0, "a finite number"), ActivationParameter("max", 1.0, "a finite number"),),
        "min(max(x, min), max)",
        True,
        ("hardtanh",),
    ),
    ActivationFunction(
        "hardmax",
        (),
        "1 at the first x[i] that is greatest, else 0",
        False,
        (),
    ),
    ActivationFunction(
        "identity",
        (),
        "x",
        True,
        ("linear",),
    ),
    ActivationFunction(
        "layer_norm",
        (ActivationParameter("epsilon", 1e-5, "a finite number at least 0.0"),),
        "(x[i] - mean(x)) / sqrt(variance(x) + epsilon)",
        False,
        (),
    ),
    ActivationFunction(
        "leaky_relu",
        (ActivationParameter("alpha", 0.01, "a finite number above 0.0"),),
        "x above 0, alpha * x below",
        True,
        ("leakyrelu",),
    ),
    ActivationFunction(
        "log1p",
        (),
        "ln(1 + x)",
        True,
        (),
    ),
    ActivationFunction(
        "log_sigmoid",
        (),
        "-ln(1 + e^-x)",
        True,
        ("logsigmoid",),
    ),
    ActivationFunction(
        "log_softmax",
        (),
        "x[i] - ln(sum e^x[j])",
        False,
        (),
    ),
    ActivationFunction(
        "logit",
        (),
        "ln(x / (1 - x))",
        True,
        (),
    ),
    ActivationFunction(
        "mish",
        (),
        "x * tanh(ln(1 + e^x))",
        True,
        (),
    ),
    ActivationFunction(
        "prelu",
        (ActivationParameter("alpha", 0.25, "a finite number"),),
        "x above 0, alpha * x below",
        True,
        (),
    ),
    ActivationFunction(
        "rational_tanh",
        (),
        "1.7159 * sign(x) * (1 - 1 / (1 + a + a^2 + 1.41645 * a^4)), a = 2 * |x| / 3",
        True,
        ("rationaltanh",),
    ),
    ActivationFunction(
        "rectified_tanh",
        (),
        "max(tanh(x), 0)",
        True,
        ("rectifiedtanh",),
    ),
    ActivationFunction(
        "relu",
        (),
        "max(x, 0)",
        True,
        (),
    ),
    ActivationFunction(
        "relu6",
        (),
        "min(max(x, 0), 6)",
        True,
        ("relu_6",),
    ),
    ActivationFunction(
        "rms_norm",
        (ActivationParameter("epsilon", 1e-6, "a finite number at least 0.0"),),
        "x[i] / sqrt(mean(x^2) + epsilon)",
        False,
        (),
    ),
    ActivationFunction(
        "selu",
        (),
        "lambda * x above 0, lambda * alpha * (e^x - 1) below; lambda = 1.0507..., alpha = 1.6732...",
        True,
        (),
    ),
    ActivationFunction(
        "sigmoid",
        (),
        "1 / (1 + e^-x)",
        True,
        ("logistic",),
    ),
    ActivationFunction(
        "signed_log1p",
        (),
        "sign(x) * ln(1 + |x|)",
        True,
        (),
    ),
    ActivationFunction(
        "silu",
        (),
        "x / (1 + e^-x)",
        True,
        (),
    ),
    ActivationFunction(
        "soft_shrink",
        (ActivationParameter("lambda", 0.5, "a finite number at least 0.0"),),
        "x - min(max(x, -lambda), lambda)",
        True,
        ("softshrink",),
    ),
    ActivationFunction(
        "softmax",
        (),
        "e^x[i] / sum e^x[j]",
        False,
        (),
    ),
    ActivationFunction(
        "softmin",
        (),
        "e^-x[i] / sum e^-x[j]",
        False,
        (),
    ),
    ActivationFunction(
        "softplus",
        (ActivationParameter("beta", 1.0, "a finite number at least 1.0E-50 and at most 1.0E50"),),
        "ln(1 + e^(beta * x)) / beta",
        True,
        (),
    ),
    ActivationFunction(
        "softsign",
        (),
        "x / (1 + |x|)",
        True,
        (),
    ),
    ActivationFunction(
        "sparse_plus",
        (),
        "0 below -1, (x + 1)^2 / 4 up to 1, x above",
        True,
        (),
    ),
    ActivationFunction(
        "sparse_sigmoid",
        (),
        "min(max((x + 1) / 2, 0), 1)",
        True,
        (),
    ),
    ActivationFunction(
        "sparsemax",
        (),
        "max(x[i] - tau, 0) with tau such that the sum is 1",
        False,
        (),
    ),
    ActivationFunction(
        "squareplus",
        (ActivationParameter("b", 4.0, "a finite number at least 1.0E-50 and at most 1.0E50"),),
        "(x + sqrt(x^2 + b)) / 2",
        True,
        (),
    ),
    ActivationFunction(
        "swish",
        (ActivationParameter("beta", 1.0, "a finite number at least 1.0E-50 and at most 1.0E50"),),
        "x / (1 + e^(-beta * x))",
        True,
        (),
    ),
    ActivationFunction(
        "tanh",
        (),
        "tanh(x)",
        True,
        (),
    ),
    ActivationFunction(
        "tanh_shrink",
        (),
        "x - tanh(x)",
        True,
        ("tanhshrink",),
    ),
    ActivationFunction(
        "threshold",
        (ActivationParameter("theta", 0.0, "a finite number"), ActivationParameter("value", 0.0, "a finite number"),),
        "x above theta, value below",
        True,
        (),
    ),
    ActivationFunction(
        "thresholded_relu",
        (ActivationParameter("theta", 1.0, "a finite number at least 0.0"),),
        "x above theta, 0 below",
        True,
        ("thresholdedrelu",),
    ),
    ActivationFunction(
        "unit_norm",
        (ActivationParameter("p", 2.0, "a finite number at least 1.0"),),
        "x[i] / (sum |x[j]|^p)^(1 / p)",
        False,
        (),
    ),
]


def celu(x: ColumnOrName, alpha: float = 1.0) -> Column:
    """
    `x above 0, alpha * (e^(x / alpha) - 1) below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    alpha : float, default 1.0
        A finite number at least 1.0E-50 and at most 1.0E50.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("celu", x, ("alpha", alpha, 1.0))


def cube(x: ColumnOrName) -> Column:
    """
    `x^3`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("cube", x)


def elu(x: ColumnOrName, alpha: float = 1.0) -> Column:
    """
    `x above 0, alpha * (e^x - 1) below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    alpha : float, default 1.0
        A finite number above 0.0 and at most 1.0E50.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("elu", x, ("alpha", alpha, 1.0))


def exponential(x: ColumnOrName) -> Column:
    """
    `e^x`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("exponential", x)


def gelu(x: ColumnOrName) -> Column:
    """
    `x * (1 + erf(x / sqrt(2))) / 2`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("gelu", x)


def gelu_tanh(x: ColumnOrName) -> Column:
    """
    `0.5 * x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3)))`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("gelu_tanh", x)


def hard_shrink(x: ColumnOrName, lambda_: float = 0.5) -> Column:
    """
    `x where |x| is above lambda, else 0`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    lambda_ : float, default 0.5
        A finite number at least 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("hard_shrink", x, ("lambda", lambda_, 0.5))


def hard_sigmoid(x: ColumnOrName, alpha: float = 0.16666666666666666, beta: float = 0.5) -> Column:
    """
    `min(max(alpha * x + beta, 0), 1)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    alpha : float, default 0.16666666666666666
        A finite number above 0.0.
    beta : float, default 0.5
        A finite number.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("hard_sigmoid", x, ("alpha", alpha, 0.16666666666666666), ("beta", beta, 0.5))


def hard_swish(x: ColumnOrName) -> Column:
    """
    `x * min(max(x + 3, 0), 6) / 6`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("hard_swish", x)


def hard_tanh(x: ColumnOrName, min: float = -1.0, max: float = 1.0) -> Column:
    """
    `min(max(x, min), max)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    min : float, default -1.0
        A finite number.
    max : float, default 1.0
        A finite number.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("hard_tanh", x, ("min", min, -1.0), ("max", max, 1.0))


def hardmax(x: ColumnOrName) -> Column:
    """
    `1 at the first x[i] that is greatest, else 0`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("hardmax", x)


def identity(x: ColumnOrName) -> Column:
    """
    `x`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("identity", x)


def layer_norm(x: ColumnOrName, epsilon: float = 1e-5) -> Column:
    """
    `(x[i] - mean(x)) / sqrt(variance(x) + epsilon)`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.
    epsilon : float, default 1e-5
        A finite number at least 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("layer_norm", x, ("epsilon", epsilon, 1e-5))


def leaky_relu(x: ColumnOrName, alpha: float = 0.01) -> Column:
    """
    `x above 0, alpha * x below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    alpha : float, default 0.01
        A finite number above 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("leaky_relu", x, ("alpha", alpha, 0.01))


def log1p(x: ColumnOrName) -> Column:
    """
    `ln(1 + x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_text("log1p", x)


def log_sigmoid(x: ColumnOrName) -> Column:
    """
    `-ln(1 + e^-x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("log_sigmoid", x)


def log_softmax(x: ColumnOrName) -> Column:
    """
    `x[i] - ln(sum e^x[j])`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("log_softmax", x)


def logit(x: ColumnOrName) -> Column:
    """
    `ln(x / (1 - x))`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("logit", x)


def mish(x: ColumnOrName) -> Column:
    """
    `x * tanh(ln(1 + e^x))`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("mish", x)


def prelu(x: ColumnOrName, alpha: float = 0.25) -> Column:
    """
    `x above 0, alpha * x below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    alpha : float, default 0.25
        A finite number.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("prelu", x, ("alpha", alpha, 0.25))


def rational_tanh(x: ColumnOrName) -> Column:
    """
    `1.7159 * sign(x) * (1 - 1 / (1 + a + a^2 + 1.41645 * a^4)), a = 2 * |x| / 3`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("rational_tanh", x)


def rectified_tanh(x: ColumnOrName) -> Column:
    """
    `max(tanh(x), 0)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("rectified_tanh", x)


def relu(x: ColumnOrName) -> Column:
    """
    `max(x, 0)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("relu", x)


def relu6(x: ColumnOrName) -> Column:
    """
    `min(max(x, 0), 6)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("relu6", x)


def rms_norm(x: ColumnOrName, epsilon: float = 1e-6) -> Column:
    """
    `x[i] / sqrt(mean(x^2) + epsilon)`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.
    epsilon : float, default 1e-6
        A finite number at least 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("rms_norm", x, ("epsilon", epsilon, 1e-6))


def selu(x: ColumnOrName) -> Column:
    """
    `lambda * x above 0, lambda * alpha * (e^x - 1) below; lambda = 1.0507..., alpha = 1.6732...`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("selu", x)


def sigmoid(x: ColumnOrName) -> Column:
    """
    `1 / (1 + e^-x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("sigmoid", x)


def signed_log1p(x: ColumnOrName) -> Column:
    """
    `sign(x) * ln(1 + |x|)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("signed_log1p", x)


def silu(x: ColumnOrName) -> Column:
    """
    `x / (1 + e^-x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("silu", x)


def soft_shrink(x: ColumnOrName, lambda_: float = 0.5) -> Column:
    """
    `x - min(max(x, -lambda), lambda)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    lambda_ : float, default 0.5
        A finite number at least 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("soft_shrink", x, ("lambda", lambda_, 0.5))


def softmax(x: ColumnOrName) -> Column:
    """
    `e^x[i] / sum e^x[j]`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("softmax", x)


def softmin(x: ColumnOrName) -> Column:
    """
    `e^-x[i] / sum e^-x[j]`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("softmin", x)


def softplus(x: ColumnOrName, beta: float = 1.0) -> Column:
    """
    `ln(1 + e^(beta * x)) / beta`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    beta : float, default 1.0
        A finite number at least 1.0E-50 and at most 1.0E50.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("softplus", x, ("beta", beta, 1.0))


def softsign(x: ColumnOrName) -> Column:
    """
    `x / (1 + |x|)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("softsign", x)


def sparse_plus(x: ColumnOrName) -> Column:
    """
    `0 below -1, (x + 1)^2 / 4 up to 1, x above`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("sparse_plus", x)


def sparse_sigmoid(x: ColumnOrName) -> Column:
    """
    `min(max((x + 1) / 2, 0), 1)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("sparse_sigmoid", x)


def sparsemax(x: ColumnOrName) -> Column:
    """
    `max(x[i] - tau, 0) with tau such that the sum is 1`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("sparsemax", x)


def squareplus(x: ColumnOrName, b: float = 4.0) -> Column:
    """
    `(x + sqrt(x^2 + b)) / 2`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    b : float, default 4.0
        A finite number at least 1.0E-50 and at most 1.0E50.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("squareplus", x, ("b", b, 4.0))


def swish(x: ColumnOrName, beta: float = 1.0) -> Column:
    """
    `x / (1 + e^(-beta * x))`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    beta : float, default 1.0
        A finite number at least 1.0E-50 and at most 1.0E50.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("swish", x, ("beta", beta, 1.0))


def tanh(x: ColumnOrName) -> Column:
    """
    `tanh(x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_text("tanh", x)


def tanh_shrink(x: ColumnOrName) -> Column:
    """
    `x - tanh(x)`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("tanh_shrink", x)


def threshold(x: ColumnOrName, theta: float = 0.0, value: float = 0.0) -> Column:
    """
    `x above theta, value below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    theta : float, default 0.0
        A finite number.
    value : float, default 0.0
        A finite number.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("threshold", x, ("theta", theta, 0.0), ("value", value, 0.0))


def thresholded_relu(x: ColumnOrName, theta: float = 1.0) -> Column:
    """
    `x above theta, 0 below`.

    Parameters
    ----------
    x : Column or str
        A number, vector or array of numbers, or the column's name; null gives null.
    theta : float, default 1.0
        A finite number at least 0.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("thresholded_relu", x, ("theta", theta, 1.0))


def unit_norm(x: ColumnOrName, p: float = 2.0) -> Column:
    """
    `x[i] / (sum |x[j]|^p)^(1 / p)`.

    Parameters
    ----------
    x : Column or str
        A vector or array of numbers, or the column's name; null gives null.
    p : float, default 2.0
        A finite number at least 1.0.

    Returns
    -------
    Column
        Of the kind of x; a number that is no float becomes double.
    """
    return by_name("unit_norm", x, ("p", p, 2.0))


hardshrink = hard_shrink
hardsigmoid = hard_sigmoid
hard_silu = hard_swish
hardswish = hard_swish
hardtanh = hard_tanh
linear = identity
leakyrelu = leaky_relu
logsigmoid = log_sigmoid
rationaltanh = rational_tanh
rectifiedtanh = rectified_tanh
relu_6 = relu6
logistic = sigmoid
softshrink = soft_shrink
tanhshrink = tanh_shrink
thresholdedrelu = thresholded_relu
