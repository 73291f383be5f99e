package io.normact;

import static java.util.stream.Collectors.joining;

import io.normact.math.Definition;
import io.normact.ml.Activation;
import io.normact.ml.BatchNorm;
import io.normact.ml.BatchNormInverse;
import io.normact.ml.BatchNormModel;
import io.normact.ml.BatchNormParams;
import io.normact.ml.HasFeatureColumns;
import io.normact.ml.HasKeyCols;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.ml.param.BooleanParam;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.DoubleParam;
import org.apache.spark.ml.param.IntArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.ml.param.StringArrayParam;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Option;

/**
 * The parts of the Python package that say again what the Java stages and the registry of functions
 * say: params with their types, defaults and texts, setters, getters, and a function for each
 * activation.
 */
final class PythonSources {

  private static final String HEADER =
      """
      # Generated from the Java sources by PythonSourcesTest, which also says how; not to be edited.
      """;

  /** Written with every stage, and nobody's to set. */
  private static final String FORMAT_VERSION = "formatVersion";

  private static final Set<String> KEYWORDS = Set.of("lambda", "class", "def", "in", "is", "not");

  private PythonSources() {}

  /** The texts by the names of their files. */
  static Map<String, String> generate(String group, String artifact, String version) {
    Map<String, String> files = new TreeMap<>();
    files.put(
        "_version.py",
        HEADER
            + "__version__ = \"%s\"\n\n# Of the jar, for --packages.\nCOORDINATES = \"%s:%s:%s\"\n"
                .formatted(version, group, artifact, version));
    files.put("_stages.py", stages());
    files.put("_functions.py", functions());
    return files;
  }

  // Stages.

  private static String stages() {
    BatchNorm batchNorm = new BatchNorm();
    Map<String, Param<?>> columns = declaredBy(HasFeatureColumns.class, batchNorm);
    Map<String, Param<?>> shared =
        new TreeMap<>(
            merged(
                declaredBy(BatchNormParams.class, batchNorm),
                declaredBy(HasKeyCols.class, batchNorm)));
    return HEADER
        + """
        from typing import List, Optional, TypeVar

        from pyspark import keyword_only
        from pyspark.ml.param import Param, Params, TypeConverters

        from normact._wrapper import Stage
        """
        + trait(
            "FeatureColumns",
            "Stage",
            "Columns of a stage.",
            columns,
            settersOf(HasFeatureColumns.class))
        + trait(
            "BatchNormParams",
            "FeatureColumns",
            "Params that BatchNorm and BatchNormModel share.",
            shared,
            List.of())
        + stage(new Activation(), "FeatureColumns", columns, true)
        + stage(batchNorm, "BatchNormParams", merged(columns, shared), true)
        + stage(new BatchNormModel(), "BatchNormParams", merged(columns, shared), false)
        + stage(new BatchNormInverse(), "FeatureColumns", columns, false);
  }

  private static Map<String, Param<?>> merged(Map<String, Param<?>> a, Map<String, Param<?>> b) {
    Map<String, Param<?>> all = new LinkedHashMap<>(a);
    all.putAll(b);
    return all;
  }

  /** The params behind the methods that an interface declares itself. */
  private static Map<String, Param<?>> declaredBy(Class<?> type, Params stage) {
    Map<String, Param<?>> params = new TreeMap<>();
    for (Method method : type.getDeclaredMethods()) {
      if (Param.class.isAssignableFrom(method.getReturnType())
          && stage.hasParam(method.getName())) {
        params.put(method.getName(), stage.getParam(method.getName()));
      }
    }
    return params;
  }

  /** The names of the params that a type has public setters for. */
  private static List<String> settersOf(Class<?> type) {
    return Arrays.stream(type.getMethods())
        .map(Method::getName)
        .filter(name -> name.matches("set[A-Z].*"))
        .map(name -> name.substring(3, 4).toLowerCase(Locale.ROOT) + name.substring(4))
        .distinct()
        .sorted()
        .toList();
  }

  private static String trait(
      String name, String parent, String doc, Map<String, Param<?>> params, List<String> settable) {
    return "\n\nclass %s(%s):\n    \"\"\"%s\"\"\"\n\n".formatted(name, parent, doc)
        + params.values().stream().map(PythonSources::declaration).collect(joining())
        + params.values().stream().map(PythonSources::getter).collect(joining())
        + params.values().stream()
            .filter(param -> settable.contains(param.name()))
            .map(param -> setter("_" + name, param))
            .collect(joining())
        + "\n\n_%s = TypeVar(\"_%s\", bound=%s)\n".formatted(name, name, name);
  }

