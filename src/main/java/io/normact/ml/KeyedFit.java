package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.math.row.KeyNumbers;
import io.normact.sql.column.ColumnNames;
import io.normact.sql.column.KeyValues;
import io.normact.sql.pass.KeyEntries;
import io.normact.sql.pass.KeyRoom;
import io.normact.sql.pass.KeyedAggregation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Statistics by key: the columns of a stage's key, the pass over the rows, and what it leaves. */
final class KeyedFit {

  private KeyedFit() {}

  /**
   * The fields of the columns that a stage's key is made of, none where it has no key.
   *
   * @param inputs the stage's input columns, which are no key
   * @throws IllegalArgumentException if a column is missing, named twice or an input column
   */
  private static List<StructField> fields(
      String[] keyCols, StructType schema, List<FeatureColumn> inputs) {
    List<StructField> fields = new ArrayList<>();
    for (String name : keyCols) {
      StructField field = FeatureColumn.field(schema, name);
      if (fields.contains(field)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "Key column '%s' is named twice; name it once.", field.name()));
      }
      for (FeatureColumn input : inputs) {
        if (ColumnNames.order().compare(input.field().name(), field.name()) == 0) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Column '%s' is a key and an input column, but a column is one or the other:"
                      + " within a key it is constant.",
                  field.name()));
        }
      }
      fields.add(field);
    }
    return fields;
  }

  /** The columns of a stage's key in a schema, of types that keys are made of. */
  static List<KeyColumn> columns(
      BatchNormParams<?> stage, StructType schema, List<FeatureColumn> inputs) {
    return fields(stage.getKeyCols(), schema, inputs).stream().map(KeyValues::column).toList();
  }

  /**
   * The columns of a fitted key in other data, as {@link KeyValues#readable} has them.
   *
   * @throws IllegalArgumentException if one is missing or of another kind
   */
  static List<Column> readable(
      String[] keyCols, List<KeyColumn> fitted, StructType schema, List<FeatureColumn> inputs) {
    List<StructField> fields = fields(keyCols, schema, inputs);
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < fields.size(); i++) {
      StructField field = fields.get(i);
      if (KeyValues.column(field).kind() != fitted.get(i).kind()) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Key column '%s' is of type %s, but was of type %s in the fit; cast it.",
                field.name(),
                field.dataType().catalogString(),
                fitted.get(i).type()));
      }
      columns.add(KeyValues.readable(fitted.get(i), FeatureColumn.in(field)));
    }
    return columns;
  }

  /** The pass over the rows of a fit. */
  static KeyedAggregation.Result run(
      String name, BatchNorm stage, Dataset<?> data, List<FeatureColumn> columns) {
    int[] widths = columns.stream().mapToInt(column -> column.kind().isScalar() ? 1 : 0).toArray();
    return run(name, stage, data, columns, columns(stage, data.schema(), columns), widths);
  }

  /** The pass over the rows of a batch, by the key that the model was fitted with. */
  static KeyedAggregation.Result run(
      String name, BatchNormModel model, Dataset<?> data, List<FeatureColumn> columns) {
    List<KeyColumn> keys = model.byKey().columns();
    return run(name, model, data, columns, keys, model.widths(columns.size()));
  }

  private static KeyedAggregation.Result run(
      String name,
      BatchNormParams<?> stage,
      Dataset<?> data,
      List<FeatureColumn> columns,
      List<KeyColumn> keys,
      int[] widths) {
    KeyedAggregation.Result result =
        KeyedAggregation.run(
            name,
            data,
            keys,
            readable(stage.getKeyCols(), keys, data.schema(), columns),
            FitPass.sources(data, columns),
            widths,
            FitPass.weightSource(stage, data),
            InvalidValues.of(stage.getHandleInvalid()) == InvalidValues.SKIP);
    rejectInfinite(result.statistics());
    return result;
  }

  /** Ends with an error if a key has a variance above the largest double. */
  private static void rejectInfinite(KeyStatistics statistics) {
    for (int k = 0; k < statistics.size(); k++) {
      for (int j = 0; j < statistics.features(); j++) {
        if (Double.isInfinite(statistics.variance(k, j))) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "The variance of feature number %d is above the largest double, %s, where %s;"
                      + " scale such columns down or leave them out.",
                  j,
                  Double.MAX_VALUE,
                  KeyStatistics.text(statistics.columns(), statistics.keys().key(k))));
        }
      }
    }
  }

  /** Puts statistics by key into a model. */
  static void store(BatchNormModel model, KeyStatistics statistics) {
    KeyRoom.present().check(statistics.size(), statistics.features(), statistics.bytes());
    model.keys().set(model, statistics);
  }

  /** The statistics of all rows of a model and of one more batch, exactly. */
  static KeyStatistics pooled(KeyStatistics before, KeyStatistics batch) {
    KeyStatistics pooled =
        before.combined(
            batch,
            (a, b) -> a == null ? b : b == null ? a : KeyEntries.merged(a, b),
            KeyRoom.present()::check);
    rejectInfinite(pooled);
    return pooled;
  }

  /** The exponential moving average; a key that is new begins with its batch. */
  static KeyStatistics moved(KeyStatistics before, KeyStatistics batch, double momentum) {
    return before.combined(
        batch,
        (a, b) -> {
          KeyStatistics.Entry entry = a == null ? b : b == null ? a : moved(a, b, momentum);
          return new KeyStatistics.Entry(
              entry.key(), entry.rows(), entry.invalid(), entry.mean(), entry.variance(), null);
        },
        (keys, features, bytes) ->
            KeyRoom.present()
                .check(keys, features, KeyStatistics.leastBytes(keys, features, 0, 0)));
  }

  private static KeyStatistics.Entry moved(
      KeyStatistics.Entry running, KeyStatistics.Entry batch, double momentum) {
    double[] mean = running.mean().clone();
    double[] variance = running.variance().clone();
    double[] invalid = running.invalid().clone();
    int j = 0;
    for (Moments part : KeyEntries.parts(batch)) {
      for (int i = 0; i < part.features(); i++, j++) {
        boolean first = running.rows() == running.invalid()[j];
        if (first) {
          mean[j] = batch.mean()[j];
          variance[j] = batch.variance()[j];
        } else if (part.count(i) >= 2) {
          mean[j] = (1 - momentum) * mean[j] + momentum * part.mean(i);
          variance[j] = (1 - momentum) * variance[j] + momentum * part.sampleVariance(i);
        }
        invalid[j] += batch.invalid()[j];
      }
    }
    return new KeyStatistics.Entry(
        running.key(), running.rows() + batch.rows(), invalid, mean, variance, null);
  }

  /** The numbers that a model subtracts and multiplies by within each key, for its inverse. */
  static KeyStatistics numbers(BatchNormModel model) {
    KeyStatistics statistics = model.byKey();
    int features = statistics.features();
    double[] means = new double[statistics.size() * features];
    double[] scales = new double[means.length];
    KeyNumbers ofKey = new KeyNumbers.Form(features, false, false).zeros();
    KeyNormalization.Numbers numbers = new KeyNormalization.Numbers(model);
    for (int k = 0; k < statistics.size(); k++) {
      numbers.fill(k, ofKey);
      System.arraycopy(ofKey.shift(), 0, means, k * features, features);
      System.arraycopy(ofKey.scale(), 0, scales, k * features, features);
    }
    return statistics.with(means, scales);
  }

  /** The rows with the statistics of their keys in a column after all others. */
  static Dataset<Row> beside(BatchNormModel model, Dataset<?> data) {
    BatchNormModel learning = model.copy(ParamMap.empty());
    // Rows without weight may have keys of their own.
    learning.setUnknownKey(BatchNormParamSet.UNKNOWN_GLOBAL);
    String name = "statistics_of_key";
    while (FeatureInputs.has(data, name)) {
      name = "_" + name;
    }
    List<FeatureColumn> inputs = FeatureColumn.resolve(learning, data.schema());
    List<Column> key = ModelKeys.columns(learning, data.schema(), inputs);
    // Of no use to the transform of the model, so not kept with it.
    return KeyNormalization.of(learning, data.sparkSession()).of(key).beside(data.toDF(), name);
  }

  /** Mean and variance of the features of all rows after they are normalised by key. */
  static double[][] normalizedMoments(BatchNormModel model) {
    KeyStatistics statistics = model.byKey();
    int features = statistics.features();
    double[] total = new double[features];
    double[] mean = new double[features];
    double[] variance = new double[features];
    double[] least = new double[features];
    double[] most = new double[features];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    boolean[] varies = new boolean[features];
    KeyNumbers own = new KeyNumbers.Form(features, false, false).zeros();
    double[] shift = own.shift();
    double[] scale = own.scale();
    KeyNormalization.Numbers numbers = new KeyNormalization.Numbers(model);
    for (int pass = 0; pass < 2; pass++) {
      for (int k = 0; k < statistics.size(); k++) {
        numbers.fill(k, own);
        for (int j = 0; j < features; j++) {
          double n = statistics.count(k, j);
          double ofKey = (statistics.mean(k, j) - shift[j]) * scale[j];
          if (pass == 0 && n > 0) {
            total[j] += n;
            mean[j] += (ofKey - mean[j]) * (n / total[j]);
            least[j] = Math.min(least[j], ofKey);
            most[j] = Math.max(most[j], ofKey);
            varies[j] |= (statistics.variance(k, j) > 0 && scale[j] != 0) || least[j] < most[j];
          } else if (pass == 1 && n > 0 && varies[j]) {
            double apart = ofKey - mean[j];
            double within = statistics.variance(k, j) * scale[j] * scale[j];
            variance[j] += (within + apart * apart) * (n / total[j]);
          }
        }
      }
    }
    return new double[][] {mean, variance};
  }

  /** Checks the statistics by key of a loaded or given model against its other params. */
  static void check(BatchNormModel model, int features) {
    int columns = model.getKeyCols().length;
    boolean fitted = model.isSet(model.fittedParams().keyStatistics);
    if (!fitted && columns == 0) {
      return;
    }
    if (!fitted) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "Model %s has keyCols, but no statistics by key.", model.uid()));
    }
    KeyStatistics statistics = model.byKey();
    if (statistics.columns().size() != columns || statistics.features() != features) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Model %s has statistics of %d features by %d key columns, but %d features and %d key"
                  + " columns.",
              model.uid(),
              statistics.features(),
              statistics.columns().size(),
              features,
              columns));
    }
    for (int k = 0; k < statistics.size(); k++) {
      for (int j = 0; j < features; j++) {
        if (statistics.variance(k, j) < 0) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Param keyStatistics holds the variance %s, but variances are at least 0.",
                  statistics.variance(k, j)));
        }
      }
    }
  }
}
