package io.normact.ml;

import io.normact.math.exact.Moments;
import io.normact.sql.column.FeatureLayout;
import io.normact.sql.pass.FeatureMoments;
import io.normact.sql.pass.KeyedAggregation;
import io.normact.text.Counted;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;

/** How a model takes in one more batch, see {@link BatchNormModel#update(Dataset)}. */
final class BatchNormUpdate {

  private static final String NAME = "BatchNormModel.update";

  private BatchNormUpdate() {}

  /** A model that has seen the rows too; the given one stays as it is. */
  static BatchNormModel run(BatchNormModel model, Dataset<?> data) {
    boolean cumulative = model.getMomentum() == 0;
    boolean keyed = model.isSet(model.fittedParams().keyStatistics);
    if (cumulative
        && (!model.isSet(model.fittedMoments()) || (keyed && !model.byKey().hasSums()))) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Model %s has no exact sums to continue from, but momentum=0 needs them; set a momentum above 0, or fit the model on its first batch.",
              model.uid()));
    }
    List<FeatureColumn> columns = FeatureColumn.resolve(model, data.schema());
    boolean histograms = cumulative && model.isSet(model.fittedHistograms());
    FeatureMoments moments = keyed ? null : FitPass.run(NAME, model, data, columns, histograms);
    KeyedAggregation.Result pass =
        keyed ? KeyedFit.run(NAME, model, data, columns) : withoutKeys(moments);
    List<Moments> parts = parts(model, columns, pass.parts());
    FittedStatistics batch =
        FittedStatistics.read(columns, parts, pass.nullCells(), pass.skippedRows());
    batch.rejectInvalid(columns, InvalidValues.of(model.getHandleInvalid()));

    BatchNormModel updated = model.copy(ParamMap.empty());
    updated.setFitted(
        updated.fittedCount(), sum(model.getOrDefault(model.fittedCount()), batch.count()));
    updated.setFitted(
        updated.fittedInvalid(), sum(model.getOrDefault(model.fittedInvalid()), batch.invalid()));
    long skipped =
        model.isSet(model.fittedSkippedRows())
            ? (long) model.getOrDefault((Param<?>) model.fittedSkippedRows())
            : 0;
    updated.setFitted(updated.fittedSkippedRows(), skipped + batch.skippedRows());
    if (cumulative) {
      checkForm(columns, decode(model), parts);
      pool(updated, parts);
    } else {
      move(updated, parts);
    }
    if (histograms) {
      FittedHistograms.pool(updated, moments.histograms());
    } else {
      // Those of all rows don't belong to statistics that forget.
      updated.clear(updated.fittedHistograms());
    }
    if (keyed) {
      // Nothing here holds the statistics before, so that texts are made without them.
      KeyedFit.store(
          updated,
          cumulative
              ? KeyedFit.pooled(model.byKey(), pass.statistics())
              : KeyedFit.moved(model.byKey(), pass.statistics(), model.getMomentum()));
    }
    updated.fittedParams().check(updated);
    return updated;
  }

  private static KeyedAggregation.Result withoutKeys(FeatureMoments pass) {
    return new KeyedAggregation.Result(null, pass.parts(), pass.nullCells(), pass.skippedRows());
  }

  /** The pass's parts; one that met no vector to tell its width is as wide as the model says. */
  private static List<Moments> parts(
      BatchNormModel model, List<FeatureColumn> columns, List<Moments> pass) {
    int[] fitted = model.widths(columns.size());
    List<Moments> parts = new ArrayList<>(pass);
    List<FeatureLayout.Part> layout = FeatureColumn.layout(columns).parts();
    for (int p = 0; p < parts.size(); p++) {
      FeatureLayout.Part part = layout.get(p);
      for (int i = part.start(); i < part.end(); i++) {
        FeatureColumn column = columns.get(i);
        int width = parts.get(p).features();
        if (part.scalar()) {
          column.checkWidth(fitted[i]);
        } else if (width == 0) {
          parts.set(p, new Moments(fitted[i]));
        } else if (width != fitted[i]) {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "Column '%s' holds rows of %s in this batch, but the model was fitted on %d.",
                  column.field().name(),
                  Counted.of(width, "feature"),
                  fitted[i]));
        }
      }
    }
    return parts;
  }

  private static List<Moments> decode(BatchNormModel model) {
    return Arrays.stream(model.getOrDefault(model.fittedMoments()))
        .map(FittedStatistics::decode)
        .toList();
  }

  /**
   * Checks that sums which are to be added up come from columns of the same form: a run of numbers
   * has its sums together, a vector or array has its own.
   */
  static void checkForm(List<FeatureColumn> columns, List<Moments> before, List<Moments> now) {
    List<FeatureLayout.Part> layout = FeatureColumn.layout(columns).parts();
    for (int p = 0; p < now.size(); p++) {
      boolean scalar = layout.get(p).scalar();
      int features = scalar ? layout.get(p).columns() : now.get(p).features();
      int known = p < before.size() ? before.get(p).features() : -1;
      boolean mayDiffer = !scalar && (known == 0 || features == 0);
      if ((known != features && !mayDiffer)
          || (p == now.size() - 1 && before.size() > now.size())) {
        String names =
            layout.get(p).of(columns).stream()
                .map(c -> "'" + c.field().name() + "'")
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Column %s holds %s in this batch, but another form of column was fitted there or beside it; numbers must stay numbers, and vectors and arrays of one feature what they were.",
                names,
                scalar ? "a number a row" : "a vector or array"));
      }
    }
  }

  /** All rows so far together. */
  private static void pool(BatchNormModel model, List<Moments> parts) {
    String[] texts = model.getOrDefault(model.fittedMoments()).clone();
    double[] mean = new double[model.mean().size()];
    double[] variance = new double[mean.length];
    int from = 0;
    for (int p = 0; p < texts.length; p++) {
      Moments all = FittedStatistics.decode(texts[p]);
      all.merge(parts.get(p));
      texts[p] = FittedStatistics.encode(all);
      FittedStatistics.store(all, mean, variance, from);
      from += all.features();
    }
    model.setFitted(model.fittedMean(), mean);
    model.setFitted(model.fittedVariance(), variance);
    model.setFitted(model.fittedMoments(), texts);
  }

  /** The exponential moving average. */
  private static void move(BatchNormModel model, List<Moments> parts) {
    double momentum = model.getMomentum();
    double[] mean = model.mean().toArray().clone();
    double[] variance = model.variance().toArray().clone();
    int from = 0;
    for (Moments part : parts) {
      for (int j = 0; j < part.features(); j++) {
        if (part.count(j) >= 2) {
          mean[from + j] = (1 - momentum) * mean[from + j] + momentum * part.mean(j);
          variance[from + j] =
              (1 - momentum) * variance[from + j] + momentum * part.sampleVariance(j);
        }
      }
      from += part.features();
    }
    model.setFitted(model.fittedMean(), mean);
    model.setFitted(model.fittedVariance(), variance);
    model.clear(model.fittedMoments());
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    Arrays.setAll(sum, j -> a[j] + b[j]);
    return sum;
  }
}
