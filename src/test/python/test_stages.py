"""The stages behave as PySpark's own do."""

import numpy as np
import pytest
from pyspark.errors import IllegalArgumentException, UnsupportedOperationException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.classification import LogisticRegression
from pyspark.ml.evaluation import BinaryClassificationEvaluator
from pyspark.ml.feature import VectorAssembler
from pyspark.ml.functions import vector_to_array
from pyspark.ml.tuning import CrossValidator, CrossValidatorModel, ParamGridBuilder

import normact
from conftest import ROOT
from normact import Activation, BatchNorm, BatchNormInverse, BatchNormModel, RunningBatchNorm


def numbers(data, columns):
    return np.array([list(row) for row in data.select(*columns).collect()], dtype=float)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def outputs(columns):
    return [name + "_bn" for name in columns]


def batch_norm(features, **params):
    return BatchNorm(inputCols=features, outputCols=outputs(features), **params)


@pytest.fixture(scope="module")
def model(cancer, features):
    return batch_norm(features, activation="sigmoid", epsilon=1e-3).fit(cancer)


def test_transform_is_the_formula(cancer, features, model):
    x = numbers(cancer, features)
    expected = sigmoid((x - x.mean(0)) / np.sqrt(x.var(0) + 1e-3))
    result = numbers(model.transform(cancer), outputs(features))
    np.testing.assert_allclose(result, expected, rtol=1e-12)


def test_given_and_learned_scales_are_used(cancer, features):
    x = numbers(cancer, features)
    normed = (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5)
    given = batch_norm(features, gamma=np.array([1.0, 2, 3, 4]), beta=[0, 0, 1, 0.5]).fit(cancer)
    result = numbers(given.transform(cancer), outputs(features))
    np.testing.assert_allclose(result, normed * [1, 2, 3, 4] + [0, 0, 1, 0.5], rtol=1e-9, atol=1e-9)
    learned = batch_norm(features, activation="sigmoid", learn="infomax").fit(cancer)
    result = numbers(learned.transform(cancer), outputs(features))
    assert not np.allclose(result, sigmoid(normed), atol=0.01)


def test_vectors_stay_vectors(cancer, features):
    data = VectorAssembler(inputCols=features, outputCol="v").transform(cancer)
    x = numbers(cancer, features)
    fitted = BatchNorm(inputCol="v", outputCol="o").fit(data).transform(data)
    result = np.array([row[0] for row in fitted.select(vector_to_array("o")).collect()])
    np.testing.assert_allclose(result, (x - x.mean(0)) / np.sqrt(x.var(0) + 1e-5), atol=1e-9)


def test_activation_takes_a_function_for_all_or_each(cancer, features):
    two = features[:2]
    stage = Activation(inputCols=two, outputCols=["a", "b"], functions=["relu", "elu(alpha=0.5)"])
    assert numbers(stage.transform(cancer), ["a", "b"]).tolist() == numbers(cancer, two).tolist()
    slopes = Activation(inputCol=two[0], outputCol="s", function="hard_tanh", output="slope")
    assert set(numbers(slopes.transform(cancer), ["s"]).flat) == {0.0}


def test_constructors_take_keywords_only(spark):
    with pytest.raises(TypeError, match="forces keyword arguments"):
        BatchNorm("x")
    with pytest.raises(TypeError, match="unexpected keyword argument 'epsilom'"):
        BatchNorm(epsilom=1)


def test_setters_getters_and_explanations(spark):
    stage = BatchNorm(epsilon=0.5, inputCol=None).setInputCol("x").setMomentum(0.25)
    assert (stage.getEpsilon(), stage.getInputCol(), stage.getMomentum()) == (0.5, "x", 0.25)
    assert stage.setParams(learn="infomax", tol=1) is stage
    assert (stage.getLearn(), stage.getTol(), stage.getEpsilon()) == ("infomax", 1.0, 0.5)
    assert "epsilon: added to the variance (default: 1e-05, current: 0.5)" in stage.explainParams()
    assert not stage.isSet("inputCols")


