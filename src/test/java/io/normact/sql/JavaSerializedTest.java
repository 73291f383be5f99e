package io.normact.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.normact.math.Moments;
import io.normact.math.RowBlock;
import java.nio.ByteBuffer;
import org.apache.spark.SparkConf;
import org.apache.spark.serializer.KryoSerializer;
import org.apache.spark.serializer.SerializerInstance;
import org.junit.jupiter.api.Test;
import scala.reflect.ClassTag$;

class JavaSerializedTest {

  private static <T> T throughKryo(T value) {
    SerializerInstance kryo = new KryoSerializer(new SparkConf(false)).newInstance();
    ByteBuffer bytes =
        kryo.serialize(new JavaSerialized<>(value), ClassTag$.MODULE$.apply(JavaSerialized.class));
    return kryo.<JavaSerialized<T>>deserialize(bytes, ClassTag$.MODULE$.apply(JavaSerialized.class))
        .value();
  }

  @Test
  void kryoKeepsWhatAClassWritesOfItself() {
    Moments moments = new Moments(1);
    moments.add(new double[] {1});
    moments.add(new double[] {4});
    assertThat(throughKryo(moments).mean(0)).isEqualTo(2.5);
  }

  @Test
  void kryoKeepsRecords() {
    RowBlock block = new RowBlock(2, 1, new double[] {3, 5}, null, null, null);
    assertThat(throughKryo(block).x()).containsExactly(3, 5);
  }
}
