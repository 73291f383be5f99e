package io.normact.ml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.LocalSpark;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.mllib.util.MLUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What callers hand over and get back. */
class ArgumentTest {

  private static final SparkSession SPARK = LocalSpark.session();

  private static Dataset<Row> numbers() {
    return SPARK.range(0, 8, 1, 1).selectExpr("double(id) x", "double(id * id) y");
  }

  private static BatchNorm stage() {
    return new BatchNorm()
        .setInputCols(new String[] {"x", "y"})
        .setOutputCols(new String[] {"xo", "yo"});
  }

  /** Every public method with one argument that may be null, of each class that users call. */
  static Stream<Method> methods() {
    return Stream.of(
            BatchNorm.class, BatchNormModel.class, BatchNormInverse.class, Activation.class)
        .flatMap(
            type ->
                Arrays.stream(type.getMethods())
                    .filter(
                        method -> method.getDeclaringClass().getName().startsWith("io.normact."))
                    .filter(method -> !method.isBridge() && !method.getName().contains("$"))
                    .filter(method -> !method.getName().equals("setProgress"))
                    .filter(method -> method.getParameterCount() == 1)
                    .filter(method -> !method.getParameterTypes()[0].isPrimitive()));
  }

  private static Object receiver(Method method) {
    if (Modifier.isStatic(method.getModifiers())) {
      return null;
    }
    Class<?> type = method.getDeclaringClass();
    return Stream.of(stage(), Fitted.MODEL.inverse(), Fitted.MODEL, new Activation())
        .filter(type::isInstance)
        .findFirst()
        .orElseThrow();
  }

  private static final class Fitted {
    static final BatchNormModel MODEL = stage().fit(numbers());
  }

  @ParameterizedTest
  @MethodSource("methods")
  void nullIsRefusedBySentences(Method method) {
    assertThatThrownBy(() -> method.invoke(receiver(method), (Object) null))
        .isInstanceOf(InvocationTargetException.class)
        .cause()
        .isInstanceOf(IllegalArgumentException.class)
        .message()
        .matches("[A-Z].* is null, but must be .*[.]");
  }

  @Test
  void nullAmongSeveralIsNamed() {
    double[] one = {1};
    assertThatThrownBy(() -> BatchNormModel.of(one, one, null, null))
        .hasMessage("Argument gamma is null, but must be an array with a number for each feature.");
    assertThatThrownBy(() -> BatchNormModel.of(null, one, one, one))
        .hasMessageStartingWith("Argument mean is null, but");
    assertThatThrownBy(() -> stage().setInputCols(new String[] {"x", null}))
        .hasMessage("Param inputCols is [x, null], but must be names of columns.");
    assertThatThrownBy(() -> new RunningBatchNorm(null, "folder"))
        .hasMessage("Argument stage is null, but must be a BatchNorm.");
    assertThatThrownBy(() -> new RunningBatchNorm(stage(), null))
        .hasMessage("Argument folder is null, but must be a path.");
  }

  @Test
  void whatIsHandedOutOrInDoesNotChangeAStage() {
    double[] gamma = {2, 3};
    String[] inputs = {"x", "y"};
    BatchNorm stage = stage().setInputCols(inputs).setGamma(gamma).setBeta(gamma);
    BatchNormModel model = stage.fit(numbers());
    List<String> expected = model.transform(numbers()).toJSON().collectAsList();
    Arrays.fill(gamma, 99);
    Arrays.fill(inputs, "z");
    Arrays.fill(model.mean().toArray(), 99);
    Arrays.fill(model.variance().toArray(), 99);
    Arrays.fill(model.gamma().toArray(), 99);
    Arrays.fill(model.beta().toArray(), 99);
    Arrays.fill(model.count().toArray(), 99);
    model.inverse().transform(model.transform(numbers())).count();
    assertThat(model.transform(numbers()).toJSON().collectAsList()).isEqualTo(expected);
    assertThat(stage.fit(numbers()).transform(numbers()).toJSON().collectAsList())
        .isEqualTo(expected);
    assertThat(model.update(numbers()).count()).isEqualTo(Vectors.dense(16, 16));
    Activation activation = new Activation().setFunctions(new String[] {"relu", "elu"});
    activation.getFunctions()[0] = "tanh";
    assertThat(activation.getFunctions()[0]).isEqualTo("relu");
  }

  static Stream<Params> stages() {
    return Stream.of(
        new BatchNorm(), new BatchNormModel(), new BatchNormInverse(), new Activation());
  }

  private static final java.util.Set<String> FITTED =
      java.util.Set.of("moments", "keyStatistics", "keyNumbers", "histograms", "labelClasses");

