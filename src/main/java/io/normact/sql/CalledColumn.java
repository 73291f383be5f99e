package io.normact.sql;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import scala.collection.JavaConverters;
import scala.collection.immutable.Seq;

/**
 * Columns that call a function of Spark's internal registry, which holds no user's function. They
 * work from Spark 4.0 on, in a session of Spark Connect and in a classic one alike. This class
 * knows none of Catalyst, since a client of Spark Connect has none.
 */
final class CalledColumn {

  private static final Optional<MethodHandle> CALL = find();

  private CalledColumn() {}

  /** The column; empty before Spark 4.0. */
  static Optional<Column> of(String function, Column... arguments) {
    return CALL.map(call -> invoke(call, function, arguments));
  }

  @SuppressWarnings("deprecation") // The converters that replace it are not in Scala 2.12.
  private static Column invoke(MethodHandle call, String function, Column... arguments) {
    Seq<Column> sequence = JavaConverters.asScalaBuffer(List.of(arguments)).toList();
    try {
      return (Column) call.invoke(function, sequence);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(
          "Spark can't make a column that calls '" + function + "'.", e);
    }
  }

  private static Optional<MethodHandle> find() {
    try {
      Class<?> companion = Class.forName(Column.class.getName() + "$");
      MethodHandle method =
          MethodHandles.publicLookup()
              .findVirtual(
                  companion,
                  "internalFn",
                  MethodType.methodType(Column.class, String.class, Seq.class));
      return Optional.of(method.bindTo(companion.getField("MODULE$").get(null)));
    } catch (ReflectiveOperationException e) {
      return Optional.empty();
    }
  }
}
