package io.normact.job.spec;

import io.normact.text.NearestName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.ml.linalg.VectorUDT;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.NumericType;

/**
 * Types of columns that a pattern may mean, in SQL's words.
 *
 * @param names those that were chosen; empty for all numbers
 */
public record FeatureTypes(Set<String> names) {

  private static final Map<String, Predicate<DataType>> KNOWN = new LinkedHashMap<>();

  static {
    KNOWN.put("tinyint", DataTypes.ByteType::equals);
    KNOWN.put("smallint", DataTypes.ShortType::equals);
    KNOWN.put("int", DataTypes.IntegerType::equals);
    KNOWN.put("bigint", DataTypes.LongType::equals);
    KNOWN.put("float", DataTypes.FloatType::equals);
    KNOWN.put("double", DataTypes.DoubleType::equals);
    KNOWN.put("decimal", DecimalType.class::isInstance);
    KNOWN.put("boolean", DataTypes.BooleanType::equals);
    KNOWN.put("vector", VectorUDT.class::isInstance);
    KNOWN.put("array", ArrayType.class::isInstance);
  }

  /** The words, in an order that a reader follows. */
  static final List<String> NAMES = List.copyOf(KNOWN.keySet());

  /** All numbers. */
  static final FeatureTypes NUMBERS = new FeatureTypes(Set.of());

  /** Reads words, each an element of a list or one by itself. */
  static FeatureTypes of(SpecNode node, List<String> words) {
    Set<String> names = new TreeSet<>();
    for (String word : words) {
      String name = word.strip().toLowerCase(Locale.ROOT);
      if (!KNOWN.containsKey(name)) {
        throw SpecException.of(
            "Key '%s' has the type '%s', which no feature has%s",
            node.key(), word, NearestName.suggestion(name, NAMES));
      }
      names.add(name);
    }
    return new FeatureTypes(names);
  }

  /** The types in words. */
  public String description() {
    return names.isEmpty() ? "numbers" : "type " + String.join(", ", names);
  }

  /** Whether a pattern means a column of this type. */
  public boolean hold(DataType type) {
    return names.isEmpty()
        ? type instanceof NumericType
        : names.stream().anyMatch(name -> KNOWN.get(name).test(type));
  }
}