def test_copies_share_no_params(cancer, features, model):
    stage = batch_norm(features)
    copy = stage.copy({stage.activation: "tanh"})
    assert (copy.uid, copy.getActivation(), stage.getActivation()) == (stage.uid, "tanh", "identity")
    other = model.transform(cancer, {model.activation: "identity"})
    assert numbers(other, outputs(features)).mean() == pytest.approx(0, abs=1e-12)
    assert numbers(model.transform(cancer), outputs(features)).max() < 1
    assert model.copy().getActivation() == "sigmoid"


def test_every_stage_is_saved_and_loaded(cancer, features, model, tmp_path):
    activation = Activation(function="elu(alpha=0.5)", outputCol="y")
    stages = [batch_norm(features, epsilon=0.25), activation, model]
    for stage in stages:
        path = str(tmp_path / type(stage).__name__)
        stage.write().overwrite().save(path)
        loaded = type(stage).load(path)
        assert (loaded.uid, loaded.explainParams()) == (stage.uid, stage.explainParams())
    x = numbers(cancer, features)
    np.testing.assert_allclose(loaded.mean, x.mean(0), rtol=1e-14)
    np.testing.assert_allclose(loaded.variance, x.var(0), rtol=1e-12)
    assert loaded.gamma.toArray().tolist() == [1] * 4
    assert loaded.beta.toArray().tolist() == [0] * 4
    assert loaded.count.toArray().tolist() == [569] * 4
    same = numbers(loaded.transform(cancer), outputs(features))
    assert same.tolist() == numbers(model.transform(cancer), outputs(features)).tolist()


def pipeline(features):
    stage = batch_norm(features, activation="sigmoid")
    assembler = VectorAssembler(inputCols=outputs(features), outputCol="features")
    return stage, Pipeline(stages=[stage, assembler, LogisticRegression(maxIter=5)])


def test_pipelines_are_saved_and_loaded(cancer, features, tmp_path):
    _, estimator = pipeline(features)
    estimator.save(str(tmp_path / "estimator"))
    fitted = Pipeline.load(str(tmp_path / "estimator")).fit(cancer)
    fitted.save(str(tmp_path / "fitted"))
    loaded = PipelineModel.load(str(tmp_path / "fitted"))
    assert isinstance(loaded.stages[0], BatchNormModel)
    assert numbers(loaded.transform(cancer), ["prediction"]).tolist() == (
        numbers(fitted.transform(cancer), ["prediction"]).tolist()
    )


def test_cross_validation_over_activations(cancer, features, tmp_path):
    stage, estimator = pipeline(features)
    grid = ParamGridBuilder().addGrid(stage.activation, ["sigmoid", "hard_shrink(lambda=9)"]).build()
    validator = CrossValidator(
        estimator=estimator,
        estimatorParamMaps=grid,
        evaluator=BinaryClassificationEvaluator(),
        numFolds=2,
        seed=7,
    )
    best = validator.fit(cancer)
    # The second maps every value to 0, from which nothing can be told.
    assert best.avgMetrics[0] > 0.9 > best.avgMetrics[1]
    best.save(str(tmp_path / "best"))
    loaded = CrossValidatorModel.load(str(tmp_path / "best"))
    assert loaded.bestModel.stages[0].getActivation() == "sigmoid"


@pytest.mark.classic
def test_java_loads_what_python_saves_and_the_other_way(spark, cancer, features, tmp_path):
    _, estimator = pipeline(features)
    fitted = estimator.fit(cancer)
    fitted.save(str(tmp_path / "python"))
    ml = spark._jvm.org.apache.spark.ml
    in_java = ml.PipelineModel.load(str(tmp_path / "python"))
    assert in_java.stages()[0].getClass().getName() == "io.normact.ml.BatchNormModel"
    in_java.write().save(str(tmp_path / "java"))
    again = PipelineModel.load(str(tmp_path / "java"))
    assert again.stages[0].mean == fitted.stages[0].mean
    estimator.save(str(tmp_path / "python_estimator"))
    java_pipeline = ml.Pipeline.load(str(tmp_path / "python_estimator"))
    assert java_pipeline.getStages()[0].getClass().getName() == "io.normact.ml.BatchNorm"
    java_pipeline.write().save(str(tmp_path / "java_estimator"))
    loaded = Pipeline.load(str(tmp_path / "java_estimator")).getStages()[0]
    assert isinstance(loaded, BatchNorm) and loaded.getInputCols() == features


