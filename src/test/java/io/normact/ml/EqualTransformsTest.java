package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.LocalSpark;
import io.normact.math.row.FeatureFunction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.ml.Transformer;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A transform done again, by the same stage or by one loaded from disk, is the same query. */
@Tag("thorough")
class EqualTransformsTest {

  @TempDir Path folder;

  /** So many scalars. */
  private static Dataset<Row> data(int scalars) {
    Random random = new Random(8);
    Column[] columns =
        IntStream.range(0, scalars)
            .mapToObj(j -> functions.col("id").multiply(random.nextDouble()).as("x" + j))
            .toArray(Column[]::new);
    return LocalSpark.session().range(20).select(columns);
  }

  private static String[] names(int scalars, String suffix) {
    return IntStream.range(0, scalars).mapToObj(j -> "x" + j + suffix).toArray(String[]::new);
  }

  @ParameterizedTest
  @CsvSource({"3, error, sigmoid", "60, error, prelu", "3, skip, tanh", "60, keep, identity"})
  void transformsOfAModelAreOneQuery(int scalars, String invalid, String activation)
      throws IOException {
    Dataset<Row> data = data(scalars);
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(names(scalars, ""))
            .setOutputCols(names(scalars, "_y"))
            .setHandleInvalid(invalid)
            .setActivation(activation);
    BatchNormModel model = stage.fit(data);
    model.write().save(folder.resolve("model").toString());
    BatchNormModel loaded = BatchNormModel.load(folder.resolve("model").toString());
    assertOneQuery(data, model, loaded, stage.fit(data.limit(7)));
    if (!invalid.equals("skip")) {
      Dataset<Row> transformed = model.transform(data);
      BatchNormInverse other = stage.fit(data.limit(7)).inverse();
      assertOneQuery(transformed, model.inverse(), loaded.inverse(), other);
    }
  }

  /** The same by key, where every executor has the keys and where they are joined. */
  @ParameterizedTest
  @CsvSource({"100, error", "0, error", "0, skip"})
  void transformsByKeyAreOneQuery(int maxBroadcastInMB, String invalid) throws IOException {
    Dataset<Row> data = data(3).withColumn("k", functions.col("x1").gt(3));
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(names(3, ""))
            .setOutputCols(names(3, "_y"))
            .setHandleInvalid(invalid)
            .setMaxBroadcastInMB(maxBroadcastInMB)
            .setKeyCols("k");
    BatchNormModel model = stage.fit(data);
    BatchNormModel copy = model.copy(ParamMap.empty());
    assertOneQuery(data, model, copy, stage.fit(data.limit(7)));
    model.write().save(folder.resolve("keyed").toString());
    BatchNormModel loaded = BatchNormModel.load(folder.resolve("keyed").toString());
    assertOneQuery(data, model, loaded, loaded.copy(ParamMap.empty()).setEpsilon(0.5));
    BatchNormInverse other = stage.fit(data.limit(7)).inverse();
    assertOneQuery(model.transform(data), model.inverse(), loaded.inverse(), other);
    // Once more over itself, where the keys stand in one query twice.
    BatchNormModel second = copy.setInputCols(names(3, "_y")).setOutputCols(names(3, "_z"));
    assertThat(second.transform(model.transform(data)).select("x0_z", "x1_z", "x2_z").count())
        .isEqualTo(20);
    if (maxBroadcastInMB == 0) {
      Row joined = second.transform(model.transform(data)).orderBy("x0").first();
      model.setMaxBroadcastInMB(100);
      second.setMaxBroadcastInMB(100);
      assertThat(second.transform(model.transform(data)).orderBy("x0").first()).isEqualTo(joined);
    }
  }

  /** The same of a vector column, and of functions without a model. */
  @ParameterizedTest
  @CsvSource({"value, softmax, softmin", "slope, elu(alpha=0.5), elu(alpha=0.25)"})
  void transformsOfAVectorAreOneQuery(String output, String function, String other)
      throws IOException {
    Dataset<Row> data =
        LocalSpark.session()
            .createDataFrame(
                Stream.of(1, 2, 3)
                    .map(i -> org.apache.spark.sql.RowFactory.create(Vectors.dense(i, -i)))
                    .toList(),
                new org.apache.spark.sql.types.StructType()
                    .add("v", new org.apache.spark.ml.linalg.VectorUDT()));
    Activation stage =
        new Activation().setInputCol("v").setOutputCol("y").setOutput(output).setFunction(function);
    stage.write().save(folder.resolve("stage").toString());
    assertOneQuery(
        data,
        stage,
        Activation.load(folder.resolve("stage").toString()),
        stage.copy(ParamMap.empty()).setFunction(other));
  }

  private static void assertOneQuery(
      Dataset<Row> data, Transformer stage, Transformer again, Transformer different) {
    Dataset<Row> first = stage.transform(data);
    assertThat(sameResult(first, stage.transform(data))).isTrue();
    assertThat(sameResult(first, again.transform(data))).isTrue();
    assertThat(sameResult(first, different.transform(data))).isFalse();
    String plan = first.queryExecution().toString();
    assertThat(plan)
        .doesNotContainPattern("@[0-9a-f]{5,}")
        .doesNotContain(FeatureFunction.class.getPackageName());
    if (Arrays.asList(data.columns()).size() < 10) {
      Dataset<Row> union = first.repartition(3).union(again.transform(data).repartition(3));
      union.collect();
      assertThat(union.queryExecution().executedPlan().toString()).contains("ReusedExchange");
    }
  }

  private static boolean sameResult(Dataset<Row> a, Dataset<Row> b) {
    return a.queryExecution().optimizedPlan().sameResult(b.queryExecution().optimizedPlan())
        && a.queryExecution().analyzed().sameResult(b.queryExecution().analyzed())
        && a.semanticHash() == b.semanticHash();
  }
}
