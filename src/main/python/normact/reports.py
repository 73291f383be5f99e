"""The report: what an activation function makes of columns, before and after normalisation."""

import html
import json
from typing import Any, Dict, List, Optional, Tuple, Union

from pyspark.ml import PipelineModel
from pyspark.sql import DataFrame

from normact import _connect, _jar
from normact.ml import BatchNormModel, _needs_classic

_REPORT = "io.normact.report.ColumnReport"
_PIPELINE = "io.normact.report.PipelineReport"
_FUNCTION = "io.normact.math.ActivationFunction"


class _Report:
    """What reports have in common: the page, the JSON, and the short text."""

    def __init__(self, java_report: Any) -> None:
        self._java_obj = java_report

    def html(self) -> str:
        """One page that needs nothing else, not even a network."""
        return str(self._java_obj.toHtml())

    def json(self) -> str:
        """All numbers of the report, with a format version; those that aren't finite are null."""
        return str(self._java_obj.toJson())

    def to_dict(self) -> Dict[str, Any]:
        """The JSON, read."""
        return dict(json.loads(self.json()))

    def save(self, path: str, overwrite: bool = False) -> None:
        """
        Writes the page, and the JSON beside it.

        Parameters
        ----------
        path : str
            Where the page goes, ending in `.html`, on any file system that Spark reaches; on Spark
            Connect on the client's own. The JSON gets the same name with `.json`.
        overwrite : bool, default False
            Whether files that are there may be replaced.

        Raises
        ------
        pyspark.errors.IllegalArgumentException
            If the path doesn't end in `.html`.
        FileExistsError
            If a file is there and may not be replaced.
        OSError
            If writing fails.
        """
        if isinstance(self._java_obj, _connect.MadeReport):
            self._java_obj.write(path, overwrite)
            return
        from py4j.protocol import Py4JJavaError

        configuration = _jar.session().sparkContext._jsc.hadoopConfiguration()
        try:
            self._java_obj.write(path, configuration, overwrite)
        except Py4JJavaError as e:
            cause = e.java_exception
            exists = cause.getClass().getSimpleName() == "FileAlreadyExistsException"
            kind = FileExistsError if exists else OSError
            raise kind(cause.getMessage()) from None

    def __str__(self) -> str:
        return str(self._java_obj.worst(10))

    def _repr_html_(self) -> str:
        # In a frame of its own, whose scripts reach nothing of the notebook.
        return (
            '<iframe sandbox="allow-scripts" style="width: 100%; height: 40em; border: 0" '
            f'srcdoc="{html.escape(self.html())}"></iframe>'
        )


class ColumnReport(_Report):
    """
    A report, made by `normact.report`. A notebook shows it as a page with a chart for each column;
    `str` gives the worst columns as a short table.
    """

    def dataframe(self) -> DataFrame:
        """One row a feature and side (before, after), with all numbers of the report."""
        spark = _jar.session()
        if isinstance(self._java_obj, _connect.MadeReport):
            return self._java_obj.dataframe(spark)
        return DataFrame(self._java_obj.toDataFrame(spark._jsparkSession), spark)

    def __repr__(self) -> str:
        return str(self._java_obj.toString())


class PipelineReport(_Report):
    """
    A report on each stage of a pipeline that normalises or applies an activation function, made by
    `normact.report`; a notebook shows all as one page.
    """

    @property
    def stages(self) -> List[Tuple[str, ColumnReport]]:
        """The stages' names, each with its report, in their order."""
        return [(stage.name(), ColumnReport(stage.report())) for stage in self._java_obj.stages()]

    @property
    def by_key(self) -> Dict[str, "KeyReport"]:
        """The reports by key of stages with `keyCols`, by the stages' names."""
        return {
            stage.name(): KeyReport(stage.byKey().get())
            for stage in self._java_obj.stages()
            if stage.byKey().isPresent()
        }

    @property
    def left_out(self) -> List[str]:
        """Sentences about stages that can't be looked at, such as a softmax."""
        return list(self._java_obj.leftOut())

    def __repr__(self) -> str:
        return f"PipelineReport: stages={len(self.stages)}, left out={len(self.left_out)}"