def test_fitted_numbers_are_properties(cancer, features):
    x = numbers(cancer, features)
    fitted = batch_norm(features, activation="sigmoid", learn="infomax").fit(cancer)
    np.testing.assert_allclose(fitted.mean, x.mean(0), rtol=1e-14)
    np.testing.assert_allclose(fitted.variance, x.var(0), rtol=1e-12)
    assert fitted.count.toArray().tolist() == [569] * 4
    assert fitted.summary.rows == 569
    summary = fitted.summary
    assert summary.iterations == len(summary.objectiveHistory) > 1
    assert summary.objective == summary.objectiveHistory[-1]
    assert not summary.skippedMany
    rows = fitted.statistics().collect()
    assert [row.feature for row in rows] == features
    assert [row.gamma for row in rows] == fitted.gamma.toArray().tolist()
    assert fitted.gamma[0] != 1


def test_inverse_gives_the_values_back(cancer, features, model, tmp_path):
    inverse = model.inverse()
    back = inverse.transform(model.transform(cancer))
    restored = numbers(back, [name + "_inverse" for name in features])
    np.testing.assert_allclose(restored, numbers(cancer, features), rtol=1e-9)
    inverse.save(str(tmp_path / "inverse"))
    loaded = BatchNormInverse.load(str(tmp_path / "inverse"))
    assert loaded.getMean() == model.mean.toArray().tolist()
    assert loaded.copy().transform(model.transform(cancer)).count() == 569


def test_update_pools_the_batches(cancer, features):
    halves = cancer.randomSplit([0.5, 0.5], seed=3)
    whole = batch_norm(features).fit(cancer)
    first = batch_norm(features).fit(halves[0])
    both = first.update(halves[1])
    assert (both.mean, both.variance) == (whole.mean, whole.variance)
    assert first.count[0] < both.count[0] == 569


@pytest.mark.parametrize("kind", [list, tuple, np.array, lambda x: np.array(x, dtype=np.float32)])
def test_weights_from_elsewhere(spark, kind):
    model = BatchNormModel.of(kind([1, 2]), kind([4, 9]), kind([1, 1]), kind([0, 0.5]))
    data = spark.createDataFrame([(5.0, 8.0)], ["a", "b"])
    model.setInputCols(["a", "b"]).setOutputCols(["c", "d"]).setEpsilon(0)
    assert numbers(model.transform(data), ["c", "d"]).tolist() == [[2.0, 2.5]]
    assert model.variance.toArray().tolist() == [4, 9]


def test_bad_weights_are_refused(spark):
    with pytest.raises(IllegalArgumentException, match="Param variance has 1 value for 2 features"):
        BatchNormModel.of([0, 1], [1], [1, 1], [0, 0])
    with pytest.raises(ValueError, match="mean has 2 dimensions, but must have one"):
        BatchNormModel.of([[0, 1]], [1], [1, 1], [0, 0])
    with pytest.raises(TypeError, match="gamma is 'x', but must be numbers."):
        BatchNormModel.of([0], [1], "x", [0])


