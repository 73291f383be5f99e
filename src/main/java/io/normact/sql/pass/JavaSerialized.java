package io.normact.sql.pass;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.Serializable;
import org.apache.spark.api.java.function.Function2;

/**
 * What is serialised as Java does it, even where {@code spark.serializer} is Kryo. Kryo can't write
 * records, and of classes that say themselves what to write ({@code writeReplace}) it writes the
 * fields instead. So whatever Spark moves between tasks or to disk travels in here.
 *
 * @param value the object
 */
@DefaultSerializer(JavaSerializer.class)
public record JavaSerialized<T>(T value) implements Serializable {

  /** The same merge, of what is inside. */
  static <T> Function2<JavaSerialized<T>, JavaSerialized<T>, JavaSerialized<T>> merging(
      Function2<T, T, T> merge) {
    return (a, b) -> new JavaSerialized<>(merge.call(a.value, b.value));
  }
}
