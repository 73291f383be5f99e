package io.normact.ml;

import com.fasterxml.jackson.databind.JsonNode;

/** A param that saves much as {@link TextPieces}. */
interface PackedParam {

  /**
   * The value of such pieces, as {@code jsonDecode} has it of their text.
   *
   * @throws IllegalArgumentException if they are damaged
   */
  Object unpack(JsonNode json);
}
