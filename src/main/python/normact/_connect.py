"""
The ways round what Spark Connect lets no client call. Its server fits and transforms, so a model is
asked for rows by a param of its transform, comes back by an estimator that is given its params, and
a report is the one row of a transformer.
"""

import contextlib
import json
import os
import uuid
from typing import Any, ClassVar, Dict, Iterable, List, Optional, Tuple, Type, TypeVar

from pyspark.errors import IllegalArgumentException
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaTransformer
from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import StructType

from normact import _jar
from normact._wrapper import Stage

_Model = TypeVar("_Model", bound=JavaModel)


def rows(model: JavaModel, what: str) -> List[Row]:
    """What a fitted model tells of itself: statistics, summary, params or inverse."""
    return frame(model, what).collect()


def frame(model: JavaModel, what: str) -> DataFrame:
    """As `rows`, before they are fetched."""
    asked = model.copy()
    result: Param[str] = Param(asked, "result", "what transform returns")
    asked._paramMap[result] = what
    return asked.transform(_jar.session().range(0))


def params(model: JavaModel, what: str = "params") -> List[Tuple[str, str]]:
    """The names of params, each with its value in JSON."""
    return [(row.param, row.value) for row in rows(model, what)]


def numbers(values: Any, what: str) -> str:
    """A list of numbers as Java reads it."""
    import numpy as np

    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is {values!r}, but must be numbers.") from None
    if array.ndim != 1:
        raise ValueError(
            f"{what} has {array.ndim} dimensions, but must have one: a number a feature."
        )
    # Spark writes what JSON has no numbers for as texts.
    names = {"inf": "Inf", "-inf": "-Inf", "nan": "NaN"}
    return json.dumps([names.get(repr(x), x) for x in array.tolist()])


class _RestoredModel(Stage, JavaEstimator[_Model]):
    """Makes a model on the server of params that a client holds."""

    _java_class = "io.normact.connect.RestoredModel"
    _defaults: ClassVar[Dict[str, Any]] = {}

    modelParams: Param[List[str]] = Param(
        Params._dummy(), "modelParams", "a model's params", typeConverter=TypeConverters.toListString
    )
    update: Param[bool] = Param(
        Params._dummy(),
        "update",
        "whether the rows are one more batch",
        typeConverter=TypeConverters.toBoolean,
    )

    statisticsKeys: Param[List[str]] = Param(
        Params._dummy(),
        "statisticsKeys",
        "columns of the key, where the rows are statistics by key",
        typeConverter=TypeConverters.toListString,
    )

    def __init__(self, model_class: Type[_Model], **given: Any) -> None:
        super().__init__()
        self._model_class = model_class
        self._start(given)

    def _create_model(self, java_model: Any) -> _Model:
        return self._model_class(java_model)


def restored(
    model_class: Type[_Model],
    pairs: Iterable[Tuple[str, str]],
    batch: Optional[DataFrame] = None,
) -> _Model:
    """The model of these params, with one more batch if there is one."""
    rows = _jar.session().range(0) if batch is None else batch
    texts = [text for pair in pairs for text in pair]
    return _RestoredModel(model_class, modelParams=texts, update=batch is not None).fit(rows)


def of_statistics(
    model_class: Type[_Model], statistics: DataFrame, key_cols: Iterable[str]
) -> _Model:
    """The model of statistics by key."""
    return _RestoredModel(model_class, statisticsKeys=list(key_cols)).fit(statistics)


class _ReportRows(Stage, JavaTransformer):
    """Makes a report on the server."""

    _java_class = "io.normact.connect.ReportRows"
    _defaults: ClassVar[Dict[str, Any]] = {}

    modelParams = _RestoredModel.modelParams
    function: Param[str] = Param(
        Params._dummy(), "function", "activation function", typeConverter=TypeConverters.toString
    )
    inputCols: Param[List[str]] = Param(
        Params._dummy(), "inputCols", "columns", typeConverter=TypeConverters.toListString
    )
    flat: Param[float] = Param(
        Params._dummy(), "flat", "share of the steepest slope", typeConverter=TypeConverters.toFloat
    )

    def __init__(self, **given: Any) -> None:
        super().__init__()
        self._start(given)


def report(dataset: DataFrame, **given: Any) -> Row:
    """The one row of a report on a dataset."""
    return _ReportRows(**given).transform(dataset).collect()[0]


class MadeReport:
    """A report that came over whole, with the face of the Java one."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def toHtml(self) -> str:
        return str(self._row.html)

    def toJson(self) -> str:
        return str(self._row.json)

    def worst(self, n: int) -> str:
        return str(self._row.worst)

    def toString(self) -> str:
        return str(self._row.text)

    def dataframe(self, spark: SparkSession) -> DataFrame:
        schema = StructType.fromJson(json.loads(self._row.rowsSchema))
        texts = spark.createDataFrame([(text,) for text in self._row.rows], "value string")
        return texts.select(F.from_json("value", schema).alias("row")).select("row.*")

    def write(self, path: str, overwrite: bool) -> None:
        if not path.endswith(".html"):
            raise IllegalArgumentException(f"Report path is '{path}', but must end in .html.")
        texts = {path: self.toHtml(), path[: -len("html")] + "json": self.toJson()}
        for file in texts:
            if os.path.isdir(file):
                raise IsADirectoryError(f"'{file}' is a folder, but must be a file.")
            if not overwrite and os.path.exists(file):
                raise FileExistsError(
                    f"File '{file}' exists already; choose another path or allow overwriting."
                )
        # What is there stays there until both are complete.
        fresh = {os.path.realpath(file): text for file, text in texts.items()}
        beside = {file: f"{file}.{uuid.uuid4().hex}" for file in fresh}
        try:
            for file, text in fresh.items():
                with open(beside[file], "x", encoding="utf-8") as out:
                    out.write(text)
            for file in fresh:
                os.replace(beside[file], file)
        finally:
            for file in beside.values():
                with contextlib.suppress(FileNotFoundError):
                    os.remove(file)
