package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import io.normact.math.ActivationFunction;
import io.normact.math.Activations;
import io.normact.math.FeatureFunction;
import io.normact.math.Normalization;
import java.lang.reflect.Field;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** The fall-back gives what generated code gives, on every kind of column. */
class FeatureUdfTest {

  private static final Dataset<Row> DATA =
      LocalSpark.session()
          .createDataFrame(
              List.of(
                  RowFactory.create(
                      3L,
                      -0.3f,
                      Vectors.dense(1, -2),
                      new Double[] {0.5, null},
                      new Float[] {null, -0.7f}),
                  RowFactory.create(
                      -1L,
                      Float.NaN,
                      Vectors.sparse(2, new int[] {1}, new double[] {-3}),
                      new Double[] {Double.NEGATIVE_INFINITY, -0.0},
                      new Float[] {1f, 2f}),
                  RowFactory.create(null, null, null, null, null)),
              StructType.fromDDL("a BIGINT, b FLOAT")
                  .add("c", new VectorUDT())
                  .add("d", DataTypes.createArrayType(DataTypes.DoubleType))
                  .add("e", DataTypes.createArrayType(DataTypes.FloatType)));

  @Test
  void sameValuesAsGeneratedCode() {
    FeatureFunction normalization =
        new Normalization(
            new double[] {1, 2},
            new double[] {0.5, 3},
            new double[] {0, 1},
            Activations.values(ActivationFunction.parse("gelu")));
    for (FeatureFunction function :
        List.of(
            Activations.values(ActivationFunction.parse("sigmoid")),
            Activations.slopes(ActivationFunction.parse("relu")),
            normalization)) {
      for (StructField field : DATA.schema().fields()) {
        Column x = DATA.col(field.name());
        List<Row> generated =
            DATA.select(FeatureColumns.apply(function, 1, x, field)).collectAsList();
        List<Row> udf = DATA.select(FeatureUdf.apply(function, 1, x, field)).collectAsList();
        assertThat(udf).isEqualTo(generated);
      }
    }
    assertThatThrownBy(
            () ->
                DATA.select(
                        FeatureUdf.apply(
                            normalization.slice(0, 1),
                            0,
                            DATA.col("c"),
                            new StructField("c", new VectorUDT(), true, Metadata.empty())))
                    .collectAsList())
        .hasStackTraceContaining(
            "Column 'c' holds a row of 2 features, but the model was fitted on 1.");
  }

  @Test
  void aClassThatIsNotThereMeansTheFallBack() throws Exception {
    assertThat(FeatureColumns.GENERATED).isTrue();
    URL classes = FeatureColumns.class.getProtectionDomain().getCodeSource().getLocation();
    try (URLClassLoader other =
        new URLClassLoader(new URL[] {classes}, getClass().getClassLoader()) {
          @Override
          protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            // As of a Spark that lacks it.
            if (name.equals(CodegenFallback.class.getName())) {
              throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(FeatureColumns.class.getPackageName() + ".")) {
              return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
          }
        }) {
      Field generated =
          Class.forName(FeatureColumns.class.getName(), true, other).getDeclaredField("GENERATED");
      generated.setAccessible(true);
      assertThat(generated.get(null)).isEqualTo(false);
    }
  }
}
