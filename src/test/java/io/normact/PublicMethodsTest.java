package io.normact;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.normact.math.ActivationFunction;
import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormModel;
import io.normact.ml.FeatureInputs;
import io.normact.ml.KeyComparison;
import io.normact.ml.RunningBatchNorm;
import io.normact.onnx.OnnxExport;
import io.normact.report.ColumnReport;
import io.normact.report.KeyReport;
import io.normact.report.PipelineReport;
import io.normact.scoring.Scorer;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What holds for all methods that users call, of every class. */
@Tag("thorough")
class PublicMethodsTest {

  @TempDir static Path folder;

  /** For reports, which live in another package of their own. */
  private static final Set<Class<?>> NOT_CALLED_BY_USERS =
      Set.of(FeatureInputs.class, KeyComparison.class);

  private static final Set<String> TAKES_NULL =
      Set.of("BatchNorm.setProgress 0", "OnnxBatchNorm.read 2");

  private static final Map<Class<?>, Object> given = new LinkedHashMap<>();

  @BeforeAll
  static void makeArguments() throws IOException {
    SparkSession spark = LocalSpark.session();
    Dataset<Row> data =
        spark
            .range(0, 40, 1, 1)
            .selectExpr(
                "if(id = 3, double('NaN'), id % 7) x",
                "double(id * id) y",
                "1D c",
                "1e-4 * id e",
                "id % 2 k",
                "concat('class ', id % 2) label");
    BatchNorm stage =
        new BatchNorm()
            .setInputCols(new String[] {"x", "y", "c", "e"})
            .setOutputCols(new String[] {"xo", "yo", "co", "eo"})
            .setHandleInvalid("mean")
            .setHistogram(true)
            .setActivation("sigmoid");
    BatchNormModel model =
        stage.copy(ParamMap.empty()).setLearn("supervised").setLabelCol("label").fit(data);
    Activation activation =
        new Activation().setInputCol("xo").setOutputCol("xa").setFunction("tanh");
    PipelineModel pipeline =
        new Pipeline().setStages(new PipelineStage[] {stage, activation}).fit(data);
    BatchNormModel keyed = stage.copy(ParamMap.empty()).setKeyCols("k").setMinCount(30).fit(data);
    String saved = folder.resolve("model").toString();
    model.write().overwrite().save(saved);
    ColumnReport report = ColumnReport.of(model, data);
    Stream.of(
            spark,
            data,
            stage,
            model,
            model.inverse(),
            activation,
            pipeline,
            report,
            KeyReport.of(keyed, data.withColumn("k", functions.expr("k + 1"))),
            PipelineReport.of(pipeline, data, Optional.empty()),
            model.summary(),
            Scorer.load(saved),
            OnnxExport.of(model),
            new RunningBatchNorm(stage, folder.resolve("stream").toString()),
            ActivationFunction.of("elu"),
            Definition.named("elu"),
            Definition.named("elu").parameters().get(0),
            ParamMap.empty(),
            new Configuration(),
            data.schema(),
            functions.col("x"),
            Path.of(saved),
            "elu",
            2L,
            new double[] {1, 1, 1, 1},
            new float[] {1, 1, 1, 1},
            new int[] {0, 1, 2, 3},
            new String[] {"elu"},
            new Object[] {"elu"},
            List.of("x"),
            Map.of(),
            Optional.empty(),
            new ArrayList<>())
        .forEach(value -> given.put(value.getClass(), value));
  }

  private static Object argument(Class<?> type) {
    if (type == boolean.class) {
      return true;
    }
    if (type == int.class) {
      return 4;
    }
    if (type == long.class) {
      return 2L;
    }
    if (type == double.class) {
      return 1.0;
    }
    return given.values().stream().filter(type::isInstance).findFirst().orElse(null);
  }

  private static Stream<Class<?>> types() {
    return new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages(ArchitectureTest.FOR_USERS)
            .stream()
            .filter(type -> ArchitectureTest.FOR_USERS.contains(type.getPackageName()))
            .map(JavaClass::reflect)
            .filter(PublicMethodsTest::isPublic);
  }

