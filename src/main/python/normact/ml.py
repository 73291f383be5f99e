"""
The stages: `BatchNorm` with its `BatchNormModel` and `BatchNormInverse`, and `Activation`.

They are Spark ML stages like any other: they stand in a Pipeline and a CrossValidator, are copied,
explained, saved and loaded, and what Python saves Java and Scala load, and the other way.
"""

import json
import sys
from dataclasses import dataclass
from typing import Any, Dict, List, Optional

from pyspark.ml.linalg import DenseVector
from pyspark.ml.util import JavaMLReadable, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer
from pyspark.sql import DataFrame, SparkSession

from normact import _connect, _jar
from normact._stages import (
    ActivationStage,
    BatchNormInverseStage,
    BatchNormModelStage,
    BatchNormStage,
)
from normact._wrapper import java_array

# PySpark finds the Python class of a saved stage by its Java name.
_JAVA_PACKAGE = "io.normact.ml"
sys.modules[_JAVA_PACKAGE] = sys.modules[__name__]


class Activation(
    ActivationStage,
    JavaTransformer,
    JavaMLReadable["Activation"],
    JavaMLWritable,
):
    """
    Applies an activation function, or its slope, to columns.

    Columns are of any numeric type, vectors (dense or sparse) or arrays of numbers. Float stays
    float, vectors and arrays stay what they are, every other number becomes double. A sparse vector
    stays sparse where f(0) = 0. null gives null, NaN gives NaN, an infinity the limit.

    Raises
    ------
    pyspark.errors.IllegalArgumentException
        By `transform`, if a function is unknown, a column is missing or of another type, or an
        output column is there already.

    Examples
    --------
    >>> stage = Activation(inputCol="x", outputCol="y", function="elu(alpha=0.5)")
    >>> stage.transform(df)
    """

    __module__ = _JAVA_PACKAGE


class BatchNorm(
    BatchNormStage,
    JavaEstimator["BatchNormModel"],
    JavaMLReadable["BatchNorm"],
    JavaMLWritable,
):
    """
    Batch normalisation: fits each feature's mean and population variance in one pass and returns a
    model that maps `y = f(gamma * (x - mean) / sqrt(variance + epsilon) + beta)`.

    Features are the elements of one vector or array column (`inputCol`, `outputCol`), or many
    columns (`inputCols`, `outputCols`) of any kind; they stand in the order of the columns. `gamma`
    and `beta` are given, one number a feature, or learned, as `learn` says.

    Raises
    ------
    pyspark.errors.IllegalArgumentException
        By `fit`, if a param's value is out of its range, a column is missing or of another type, a
        value is null, NaN or infinite and `handleInvalid` is `"error"`, or the data are empty.

    Examples
    --------
    >>> model = BatchNorm(inputCol="features", outputCol="normed", activation="sigmoid").fit(df)
    >>> model.transform(df)
    """

    __module__ = _JAVA_PACKAGE

    def _create_model(self, java_model: Any) -> "BatchNormModel":
        return BatchNormModel(java_model)


