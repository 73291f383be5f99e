"""Whatever Java's stages, functions and reports have is in Python, and nothing else."""

import dataclasses
import inspect

import pytest

import normact

pytestmark = pytest.mark.classic

STAGES = [normact.Activation, normact.BatchNorm, normact.BatchNormModel, normact.BatchNormInverse]

# Written with every stage, and nobody's to set.
HIDDEN = {"formatVersion"}

# Of java.lang.reflect.Modifier.
PUBLIC = 1

# What Java's params are declared by, what every object has, and what jobs ask for.
JAVA_ALONE = {
    "batchNormParams",
    "columnParams",
    "estimatedSize",
    "fittedParams",
    "formatVersion",
    "ofParams",
    "toString",
    "transformSchema",
    "uid",
}


@pytest.mark.parametrize("stage", STAGES)
def test_params_are_those_of_the_java_stage(spark, stage):
    python = stage()
    java_stage = getattr(spark._jvm.io.normact.ml, stage.__name__)()
    declared = {param.name: param for param in python.params}
    fitted = getattr(stage, "_fitted_names", frozenset())
    java_params = {param.name(): param for param in java_stage.params()}
    assert set(java_params) == set(declared) | fitted | HIDDEN
    for name, param in declared.items():
        assert param.doc == java_params[name].doc()
        assert python.hasDefault(name) == java_stage.hasDefault(java_params[name])
        if python.hasDefault(name):
            assert python.getOrDefault(name) == java_stage.getOrDefault(java_params[name])
    setters = {
        method.getName()
        for method in java_stage.getClass().getMethods()
        if method.getName().startswith("set") and method.getName()[3:4].isupper()
    }
    settable = {"set" + name[0].upper() + name[1:] for name in declared} & setters
    python_setters = {name for name in dir(stage) if name.startswith("set") and name[3:4].isupper()}
    assert python_setters - {"setParams"} == settable


def test_properties_are_the_fitted_numbers():
    properties = {
        name
        for name, member in inspect.getmembers(normact.BatchNormModel)
        if isinstance(member, property) and name in normact.BatchNormModel._fitted_names
    }
    assert properties == {"count", "mean", "variance", "gamma", "beta"}


def test_activations_are_the_registry(spark):
    java = list(spark._jvm.io.normact.math.Definition.all())
    assert [(f.name, f.formula, f.elementwise, str(f)) for f in normact.activations()] == [
        (d.name(), d.formula(), d.elementwise(), d.signature()) for d in java
    ]
    for definition in java:
        function = getattr(normact.functions, definition.name())
        signature = inspect.signature(function)
        defaults = [p.default for p in list(signature.parameters.values())[1:]]
        assert defaults == [p.defaultValue() for p in definition.parameters()]
        assert definition.formula() in function.__doc__


def test_summary_has_the_java_components(spark):
    model = normact.BatchNormModel.of([0], [1], [1], [0])
    components = model._java_obj.summary().getClass().getRecordComponents()
    names = [component.getName() for component in components]
    assert [field.name for field in dataclasses.fields(normact.BatchNormSummary)] == names
    methods = model._java_obj.summary().getClass().getDeclaredMethods()
    told = {method.getName() for method in methods if method.getModifiers() == PUBLIC}
    properties = inspect.getmembers(normact.BatchNormSummary, lambda it: isinstance(it, property))
    assert told == set(names) | {name for name, _ in properties}


def test_models_have_the_java_methods(spark):
    model = normact.BatchNormModel.of([0], [1], [1], [0])
    methods = model._java_obj.getClass().getDeclaredMethods()
    public = {method.getName() for method in methods if method.getModifiers() & PUBLIC}
    ours = {name for name in public if "$" not in name and not name.startswith(("set", "get"))}
    assert ours - JAVA_ALONE == {name for name in ours if hasattr(normact.BatchNormModel, name)}


@pytest.mark.parametrize("name", sorted(set(normact.__all__) - {"__version__"}))
def test_everything_public_is_documented(name):
    member = getattr(normact, name)
    assert inspect.getdoc(member)
    if inspect.isclass(member):
        for attribute, value in vars(member).items():
            if not attribute.startswith("_") and (callable(value) or isinstance(value, property)):
                assert inspect.getdoc(value), attribute
