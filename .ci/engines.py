"""Ask the twelve questions of one warehouse on DuckDB and on Apache Spark, and compare the answers.

    engines.py WAREHOUSE

Ends with an error where an answer differs. Spark runs in this process, without a cluster.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from pyspark.sql import SparkSession


def statements(text: str) -> list[str]:
    """Return the statements of a file of SQL, without its comments."""
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return [part.strip() for part in lines.split(";") if part.strip()]


def plain(rows: list[Any]) -> list[tuple[Any, ...]]:
    """Return rows as values that are equal whatever engine they come from."""
    return [tuple(plain_value(value) for value in row) for row in rows]


def plain_value(value: Any) -> Any:
    """Return dates as dates, and every number as one with four places."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return round(float(value), 4)
    return value


def main() -> None:
    """Print each question with the number of its rows; end with 1 where two answers differ."""
    warehouse = Path(sys.argv[1]).resolve()
    builder = SparkSession.builder.master("local[1]").appName("copkit")
    spark = (
        builder.config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate()
    )
    spark.sparkContext.setLogLevel("ERROR")
    different = 0
    for folder in sorted(path for path in warehouse.iterdir() if path.is_dir()):
        engine = duckdb.connect(config={"threads": 1})
        engine.execute(f"set file_search_path = '{folder}'")
        engine.execute((folder / "views.sql").read_text(encoding="utf-8"))
        for view in statements((folder / "views-spark.sql").read_text(encoding="utf-8")):
            spark.sql(view.replace("(path '", f"(path '{folder}/"))
        for number, statement in enumerate(
            statements((folder / "queries.sql").read_text(encoding="utf-8")), 1
        ):
            expected = plain(engine.execute(statement).fetchall())
            answer = plain(spark.sql(statement).collect())
            if answer == expected:
                print(f"{folder.name} {number}: {len(answer)} rows, the same on both")
                continue
            different += 1
            print(f"{folder.name} {number}: Spark differs\n  {expected[:3]}\n  {answer[:3]}")
    spark.stop()
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
