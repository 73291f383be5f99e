"""The README's Python snippets are run, one after the other as a reader would."""

import re

import numpy as np
import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def snippets(text):
    return re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def section(heading):
    return README.split("\n" + heading + "\n", 1)[1].split("\n## ", 1)[0]


@pytest.fixture
def folder(tmp_path):
    """As the root of the project, with a target of its own."""
    (tmp_path / "sample-data").symlink_to(ROOT / "sample-data")
    arriving = tmp_path / "target" / "readme" / "arriving"
    arriving.mkdir(parents=True)
    (arriving / "first.json").write_text('{"x": 1, "y": 2}\n{"x": 3, "y": 7}\n')
    return tmp_path


def run(code, spark, folder):
    """Spark's own folder is fixed when its JVM starts, so the paths are made absolute."""
    for name in ("target/readme", "sample-data"):
        code = code.replace(f'"{name}', f'"{folder}/{name}')
    # The session of the tests is there already.
    code = re.sub(r"^spark = .*$", "", code, flags=re.MULTILINE)
    scope = {"spark": spark}
    exec(compile(code, "README.md", "exec"), scope)
    return scope


@pytest.mark.classic
def test_snippets_run(spark, folder, capsys):
    parts = snippets(README)
    assert len(parts) == 8
    scope = run("\n".join(parts), spark, folder)
    assert (folder / "target" / "readme" / "report.html").stat().st_size > 10_000
    assert scope["report"].to_dict()["troubleAfter"] == 0
    output = capsys.readouterr().out
    np.testing.assert_allclose(scope["scores"], scope["expected"], rtol=1e-4)
    assert scope["scores"].shape == (5, 30)
    assert "'softmax'" in output and "radius_mean_inverse" in output


def test_the_version_is_the_one_that_is_tested(spark):
    assert f'"pyspark[ml]=={spark.version}"' in README


def test_snippets_of_connect_run_there(spark, folder, capsys):
    start, _ = snippets(section("## In a Pipeline"))
    functions = snippets(section("## Functions"))[0]
    (connect,) = snippets(section("## Spark Connect"))
    run(start + functions + connect, spark, folder)
    assert float(capsys.readouterr().out.splitlines()[-1]) == pytest.approx(14.127, abs=0.001)
