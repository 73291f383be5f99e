"""The report, as a notebook has it."""

import json

import pytest
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline

import normact


@pytest.fixture(scope="module")
def report(cancer, features):
    outputs = [name + "_bn" for name in features]
    stage = normact.BatchNorm(inputCols=features, outputCols=outputs, activation="sigmoid")
    return normact.report(stage.fit(cancer), cancer)


def test_a_notebook_shows_the_page(report):
    shown = report._repr_html_()
    assert shown.startswith('<iframe sandbox="allow-scripts"')
    assert "&lt;!doctype html&gt;" in shown.lower() and "<script" not in shown
    assert str(report).startswith("4 of 4 columns in trouble: sigmoid is flat at 100%")
    assert repr(report).startswith("ColumnReport: function=sigmoid, rows=569, columns=4")


def test_html_and_json_are_saved(report, tmp_path):
    page = tmp_path / "report.html"
    report.save(str(page))
    assert page.read_text(encoding="utf-8") == report.html()
    assert json.loads((tmp_path / "report.json").read_text()) == report.to_dict()
    with pytest.raises(FileExistsError, match="choose another path or allow overwriting"):
        report.save(str(page))
    report.save(str(page), overwrite=True)
    with pytest.raises(IllegalArgumentException, match="must end in .html"):
        report.save(str(tmp_path / "report.txt"))
    page.write_text("old")
    (tmp_path / "report.json").unlink()
    (tmp_path / "report.json").mkdir()
    with pytest.raises(OSError, match="is a folder, but must be a file"):
        report.save(str(page), overwrite=True)
    assert page.read_text() == "old"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["report.html", "report.json"]


def test_dataframe_has_a_row_a_feature_and_side(report, features):
    rows = report.dataframe().select("feature", "side", "flatShare").collect()
    assert [(row.feature, row.side) for row in rows] == [
        (name, side) for name in features for side in ("before", "after")
    ]
    assert rows[0].flatShare > 0.9 > 0.1 > rows[1].flatShare


def test_columns_as_they_are(cancer, features):
    report = normact.report("tanh", cancer, columns=features[0], flat=0.05)
    assert report.to_dict()["troubleBefore"] == 1
    with pytest.raises(ValueError, match="but got a str without columns"):
        normact.report("tanh", cancer)
    with pytest.raises(IllegalArgumentException, match="did you mean 'tanh'"):
        normact.report("tanj", cancer, columns=features)


@pytest.mark.classic
def test_a_pipeline_is_looked_at_stage_by_stage(cancer, features):
    outputs = [name + "_bn" for name in features]
    stage = normact.BatchNorm(inputCols=features, outputCols=outputs, activation="sigmoid")
    whole = normact.Activation(inputCols=outputs, outputCols=features_on(outputs), function="selu")
    fitted = Pipeline(stages=[stage, whole]).fit(cancer)
    report = normact.report(fitted, cancer)
    assert repr(report) == "PipelineReport: stages=2, left out=0"
    names, reports = zip(*report.stages)
    assert "batchNorm (sigmoid)" in names[0] and "selu" in names[1]
    alone = normact.report(fitted.stages[0], cancer)
    assert reports[0].to_dict() == alone.to_dict()
    assert report.left_out == [] and len(report.to_dict()["stages"]) == 2
    assert report._repr_html_().startswith("<iframe") and names[0] in str(report)
    with pytest.raises(ValueError, match="but got columns or flat"):
        normact.report(fitted, cancer, flat=0.5)


def features_on(outputs):
    return [name + "_on" for name in outputs]
