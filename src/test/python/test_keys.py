"""Statistics by key: what Python adds to Java's, classic and on Spark Connect."""

import numpy as np
import pytest
from pyspark.errors import IllegalArgumentException
from pyspark.ml import Pipeline, PipelineModel
from pyspark.sql import functions as F

from conftest import ROOT
import normact
from normact import BatchNorm, BatchNormInverse, BatchNormModel

INPUTS = ["body_mass_g", "bill_length_mm"]
OUTPUTS = ["mass", "bill"]


@pytest.fixture(scope="module")
def penguins(spark):
    path = str(ROOT / "sample-data" / "penguins.csv")
    read = spark.read.csv(path, header=True, inferSchema=True, nullValue="NA")
    return read.withColumn("id", F.monotonically_increasing_id()).orderBy("id")


def stage(**params):
    return BatchNorm(
        inputCols=INPUTS, outputCols=OUTPUTS, keyCols=["species"], handleInvalid="mean", **params
    )


def table(data, columns=OUTPUTS):
    return [list(row) for row in data.orderBy("id").select(*columns).collect()]


@pytest.fixture(scope="module")
def expected(penguins):
    """By numpy, species by species."""
    rows = penguins.orderBy("id").select("species", *INPUTS).collect()
    species = np.array([row[0] for row in rows])
    x = np.array([row[1:] for row in rows], dtype=float)
    result = np.zeros_like(x)
    for name in set(species):
        own = x[species == name]
        result[species == name] = (own - np.nanmean(own, 0)) / np.sqrt(np.nanvar(own, 0) + 1e-5)
    return np.nan_to_num(result)


def test_fit_and_transform_are_numpys(penguins, expected):
    model = stage().fit(penguins)
    np.testing.assert_allclose(table(model.transform(penguins)), expected, rtol=1e-9, atol=1e-9)
    clipped = stage(clip=1.5).fit(penguins)
    np.testing.assert_allclose(
        table(clipped.transform(penguins)), np.clip(expected, -1.5, 1.5), rtol=1e-9, atol=1e-9
    )
    assert (model.summary.keys, model.summary.keysBelowMinCount) == (3, {})
    assert model.summary.modelBytes > 0
    assert model.getKeyCols() == ["species"]


def test_what_is_saved_is_loaded(penguins, tmp_path):
    model = stage(shrinkage=2, minCount=3, unknownKey="invalid").fit(penguins)
    same = table(model.transform(penguins))
    path = str(tmp_path / "model")
    model.write().overwrite().save(path)
    loaded = BatchNormModel.load(path)
    assert table(loaded.transform(penguins)) == same
    assert (loaded.getShrinkage(), loaded.getMinCount()) == (2, 3)
    statistics = loaded.statistics().orderBy("species", "index").collect()
    assert [row.species for row in statistics[::2]] == ["Adelie", "Chinstrap", "Gentoo"]
    assert statistics[0]["count"] == 151
    assert statistics[0]["mean"] == pytest.approx(3700.662251655629, rel=1e-15)
    pipeline = Pipeline(stages=[stage(), BatchNorm(inputCol="mass", outputCol="twice")])
    fitted = pipeline.fit(penguins)
    fitted.write().overwrite().save(str(tmp_path / "pipeline"))
    again = PipelineModel.load(str(tmp_path / "pipeline"))
    assert table(again.transform(penguins), ["twice"]) == table(fitted.transform(penguins), ["twice"])


def test_update_and_inverse_go_by_key(penguins, tmp_path):
    first = penguins.filter("year = 2007 and species != 'Gentoo'")
    rest = penguins.filter("not (year = 2007 and species != 'Gentoo')")
    updated = stage().fit(first).update(rest)
    model = stage().fit(penguins)
    assert table(updated.transform(penguins)) == table(model.transform(penguins))
    assert updated.summary.keys == 3
    inverse = updated.inverse()
    path = str(tmp_path / "inverse")
    inverse.write().overwrite().save(path)
    weighed = penguins.filter("body_mass_g is not null")
    for way_back in (inverse, BatchNormInverse.load(path)):
        back = way_back.transform(model.transform(weighed))
        np.testing.assert_allclose(
            table(back, ["body_mass_g_inverse"]), table(weighed, ["body_mass_g"]), rtol=1e-12
        )


def test_unknown_keys(penguins):
    model = stage(unknownKey="error").fit(penguins.filter("species != 'Gentoo'"))
    with pytest.raises(Exception, match="Key species=Gentoo was not seen in the fit"):
        model.transform(penguins).collect()
    with pytest.raises(IllegalArgumentException, match="is a key and an input column"):
        BatchNorm(inputCol="year", outputCol="y", keyCols=["year"]).fit(penguins)


def test_a_table_of_statistics_makes_a_model(penguins, connect):
    model = stage().fit(penguins)
    made = BatchNormModel.ofStatistics(model.statistics(), "species")
    assert connect or made.getKeyCols() == ["species"]
    made.setInputCols(INPUTS).setOutputCols(OUTPUTS).setHandleInvalid("mean")
    assert table(made.transform(penguins)) == table(model.transform(penguins))
    short = model.statistics().filter("not (species = 'Gentoo' and index = 1)")
    with pytest.raises(IllegalArgumentException, match="no index 1 where species=Gentoo"):
        BatchNormModel.ofStatistics(short, "species")


def test_the_report_tells_of_keys(penguins, connect):
    model = stage().fit(penguins.filter("year < 2009 and species != 'Gentoo'"))
    if connect:
        with pytest.raises(NotImplementedError, match="A report on a pipeline can't be had"):
            normact.report(model, penguins)
        return
    report = normact.report(model, penguins)
    (found,) = report.by_key.values()
    assert found.to_dict()["unknown"] == [{"key": "species=Gentoo", "rows": 124}]
    assert report.to_dict()["byKey"] == found.to_dict()
    assert str(found).startswith("By species: 3 keys in 344 rows. 1 key with 124 rows is unknown")
    assert found.dataframe().count() == 4
    assert repr(found).startswith("KeyReport: key=[species], rows=344")
