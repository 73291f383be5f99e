package io.normact.ml;

import io.normact.math.row.FeatureFunction;
import io.normact.math.row.KeyedFunction;
import io.normact.math.row.MeanForInvalid;
import io.normact.math.row.MeanOfKey;
import io.normact.sql.catalyst.FeatureColumns;
import io.normact.sql.column.NamedField;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What a stage does with null, NaN and infinity: the values of the param handleInvalid. */
enum InvalidValues {
  /** A row that holds one ends the query with an error that names the column. */
  ERROR {
    @Override
    FeatureFunction guard(FeatureFunction function, List<FeatureColumn> columns) {
      return new RejectInvalid(
          function, columns.stream().map(column -> column.field().name()).toList());
    }
  },
  /** A row that holds one is dropped. */
  SKIP {
    @Override
    Dataset<Row> rows(Dataset<?> data, List<FeatureColumn> columns) {
      return data.toDF()
          .filter(
              FeatureColumns.allFinite(
                  columns.stream().map(c -> new NamedField(c.field(), c.in())).toList()));
    }
  },
  /** null gives null, and the formula is applied to NaN and infinity like to any number. */
  KEEP,
  /** null, NaN and infinity count as the feature's mean. */
  MEAN {
    @Override
    FeatureFunction replace(double[] mean, FeatureFunction function) {
      return new MeanForInvalid(mean, function);
    }

    @Override
    KeyedFunction replaceByKey(KeyedFunction function, FeatureFunction ofAll) {
      return new MeanOfKey(function, ofAll);
    }
  };

  /** The policy with this name. */
  static InvalidValues of(String handleInvalid) {
    return valueOf(handleInvalid.toUpperCase(java.util.Locale.ROOT));
  }

  /** The function of all features, which may have these means in place of what is invalid. */
  FeatureFunction replace(double[] mean, FeatureFunction function) {
    return function;
  }

  /**
   * The function of all features by the row's key, which may have the key's means in place of what
   * is invalid.
   *
   * @param ofAll what {@link #replace} makes of the function by the numbers of all rows
   */
  KeyedFunction replaceByKey(KeyedFunction function, FeatureFunction ofAll) {
    return function;
  }

  /** The rows that are transformed. */
  Dataset<Row> rows(Dataset<?> data, List<FeatureColumn> columns) {
    return data.toDF();
  }

  /** What null, NaN and infinity meet where these columns hold the function's features. */
  FeatureFunction guard(FeatureFunction function, List<FeatureColumn> columns) {
    return function;
  }
}