@dataclass(frozen=True)
class BatchNormSummary:
    """
    What a fit met: invalid values, columns to which normalisation could do nothing, and how learning
    ended.

    Attributes
    ----------
    rows : int
        The largest count of valid rows of any feature.
    skippedRows : int
        Rows dropped by `handleInvalid="skip"`.
    invalid : dict of str to int
        Features with null, NaN or infinite values, and how many.
    constant : list of str
        Features with a single distinct value.
    epsilonOutweighs : list of str
        Features whose variance is smaller than epsilon, constant ones left out.
    objectiveHistory : list of float
        What learning reached in each iteration; empty where nothing was learned.
    converged : bool
        Whether learning reached an optimum within `tol`; true where nothing was learned.
    loss : str
        The loss of supervised learning, which `auto` chose by the label; else `"none"`.
    classes : list of str
        The classes of a label of texts, in the order in which they were numbered; empty where the
        label has numbers.
    keys : int
        How many keys have statistics of their own; 0 without `keyCols`.
    keysBelowMinCount : dict of str to int
        Features for which some keys have fewer valid values than `minCount`, and how many keys.
    modelBytes : int
        About how many bytes the model takes in memory.
    """

    rows: int
    skippedRows: int
    invalid: Dict[str, int]
    constant: List[str]
    epsilonOutweighs: List[str]
    objectiveHistory: List[float]
    converged: bool
    loss: str
    classes: List[str]
    keys: int
    keysBelowMinCount: Dict[str, int]
    modelBytes: int

    @property
    def skippedMany(self) -> bool:
        """Whether `handleInvalid="skip"` dropped more than a tenth of the rows."""
        return self.skippedRows > 0.1 * (self.rows + self.skippedRows)

    @property
    def iterations(self) -> int:
        """How many iterations learning took; for infomax, passes over the rows."""
        return len(self.objectiveHistory)

    @property
    def objective(self) -> float:
        """The objective at the end of learning; NaN where there was no iteration."""
        return self.objectiveHistory[-1] if self.objectiveHistory else float("nan")


