package io.normact.sql.catalyst;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.lang.ref.WeakReference;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A {@link KeyTable} that is too large for each executor, as rows to join with. A session gets the
 * same rows each time, from every model with an equal table, so Spark knows two queries over them
 * for one.
 */
public final class JoinedKeys {

  /** Keys of a partition, as far as they go into a task's message. */
  private static final int KEYS_A_PART = 10_000;

  private static final int PART_BYTES = 8 << 20;

  private static final StructType COLUMNS =
      new StructType()
          .add("key", DataTypes.BinaryType, false)
          .add("statistics", DataTypes.BinaryType, false);

  /** Those in use, by a model or by a plan with their rows. */
  private static final Map<KeyTable, WeakReference<JoinedKeys>> KNOWN = new WeakHashMap<>();

  private final KeyTable table;

  /** As the session has them that asked last. */
  private Dataset<Row> rows;

  private JoinedKeys(KeyTable table) {
    this.table = table;
  }

  /** The keys of this table: one object for all tables that are equal. */
  public static JoinedKeys of(KeyTable table) {
    synchronized (KNOWN) {
      WeakReference<JoinedKeys> known = KNOWN.get(table);
      JoinedKeys keys = known == null ? null : known.get();
      if (keys == null) {
        // Removed first: a map keeps the key that it has, which would go with its own object.
        KNOWN.remove(table);
        keys = new JoinedKeys(table);
        KNOWN.put(table, new WeakReference<>(keys));
      }
      return keys;
    }
  }

  /**
   * A row for each key: its bytes, as {@link KeyedStatistics#bytes} makes them, and its numbers.
   */
  synchronized Dataset<Row> rows(SparkSession spark) {
    if (rows == null || rows.sparkSession() != spark) {
      rows = made(spark);
    }
    return rows;
  }

  private Dataset<Row> made(SparkSession spark) {
    int keysOfPart = keysOfPart(table);
    int parts = Math.max((table.size() + keysOfPart - 1) / keysOfPart, 1);
    List<Part> all =
        IntStream.range(0, parts)
            .mapToObj(
                part ->
                    new Part(
                        this, part * keysOfPart, Math.min((part + 1) * keysOfPart, table.size())))
            .toList();
    return spark.createDataFrame(
        JavaSparkContext.fromSparkContext(spark.sparkContext())
            .parallelize(all, parts)
            .flatMap(Part::rows),
        COLUMNS);
  }

  /** How many keys a partition holds: as many as its bytes allow, and one at least. */
  static int keysOfPart(KeyTable table) {
    return Math.max(Math.min(PART_BYTES / table.arrayBytes(), KEYS_A_PART), 1);
  }

  /**
   * A part of the table. On the driver it is a range of the table and takes no memory of its own;
   * to a task it travels as the arrays.
   */
  @DefaultSerializer(JavaSerializer.class)
  private static final class Part implements Serializable {

    private static final long serialVersionUID = 1L;

    private transient byte[][] keys;
    private transient byte[][] arrays;
    private final transient JoinedKeys all;
    private final transient int from;
    private final transient int to;

    Part(JoinedKeys all, int from, int to) {
      this.all = all;
      this.from = from;
      this.to = to;
    }

    Iterator<Row> rows() {
      return IntStream.range(0, keys.length)
          .mapToObj(k -> RowFactory.create(keys[k], arrays[k]))
          .iterator();
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
      KeyTable table = all.table;
      out.writeObject(IntStream.range(from, to).mapToObj(table::key).toArray(byte[][]::new));
      out.writeObject(IntStream.range(from, to).mapToObj(table::array).toArray(byte[][]::new));
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
      keys = (byte[][]) in.readObject();
      arrays = (byte[][]) in.readObject();
    }
  }
}
