package io.normact.sql.catalyst;

import io.normact.sql.column.ColumnKind;
import java.io.Serializable;
import org.apache.spark.sql.catalyst.util.ArrayData;

/**
 * A {@link CellMapper} whose function goes by the statistics of each row's key. Generated code
 * calls it, so it is public; it is no interface for users.
 */
public final class KeyedMapper {

  private final KeyedSlice.Statistics statistics;
  private final CellMapper ofKey;
  private final CellMapper ofUnknown;

  private KeyedMapper(Kept kept) {
    statistics = kept.slice.open();
    ofKey = new CellFunction(kept.kind, statistics.ofKey, kept.column).mapper();
    ofUnknown = new CellFunction(kept.kind, statistics.ofUnknown, kept.column).mapper();
  }

  /**
   * What travels to the tasks.
   *
   * @param kind the kind of the column
   * @param slice the function
   * @param column the column's name, for messages
   */
  public record Kept(ColumnKind kind, KeyedSlice slice, String column) implements Serializable {

    /** A mapper with memory of its own. */
    public KeyedMapper mapper() {
      return new KeyedMapper(this);
    }
  }

  /**
   * What a cell becomes.
   *
   * @param cell the cell; null only where that is an error, or is read as NaN
   * @param numbers the statistics of the row's key; null for an unknown key
   */
  public Object map(Object cell, ArrayData numbers) {
    CellMapper cells = statistics.take(numbers) == statistics.ofKey ? ofKey : ofUnknown;
    cells.changed();
    return cells.map(cell);
  }
}