class BatchNormModel(
    BatchNormModelStage,
    JavaModel,
    JavaMLReadable["BatchNormModel"],
    JavaMLWritable,
):
    """
    A fitted `BatchNorm`: column by column and in one pass, the activation included.

    Examples
    --------
    >>> model.mean
    DenseVector([14.1, 19.3])
    >>> model.inverse().transform(model.transform(df))
    """

    __module__ = _JAVA_PACKAGE

    def __init__(self, java_model: Optional[Any] = None) -> None:
        _jar.require()
        super().__init__(java_model)
        # On Spark Connect, what a loaded model brought along.
        self._fitted: Dict[str, Any] = {}
        self._setDefault(**self._defaults)

    @classmethod
    def of(cls, mean: Any, variance: Any, gamma: Any, beta: Any) -> "BatchNormModel":
        """
        A model of numbers that come from elsewhere, such as weights trained by torch or Keras. Its
        columns are set as on any stage.

        Parameters
        ----------
        mean, variance, gamma, beta : sequence of float, or numpy array, shape (features,)
            Running means, running variances (at least 0), scales and shifts.

        Raises
        ------
        pyspark.errors.IllegalArgumentException
            If the lengths differ, a number is not finite, or a variance is negative.
        """
        if _jar.remote():
            given = {"mean": mean, "variance": variance, "gamma": gamma, "beta": beta}
            return _connect.restored(
                BatchNormModel,
                [(name, _connect.numbers(values, name)) for name, values in given.items()],
            )
        java_model = _jar.java_class(cls._java_class).of(
            java_array(mean, "mean"),
            java_array(variance, "variance"),
            java_array(gamma, "gamma"),
            java_array(beta, "beta"),
        )
        return cls(java_model)

    @classmethod
    def ofStatistics(cls, statistics: DataFrame, *keyCols: str) -> "BatchNormModel":
        """
        A model of statistics by key that come from elsewhere, in the form that `statistics` gives
        them: the key's columns, `index`, `count`, `mean` and `variance`, and `gamma`, `beta` and
        `invalid` where they are there. The model's columns are set as on any stage.

        Raises
        ------
        pyspark.errors.IllegalArgumentException
            If a column is missing, a key lacks a feature or has it twice, a number is not finite,
            a count or variance is negative, or gamma or beta differ by key.
        """
        if _jar.remote():
            return _connect.of_statistics(BatchNormModel, statistics, keyCols)
        gateway = _jar.session().sparkContext._gateway
        assert gateway is not None  # A classic session has one.
        names = gateway.new_array(gateway.jvm.java.lang.String, len(keyCols))
        for i, name in enumerate(keyCols):
            names[i] = name
        return cls._from_java(_jar.java_class(cls._java_class).of(statistics._jdf, names))

    @classmethod
    def ofOnnx(cls, path: str, nodeName: str, activation: Optional[str] = None) -> "BatchNormModel":
        """
        A model of a BatchNormalization node in a file of ONNX, as torch and Keras export it, with
        the node's statistics, gamma, beta and epsilon. Its columns are set as on any stage.

        Parameters
        ----------
        path : str
            The file, on the driver's machine.
        nodeName : str
            The node's name.
        activation : str, optional
            The activation; without it the one that the node's result goes through next, be it one
            operator or several.

        Raises
        ------
        pyspark.errors.IllegalArgumentException
            If the file is no model or has no such node, if the node's numbers are not in it, or if
            what follows it is neither a function of normact's nor another layer.
        OSError
            If the file can't be read.
        """
        _needs_classic("BatchNormModel.ofOnnx")
        from py4j.protocol import Py4JJavaError

        arguments = (path, nodeName) if activation is None else (path, nodeName, activation)
        try:
            return cls._from_java(_jar.java_class(cls._java_class).ofOnnx(*arguments))
        except Py4JJavaError as e:
            if e.java_exception.getClass().getSimpleName() != "UncheckedIOException":
                raise
            raise OSError(e.java_exception.getMessage()) from None

    @property
    def count(self) -> DenseVector:
        """Valid rows, shape (features,); 0 in a model made by `of`."""
        return self._numbers("count")

    @property
    def mean(self) -> DenseVector:
        """Means, shape (features,)."""
        return self._numbers("mean")

    @property
    def variance(self) -> DenseVector:
        """Population variances, shape (features,)."""
        return self._numbers("variance")

    @property
    def gamma(self) -> DenseVector:
        """Scales, shape (features,)."""
        return self._numbers("gamma")

    @property
    def beta(self) -> DenseVector:
        """Shifts, shape (features,)."""
        return self._numbers("beta")

    @property
    def summary(self) -> BatchNormSummary:
        """What the fit met on its way."""
        if _jar.remote():
            return BatchNormSummary(**_connect.rows(self, "summary")[0].asDict())
        java_summary = self._to_java().summary()
        return BatchNormSummary(
            rows=java_summary.rows(),
            skippedRows=java_summary.skippedRows(),
            invalid=dict(java_summary.invalid()),
            constant=list(java_summary.constant()),
            epsilonOutweighs=list(java_summary.epsilonOutweighs()),
            objectiveHistory=list(java_summary.objectiveHistory()),
            converged=java_summary.converged(),
            loss=java_summary.loss(),
            classes=list(java_summary.classes()),
            keys=java_summary.keys(),
            keysBelowMinCount=dict(java_summary.keysBelowMinCount()),
            modelBytes=java_summary.modelBytes(),
        )

    def statistics(self) -> DataFrame:
        """
        One row a feature: index, feature, count, invalid, mean, variance, gamma, beta; with keys one
        row for each key and feature, after the key's columns.
        """
        if _jar.remote():
            return _connect.frame(self, "statistics")
        spark = _jar.session()
        return DataFrame(self._to_java().statistics(spark._jsparkSession), spark)

    def inverse(self) -> "BatchNormInverse":
        """
        The way back from this model's output columns to the original values, in columns named
        `<input>_inverse` until they are set otherwise.

        Raises
        ------
        pyspark.errors.UnsupportedOperationException
            If the activation has no inverse, or a gamma is 0.
        """
        if _jar.remote():
            inverse = BatchNormInverse()
            for name, value in _connect.params(self, "inverse"):
                inverse._set(**{name: json.loads(value)})
            return inverse
        return BatchNormInverse._from_java(self._to_java().inverse())

    def update(self, dataset: DataFrame, number: Optional[int] = None) -> "BatchNormModel":
        """
        A model that has seen one more batch, in one Spark job; this one stays as it is. Gamma and
        beta are kept. With `momentum` 0 the statistics are those of all rows so far, bit for bit;
        else they move as in torch.nn.BatchNorm1d.

        Parameters
        ----------
        dataset : DataFrame
            The batch, with the input columns.
        number : int, optional
            The batch's number, such as 20261126, which grows from batch to batch. It is saved with
            the model. A batch whose number is not above the last one changes nothing. On Spark
            Connect it can't be given.

        Raises
        ------
        pyspark.errors.IllegalArgumentException
            If a column is missing or of the wrong type or width, a value is invalid and
            `handleInvalid` is `"error"`, or `momentum` is 0 in a model made by `of`.
        """
        if number is not None:
            _needs_classic("The number of a batch")
            return BatchNormModel._from_java(self._to_java().update(dataset._jdf, number))
        if _jar.remote():
            return self._copyValues(
                _connect.restored(BatchNormModel, _connect.params(self), dataset)
            )
        return BatchNormModel._from_java(self._to_java().update(dataset._jdf))

    def hasParam(self, paramName: str) -> bool:
        # Else PySpark would ask the properties, which are no params here.
        return paramName not in self._fitted_names and super().hasParam(paramName)

    def _set(self, **kwargs: Any) -> "BatchNormModel":
        for name in self._fitted_names & kwargs.keys():
            self._fitted[name] = kwargs.pop(name)
        return super()._set(**kwargs)

    def _numbers(self, name: str) -> DenseVector:
        if not _jar.remote():
            found: DenseVector = self._call_java(name)
            return found
        if name not in self._fitted:
            for row in _connect.params(self):
                if row[0] in self._fitted_names:
                    self._fitted[row[0]] = json.loads(row[1])
        return DenseVector(self._fitted[name])