  /** By setters, by the params themselves, and by a map of params. */
  @ParameterizedTest
  @MethodSource("stages")
  void everyArrayGivenIsCopied(Params stage) throws ReflectiveOperationException {
    for (Param<?> param : stage.params()) {
      if (param instanceof StringArrayParam texts && !FITTED.contains(param.name())) {
        String[] given = {"relu", "tanh"};
        stage.set(texts, given);
        ParamMap map = new ParamMap().put(texts, given);
        given[0] = "elu";
        assertThat(stage.getOrDefault(texts)).as(param.name()).containsExactly("relu", "tanh");
        assertThat(map.apply(texts)).as(param.name()).containsExactly("relu", "tanh");
        String name =
            param.name().substring(0, 1).toUpperCase(Locale.ROOT) + param.name().substring(1);
        Method set = stage.getClass().getMethod("set" + name, String[].class);
        Method get = stage.getClass().getMethod("get" + name);
        set.invoke(stage, (Object) given);
        given[1] = "mish";
        ((String[]) get.invoke(stage))[0] = "silu";
        assertThat((String[]) get.invoke(stage)).as(param.name()).containsExactly("elu", "tanh");
      } else if (param instanceof DoubleArrayParam numbers
          && !param.name().equals("objectiveHistory")) {
        double[] given = {1, 2};
        stage.set(numbers, given);
        given[0] = 3;
        assertThat(stage.getOrDefault(numbers)).as(param.name()).containsExactly(1, 2);
      }
    }
  }

  @Test
  void anMllibVectorIsNamed() {
    Dataset<Row> ml = numbers().selectExpr("array(x, y) a");
    Dataset<Row> vectors =
        MLUtils.convertVectorColumnsFromML(
            ml.select(org.apache.spark.ml.functions.array_to_vector(ml.col("a")).as("v")), "v");
    assertThatThrownBy(() -> new BatchNorm().setInputCol("v").setOutputCol("o").fit(vectors))
        .hasMessage(
            "Column 'v' holds vectors of the old org.apache.spark.mllib.linalg, but must hold those of org.apache.spark.ml.linalg; convert it by MLUtils.convertVectorColumnsToML(dataset, \"v\").");
    Dataset<Row> converted = MLUtils.convertVectorColumnsToML(vectors, "v");
    assertThat(new BatchNorm().setInputCol("v").setOutputCol("o").fit(converted).mean().size())
        .isEqualTo(2);
  }

  @Test
  void anUpdateNamesAColumnThatHasAnotherForm() {
    String[] names = {"x", "v", "y"};
    BatchNorm stage =
        new BatchNorm().setInputCols(names).setOutputCols(new String[] {"a", "b", "c"});
    Dataset<Row> arrays = numbers().selectExpr("x", "array(x) v", "y");
    Dataset<Row> plain = numbers().selectExpr("x", "x v", "y");
    assertThatThrownBy(() -> stage.fit(arrays).update(plain))
        .hasMessage(
            "Column 'x', 'v', 'y' holds a number a row in this batch, but another form of column was fitted there or beside it; numbers must stay numbers, and vectors and arrays of one feature what they were.");
    assertThatThrownBy(() -> stage.fit(plain).update(arrays))
        .hasMessage(
            "Column 'x' holds a number a row in this batch, but another form of column was fitted there or beside it; numbers must stay numbers, and vectors and arrays of one feature what they were.");
    assertThat(stage.fit(arrays).update(arrays).count()).isEqualTo(Vectors.dense(16, 16, 16));
  }

  @Test
  void quotedNamesAreNoPatterns() {
    Dataset<Row> data =
        numbers().selectExpr("x `a.b`", "y `c.*`", "array(x, y) v", "x `gathered_1`");
    String[] inputs = {"a.b", "c.*", "v", "gathered_1"};
    String[] outputs = {"o1", "o2", "o3", "o4"};
    BatchNorm stage = new BatchNorm().setInputCols(inputs).setOutputCols(outputs);
    List<String> expected = stage.fit(data).transform(data).toJSON().collectAsList();
    for (String handleInvalid : List.of("error", "skip", "keep")) {
      stage.setHandleInvalid(handleInvalid);
      for (String maxFields : List.of("100", "1")) {
        assertThat(
                LocalSpark.with(
                    "spark.sql.codegen.maxFields",
                    maxFields,
                    () ->
                        LocalSpark.with(
                            "spark.sql.parser.quotedRegexColumnNames",
                            "true",
                            () -> stage.fit(data).transform(data).toJSON().collectAsList())))
            .isEqualTo(expected);
      }
    }
  }
}
