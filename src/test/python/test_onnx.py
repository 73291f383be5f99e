"""Exported models are sound by onnx's own checker, and onnxruntime scores by them as Spark does."""

import numpy as np
import onnx
import onnxruntime
import pytest
from pyspark.errors import IllegalArgumentException, UnsupportedOperationException
from pyspark.ml import PipelineModel
from pyspark.ml.feature import VectorAssembler

import normact
from normact import Activation, BatchNorm, BatchNormModel

pytestmark = pytest.mark.classic


def exported(spark, stage, precision="float32", inputs="row"):
    export = spark._jvm.io.normact.onnx.OnnxExport.of(stage._to_java())
    return bytes(export.setPrecision(precision).setInputs(inputs).toBytes())


def check(written):
    """The whole check, and shapes inferred as strictly as can be, are those that are declared."""
    model = onnx.load_from_string(written)
    onnx.checker.check_model(model, full_check=True)
    inferred = onnx.shape_inference.infer_shapes(
        model, check_type=True, strict_mode=True, data_prop=True
    )
    shapes = {value.name: value.type for value in inferred.graph.value_info}
    last = {node.output[0]: node.input[0] for node in model.graph.node}
    for output in model.graph.output:
        made = shapes.get(last[output.name])
        if made is not None:
            assert len(made.tensor_type.shape.dim) == 2, output.name
            assert made.tensor_type.elem_type == output.type.tensor_type.elem_type


def check_all(spark, stage):
    for precision in ("float32", "float64"):
        for inputs in ("row", "columns"):
            check(exported(spark, stage, precision, inputs))


def test_layers_are_read(spark, tmp_path):
    numbers = {"gamma": [1.5, -1.0], "beta": [0.25, 0.0], "mean": [3.0, -2.0], "var": [2.0, 0.5]}
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node(
                "BatchNormalization", ["x", *numbers], ["n"], name="bn", epsilon=0.25
            ),
            onnx.helper.make_node("Tanh", ["n"], ["y"]),
        ],
        "layer",
        [onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None, 2])],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None, 2])],
        [
            onnx.helper.make_tensor(name, onnx.TensorProto.FLOAT, [2], values)
            for name, values in numbers.items()
        ],
    )
    path = tmp_path / "layer.onnx"
    onnx.save(onnx.helper.make_model(graph), path)
    read = BatchNormModel.ofOnnx(str(path), "bn")
    fitted = (read.gamma, read.beta, read.mean, read.variance)
    assert [list(given) for given in fitted] == list(numbers.values())
    assert (read.getEpsilon(), read.getActivation()) == (0.25, "tanh")
    assert BatchNormModel.ofOnnx(str(path), "bn", "relu").getActivation() == "relu"
    with pytest.raises(IllegalArgumentException, match="nothere"):
        BatchNormModel.ofOnnx(str(path), "nothere")
    with pytest.raises(OSError, match="missing.onnx"):
        BatchNormModel.ofOnnx(str(tmp_path / "missing.onnx"), "bn")


@pytest.mark.parametrize("function", normact.activations(), ids=lambda f: f.name)
def test_functions(spark, function):
    check_all(spark, Activation(inputCol="x", outputCol="y", function=function.name))


def scalars(**params):
    model = BatchNormModel.of([1000.5, -2], [2, 0], [1.5, -1], [0.25, 0])
    for name, value in params.items():
        model._set(**{name: value})
    return model.setInputCols(["a", "b"]).setOutputCols(["c", "d"])


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"activation": "softsign", "handleInvalid": "keep"},
        {"activation": "gelu", "handleInvalid": "skip"},
        {"activation": "elu(alpha=0.5)", "withMean": False},
        {"activation": "sigmoid", "withStd": False},
    ],
)
def test_models(spark, params):
    check_all(spark, scalars(**params))
    vector = BatchNormModel.of([1], [2], [1], [0]).setInputCol("v").setOutputCol("w")
    check_all(spark, vector._set(**params))


@pytest.mark.parametrize("function", normact.activations(), ids=lambda f: f.name)
def test_inverses(spark, function):
    try:
        inverse = scalars(activation=function.name).inverse()
    except UnsupportedOperationException:
        return
    try:
        exported(spark, inverse)
    except IllegalArgumentException as error:
        assert "can't be written" in str(error)
        return  # OnnxExportTest has which may say so.
    check_all(spark, inverse)


def test_slopes_that_were_learned(spark, cancer, features):
    outputs = [name + "_bn" for name in features]
    params = {"activation": "prelu", "learn": "supervised", "labelCol": "label", "maxIter": 3}
    check_all(spark, BatchNorm(inputCols=features, outputCols=outputs, **params).fit(cancer))


@pytest.mark.parametrize("inputs", ["row", "columns"])
def test_a_pipeline_scores_as_spark(spark, cancer, features, inputs):
    assembler = VectorAssembler(inputCols=features, outputCol="v")
    assembled = assembler.transform(cancer)
    norm = BatchNorm(inputCol="v", outputCol="n", activation="tanh", epsilon=1e-3).fit(assembled)
    pipeline = PipelineModel([assembler, norm, Activation(inputCol="n", outputCol="p", function="softmax")])
    check_all(spark, pipeline)
    rows = np.array([list(row) for row in cancer.select(*features).collect()])
    expected = np.array([row["p"].toArray() for row in pipeline.transform(cancer).select("p").collect()])
    for precision, tolerance in (("float64", 1e-12), ("float32", 1e-4)):
        given = rows.astype(precision)
        session = onnxruntime.InferenceSession(exported(spark, pipeline, precision, inputs))
        feed = {"input": given}
        if inputs == "columns":
            feed = {name: given[:, [j]] for j, name in enumerate(features)}
        (result,) = session.run(None, feed)
        assert result.dtype == precision
        np.testing.assert_allclose(result, expected, rtol=tolerance)