class KeyReport:
    """
    A report on a model with `keyCols`, made by `normact.report`: in which keys a column has drifted
    from what was fitted, and which keys the model does not know. `str` gives the worst as a table.
    """

    def __init__(self, java_report: Any) -> None:
        self._java_obj = java_report

    def json(self) -> str:
        """All numbers of the report; those that aren't finite are null."""
        return str(self._java_obj.toJson())

    def to_dict(self) -> Dict[str, Any]:
        """The JSON, read."""
        return dict(json.loads(self.json()))

    def dataframe(self) -> DataFrame:
        """One row for each feature and each of its worst keys."""
        spark = _jar.session()
        return DataFrame(self._java_obj.toDataFrame(spark._jsparkSession), spark)

    def __str__(self) -> str:
        return str(self._java_obj.worst(10))

    def __repr__(self) -> str:
        return str(self._java_obj.toString())


def report(
    model: Union[BatchNormModel, PipelineModel, str],
    df: DataFrame,
    columns: Union[List[str], str, None] = None,
    flat: Optional[float] = None,
) -> Union[ColumnReport, PipelineReport]:
    """
    Looks at columns in one pass over the rows: where the function is so flat that nothing after it
    can learn, before a model normalised the columns and after.

    Parameters
    ----------
    model : BatchNormModel, PipelineModel or str
        A fitted model, whose input columns are looked at; a fitted pipeline, of which each stage of
        normact is looked at where it stands; or the text of an elementwise function, for `columns`
        as they are.
    df : DataFrame
        The rows, which need not be those that the model was fitted on.
    columns : list of str or str, optional
        Numbers, vectors or arrays; with a function only.
    flat : float, default 0.01
        Not with a pipeline. Slopes below this share, above 0 and at most 1, of the function's steepest one are flat.

    Returns
    -------
    ColumnReport
        Of a pipeline a PipelineReport, and of a model with `keyCols` as of a pipeline with this
        stage.

    Raises
    ------
    pyspark.errors.IllegalArgumentException
        If a column is missing or of another type, its width is not the fitted one, or `flat` is out
        of range.

    Examples
    --------
    >>> normact.report(model, df).save("report.html")
    >>> normact.report("sigmoid", df, columns=["radius", "texture"])
    """
    if isinstance(model, PipelineModel):
        return _pipeline(model, df, columns, flat)
    if isinstance(model, BatchNormModel) and model.isSet(model.keyCols):
        return _pipeline(PipelineModel([model]), df, columns, flat)
    fitted = isinstance(model, BatchNormModel)
    if fitted == (columns is not None):
        raise ValueError(
            "A report is on a fitted model and its own columns, or on a function's text and columns, "
            f"but got a {type(model).__name__} {'with' if columns is not None else 'without'} columns."
        )
    names = [columns] if isinstance(columns, str) else columns
    if _jar.remote():
        given: Dict[str, Any] = {} if flat is None else {"flat": float(flat)}
        if isinstance(model, BatchNormModel):
            given["modelParams"] = [text for pair in _connect.params(model) for text in pair]
        else:
            given.update(function=model, inputCols=names)
        return ColumnReport(_connect.MadeReport(_connect.report(df, **given)))
    java_report = _jar.java_class(_REPORT)
    share = java_report.FLAT if flat is None else float(flat)
    if isinstance(model, BatchNormModel):
        return ColumnReport(java_report.of(model._to_java(), df._jdf, share))
    function = _jar.java_class(_FUNCTION).parse(model)
    return ColumnReport(java_report.of(df._jdf, names, function, share))


def _pipeline(
    model: PipelineModel, df: DataFrame, columns: Any, flat: Optional[float]
) -> PipelineReport:
    _needs_classic("A report on a pipeline")
    if columns is not None or flat is not None:
        raise ValueError(
            "A report on a pipeline is on the columns that its stages read, with the default of "
            "flat, but got columns or flat."
        )
    none = _jar.java_class("java.util.Optional").empty()
    return PipelineReport(_jar.java_class(_PIPELINE).of(model._to_java(), df._jdf, none))