@pytest.mark.classic
def test_running_statistics_follow_a_stream(spark, tmp_path):
    arriving = tmp_path / "arriving"
    models = str(tmp_path / "models")

    def run():
        running = RunningBatchNorm(BatchNorm(inputCol="x", outputCol="y"), models)
        stream = spark.readStream.schema("x DOUBLE").json(str(arriving))
        query = (
            stream.writeStream.foreachBatch(running)
            .option("checkpointLocation", str(tmp_path / "checkpoint"))
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()

    arriving.mkdir()
    assert RunningBatchNorm.latest(models) is None
    (arriving / "first.json").write_text('{"x": 1}\n{"x": 3}\n')
    run()
    assert RunningBatchNorm.latest(models).mean[0] == 2
    (arriving / "second.json").write_text('{"x": 8}\n')
    run()
    latest = RunningBatchNorm.latest(models)
    assert (latest.mean[0], latest.count[0]) == (4, 3)
    for wrong in (latest, None):
        with pytest.raises(TypeError) as error:
            RunningBatchNorm(wrong, models)
        assert str(error.value) == (
            "RunningBatchNorm takes a BatchNorm, which fits the first batch, but got "
            f"{type(wrong).__name__}."
        )


def first_line(error):
    return str(error.value).split("\n", 1)[0]


def test_errors_are_the_java_messages(cancer, features):
    with pytest.raises(IllegalArgumentException) as error:
        batch_norm(features, activation="sigmod").fit(cancer)
    assert first_line(error).startswith(
        "Activation function 'sigmod' is unknown; did you mean 'sigmoid'?"
    )
    with pytest.raises(IllegalArgumentException) as error:
        BatchNorm(inputCol="radius", outputCol="y").fit(cancer)
    assert first_line(error) == "Column 'radius' does not exist; did you mean 'radius_se'?"
    with pytest.raises(IllegalArgumentException) as error:
        batch_norm(features, epsilon=-1).fit(cancer)
    assert first_line(error) == "Param epsilon is -1.0, but must be a finite number of at least 0."
    with pytest.raises(TypeError, match='given for param "epsilon". Could not convert a to float'):
        BatchNorm(epsilon="a")


def test_connect_says_what_it_forbids(connect, model, cancer):
    if not connect:
        pytest.skip("This is on Spark Connect.")
    with pytest.raises(NotImplementedError, match="RunningBatchNorm can't be had on Spark Connect"):
        RunningBatchNorm(BatchNorm(inputCol="x", outputCol="y"), "models")
    with pytest.raises(NotImplementedError, match="use it in a classic session"):
        normact.report(PipelineModel([model]), cancer)


def test_a_numbered_batch_is_taken_in_once(connect, cancer, features, model):
    if connect:
        with pytest.raises(NotImplementedError, match="The number of a batch can't be had"):
            model.update(cancer, 20261126)
        return
    once = model.update(cancer, 20261126)
    again = once.update(cancer, number=20261126)
    assert (model.count[0], once.count[0], again.count[0]) == (569, 1138, 1138)
    assert again.update(cancer, 2**40).count[0] == 1707


def test_a_model_without_an_inverse_says_so(cancer, features):
    fitted = batch_norm(features[:1], activation="relu").fit(cancer)
    with pytest.raises(UnsupportedOperationException, match="Activation relu can't be inverted"):
        fitted.inverse()


def test_a_pipeline_is_left_for_java(connect, cancer, features):
    """PythonIT reads it in Java, and finds the same predictions."""
    if not connect:
        pytest.skip("This is on Spark Connect.")
    folder = ROOT / "target" / "python" / "for-java"
    _, estimator = pipeline(features)
    fitted = estimator.fit(cancer)
    fitted.write().overwrite().save(str(folder / "pipeline"))
    predictions = fitted.transform(cancer).select("label", *features, "prediction")
    predictions.write.mode("overwrite").parquet(str(folder / "predictions"))


def test_onnx_is_written_as_one_file(model, tmp_path):
    path = tmp_path / "models" / "model.onnx"
    model.write().option("format", "onnx").option("precision", "float64").save(str(path))
    written = path.read_bytes()
    assert b"normact.inputs" in written and b"radius_mean" in written
    assert [file.name for file in path.parent.iterdir()] == ["model.onnx"]
    with pytest.raises(Exception, match="must be float32 or float64"):
        model.write().overwrite().option("format", "onnx").option("precision", "half").save(str(path))
    assert path.read_bytes() == written


def test_labels_may_be_texts(cancer, features):
    named = cancer.selectExpr("*", "IF(label = 1, 'yes', 'no') AS answer")
    params = {"learn": "supervised", "activation": "tanh", "maxIter": 5}
    texts = batch_norm(features, labelCol="answer", **params).fit(named)
    numbered = batch_norm(features, labelCol="label", **params).fit(named)
    assert texts.gamma == numbered.gamma
    assert texts.summary.loss == "logistic"
    assert texts.summary.classes == ["no", "yes"]
    assert numbered.summary.classes == []


def test_fields_of_structs_are_inputs(spark):
    data = spark.range(8).selectExpr("named_struct('lon', double(id), 'alt.m', -id) AS geo")
    stage = BatchNorm(inputCols=["geo.lon", "geo.`alt.m`"], outputCols=["lon", "alt"])
    fitted = stage.fit(data)
    assert fitted.mean.toArray().tolist() == [3.5, -3.5]
    result = numbers(fitted.transform(data), ["lon", "alt"])
    np.testing.assert_array_equal(result[:, 0], -result[:, 1])
