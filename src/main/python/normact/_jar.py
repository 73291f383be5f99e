"""The jar that this package is the Python side of."""

import os
import zipfile
from typing import Any, Optional

from pyspark.sql import SparkSession

from normact import _connect_column
from normact._version import COORDINATES, __version__

_PACKAGE = os.path.dirname(os.path.abspath(__file__))
_EXTENSIONS = "io.normact.sql.SessionExtensions"

# The last session that had the jar.
_checked: Optional[str] = None


class JarMissingError(RuntimeError):
    """The Java side of normact is not on the class path of the Spark session."""


def jar_path() -> str:
    """
    The path of the jar: the one that the installed package carries, or the one that the package
    was imported from.

    Returns
    -------
    str
        For `SparkSession.builder.config("spark.jars", normact.jar_path())`.

    Raises
    ------
    JarMissingError
        If the package was installed without its jar.
    """
    archive = os.path.dirname(_PACKAGE)
    if zipfile.is_zipfile(archive):
        return archive
    folder = os.path.join(_PACKAGE, "jars")
    jars = [name for name in os.listdir(folder)] if os.path.isdir(folder) else []
    for name in sorted(jars):
        if name.endswith(".jar"):
            return os.path.join(folder, name)
    raise JarMissingError(
        f"No jar lies in '{folder}': install the wheel of normact {__version__}, which has it, or "
        f"take the jar from Maven by --packages {COORDINATES}."
    )


def session() -> SparkSession:
    """The active session."""
    active = SparkSession.getActiveSession()
    if active is None:
        active = getattr(SparkSession, "_instantiatedSession", None)
    if active is None:
        raise RuntimeError(
            "No Spark session is active: make one first, such as by "
            'SparkSession.builder.config("spark.jars", normact.jar_path()).getOrCreate().'
        )
    return active


def remote() -> bool:
    """Whether PySpark is a client of Spark Connect."""
    from pyspark.sql.utils import is_remote

    return is_remote()


def java_class(name: str) -> Any:
    """A class of the jar in the session's JVM."""
    from py4j.java_gateway import JavaPackage

    found = session()._jvm
    for part in name.split("."):
        found = getattr(found, part)
    if isinstance(found, JavaPackage):
        raise missing(name)
    return found


def require() -> None:
    """Checks, once a session, that the jar is there."""
    global _checked
    active = session()
    key = active.client._session_id if remote() else active.sparkContext.applicationId
    if _checked == key:
        return
    if not remote():
        java_class(_EXTENSIONS)
    elif not _connect_column.is_there(active, "activation_slope"):
        # A client can't ask for classes, but for functions.
        raise missing("activation_slope")
    _checked = key


def missing(what: str) -> JarMissingError:
    """The error for a session without the jar."""
    try:
        jar = os.path.basename(jar_path())
        path = "normact.jar_path()"
    except JarMissingError:
        jar = "-".join(COORDINATES.split(":")[1:]) + ".jar"
        path = f"the path of {jar}"
    if remote():
        cure = f"start the Connect server with --jars and {jar}, or --packages {COORDINATES}"
    else:
        cure = (
            f'make the session with .config("spark.jars", {path}), or start Spark with '
            f"--jars and that jar, or --packages {COORDINATES}"
        )
    return JarMissingError(f"Spark knows no {what}, since {jar} is not on its class path: {cure}.")