  private static boolean isPublic(Class<?> type) {
    return Modifier.isPublic(type.getModifiers())
        && (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
  }

  private static Stream<Method> methods() {
    return types()
        .filter(type -> !type.isEnum())
        .sorted(Comparator.comparing(Class::getName))
        .flatMap(type -> Arrays.stream(type.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
        .filter(method -> !method.getName().contains("$"));
  }

  /** Whatever gets null says in a sentence what must stand there. */
  @Test
  void nullIsRefusedInASentence() {
    List<String> wrong = new ArrayList<>();
    methods()
        .filter(method -> !List.of("equals", "values", "slopes").contains(method.getName()))
        .filter(method -> !NOT_CALLED_BY_USERS.contains(method.getDeclaringClass()))
        .filter(method -> receiver(method) != null || Modifier.isStatic(method.getModifiers()))
        .forEach(
            method ->
                tryNulls(method, arguments -> method.invoke(receiver(method), arguments), wrong));
    types()
        .filter(type -> !type.isRecord())
        .flatMap(type -> Arrays.stream(type.getConstructors()))
        .forEach(constructor -> tryNulls(constructor, constructor::newInstance, wrong));
    assertThat(wrong).isEmpty();
  }

  private interface Call {
    Object of(Object... arguments) throws ReflectiveOperationException;
  }

  private static Object receiver(Method method) {
    return Modifier.isStatic(method.getModifiers()) ? null : argument(method.getDeclaringClass());
  }

  private static void tryNulls(Executable each, Call call, List<String> wrong) {
    Class<?>[] types = each.getParameterTypes();
    String name = each.getDeclaringClass().getSimpleName() + "." + each.getName();
    for (int at = 0; at < types.length; at++) {
      if (types[at].isPrimitive() || TAKES_NULL.contains(name + " " + at)) {
        continue;
      }
      Object[] arguments = Arrays.stream(types).map(PublicMethodsTest::argument).toArray();
      arguments[at] = null;
      try {
        call.of(arguments);
        wrong.add(each + ", argument " + at + ": accepted");
      } catch (InvocationTargetException e) {
        Throwable cause = e.getCause();
        if (!(cause instanceof IllegalArgumentException)
            || !String.valueOf(cause.getMessage()).matches("(?s)[A-Z].*null.*[.]")) {
          wrong.add(each + ", argument " + at + ": " + cause);
        }
      } catch (ReflectiveOperationException e) {
        wrong.add(each + ", argument " + at + ": " + e);
      }
    }
  }

  /** Whatever a method without arguments gives may be changed, and changes nothing. */
  @Test
  void whatIsGivenIsACopyOrCannotBeChanged() throws ReflectiveOperationException {
    List<String> wrong = new ArrayList<>();
    int tried = 0;
    for (Method method : methods().filter(each -> each.getParameterCount() == 0).toList()) {
      Object receiver = receiver(method);
      Class<?> type = method.getReturnType();
      boolean holds =
          type.isArray()
              || Collection.class.isAssignableFrom(type)
              || Map.class.isAssignableFrom(type)
              || Vector.class.isAssignableFrom(type)
              || type == Object.class;
      if (!holds || (receiver == null && !Modifier.isStatic(method.getModifiers()))) {
        continue;
      }
      method.setAccessible(true);
      Object result;
      try {
        result = method.invoke(receiver);
      } catch (InvocationTargetException e) {
        continue;
      }
      tried++;
      String before = text(result);
      spoil(result);
      if (!text(method.invoke(receiver)).equals(before)) {
        wrong.add(method.toString());
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(tried).isGreaterThan(25);
  }

  private static String text(Object value) {
    return value instanceof Vector vector
        ? Arrays.toString(vector.toArray())
        : Arrays.deepToString(new Object[] {value});
  }

  private static void spoil(Object value) {
    if (value instanceof Vector vector) {
      spoil(vector.toArray());
    } else if (value instanceof Collection<?> collection) {
      attempt(collection::clear);
    } else if (value instanceof Map<?, ?> map) {
      attempt(map::clear);
    } else if (value != null && value.getClass().isArray()) {
      for (int i = 0; i < Array.getLength(value); i++) {
        if (value instanceof Object[] objects) {
          objects[i] = null;
        } else {
          Array.set(value, i, (byte) 99);
        }
      }
    }
  }

  private static void attempt(Runnable change) {
    try {
      change.run();
    } catch (UnsupportedOperationException e) {
      // It can't be changed.
    }
  }
}
