package io.normact.math;

import io.normact.text.Counted;
import io.normact.text.Excerpt;
import io.normact.text.Given;
import io.normact.text.NearestName;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Describes an activation function whose parameters are still open: its name, its parameters with
 * defaults and ranges, and its formula. All is read from the record that implements the function.
 * Definitions are immutable.
 *
 * <p>{@link #all()} lists them, from no list kept by hand. The functions are the members of the
 * sealed interface {@link ActivationFunction}. A record's simple name in snake case is the
 * function's name, and its components are the parameters.
 */
public final class Definition {

  /** Characters of a wrong text that a message shows. */
  static final int SHOWN = 80;

  private static final Map<String, Definition> BY_NAME = Collections.unmodifiableMap(registry());

  private static final Map<String, Definition> BY_ALIAS =
      BY_NAME.values().stream()
          .flatMap(definition -> definition.aliases.stream().map(a -> Map.entry(a, definition)))
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final ClassValue<Definition> BY_TYPE =
      new ClassValue<>() {
        @Override
        protected Definition computeValue(Class<?> type) {
          return new Definition(type);
        }
      };

  private final String name;
  private final List<String> aliases;
  private final String formula;
  private final Class<?> type;
  private final List<ParameterDefinition> parameters;

  /**
   * Name, default and range of one parameter. A bound that does not exist is infinite.
   *
   * @param name the name, as in {@code elu(alpha=0.5)}
   * @param defaultValue the value where none is given
   * @param above an exclusive lower bound
   * @param atLeast an inclusive lower bound
   * @param atMost an inclusive upper bound
   */
  public record ParameterDefinition(
      String name, double defaultValue, double above, double atLeast, double atMost) {

    /**
     * Tells whether the parameter may take a value.
     *
     * @param value any double
     * @return whether it is in the range; NaN and the infinities never are
     */
    public boolean allows(double value) {
      return Double.isFinite(value) && value > above && value >= atLeast && value <= atMost;
    }

    /** {@return the range in words: "a finite number above 0.0"} */
    public String range() {
      List<String> bounds = new ArrayList<>();
      if (above != Double.NEGATIVE_INFINITY) {
        bounds.add("above " + above);
      }
      if (atLeast != Double.NEGATIVE_INFINITY) {
        bounds.add("at least " + atLeast);
      }
      if (atMost != Double.POSITIVE_INFINITY) {
        bounds.add("at most " + atMost);
      }
      return ("a finite number " + String.join(" and ", bounds)).strip();
    }
  }

  private Definition(Class<?> type) {
    this.type = type;
    this.name = snakeCase(type.getSimpleName());
    Alias alias = type.getAnnotation(Alias.class);
    this.aliases = alias == null ? List.of() : List.of(alias.value());
    this.formula = type.getAnnotation(Formula.class).value();
    this.parameters =
        Arrays.stream(type.getRecordComponents()).map(Definition::parameterOf).toList();
  }

  private static ParameterDefinition parameterOf(RecordComponent component) {
    Parameter p = component.getAnnotation(Parameter.class);
    return new ParameterDefinition(
        component.getName(), p.defaultValue(), p.above(), p.atLeast(), p.atMost());
  }

  private static String snakeCase(String simpleName) {
    return simpleName.replaceAll("(?<=[a-z0-9])(?=[A-Z])", "_").toLowerCase(Locale.ROOT);
  }

  private static Map<String, Definition> registry() {
    Map<String, Definition> found = new TreeMap<>();
    collect(ActivationFunction.class, found);
    return found;
  }

  private static void collect(Class<?> type, Map<String, Definition> found) {
    if (type.isRecord()) {
      Definition definition = new Definition(type);
      found.put(definition.name, definition);
    } else {
      for (Class<?> member : type.getPermittedSubclasses()) {
        collect(member, found);
      }
    }
  }

  /** {@return all activation functions, in the order of their names; immutable} */
  public static List<Definition> all() {
    return List.copyOf(BY_NAME.values());
  }

  /**
   * Looks a function up.
   *
   * @param name a name or alias without parameters; case and surrounding blanks do not matter
   * @return its definition
   * @throws IllegalArgumentException if there is no such function; the message has the nearest name
   *     and lists all names
   */
  public static Definition named(String name) {
    String key =
        Given.argument(name, "name", "the name of a function").strip().toLowerCase(Locale.ROOT);
    Definition definition = BY_NAME.getOrDefault(key, BY_ALIAS.get(key));
    if (definition == null) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Activation function '%s' is unknown%s Known are %s.",
              Excerpt.of(name.strip(), SHOWN),
              NearestName.find(key, BY_NAME.keySet())
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("."),
              String.join(", ", BY_NAME.keySet())));
    }
    return definition;
  }

  static Definition of(Class<?> type) {
    return BY_TYPE.get(type);
  }

  /** {@return the name, in snake case: {@code hard_tanh}} */
  public String name() {
    return name;
  }

  /**
   * {@return the names that other libraries use for this function, such as {@code hardtanh};
   * immutable} They are accepted wherever a name is read. What is written always has {@link #name}.
   */
  public List<String> aliases() {
    return aliases;
  }

  /** {@return the formula in plain text, in terms of x and the parameters} */
  public String formula() {
    return formula;
  }

  /** {@return the parameters, in the order in which SQL takes them; empty if there are none} */
  public List<ParameterDefinition> parameters() {
    return parameters;
  }

  /**
   * {@return whether each element of an array is mapped by itself; false for functions of a whole
   * vector, such as softmax}
   */
  public boolean elementwise() {
    return !VectorFunction.class.isAssignableFrom(type);
  }

  /**
   * {@return name and parameters with their defaults, as {@link ActivationFunction#parse} reads
   * them: {@code elu(alpha=1.0)}}
   */
  public String signature() {
    return parameters.isEmpty()
        ? name
        : parameters.stream()
            .map(p -> p.name() + "=" + p.defaultValue())
            .collect(Collectors.joining(", ", name + "(", ")"));
  }

  /** Refuses values that are no finite numbers in the range of their parameter. */
  void check(double... values) {
    for (int i = 0; i < values.length; i++) {
      ParameterDefinition parameter = parameters.get(i);
      if (!parameter.allows(values[i])) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Parameter %s of %s is %s, but must be %s.",
                parameter.name(),
                name,
                values[i],
                parameter.range()));
      }
    }
  }

  /**
   * Makes the function with these parameters.
   *
   * @param values values of the first parameters; the others have their defaults
   * @return the function with these values
   * @throws IllegalArgumentException if there are too many values, or one is out of range
   */
  public ActivationFunction create(double... values) {
    if (Given.argument(values, "values", "numbers, or none").length > parameters.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Activation function %s takes at most %s, but got %d: %s.",
              name,
              Counted.of(parameters.size(), "parameter"),
              values.length,
              Arrays.toString(values)));
    }
    Object[] arguments = new Object[parameters.size()];
    Class<?>[] types = new Class<?>[parameters.size()];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = i < values.length ? values[i] : parameters.get(i).defaultValue();
      types[i] = double.class;
    }
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return (ActivationFunction) constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(e.getCause().getMessage(), e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "Record " + type + " has no usable canonical constructor.", e);
    }
  }

  static UnsupportedOperationException noInverse(ActivationFunction function) {
    return new UnsupportedOperationException(
        String.format(
            Locale.ROOT,
            "Activation function %s has no inverse: expected a strictly monotone one such as sigmoid.",
            function));
  }

  /**
   * Reads the parameters of a function.
   *
   * @param function a function of this definition
   * @return its parameters, in the order of {@link #parameters()}
   */
  public double[] parametersOf(ActivationFunction function) {
    return values((Record) Given.argument(function, "function", "one of this definition"));
  }

  private double[] values(Record function) {
    RecordComponent[] components = type.getRecordComponents();
    double[] values = new double[components.length];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = (double) components[i].getAccessor().invoke(function);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("Component " + components[i] + " cannot be read.", e);
      }
    }
    return values;
  }

  /** Canonical text of a member of this definition. */
  String text(Record function) {
    double[] values = values(function);
    StringJoiner text = new StringJoiner(", ", name + "(", ")").setEmptyValue(name);
    for (int i = 0; i < values.length; i++) {
      text.add(parameters.get(i).name() + "=" + values[i]);
    }
    return text.toString();
  }

  @Override
  public String toString() {
    return signature();
  }
}
