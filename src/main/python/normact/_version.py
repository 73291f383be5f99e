# Generated from the Java sources by PythonSourcesTest, which also says how; not to be edited.
__version__ = "0.1.0"

# Of the jar, for --packages.
COORDINATES = "io.normact:normact-spark:0.1.0"
