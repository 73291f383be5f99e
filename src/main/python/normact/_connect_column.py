"""Columns of a client of Spark Connect that call normact's functions on the server."""

from typing import Any, List

import pyspark
from pyspark.errors import AnalysisException
from pyspark.sql import Column, SparkSession
from pyspark.sql import functions as F

# What the server's registry of internal functions has before their names.
_PREFIX = "normact_"

_ENABLED = "spark.normact.functions.enabled"
_SQL_PREFIX = "spark.normact.functions.prefix"

# Such a registry came with Spark 4.
_BY_SQL_NAME = pyspark.__version__.startswith("3.")


def call(active: SparkSession, name: str, columns: List[Any]) -> Column:
    """A call that no user's function takes the place of; on Spark 3.5 one by its name in SQL."""
    if _BY_SQL_NAME:
        return F.call_function(_sql_name(active, name), *columns)

    from pyspark.sql.connect.column import Column as ConnectColumn
    from pyspark.sql.connect.expressions import UnresolvedFunction

    class Call(UnresolvedFunction):
        def to_plan(self, session: Any) -> Any:
            plan = super().to_plan(session)
            plan.unresolved_function.is_internal = True
            return plan

        def __repr__(self) -> str:
            return super().__repr__()[len(_PREFIX) :]

    return ConnectColumn(Call(_PREFIX + name, [column._expr for column in columns]))


def is_there(active: SparkSession, name: str) -> bool:
    """Whether the session's server has the function, and with it the jar."""
    if _BY_SQL_NAME:
        return not _enabled(active) or active.catalog.functionExists(_sql_name(active, name))
    try:
        active.range(0).select(call(active, name, [F.lit(0), F.lit("relu")])).schema
    except AnalysisException as e:
        if e.getErrorClass() != "UNRESOLVED_ROUTINE":
            raise
        return False
    return True


def _enabled(active: SparkSession) -> bool:
    return str(active.conf.get(_ENABLED, "true")).lower() == "true"


def _sql_name(active: SparkSession, name: str) -> str:
    if not _enabled(active):
        raise RuntimeError(f"Function {name} is switched off, since {_ENABLED} is false.")
    return str(active.conf.get(_SQL_PREFIX, "")) + name
