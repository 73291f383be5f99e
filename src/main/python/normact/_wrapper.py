"""What the Python stages have in common: the way of their params to and from Java."""

from typing import Any, ClassVar, Dict, TypeVar

from pyspark.ml.common import _java2py, _py2java
from pyspark.ml.linalg import DenseVector
from pyspark.ml.param import Param, TypeConverters
from pyspark.ml.wrapper import JavaParams

from normact import _jar

S = TypeVar("S", bound="Stage")


def java_array(values: Any, what: str) -> Any:
    """
    A `double[]` of these numbers. It goes over as one pickled vector, since py4j would hand over a
    list number by number.
    """
    import numpy as np

    try:
        numbers = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise TypeError(f"{what} is {values!r}, but must be numbers.") from None
    if numbers.ndim != 1:
        raise ValueError(
            f"{what} has {numbers.ndim} dimensions, but must have one: a number a feature."
        )
    context = _jar.session().sparkContext
    return _py2java(context, DenseVector(numbers)).toArray()


class Stage(JavaParams):
    """A stage that a Java object of the jar does the work of."""

    _java_class: ClassVar[str]
    _defaults: ClassVar[Dict[str, Any]]

    # Until a constructor has come so far, for PySpark's __del__.
    _java_obj: Any = None

    # What keyword_only has found.
    _input_kwargs: Dict[str, Any]

    def _start(self, given: Dict[str, Any]) -> None:
        self._java_obj = self._new_stage(self.uid)
        self._setDefault(**self._defaults)
        self._set_given(given)

    @classmethod
    def _new_stage(cls, *arguments: Any) -> Any:
        if _jar.remote():
            _jar.require()
            return cls._java_class
        return _jar.java_class(cls._java_class)(*arguments)

    def _set_given(self: S, given: Dict[str, Any]) -> S:
        return self._set(**{name: value for name, value in given.items() if value is not None})

    def _set(self: S, **kwargs: Any) -> S:
        # A stage loaded on Spark Connect may bring it along, and it is nobody's to set.
        kwargs.pop("formatVersion", None)
        return super()._set(**kwargs)

    def _make_java_param_pair(self, param: Param[Any], value: Any) -> Any:
        if param.typeConverter == TypeConverters.toListFloat:
            java_param = self._java_obj.getParam(self._resolveParam(param).name)
            return java_param.w(java_array(value, "Param " + param.name))
        return super()._make_java_param_pair(param, value)

    def _transfer_params_from_java(self) -> None:
        context = _jar.session().sparkContext
        for param in self.params:
            java_param = self._java_obj.getParam(param.name)
            if self._java_obj.isSet(java_param):
                value = _java2py(context, self._java_obj.getOrDefault(java_param))
                self._set(**{param.name: _listed(value)})

    def _create_params_from_java(self) -> None:
        """Nothing: the generated classes have declared them all."""


def _listed(value: Any) -> Any:
    scalar = isinstance(value, (str, bool, int, float))
    return value if scalar else list(value)


