"""
normact for PySpark: activation functions and batch normalisation as ML stages and as functions.

>>> import normact
>>> from pyspark.sql import SparkSession
>>> spark = SparkSession.builder.config("spark.jars", normact.jar_path()).getOrCreate()
"""

from typing import List

from normact import functions
from normact._activation import ActivationFunction, ActivationParameter
from normact._functions import ACTIVATIONS
from normact._jar import JarMissingError, jar_path
from normact._version import __version__
from normact.ml import (
    Activation,
    BatchNorm,
    BatchNormInverse,
    BatchNormModel,
    BatchNormSummary,
    RunningBatchNorm,
)
from normact.reports import ColumnReport, KeyReport, PipelineReport, report

__all__ = [
    "Activation",
    "ActivationFunction",
    "ActivationParameter",
    "BatchNorm",
    "BatchNormInverse",
    "BatchNormModel",
    "BatchNormSummary",
    "ColumnReport",
    "JarMissingError",
    "KeyReport",
    "PipelineReport",
    "RunningBatchNorm",
    "__version__",
    "activations",
    "functions",
    "jar_path",
    "report",
]


def activations() -> List[ActivationFunction]:
    """
    All activation functions, in the order of their names.

    Returns
    -------
    list of ActivationFunction
        Each with name, parameters (name, default, range), formula, and whether it is elementwise;
        `pandas.DataFrame(normact.activations())` makes a table of it.
    """
    return list(ACTIVATIONS)
