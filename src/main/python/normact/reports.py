"""The report: what an activation function makes of columns, before and after normalisation."""

import html
import json
from typing import Any, Dict, List, Optional, Union

from pyspark.sql import DataFrame

from normact import _jar
from normact.ml import BatchNormModel, _needs_classic

_REPORT = "io.normact.report.ColumnReport"
_FUNCTION = "io.normact.math.ActivationFunction"


class ColumnReport:
    """
    A report, made by `normact.report`. A notebook shows it as a page with a chart for each column;
    `str` gives the worst columns as a short table.
    """

    def __init__(self, java_report: Any) -> None:
        self._java_obj = java_report

    def html(self) -> str:
        """One page that needs nothing else, not even a network."""
        return self._java_obj.toHtml()

    def json(self) -> str:
        """All numbers of the report, with a format version; those that aren't finite are null."""
        return self._java_obj.toJson()

    def to_dict(self) -> Dict[str, Any]:
        """The JSON, read."""
        return json.loads(self.json())

    def dataframe(self) -> DataFrame:
        """One row a feature and side (before, after), with all numbers of the report."""
        spark = _jar.session()
        return DataFrame(self._java_obj.toDataFrame(spark._jsparkSession), spark)

    def save(self, path: str, overwrite: bool = False) -> None:
        """
        Writes the page, and the JSON beside it.

        Parameters
        ----------
        path : str
            Where the page goes, ending in `.html`, on any file system that Spark reaches; the JSON
            gets the same name with `.json`.
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
        return self._java_obj.worst(10)

    def __repr__(self) -> str:
        return self._java_obj.toString()

    def _repr_html_(self) -> str:
        # In a frame of its own, whose scripts reach nothing of the notebook.
        return (
            '<iframe sandbox="allow-scripts" style="width: 100%; height: 40em; border: 0" '
            f'srcdoc="{html.escape(self.html())}"></iframe>'
        )


def report(
    model: Union[BatchNormModel, str],
    df: DataFrame,
    columns: Union[List[str], str, None] = None,
    flat: Optional[float] = None,
) -> ColumnReport:
    """
    Looks at columns in one pass over the rows: where the function is so flat that nothing after it
    can learn, before a model normalised the columns and after.

    Parameters
    ----------
    model : BatchNormModel or str
        A fitted model, whose input columns are looked at; or the text of an elementwise function,
        for `columns` as they are.
    df : DataFrame
        The rows, which need not be those that the model was fitted on.
    columns : list of str or str, optional
        Numbers, vectors or arrays; with a function only.
    flat : float, default 0.01
        Slopes below this share, above 0 and at most 1, of the function's steepest one are flat.

    Returns
    -------
    ColumnReport

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
    _needs_classic("A report")
    if isinstance(model, BatchNormModel) == (columns is not None):
        raise ValueError(
            "A report is on a fitted model and its own columns, or on a function's text and columns, "
            f"but got a {type(model).__name__} {'with' if columns is not None else 'without'} columns."
        )
    java_report = _jar.java_class(_REPORT)
    share = java_report.FLAT if flat is None else float(flat)
    if isinstance(model, BatchNormModel):
        return ColumnReport(java_report.of(model._to_java(), df._jdf, share))
    function = _jar.java_class(_FUNCTION).parse(model)
    names = [columns] if isinstance(columns, str) else columns
    return ColumnReport(java_report.of(df._jdf, names, function, share))