  private static String stage(
      Params stage, String parent, Map<String, Param<?>> inherited, boolean keywords) {
    String type = stage.getClass().getSimpleName();
    String name = type + "Stage";
    List<Param<?>> own = new ArrayList<>();
    for (Param<?> param : stage.params()) {
      boolean fitted = stage instanceof BatchNormModel;
      if (!inherited.containsKey(param.name()) && !param.name().equals(FORMAT_VERSION) && !fitted) {
        own.add(param);
      }
    }
    List<String> columns = settersOf(HasFeatureColumns.class);
    List<Param<?>> settable =
        settersOf(stage.getClass()).stream()
            .filter(stage::hasParam)
            .<Param<?>>map(stage::getParam)
            .toList();
    StringBuilder text = new StringBuilder();
    text.append("\n\nclass %s(%s):\n".formatted(name, parent));
    text.append(
        "    \"\"\"Params, setters and getters of io.normact.ml.%s.\"\"\"\n\n".formatted(type));
    text.append("    _java_class = \"%s\"\n".formatted(stage.getClass().getName()));
    text.append("    _defaults = {%s}\n".formatted(defaults(stage)));
    if (stage instanceof BatchNormModel) {
      text.append("    _fitted_names = frozenset(%s)\n".formatted(fitted(stage, inherited)));
    }
    text.append(own.isEmpty() ? "" : "\n");
    own.forEach(param -> text.append(declaration(param)));
    if (keywords) {
      text.append(constructor(stage, settable));
    }
    own.forEach(param -> text.append(getter(param)));
    settable.stream()
        .filter(param -> !columns.contains(param.name()))
        .forEach(param -> text.append(setter("_" + name, param)));
    return text + "\n\n_%s = TypeVar(\"_%s\", bound=%s)\n".formatted(name, name, name);
  }

  private static String fitted(Params model, Map<String, Param<?>> inherited) {
    return Arrays.stream(model.params())
        .map(Param::name)
        .filter(name -> !inherited.containsKey(name) && !name.equals(FORMAT_VERSION))
        .map("\n        \"%s\","::formatted)
        .collect(joining("", "[", "\n    ]"));
  }

  private static String defaults(Params stage) {
    String entries =
        Arrays.stream(stage.params())
            .filter(param -> stage.hasDefault(param) && !param.name().equals(FORMAT_VERSION))
            .map(
                param ->
                    "        \"%s\": %s,\n"
                        .formatted(param.name(), literal(stage.getDefault(param).get())))
            .collect(joining());
    return entries.isEmpty() ? "" : "\n" + entries + "    ";
  }

  private static String constructor(Params stage, List<Param<?>> settable) {
    String arguments =
        settable.stream()
            .map(
                param ->
                    "        %s: Optional[%s] = %s,\n"
                        .formatted(
                            param.name(),
                            type(param),
                            stage.hasDefault(param)
                                ? literal(stage.getDefault(param).get())
                                : "None"))
            .collect(joining());
    String docs = settable.stream().map(param -> documented(stage, param)).collect(joining());
    String body =
        """

            @keyword_only
            def %s(
                self%s,
                *,
        %s    ) -> %s:
                \"""
                %s

                Parameters
                ----------
        %s        \"""
                %s
        """;
    String type = stage.getClass().getSimpleName();
    return body.formatted(
            "__init__",
            "",
            arguments,
            "None",
            "A stage with these params; what is left out has its default.",
            docs,
            "kwargs = self._input_kwargs\n        super().__init__()\n"
                + "        self._start(kwargs)")
        + body.formatted(
            "setParams",
            ": \"_%sStage\"".formatted(type),
            arguments,
            "\"_%sStage\"".formatted(type),
            "Sets the params that are given; the others stay as they are.",
            docs,
            "return self._set_given(self._input_kwargs)");
  }

  private static String documented(Params stage, Param<?> param) {
    String value =
        stage.hasDefault(param)
            ? ", default " + literal(stage.getDefault(param).get())
            : ", optional";
    return "        %s : %s%s\n            %s.\n"
        .formatted(param.name(), type(param), value, capitalised(param.doc()));
  }

  private static String declaration(Param<?> param) {
    return """
            %s: Param[%s] = Param(
                Params._dummy(),
                "%s",
                %s,
                typeConverter=TypeConverters.%s,
            )
        """
        .formatted(param.name(), type(param), param.name(), literal(param.doc()), converter(param));
  }

  private static String getter(Param<?> param) {
    return """

            def get%s(self) -> %s:
                \"""The value of `%s`: %s.\"""
                return self.getOrDefault(self.%s)
        """
        .formatted(upper(param.name()), type(param), param.name(), param.doc(), param.name());
  }

  private static String setter(String self, Param<?> param) {
    return """

            def set%s(self: "%s", value: %s) -> "%s":
                \"""Sets `%s`: %s.\"""
                return self._set(%s=value)
        """
        .formatted(
            upper(param.name()), self, type(param), self, param.name(), param.doc(), param.name());
  }

