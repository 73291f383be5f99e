package io.normact.sql.pass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.normact.math.exact.Moments;
import io.normact.math.key.KeyStatistics;
import io.normact.math.learn.DenseRows;
import io.normact.sql.catalyst.JoinedKeys;
import io.normact.sql.catalyst.KeyTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
    DenseRows block = new DenseRows(2, 1, new double[] {3, 5}, null, null, null);
    assertThat(throughKryo(block).x()).containsExactly(3, 5);
  }

  /** Where Kryo takes registered classes alone, those that the README names suffice. */
  @Test
  void kryoNeedsTheClassesThatTheReadmeNames() throws IOException {
    Matcher setting =
        Pattern.compile("`spark.kryo.classesToRegister=(.*)`")
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(setting.find()).isTrue();
    SparkConf strict = new SparkConf(false).set("spark.kryo.registrationRequired", "true");
    Object[] sent = {
      new JavaSerialized<>(new Moments(1)), new JavaSerialized<?>[] {new JavaSerialized<>("a")}
    };
    for (Object value : sent) {
      assertThatThrownBy(() -> kryo(strict, value)).hasMessageContaining("is not registered");
    }
    SparkConf registered = strict.clone().set("spark.kryo.classesToRegister", setting.group(1));
    for (Object value : sent) {
      assertThat(kryo(registered, value).remaining()).isPositive();
    }
  }

  /** What travels beside that where there are keys: broadcast and joined. */
  @Test
  void kryoNeedsTheClassesOfKeysThatTheReadmeNames() throws Exception {
    Matcher names =
        Pattern.compile("With `keyCols` add\\s+`(.*)`")
            .matcher(Files.readString(Path.of("README.md")));
    assertThat(names.find()).isTrue();
    SparkConf strict = new SparkConf(false).set("spark.kryo.registrationRequired", "true");
    SparkConf registered = strict.clone().set("spark.kryo.classesToRegister", names.group(1));
    List<Class<?>> sent =
        List.of(KeyTable.class, Class.forName(JoinedKeys.class.getName() + "$Part"));
    for (Class<?> type : sent) {
      assertThatThrownBy(() -> new KryoSerializer(strict).newKryo().getRegistration(type))
          .hasMessageContaining("is not registered");
      assertThat(new KryoSerializer(registered).newKryo().getRegistration(type).getType())
          .isEqualTo(type);
    }
    assertThat(names.group(1).split(",", 0)).hasSize(sent.size());
    KeyTable table =
        new KeyTable(
            List.of(),
            KeyStatistics.of(List.of(), 0, List.of()).keys(),
            0,
            KeyTable.Unknown.NULL,
            "unknownKey=invalid",
            (key, mean, scale) -> {});
    assertThat(kryo(registered, table).remaining()).isPositive();
  }

  private static ByteBuffer kryo(SparkConf conf, Object value) {
    return new KryoSerializer(conf)
        .newInstance()
        .serialize(value, ClassTag$.MODULE$.apply(Object.class));
  }
}
