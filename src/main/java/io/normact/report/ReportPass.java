package io.normact.report;

import io.normact.math.ActivationFunction;
import io.normact.math.histogram.ReferenceBins;
import io.normact.math.histogram.ValueHistogram;
import io.normact.math.row.FeatureFunction;
import io.normact.ml.BatchNormModel;
import io.normact.ml.FeatureInputs;
import io.normact.sql.column.ColumnKind;
import io.normact.sql.pass.FeatureSource;
import io.normact.sql.pass.ProfileAggregation;
import io.normact.sql.pass.ProfileAggregation.JudgedRows;
import io.normact.sql.pass.ProfileAggregation.Transformation;
import io.normact.sql.pass.Profiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Dataset;

/**
 * The one pass over the rows that a {@link ColumnReport} takes: what it is asked, and the answer.
 */
final class ReportPass {

  private ReportPass() {}

  /**
   * Reports on columns as they are.
   *
   * @param functions one for all features, or one for each
   * @param widths how many features each column has; null where the rows tell
   * @param flat as in {@link ColumnReport#of(Dataset, List, ActivationFunction, double)}
   * @param skipInvalidRows whether rows with a null, NaN or infinite feature are left out
   */
  static ColumnReport overColumns(
      Dataset<?> data,
      List<String> columns,
      ActivationFunction[] functions,
      int[] widths,
      double flat,
      Optional<String> weightCol,
      boolean skipInvalidRows) {
    FeatureInputs inputs = FeatureInputs.of(data, columns);
    return run(data, inputs, null, functions, widths, flat, weightCol, skipInvalidRows);
  }

  /** Reports on the input columns of a model, before and after normalisation. */
  static ColumnReport overInputs(BatchNormModel model, Dataset<?> data, double flat) {
    return run(
        data,
        FeatureInputs.of(model, data),
        model,
        FeatureInputs.functions(model),
        FeatureInputs.widths(model),
        flat,
        FeatureInputs.weight(model, data).map(column -> model.getWeightCol()),
        FeatureInputs.skipsInvalidRows(model));
  }

  private static ColumnReport run(
      Dataset<?> data,
      FeatureInputs inputs,
      BatchNormModel model,
      ActivationFunction[] functions,
      int[] fittedWidths,
      double flat,
      Optional<String> weightCol,
      boolean skipInvalidRows) {
    ActivationFunction function = model == null ? functions[0] : model.getActivation();
    if (!(flat > 0 && flat <= 1)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Share of the steepest slope is %s, but must be above 0 and at most 1.",
              flat));
    }
    if (!function.elementwise()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Function '%s' has no slope for each column, since each output depends on all inputs; choose an elementwise function.",
              function));
    }
    double steepest = function.steepestSlope();
    double threshold = flat * (Double.isFinite(steepest) ? steepest : 1);
    FeatureFunction normalization = model == null ? null : FeatureInputs.normalization(model);
    List<ValueHistogram> histograms = model == null ? List.of() : FeatureInputs.histograms(model);
    Profiles profiles =
        ProfileAggregation.run(
            "ColumnReport.of",
            data,
            inputs.sources(),
            new Transformation(
                functions,
                threshold,
                normalization,
                fittedWidths,
                histograms.stream().map(ReferenceBins::new).toList()),
            new JudgedRows(
                weightCol
                    .map(
                        name ->
                            new FeatureSource(
                                name, ColumnKind.DOUBLE, FeatureInputs.weight(data, name)))
                    .orElse(null),
                skipInvalidRows));
    ModelSettings settings =
        model == null
            ? null
            : new ModelSettings(
                model.getEpsilon(), model.getWithMean(), model.getWithStd(), model.getLearn());
    List<Fitted> fitted = model == null ? List.of() : fitted(model);
    int[] widths = inputs.layout().columnWidths(p -> profiles.features().get(p).features());
    return new ColumnReport(
        function,
        Optional.ofNullable(settings),
        threshold,
        weightCol,
        profiles.rows(),
        profiles.skippedRows(),
        profiles.rankError(),
        new Analysis(
                functions,
                threshold,
                normalization,
                model == null ? null : FeatureInputs.affine(model),
                fitted,
                histograms,
                settings)
            .results(profiles, inputs.names(widths)));
  }

  private static List<Fitted> fitted(BatchNormModel model) {
    List<Fitted> fitted = new ArrayList<>();
    double[] mean = model.mean().toArray();
    double[] variance = model.variance().toArray();
    double[] gamma = model.gamma().toArray();
    double[] beta = model.beta().toArray();
    for (int j = 0; j < mean.length; j++) {
      fitted.add(new Fitted(mean[j], variance[j], gamma[j], beta[j]));
    }
    return fitted;
  }
}
