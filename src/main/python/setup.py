"""Builds the wheel, which carries the jar that Maven has built; all else is in pyproject.toml."""

import re
import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
WORK = ROOT / "target" / "python"


def jar() -> Path:
    version = re.search(r'"(.+)"', (HERE / "normact" / "_version.py").read_text())[1]
    name = re.compile(r"normact-spark-" + re.escape(version) + r"\.jar")
    found = [path for path in (ROOT / "target").glob("*.jar") if name.fullmatch(path.name)]
    if len(found) != 1:
        raise SystemExit(
            f"The jar of normact {version} is not in {ROOT / 'target'}, but the wheel carries it: "
            "run ./mvnw -DskipTests package first."
        )
    return found[0]


class BuildWithJar(build_py):
    def run(self) -> None:
        super().run()
        folder = Path(self.build_lib) / "normact" / "jars"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        shutil.copy(jar(), folder)


WORK.mkdir(parents=True, exist_ok=True)
licence = HERE / "LICENSE"
shutil.copy(ROOT / "LICENSE", licence)
try:
    setup(
        cmdclass={"build_py": BuildWithJar},
        # Else these would lie among the sources.
        options={
            "egg_info": {"egg_base": str(WORK)},
            "build": {"build_base": str(WORK / "build")},
        },
    )
finally:
    licence.unlink(missing_ok=True)
