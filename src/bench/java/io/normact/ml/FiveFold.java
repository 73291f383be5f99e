package io.normact.ml;

import io.normact.BenchmarkSession;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.classification.LogisticRegression;
import org.apache.spark.ml.feature.StandardScaler;
import org.apache.spark.ml.feature.VectorAssembler;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Does normalisation with an activation help a linear model? Five-fold cross-validation of Spark's
 * LogisticRegression on what each way of preparing the features gives, the preparation fitted
 * inside the fold.
 *
 * <p>Arguments: a folder that is not used, a CSV file and its column of labels
 * (sample-data/breast-cancer.csv malignant). Prints the table.
 */
public final class FiveFold {
  static final double[] REG_PARAMS = {1e-1, 1e-2, 1e-3, 1e-4};
  private static final int FOLDS = 5;
  private static final long SEED = 42;

  private final List<Dataset<Row>> training = new ArrayList<>();
  private final List<Dataset<Row>> held = new ArrayList<>();
  private final String label;

  /** Ways to prepare the features, in the order of the table. */
  enum Preparation {
    RAW("raw columns", null, null),
    RAW_SIGMOID("sigmoid of raw columns", null, null),
    STANDARD_SCALER("StandardScaler", null, null),
    BATCH_NORM("BatchNorm + sigmoid", "none", "sigmoid"),
    INFOMAX("BatchNorm + sigmoid, infomax", "infomax", "sigmoid"),
    SUPERVISED("BatchNorm + sigmoid, supervised", "supervised", "sigmoid"),
    SUPERVISED_TANH("BatchNorm + tanh, supervised", "supervised", "tanh"),
    SUPERVISED_RELU("BatchNorm + relu, supervised", "supervised", "relu");

    final String text;
    final String learn;
    final String activation;

    Preparation(String text, String learn, String activation) {
      this.text = text;
      this.learn = learn;
      this.activation = activation;
    }

    /** The stage from the column x to the column y. */
    PipelineStage stage(String label, double regParam) {
      return switch (this) {
        case RAW -> new Activation().setInputCol("x").setOutputCol("y").setFunction("identity");
        case RAW_SIGMOID ->
            new Activation().setInputCol("x").setOutputCol("y").setFunction("sigmoid");
        case STANDARD_SCALER ->
            new StandardScaler().setInputCol("x").setOutputCol("y").setWithMean(true);
        default ->
            new BatchNorm()
                .setInputCol("x")
                .setOutputCol("y")
                .setActivation(activation)
                .setLearn(learn)
                .setLabelCol(label)
                .setRegParam(regParam);
      };
    }
  }

  /** What a model does on rows that it has not seen. */
  record Score(double logLoss, double accuracy) {}

  /** Folds of these rows: all columns but the label are features. */
  FiveFold(Dataset<Row> data, String label) {
    this.label = label;
    List<String> features = new ArrayList<>(List.of(data.columns()));
    features.remove(label);
    Dataset<Row> vectors =
        new VectorAssembler()
            .setInputCols(features.toArray(new String[0]))
            .setOutputCol("x")
            .transform(data)
            .selectExpr("x", "CAST(`" + label + "` AS DOUBLE) AS `" + label + "`");
    List<Row> rows = new ArrayList<>(vectors.collectAsList());
    Collections.shuffle(rows, new Random(SEED));
    SparkSession spark = data.sparkSession();
    for (int fold = 0; fold < FOLDS; fold++) {
      List<Row> in = new ArrayList<>();
      List<Row> out = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        (i % FOLDS == fold ? out : in).add(rows.get(i));
      }
      training.add(spark.createDataFrame(in, vectors.schema()).coalesce(1).cache());
      held.add(spark.createDataFrame(out, vectors.schema()).coalesce(1).cache());
    }
  }

  /** The scores over the rows held out in the first so many folds. */
  Score score(Preparation preparation, double regParam, boolean standardization, int folds) {
    double loss = 0;
    int right = 0;
    int n = 0;
    for (int fold = 0; fold < folds; fold++) {
      LogisticRegression regression =
          new LogisticRegression()
              .setFeaturesCol("y")
              .setLabelCol(label)
              .setRegParam(regParam)
              .setStandardization(standardization);
      PipelineModel model =
          new Pipeline()
              .setStages(new PipelineStage[] {preparation.stage(label, regParam), regression})
              .fit(training.get(fold));
      for (Row row : model.transform(held.get(fold)).select(label, "probability").collectAsList()) {
        double p = row.<Vector>getAs(1).apply((int) row.getDouble(0));
        loss -= Math.log(Math.max(p, 1e-15));
        right += p > 0.5 ? 1 : 0;
        n++;
      }
    }
    return new Score(loss / n, (double) right / n);
  }

  /** Prints the table as Markdown. */
  public static void main(String[] arguments) {
    SparkSession spark = BenchmarkSession.builder().getOrCreate();
    spark.sparkContext().setLogLevel("ERROR");
    Dataset<Row> data =
        spark
            .read()
            .option("header", true)
            .option("inferSchema", true)
            .csv(arguments.length > 1 ? arguments[1] : "sample-data/breast-cancer.csv");
    FiveFold folds = new FiveFold(data, arguments.length > 2 ? arguments[2] : "malignant");
    System.out.println(
        "| features | log-loss | accuracy | regParam | log-loss, standardization=false | accuracy | regParam |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (Preparation preparation : Preparation.values()) {
      System.out.printf(
          Locale.ROOT,
          "| %s |%s%s%n",
          preparation.text,
          folds.best(preparation, true),
          folds.best(preparation, false));
    }
    spark.stop();
  }

  private String best(Preparation preparation, boolean standardization) {
    Score best = new Score(Double.POSITIVE_INFINITY, 0);
    double at = 0;
    for (double regParam : REG_PARAMS) {
      Score score = score(preparation, regParam, standardization, FOLDS);
      if (score.logLoss < best.logLoss) {
        best = score;
        at = regParam;
      }
    }
    return String.format(
        Locale.ROOT, " %.4f | %.1f%% | %.0e |", best.logLoss, 100 * best.accuracy, at);
  }
}
