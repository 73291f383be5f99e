package io.normact.math.key;

import java.io.Serializable;

/**
 * A column of a key.
 *
 * @param name its name
 * @param type its type, as Spark writes it in SQL: {@code bigint}, {@code decimal(10,2)}
 */
public record KeyColumn(String name, String type) implements Serializable {

  /** How its values are written. */
  public KeyKind kind() {
    return KeyKind.of(type);
  }
}