  private static String type(Param<?> param) {
    return switch (converter(param)) {
      case "toFloat" -> "float";
      case "toInt" -> "int";
      case "toBoolean" -> "bool";
      case "toString" -> "str";
      case "toListString" -> "List[str]";
      case "toListFloat" -> "List[float]";
      default -> "List[int]";
    };
  }

  private static String converter(Param<?> param) {
    if (param instanceof DoubleParam) {
      return "toFloat";
    } else if (param instanceof IntParam) {
      return "toInt";
    } else if (param instanceof BooleanParam) {
      return "toBoolean";
    } else if (param instanceof StringArrayParam) {
      return "toListString";
    } else if (param instanceof DoubleArrayParam) {
      return "toListFloat";
    } else if (param instanceof IntArrayParam) {
      return "toListInt";
    } else if (param.getClass() == Param.class || param.getClass().getSuperclass() == Param.class) {
      return "toString";
    }
    throw new IllegalArgumentException(
        "Param %s is of a type unknown here: %s.".formatted(param, param.getClass()));
  }

  // Functions.

  private static String functions() {
    Collection<Definition> all = Definition.all();
    return HEADER
        + """
        from typing import List

        from pyspark.sql import Column

        from normact._activation import (
            ActivationFunction,
            ActivationParameter,
            ColumnOrName,
            by_name,
            by_text,
        )

        ACTIVATIONS: List[ActivationFunction] = [
        """
        + all.stream().map(PythonSources::entry).collect(joining())
        + "]\n"
        + all.stream().map(PythonSources::function).collect(joining())
        + "\n\n"
        + all.stream().map(PythonSources::aliases).collect(joining());
  }

  private static String aliases(Definition definition) {
    return definition.aliases().stream()
        .map(alias -> "%s = %s\n".formatted(alias, definition.name()))
        .collect(joining());
  }

  private static String entry(Definition definition) {
    String parameters =
        definition.parameters().stream()
            .map(
                p ->
                    "ActivationParameter(%s, %s, %s),"
                        .formatted(
                            literal(p.name()), literal(p.defaultValue()), literal(p.range())))
            .collect(joining(" "));
    return """
            ActivationFunction(
                %s,
                (%s),
                %s,
                %s,
                (%s),
            ),
        """
        .formatted(
            literal(definition.name()),
            parameters,
            literal(definition.formula()),
            literal(definition.elementwise()),
            definition.aliases().stream().map(alias -> literal(alias) + ",").collect(joining(" ")));
  }

  private static String function(Definition definition) {
    StringBuilder arguments = new StringBuilder("x: ColumnOrName");
    StringBuilder docs = new StringBuilder();
    StringBuilder values = new StringBuilder();
    for (Definition.ParameterDefinition p : definition.parameters()) {
      String name = identifier(p.name());
      String value = literal(p.defaultValue());
      arguments.append(", %s: float = %s".formatted(name, value));
      docs.append(
          "    %s : float, default %s\n        %s.\n"
              .formatted(name, value, capitalised(p.range())));
      values.append(", (\"%s\", %s, %s)".formatted(p.name(), name, value));
    }
    String shape =
        definition.elementwise()
            ? "A number, vector or array of numbers, or the column's name; null gives null."
            : "A vector or array of numbers, or the column's name; null gives null.";
    return """


        def %s(%s) -> Column:
            \"""
            %s

            Parameters
            ----------
            x : Column or str
                %s
        %s
            Returns
            -------
            Column
                Of the kind of x; a number that is no float becomes double.
            \"""
            return %s("%s", x%s)
        """
        .formatted(
            definition.name(),
            arguments,
            "`%s`.".formatted(definition.formula().replace("\\", "\\\\")),
            shape,
            docs,
            // A name that Spark has already is Spark's function in SQL.
            isSparks(definition.name()) ? "by_text" : "by_name",
            definition.name(),
            values);
  }

  /** Among Spark's own functions are ours too, once a session was made in this JVM. */
  private static boolean isSparks(String name) {
    Option<ExpressionInfo> found =
        FunctionRegistry.builtin().lookupFunction(new FunctionIdentifier(name));
    return found.isDefined() && !found.get().getClassName().startsWith("io.normact.");
  }

  /** A name that Python lets stand as an argument's. */
  static String identifier(String name) {
    return KEYWORDS.contains(name) ? name + "_" : name;
  }

  private static String upper(String name) {
    return name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1);
  }

  private static String capitalised(String text) {
    return upper(text);
  }

  private static String literal(Object value) {
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    } else if (value instanceof String text) {
      return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    } else if (value instanceof Double number) {
      return Double.toString(number).replace("E", "e").replace(".0e", "e");
    }
    return String.valueOf(value);
  }
}