class BatchNormInverse(
    BatchNormInverseStage,
    JavaTransformer,
    JavaMLReadable["BatchNormInverse"],
    JavaMLWritable,
):
    """
    The way back from the output of a `BatchNormModel`: `x = (f^-1(y) - beta) / scale + mean`; made
    by `BatchNormModel.inverse()`. A y outside of the values of f gives NaN, null gives null.
    """

    __module__ = _JAVA_PACKAGE

    def __init__(self) -> None:
        super().__init__()
        self._start({})


class RunningBatchNorm:
    """
    Statistics that follow a stream: a model that is updated with every batch and saved after it.

    A stopped query that is started again from its checkpoint goes on from the newest saved model,
    loses no row and counts none twice. A folder belongs to one query, and goes with its checkpoint.
    On Spark Connect a batch is handled in a process that has no JVM, so this works in a classic
    session only.

    Parameters
    ----------
    stage : BatchNorm
        Fits the first batch that has rows.
    folder : str
        Where the models are saved, on any file system that Spark reaches.

    Examples
    --------
    >>> running = RunningBatchNorm(BatchNorm(inputCol="x", outputCol="y"), "models")
    >>> stream.writeStream.foreachBatch(running).option("checkpointLocation", "check").start()
    >>> RunningBatchNorm.latest("models")
    """

    _java_class = "io.normact.ml.RunningBatchNorm"

    def __init__(self, stage: BatchNorm, folder: str) -> None:
        _needs_classic("RunningBatchNorm")
        if not isinstance(stage, BatchNorm):
            raise TypeError(
                f"RunningBatchNorm takes a BatchNorm, which fits the first batch, but got "
                f"{type(stage).__name__}."
            )
        self._java_obj = _jar.java_class(self._java_class)(stage._to_java(), folder)

    def __call__(self, batch: DataFrame, number: int) -> None:
        """Takes in one batch, as `foreachBatch` hands it over."""
        java_number = _jar.java_class("java.lang.Long").valueOf(number)
        self._java_obj.call(batch._jdf, java_number)

    @classmethod
    def latest(cls, folder: str) -> Optional[BatchNormModel]:
        """The newest model that was saved whole in a folder; None if there is none."""
        _needs_classic("RunningBatchNorm.latest")
        spark: SparkSession = _jar.session()
        found = _jar.java_class(cls._java_class).latest(folder, spark._jsparkSession)
        return BatchNormModel._from_java(found.get()) if found.isPresent() else None


def _needs_classic(what: str) -> None:
    if _jar.remote():
        raise NotImplementedError(
            f"{what} can't be had on Spark Connect, whose client reaches no Java object; use it in a "
            "classic session, on the model that was saved."
        )
