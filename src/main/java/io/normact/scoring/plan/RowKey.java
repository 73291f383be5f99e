package io.normact.scoring.plan;

import io.normact.math.exact.ByteOutput;
import io.normact.math.key.KeyColumn;
import io.normact.math.key.KeyStatistics;
import io.normact.text.Counted;
import io.normact.text.NameList;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The key of the rows to score, and the statistics by key that stages have. */
public final class RowKey {

  private final IdentityHashMap<SavedStage, KeyStatistics> statistics;

  /** The values by their columns; null where no key is given yet. */
  private final Map<String, Object> values;

  private RowKey(
      IdentityHashMap<SavedStage, KeyStatistics> statistics, Map<String, Object> values) {
    this.statistics = statistics;
    this.values = values;
  }

  /**
   * No key yet.
   *
   * @throws IllegalArgumentException if the statistics by key of a stage are damaged
   */
  public static RowKey none(List<SavedStage> stages) {
    IdentityHashMap<SavedStage, KeyStatistics> found = new IdentityHashMap<>();
    for (SavedStage stage : stages) {
      for (String name : List.of("keyStatistics", "keyNumbers")) {
        if (stage.isSet(name)) {
          found.put(stage, read(stage, name));
        }
      }
    }
    return new RowKey(found, null);
  }

  private static KeyStatistics read(SavedStage stage, String name) {
    try {
      return KeyStatistics.read(stage.sections(name));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "%s has a damaged param %s.", stage.place(), name), e);
    }
  }

  /** The columns that a key has. */
  public List<String> columns() {
    return statistics.values().stream()
        .flatMap(known -> known.columns().stream())
        .map(KeyColumn::name)
        .distinct()
        .toList();
  }

  /** This key with the values of its columns, in the order of {@link #columns}. */
  public RowKey with(Object... key) {
    List<String> columns = columns();
    if (key.length != columns.size()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "A key of %s is given, but the stages have the key columns %s.",
              Counted.of(key.length, "value"),
              NameList.of(columns)));
    }
    Map<String, Object> values = new java.util.HashMap<>();
    for (int i = 0; i < key.length; i++) {
      values.put(columns.get(i), key[i]);
    }
    return new RowKey(statistics, values);
  }

  /** Whether rows can be scored: there are no statistics by key, or a key is given. */
  public boolean suffices() {
    return statistics.isEmpty() || values != null;
  }

  /** The statistics by key of a stage, or null. */
  KeyStatistics statistics(SavedStage stage) {
    return statistics.get(stage);
  }

  /** The number of the key among the stage's, or -1 if it is not among them, or not given. */
  int number(SavedStage stage) {
    if (values == null) {
      return -1;
    }
    byte[] key = bytes(stage);
    return statistics.get(stage).keys().find(key, key.length);
  }

  private byte[] bytes(SavedStage stage) {
    ByteOutput key = new ByteOutput(64);
    for (KeyColumn column : statistics.get(stage).columns()) {
      column.kind().putObject(key, values.get(column.name()), column.type());
    }
    return key.toArray();
  }

  /** What is wrong with an unknown key. */
  IllegalArgumentException unknown(SavedStage stage, String setting) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Key %s was not seen in the fit, which %s rejects; fit or update with its rows, or choose global.",
            KeyStatistics.text(
                new ArrayList<>(statistics.get(stage).columns()), ByteBuffer.wrap(bytes(stage))),
            setting));
  }

  /** Whether a key is given. */
  boolean isGiven() {
    return values != null;
  }
}
